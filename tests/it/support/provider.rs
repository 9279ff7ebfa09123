//! An identity provider: it signs tokens of any shape, and publishes its keys at an address that can be shut.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// An RSA key that is used only in tests (PKCS #1), and its public part.
const KEY: &str = "MIIEowIBAAKCAQEAsDFoCAnqgT36CjF7RCDnyq4t3JBL2rcEDaCz7jHymHTLC+rMbG6KKloiILoIOXLB+i/YoPfENGNWz2r/JBaYJB85oh28ZChCRp97WcugMrH8dR8ri8ymSdrHIgMuHkiGmF+oROJTiS/19/H3h8+xlQ9043nqXHc5fhjOwsGzKm+p0g7sL1JG1RfjxkpYXhm+dguHQPc69PzGwVOcfhzXnPB7sxvD9j2QFbwSzwKcp++aRv2NRC2WWQVsuL3IflDt8dIoGCIvqPXoUlDHsj+HLlfhiBts2TsEJzvP7cowax5BmGzDrqBggPUOjLijh8t6dZLhWuRjWaNUwjEZbyBM6wIDAQABAoIBADGIikcsRn20J03jUFS8bX3JDwKhnHmuFxkfs0YFS775orXEelkHkJdMhKivtC02antEJUJHtaTGwrqISZdjNL1++8xsULDVsqA5KMv7V5u49xEURMFGNP+xXmdc/oOr/w7qYZuQB00bqypcH6tSRAn0cPecqDr7l7GwFryhCRYmGuCeVj9ZKPSTYW3Ov414dO3baJtRbH8Jz8xQV31N61krL50klKr+Ifd0lCB4iMzHaokVO/sjN+XMC79G1O/YGLKxmiDplds60+HTPsl6UW8GLOXe99LQYiwMn+RtyPKvDC0J9h6XNtznOfeEXnFbZ3So8BzMU2e7xPYyr62YNyUCgYEA8nWClFQ0e4usqnIOiAbZPkn37pz1Zd2zjoSOXUrI/7Xp1e351p8GVk2xn3G4DEexWi659LAQbHnsqhyaq7T4+2I8iCw4Q/LdrckU9MXdgDe5U7yZnhaL7e7u66lCrGChPzJt5JzJOfMtDAPp9JeQHCjQ7DuJwvQ6OpxIwAFLvW0CgYEAugh5703KEXxWcdCPPtynQJDHjUrocVQjzAgp77jAScRaBlbpTzoKOpJ6CyQJXC0/R/kWgBkha/e0accR+Ha2VSG1jovUfBQDIpuH8ZCPMxg4xwajHDRqMqYq1kLhYWU2ecWtrvAydZBCnf133SYFEjLTMJ2ZxkBBDivjHOEw9LcCgYASn6gaEKW/X6kxpnUrSatiN3hN4cyPuInURqZQ0C/ERIrjndX1AF4SPwGHx8plVxRuYuxxuRxp2KuvHWdcDRia5p7TruHbhko00R9E9fXfpWgc4H3EQOMasaG0hFnUt89q9UqvpsNmKiGprJtJ6GJvZ0s0+hXI3c2jNuH3raHNuQKBgQC2a2lmB1mGG+6IXIKambRH07BaFIIp3t/bSoYU0416yFeer8rILZmqJcgW9JdZE+VhphcyNXJYdOUsdFBi28WfZRarWOJbaSRJ40lCzwYcjDvgrdlz5tHcKKUIxTxMTPtGHVlamZ5hObyZP9sxt/5xAfWlTmVjyc4BH3fs8cUXsQKBgBCBSUilSCvD8QmJvObt5TuSpnH7km1d1rHMcUIczl7+2sxeLjOz5wo7eJnGe6b/f9qLnr/KIAH+M7eIrbgx/c32zgKxSV5fOeH/+TMwb+40yQLuNiPLCzjjA8qGLyATMyeYc1soLEmRM3w1iXvjQWurY9vyFmzfJ/f7jfTJoKdf";
const MODULUS: &str = "sDFoCAnqgT36CjF7RCDnyq4t3JBL2rcEDaCz7jHymHTLC-rMbG6KKloiILoIOXLB-i_YoPfENGNWz2r_JBaYJB85oh28ZChCRp97WcugMrH8dR8ri8ymSdrHIgMuHkiGmF-oROJTiS_19_H3h8-xlQ9043nqXHc5fhjOwsGzKm-p0g7sL1JG1RfjxkpYXhm-dguHQPc69PzGwVOcfhzXnPB7sxvD9j2QFbwSzwKcp--aRv2NRC2WWQVsuL3IflDt8dIoGCIvqPXoUlDHsj-HLlfhiBts2TsEJzvP7cowax5BmGzDrqBggPUOjLijh8t6dZLhWuRjWaNUwjEZbyBM6w";

/// What the provider answers when it is asked for its keys.
#[derive(Debug)]
struct Shared {
    answer: Mutex<Vec<u8>>,
    asked: AtomicUsize,
    closed: AtomicBool,
}

/// The provider.
#[derive(Debug)]
pub struct Provider {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

/// A key set with the provider's key under this id, and without `alg`, as Entra ID publishes it.
pub fn key_set(kid: &str) -> String {
    json!({ "keys": [{ "kty": "RSA", "use": "sig", "kid": kid, "n": MODULUS, "e": "AQAB" }] }).to_string()
}

/// A token with these claims, signed with the provider's key under this id.
pub fn signed(kid: &str, typ: Option<&str>, claims: &Value) -> String {
    let header = Header { kid: Some(kid.to_owned()), typ: typ.map(str::to_owned), ..Header::new(Algorithm::RS256) };
    let key = EncodingKey::from_rsa_der(&STANDARD.decode(KEY).expect("base64"));
    encode(&header, claims, &key).expect("a token")
}

impl Provider {
    /// A provider that publishes its key under this id.
    pub fn start(kid: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared =
            Arc::new(Shared { answer: Mutex::default(), asked: AtomicUsize::new(0), closed: AtomicBool::new(false) });
        let within = Arc::clone(&shared);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if within.closed.load(Ordering::SeqCst) {
                    return;
                }
                let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
                while lines.next().is_some_and(|line| !line.is_empty()) {}
                within.asked.fetch_add(1, Ordering::SeqCst);
                let answer = within.answer.lock().expect("the answer").clone();
                (&connection).write_all(&answer).ok();
            }
        });
        let provider = Self { address, shared };
        provider.publishes(&key_set(kid));
        provider
    }

    /// The address of its keys.
    pub fn keys(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// Publishes this text from now on.
    pub fn publishes(&self, text: &str) {
        self.answers(&format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len()));
    }

    /// Answers these bytes from now on.
    pub fn answers(&self, bytes: &str) {
        bytes.as_bytes().clone_into(&mut self.shared.answer.lock().expect("the answer"));
    }

    /// How often it was asked for its keys.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        std::net::TcpStream::connect(self.address).ok();
    }
}
