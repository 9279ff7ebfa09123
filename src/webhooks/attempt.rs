//! One attempt to send an event: signed, to an address that was checked and to no other, within ten seconds.

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

async fn one(url: &str, message: &Message<'_>, listed: &Networks) -> (AttemptOutcome, Option<u16>, Option<i64>) {
    let Ok(url) = Url::parse(url) else { return (AttemptOutcome::ForbiddenAddress, None, None) };
    let Some(found) = resolved(&url).await else { return (AttemptOutcome::Unreachable, None, None) };
    let Ok(found) = allowed(&url, found, listed) else { return (AttemptOutcome::ForbiddenAddress, None, None) };
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
    match outgoing::post(&url, pinned, &headers, message.body.to_vec(), WITHIN).await {
        Ok(answer) if (200..300).contains(&answer.status) => (AttemptOutcome::Taken, Some(answer.status), None),
        Ok(answer) => (AttemptOutcome::Refused, Some(answer.status), answer.retry_after),
        Err(Unanswered::TimedOut) => (AttemptOutcome::TimedOut, None, None),
        Err(Unanswered::Unreachable) => (AttemptOutcome::Unreachable, None, None),
    }
}
