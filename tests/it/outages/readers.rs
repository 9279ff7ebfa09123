//! Readers that do not read are cut off; those that do get the whole of a long answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::App;

/// More than fits into the buffers between here and there.
const MANY: usize = 32;

/// Asks for the document several times, and reads nothing.
fn asks(app: &App) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    for _ in 0..MANY {
        stream.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: test\r\n\r\n").expect("a request");
    }
    stream
}

#[test]
fn a_reader_that_does_not_read_is_cut_off() {
    let app = App::start();
    let whole = app.public().get("/openapi.json").bytes.len();
    let readers: Vec<TcpStream> = (0..4).map(|_| asks(&app)).collect();
    // The service still answers others meanwhile.
    app.public().get("/health/live").expect(200);
    let began = Instant::now();
    let mut cut = 0;
    for mut reader in readers {
        // Nothing is read until the connection is closed at the other end; then what is left can be.
        reader.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        while !closed(&reader) {
            assert!(began.elapsed() < Duration::from_secs(60), "{cut} were cut off");
            std::thread::park_timeout(Duration::from_millis(100));
        }
        let mut rest = Vec::new();
        cut += usize::from(reader.read_to_end(&mut rest).is_err() || rest.len() < whole * MANY);
    }
    assert_eq!(cut, 4);
}

/// Whether the other end has given a connection up: its entry in the list of this machine's connections is gone or ending.
fn closed(reader: &TcpStream) -> bool {
    let ours = reader.local_addr().expect("an address").port();
    let theirs = reader.peer_addr().expect("an address").port();
    let list = std::fs::read_to_string("/proc/net/tcp").expect("Linux");
    let here = format!("0100007F:{theirs:04X} 0100007F:{ours:04X} 01");
    !list.lines().any(|line| line.contains(&here))
}

#[test]
fn a_long_answer_arrives_whole() {
    let app = App::start();
    let answer = app.public().get("/openapi.json");
    assert!(answer.bytes.len() > 500_000);
    assert_eq!(answer.json["openapi"], "3.1.0");
    assert_eq!(answer.header("content-length").map(str::to_owned), Some(answer.bytes.len().to_string()));
}
