//! A driver of load: a thread a connection, kept alive, each sending the next request when the answer to its last is
//! checked. Bytes are written and read as they are, for the driver shares the machine's cores with what it measures.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A request, and what is right for an answer.
pub struct Ask {
    /// The whole request as it is sent.
    pub bytes: Vec<u8>,
    /// The status of a right answer.
    pub status: u16,
    /// Texts that a right answer's body has, each so often.
    pub has: Vec<(String, usize)>,
}

/// What a turn came to.
#[derive(Default)]
pub struct Turn {
    /// Microseconds of each request, sorted.
    pub took: Vec<u32>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Requests that were answered, those of a warming up included.
    pub done: usize,
}

/// The text of a request without a body.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: benchmark\r\nAuthorization: {token}\r\n\r\n").into_bytes()
}

/// The text of a request with a JSON body, under an idempotency key of its own.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    let (key, length) = (uuid::Uuid::now_v7(), body.len());
    format!(
        "POST {path} HTTP/1.1\r\nHost: benchmark\r\nAuthorization: {token}\r\nIdempotency-Key: benchmark.{key}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends requests over so many connections until the time is over or there are none left. The n-th request of a turn is
/// `ask(n)`.
///
/// # Panics
/// Where an answer is wrong.
pub fn drive(address: &str, connections: usize, time: Duration, ask: &(impl Fn(u64) -> Option<Ask> + Sync)) -> Turn {
    let (next, start) = (AtomicU64::new(0), Barrier::new(connections + 1));
    let one = |mut line: Line| {
        let mut took = Vec::new();
        start.wait();
        let until = Instant::now() + time;
        while Instant::now() < until {
            let Some(ask) = ask(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let began = Instant::now();
            let status = line.send(&ask.bytes);
            took.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
            line.must_be_right(&ask, status);
        }
        took
    };
    let lines: Vec<Line> = (0..connections).map(|_| Line::open(address)).collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = lines.into_iter().map(|line| scope.spawn(|| one(line))).collect();
        start.wait();
        let began = Instant::now();
        let done: Vec<_> = threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        let elapsed = began.elapsed();
        let mut took: Vec<u32> = done.into_iter().flat_map(|took| took.expect("right answers")).collect();
        took.sort_unstable();
        Turn { done: took.len(), took, elapsed }
    })
}

/// One connection, and the last answer.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the body of the last answer lies in the buffer.
    body: std::ops::Range<usize>,
}

impl Line {
    /// Connects.
    pub fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        Self { stream, buffer: vec![0; 256 * 1024], body: 0..0 }
    }

    /// Sends a request and reads the whole answer; answers its status.
    pub fn send(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).expect("the request sent");
        let mut filled = 0;
        let head = loop {
            filled += self.more(filled);
            if let Some(end) = self.buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head]).expect("a head");
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = head + length.expect("a content-length");
        while filled < end {
            filled += self.more(filled);
        }
        self.body = head..end;
        status
    }

    fn more(&mut self, filled: usize) -> usize {
        if filled == self.buffer.len() {
            self.buffer.resize(filled * 2, 0);
        }
        let read = self.stream.read(&mut self.buffer[filled..]).expect("an answer in time");
        assert!(read > 0, "the service closed the connection");
        read
    }

    /// The body of the last answer.
    pub fn body(&self) -> &str {
        std::str::from_utf8(&self.buffer[self.body.clone()]).expect("UTF-8")
    }

    /// What is wrong with the last answer; nothing where it is what was to be answered.
    pub fn wrong(&self, ask: &Ask, status: u16) -> Option<String> {
        let body = self.body();
        let right = status == ask.status && ask.has.iter().all(|(text, times)| body.matches(text).count() == *times);
        let asked = || String::from_utf8_lossy(&ask.bytes).lines().next().unwrap_or_default().to_owned();
        (!right).then(|| format!("{}: {status}, expected {} with {:?}: {body}", asked(), ask.status, ask.has))
    }

    /// Stops the benchmark where the last answer is not what was to be answered.
    pub fn must_be_right(&self, ask: &Ask, status: u16) {
        let wrong = self.wrong(ask, status);
        assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    }
}
