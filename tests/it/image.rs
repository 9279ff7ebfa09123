//! What the image's container is asked, to know whether its service is ready (`docker/ready.sh`): it follows the service, and
//! finds it wherever `BIND` says that it listens.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::App;

/// Whether the check takes a service that listens there for ready.
fn is_ready(bind: &str) -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker/ready.sh");
    let mut check = Command::new("bash");
    check.arg(script).env("BIND", bind).stdout(Stdio::null()).stderr(Stdio::null());
    check.status().expect("bash").success()
}

#[test]
fn a_container_is_ready_while_its_service_says_so() {
    let app = App::start();
    let here = app.address().to_string();
    let everywhere = format!("0.0.0.0:{}", app.address().port());
    assert!(is_ready(&here) && is_ready(&everywhere));
    // It answers 503 until it ends.
    app.running().service.stop();
    assert!(!is_ready(&here) && !is_ready(&everywhere));
    // Nobody listens.
    assert!(!is_ready("127.0.0.1:9"));
}

/// Answers each request with this line.
fn answers(listener: TcpListener, line: &'static str) {
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let mut asked = BufReader::new(&connection).lines().map_while(Result::ok);
            while asked.next().is_some_and(|line| !line.is_empty()) {}
            (&connection).write_all(format!("{line}\r\n\r\n").as_bytes()).ok();
        }
    });
}

#[test]
fn the_address_may_be_one_of_ipv6() {
    for (line, ready) in [("HTTP/1.1 200 OK", true), ("HTTP/1.1 503 Service Unavailable", false)] {
        let listener = TcpListener::bind("[::1]:0").expect("a port of IPv6");
        let port = listener.local_addr().expect("its number").port();
        answers(listener, line);
        for bind in [format!("[::1]:{port}"), format!("[::]:{port}")] {
            assert_eq!(is_ready(&bind), ready, "{bind} {line}");
        }
    }
}
