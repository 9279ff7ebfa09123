//! A receiver of webhooks on this machine, which keeps what it is sent and answers as it is told.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use standardwebhooks::Webhook;

/// What a receiver was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Whether the official library accepts the signature by a secret, at the time that the message says.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        // The library compares with the system's clock, and the test's stands still.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs() as i64;
        let said: i64 = self.headers["webhook-timestamp"].parse().expect("seconds");
        let verifier = Webhook::new(secret).expect("a secret");
        if (now - said).abs() > 240 {
            // Signed anew for now by the library itself, it must come to the same for the time that was said.
            let signed = verifier.sign(&self.headers["webhook-id"], said, &self.body).expect("a signature");
            return self.headers["webhook-signature"].split(' ').any(|one| one == signed);
        }
        verifier.verify(&self.body, &standard_headers(&self.headers)).is_ok()
    }
}

fn standard_headers(all: &BTreeMap<String, String>) -> ureq::http::HeaderMap {
    let mut headers = ureq::http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, all[name].parse().expect("a value"));
    }
    headers
}

/// A receiver on this machine, which answers as it is told.
pub struct Receiver {
    pub address: SocketAddr,
    pub sent: Arc<Mutex<Vec<Sent>>>,
    answer: Arc<Mutex<String>>,
    closed: Arc<AtomicBool>,
}

pub const GOOD: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sent, answer) = (Arc::<Mutex<Vec<Sent>>>::default(), Arc::new(Mutex::new(GOOD.to_owned())));
        let closed = Arc::new(AtomicBool::new(false));
        let (all, say, end) = (Arc::clone(&sent), Arc::clone(&answer), Arc::clone(&closed));
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                if let Some(one) = read(&connection) {
                    all.lock().expect("what was sent").push(one);
                }
                let say = say.lock().expect("the answer").clone();
                (&connection).write_all(say.as_bytes()).ok();
            }
        });
        Self { address, sent, answer, closed }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    pub fn answers(&self, text: &str) {
        text.clone_into(&mut self.answer.lock().expect("the answer"));
    }

    /// Takes what was sent since the last time.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().expect("what was sent"))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
    }
}

fn read(connection: &TcpStream) -> Option<Sent> {
    let mut from = BufReader::new(connection);
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    from.read_line(&mut line).ok().filter(|read| *read > 0)?;
    loop {
        line.clear();
        from.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    from.read_exact(&mut body).ok()?;
    Some(Sent { headers, body })
}
