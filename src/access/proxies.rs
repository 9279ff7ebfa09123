//! From which address a request comes, seen through the trust's own proxies: only what these add is believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// The addresses that begin like this one, up to a number of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    first: u128,
    bits: u32,
}

/// An address as a number; one of IPv4 as it stands in IPv6.
fn number(address: IpAddr) -> u128 {
    let address = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    u128::from(address)
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        let apart = number(address) ^ self.first;
        self.bits == 0 || apart >> (128 - self.bits) == 0
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is no address or network, such as 10.0.0.1 or 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let (most, before) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        let network = Self { first: number(address), bits: bits + before };
        let rest = network.first.checked_shl(network.bits).unwrap_or_default();
        if bits > most {
            Err(wrong())
        } else if rest != 0 {
            Err(format!("{text} is an address in a network"))
        } else {
            Ok(network)
        }
    }
}

/// The proxies whose word on where a request comes from is believed; none where nothing is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

impl FromStr for Proxies {
    type Err = String;

    /// Addresses and networks, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// Addresses and networks that the operator lists.
pub type Networks = Proxies;

impl Proxies {
    /// Whether an address is among them.
    #[must_use]
    pub fn includes(&self, address: IpAddr) -> bool {
        self.believes(address)
    }

    fn believes(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }

    /// Where a request comes from: the last address that no proxy of the trust has. `forwarded_for` are the values of
    /// `X-Forwarded-For` in their order, `forwarded` those of `Forwarded` (RFC 7239). A proxy adds to one of the two and
    /// passes on the other as the client sent it, so where both are there and say different things, neither is believed.
    #[must_use]
    pub fn origin<'h>(
        &self,
        peer: IpAddr,
        forwarded_for: impl Iterator<Item = &'h str>,
        forwarded: impl Iterator<Item = &'h str>,
    ) -> IpAddr {
        if !self.believes(peer) {
            return peer;
        }
        let listed: Vec<&str> = forwarded_for.flat_map(|value| value.split(',')).collect();
        let named: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(hop).collect();
        match (listed.is_empty(), named.is_empty()) {
            (true, true) => peer,
            (false, true) => self.last_stranger(peer, &listed),
            (true, false) => self.last_stranger(peer, &named),
            (false, false) => {
                let origin = self.last_stranger(peer, &listed);
                if origin == self.last_stranger(peer, &named) { origin } else { peer }
            }
        }
    }

    fn last_stranger(&self, peer: IpAddr, hops: &[&str]) -> IpAddr {
        let mut nearest = peer;
        for hop in hops.iter().rev() {
            // What is no address, such as `unknown`, hides everything before it.
            let Some(address) = address(hop) else { return nearest };
            nearest = address;
            if !self.believes(address) {
                return address;
            }
        }
        nearest
    }
}

/// The `for` of an element of `Forwarded`.
fn hop(element: &str) -> &str {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, value)| value).next().unwrap_or_default()
}

/// An address, with or without quotes, brackets and a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// Whose requests are counted together: an address of IPv4, or the network that somebody with IPv6 has at home.
#[must_use]
pub fn counted_as(origin: IpAddr) -> IpAddr {
    match origin.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(proxies: &str, peer: &str, forwarded_for: &[&str], forwarded: &[&str]) -> String {
        let proxies: Proxies = if proxies.is_empty() { Proxies::default() } else { proxies.parse().unwrap() };
        let peer = peer.parse().unwrap();
        proxies.origin(peer, forwarded_for.iter().copied(), forwarded.iter().copied()).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_add_is_believed() {
        for (proxies, peer, forwarded_for, wanted) in [
            ("", "10.0.0.1", &["203.0.113.9"][..], "10.0.0.1"),
            ("10.0.0.0/8", "192.0.2.1", &["203.0.113.9"], "192.0.2.1"),
            ("10.0.0.0/8", "10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            // What the client itself sent stands to the left.
            ("10.0.0.0/8", "10.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.0/8", "10.0.0.1", &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.0/8", "10.0.0.1", &["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.0/8", "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.0/8", "10.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.0/8", "10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", "::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::1, 10.0.0.1", "::1", &["[2001:db8::1]:443"], "2001:db8::1"),
        ] {
            assert_eq!(origin(proxies, peer, forwarded_for, &[]), wanted, "{proxies} {peer} {forwarded_for:?}");
        }
    }

    #[test]
    fn forwarded_is_read_and_two_that_disagree_are_not_believed() {
        let named = ["for=198.51.100.1, For=\"[2001:db8::7]:80\";proto=https"];
        assert_eq!(origin("10.0.0.1", "10.0.0.1", &[], &named), "2001:db8::7");
        assert_eq!(origin("10.0.0.1", "10.0.0.1", &["2001:db8::7"], &named), "2001:db8::7");
        assert_eq!(origin("10.0.0.1", "10.0.0.1", &["203.0.113.9"], &named), "10.0.0.1");
        assert_eq!(origin("10.0.0.1", "10.0.0.1", &[], &["for=_hidden"]), "10.0.0.1");
        assert_eq!(origin("10.0.0.1", "10.0.0.1", &[], &["proto=https"]), "10.0.0.1");
    }

    #[test]
    fn a_wrong_network_is_refused() {
        for wrong in ["", "example.org", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "10.0.0.1,,10.0.0.2", "::/129"] {
            assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
        }
        for right in ["10.0.0.1", "0.0.0.0/0", "::/0", "10.0.0.0/8, fd00::/8, 192.0.2.7"] {
            assert!(right.parse::<Proxies>().is_ok(), "{right}");
        }
    }

    #[test]
    fn somebody_with_ipv6_has_one_budget() {
        let counted = |address: &str| counted_as(address.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), counted("2001:db8:1:2:ffff::"));
        assert_ne!(counted("2001:db8:1:2::"), counted("2001:db8:1:3::"));
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
        assert_ne!(counted("192.0.2.1"), counted("192.0.2.2"));
    }
}
