//! Figures for monitoring are asked for without a token, so they are answered where the operator says, and without a word
//! only on this machine: the program itself, as it was started.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Child;

use crate::commands::secret;
use crate::exposed::said_until_it_listens;

/// Nothing here asks the database, so there is none.
const DATABASE: (&str, &str) = ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none");

/// The service in a process of its own.
struct Served {
    child: Child,
    /// Where it is reached from this machine.
    address: SocketAddr,
    files: std::path::PathBuf,
}

impl Served {
    /// Starts it on this address.
    fn start(bind: &str, more: &[(&str, &str)]) -> Self {
        let files = std::env::temp_dir().join(format!("involvement-metrics-{}", uuid::Uuid::now_v7()));
        let url = format!("file://{}", files.display());
        // Beyond this machine, a secret shared with others needs the switch.
        let own = [DATABASE, secret(), ("JWT_HS256_ANYWHERE", "true"), ("BIND", bind), ("RECEIPTS_URL", url.as_str())];
        let (said, child) = said_until_it_listens("serve", &[&own[..], more].concat());
        let listens = said.lines().find_map(|line| line.split_once("listening on ")).expect(&said).1;
        let listens: SocketAddr = listens.trim().parse().expect("an address");
        let here = match listens.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        Self { child, address: SocketAddr::new(here, listens.port()), files }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.files).ok();
    }
}

/// The status and the body of an answer.
fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(format!("http://{address}{path}")).call().expect("an answer");
    (answer.status().as_u16(), answer.body_mut().read_to_string().expect("a text"))
}

#[track_caller]
fn are_open(address: SocketAddr) {
    let (status, text) = get(address, "/metrics");
    assert!(status == 200 && text.contains("involvement_"), "{address}: {status} {text}");
}

#[track_caller]
fn are_closed(served: &Served) {
    let (status, text) = get(served.address, "/metrics");
    assert!(status == 404 && text.contains("not-found") && !text.contains("involvement_"), "{status} {text}");
    assert_eq!(get(served.address, "/health/live").0, 200, "it is there");
}

#[test]
fn figures_are_answered_on_this_machine_alone_where_nothing_is_set() {
    are_open(Served::start("127.0.0.1:0", &[]).address);
    for bind in ["0.0.0.0:0", "[::]:0"] {
        are_closed(&Served::start(bind, &[]));
    }
}

#[test]
fn figures_have_an_address_of_their_own_where_that_is_set() {
    for bind in ["127.0.0.1:0", "0.0.0.0:0"] {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
        let mut served = Served::start(bind, &[("METRICS_BIND", &free.to_string())]);
        // It listens there a moment later.
        while TcpStream::connect(free).is_err() {
            assert!(served.child.try_wait().expect("its state").is_none(), "it runs");
            std::thread::yield_now();
        }
        are_open(free);
        assert_eq!(get(free, "/health/live").0, 404, "and nothing else is there");
        are_closed(&served);
    }
}
