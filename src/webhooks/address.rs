//! Where events may be sent: addresses of the internet, and those of the trust's own networks that the operator lists.
//! Everything else could be used to have the service ask what only the service can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use crate::access::proxies::Networks;

/// Whether an address is of the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Of the registry of special addresses (IANA, RFC 6890) none.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127 | 224.., ..] | [169, 254, ..] | [192, 168, ..] => true,
        [100, second, ..] => second & 0xC0 == 64,
        [172, second, ..] => second & 0xF0 == 16,
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [198, second, ..] => second & 0xFE == 18,
        _ => false,
    };
    !special
}

/// Of what is given out (2000::/3), but nothing in which an address of IPv4 can hide, and nothing for examples.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let given_out = first & 0xE000 == 0x2000;
    let special = match first {
        0x2001 => second < 0x200 || second == 0xDB8,
        0x2002 => true,
        0x3FFF => second < 0x1000,
        _ => false,
    };
    given_out && !special
}

/// Why nothing is sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forbidden;

/// The addresses to connect to for a URL whose host has these: all of them may be connected to, or none is.
pub(super) fn allowed(url: &Url, found: Vec<SocketAddr>, listed: &Networks) -> Result<Vec<SocketAddr>, Forbidden> {
    let may = |address: &SocketAddr| {
        let ip = address.ip().to_canonical();
        match url.scheme() {
            "https" => is_public(ip) || listed.includes(ip),
            // In the clear only to this machine, and only where that is listed.
            "http" => ip.is_loopback() && listed.includes(ip),
            _ => false,
        }
    };
    if found.is_empty() || !found.iter().all(may) { Err(Forbidden) } else { Ok(found) }
}

/// The addresses of a URL's host.
pub(super) async fn resolved(url: &Url) -> Option<Vec<SocketAddr>> {
    let port = url.port_or_known_default()?;
    match url.host()? {
        Host::Ipv4(address) => Some(vec![SocketAddr::new(address.into(), port)]),
        Host::Ipv6(address) => Some(vec![SocketAddr::new(address.into(), port)]),
        Host::Domain(name) => tokio::net::lookup_host((name, port)).await.ok().map(Iterator::collect),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_internet_is_public() {
        for (address, public) in [
            ("93.184.216.34", true),
            ("8.8.8.8", true),
            ("172.15.0.1", true),
            ("172.32.0.1", true),
            ("100.63.255.255", true),
            ("100.128.0.1", true),
            ("2606:4700::1111", true),
            ("2a01:4f8::1", true),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("127.0.0.1", false),
            ("127.8.8.8", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.168.1.1", false),
            ("192.0.0.170", false),
            ("192.0.2.1", false),
            ("198.19.0.1", false),
            ("100.64.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("::127.0.0.1", false),
            ("64:ff9b::a9fe:a9fe", false),
            ("64:ff9b:1::1", false),
            ("2002:7f00:1::", false),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", false),
            ("2001:db8::1", false),
            ("3fff::1", false),
            ("fc00::1", false),
            ("fd00:ec2::254", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(address.parse().expect("an address")), public, "{address}");
        }
    }

    #[test]
    fn a_host_is_asked_only_if_every_address_of_it_may_be() {
        let url = |text: &str| Url::parse(text).expect("an address");
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let none = Networks::default();
        let own: Networks = "10.2.0.0/16, 127.0.0.0/8".parse().expect("networks");
        let (public, private, here) = (at("93.184.216.34:443"), at("10.2.0.7:443"), at("127.0.0.1:80"));
        let ask =
            |text: &str, found: &[SocketAddr], listed: &Networks| allowed(&url(text), found.to_vec(), listed).is_ok();
        assert!(ask("https://a.example", &[public], &none));
        assert!(!ask("https://a.example", &[], &none));
        assert!(!ask("https://a.example", &[public, private], &none), "one of them is private");
        assert!(ask("https://a.example", &[public, private], &own));
        assert!(!ask("http://a.example", &[public], &own), "in the clear");
        assert!(!ask("http://a.example", &[private], &own));
        assert!(ask("http://a.example", &[here], &own));
        assert!(!ask("http://a.example", &[here], &none));
        // Other ways of writing an address become the same one.
        for text in ["https://0x7f.1/", "https://2130706433/", "https://127.1/", "https://[::ffff:7f00:1]/"] {
            let found = match url(text).host().expect("a host") {
                Host::Ipv4(it) => IpAddr::from(it),
                Host::Ipv6(it) => IpAddr::from(it),
                Host::Domain(name) => panic!("{name}"),
            };
            assert!(!ask(text, &[SocketAddr::new(found, 443)], &none), "{text}");
        }
    }
}
