//! One attempt to send an event: signed, to an address that was checked and to no other, within ten seconds.

use std::net::SocketAddr;
use std::time::{Duration, Instant as Stopwatch};

use url::{Host, Url};

use crate::access::proxies::Networks;
use crate::outgoing::{self, Unanswered};
use crate::webhooks::address::{allowed, resolved};
use crate::webhooks::signature::{Secret, signature};
use crate::webhooks::views::AttemptOutcome;

/// How long an attempt may take, from finding the address to the end of the answer's head.
const WITHIN: Duration = Duration::from_secs(10);

/// What is sent.
#[derive(Debug)]
pub(super) struct Message<'m> {
    pub id: String,
    /// When it is sent, in seconds since 1970.
    pub seconds: i64,
    pub body: &'m [u8],
    pub secrets: &'m [Secret],
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempted {
    pub outcome: AttemptOutcome,
    pub status: Option<u16>,
    /// How long the receiver asked to wait, in seconds.
    pub wish: Option<i64>,
    pub took: Duration,
}

impl Attempted {
    /// Whether the receiver said that it is gone for good.
    pub fn is_gone(self) -> bool {
        self.status == Some(410)
    }
}

/// The outcome, the status of the answer, and how long the receiver asked to wait.
type Said = (AttemptOutcome, Option<u16>, Option<i64>);

/// Sends a message; blocks.
pub(super) fn send(url: &str, message: &Message<'_>, listed: &Networks) -> Attempted {
    let began = Stopwatch::now();
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (outcome, status, wish) = match waiting {
        Ok(waiting) => {
            let sent = waiting.block_on(async { tokio::time::timeout(WITHIN, one(url, message, listed)).await });
            // A name that is still being looked up must not hold this thread.
            waiting.shutdown_background();
            sent.unwrap_or((AttemptOutcome::TimedOut, None, None))
        }
        Err(_) => (AttemptOutcome::Unreachable, None, None),
    };
    Attempted { outcome, status, wish, took: began.elapsed() }
}

async fn one(url: &str, message: &Message<'_>, listed: &Networks) -> Said {
    let Ok(url) = Url::parse(url) else { return (AttemptOutcome::ForbiddenAddress, None, None) };
    let Some(found) = resolved(&url).await else { return (AttemptOutcome::Unreachable, None, None) };
    at(&url, found, message, listed).await
}

/// Sends to the addresses that were found for the URL's host, if all of them may be sent to, and to no other: whoever runs
/// the name could say another one the next time.
async fn at(url: &Url, found: Vec<SocketAddr>, message: &Message<'_>, listed: &Networks) -> Said {
    let Ok(found) = allowed(url, found, listed) else { return (AttemptOutcome::ForbiddenAddress, None, None) };
    let pinned = match url.host() {
        Some(Host::Domain(name)) => Some((name, found.as_slice())),
        _ => None,
    };
    let headers = [
        ("content-type", "application/cloudevents+json".to_owned()),
        ("webhook-id", message.id.clone()),
        ("webhook-timestamp", message.seconds.to_string()),
        ("webhook-signature", signature(message.secrets, &message.id, message.seconds, message.body)),
    ];
    match outgoing::post(url, pinned, &headers, message.body.to_vec(), WITHIN).await {
        Ok(answer) if (200..300).contains(&answer.status) => (AttemptOutcome::Taken, Some(answer.status), None),
        Ok(answer) => (AttemptOutcome::Refused, Some(answer.status), answer.retry_after),
        Err(Unanswered::TimedOut) => (AttemptOutcome::TimedOut, None, None),
        Err(Unanswered::Unreachable) => (AttemptOutcome::Unreachable, None, None),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, ErrorKind, Write};
    use std::net::TcpListener;
    use std::thread::{JoinHandle, spawn};

    use super::*;

    /// Answers one request with success; gives back what it begins with.
    fn takes_one(receiver: TcpListener) -> JoinHandle<String> {
        spawn(move || {
            let (connection, _) = receiver.accept().expect("a connection");
            let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
            let first = lines.next().expect("a request");
            while lines.next().is_some_and(|line| !line.is_empty()) {}
            (&connection).write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").expect("an answer");
            first
        })
    }

    #[test]
    fn the_address_that_was_checked_is_the_one_that_is_connected_to() {
        // Looked up now, the name leads to 127.0.0.1; at the check it led to another address, at the same port.
        let private = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = private.local_addr().expect("an address").port();
        let checked = TcpListener::bind(("127.0.0.2", port)).expect("the same port");
        private.set_nonblocking(true).expect("no waiting");
        let url = Url::parse(&format!("http://localhost:{port}/hooks")).expect("an address");
        let found = vec![checked.local_addr().expect("an address")];
        let listed: Networks = "127.0.0.2/32".parse().expect("networks");
        let message = Message { id: "one".to_owned(), seconds: 0, body: b"", secrets: &[] };
        let request = takes_one(checked);
        let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let sent = waiting.block_on(at(&url, found, &message, &listed));
        assert_eq!(sent, (AttemptOutcome::Taken, Some(204), None));
        assert_eq!(request.join().expect("a request"), "POST /hooks HTTP/1.1");
        let nobody = private.accept().expect_err("nobody was to connect here");
        assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
    }
}
