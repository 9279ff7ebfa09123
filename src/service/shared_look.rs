//! One look at a time for what anybody may ask without a token and what takes the database: however many ask, they take
//! one turn and one connection, and nobody is told what was seen before they asked.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::http::answer::{Answer, Body};
use crate::refusal::{Failure, Result};

/// The look that is under way, and what came of the last.
#[derive(Default)]
pub(super) struct SharedLook {
    begun: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    number: u64,
    outcome: Option<Result<Answer, String>>,
}

impl SharedLook {
    /// Looks, unless somebody else's look began after this was asked: then what that one saw.
    ///
    /// # Errors
    /// Those of the look.
    pub(super) async fn look(&self, look: impl Future<Output = Result<Answer>>) -> Result<Answer> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.number > asked
            && let Some(seen) = last.outcome.as_ref().and_then(copied)
        {
            return seen;
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let outcome = look.await;
        *last = Last { number, outcome: kept(&outcome) };
        outcome
    }
}

/// What others may be told, too: an answer that is all here, or that the database is not there.
fn kept(outcome: &Result<Answer>) -> Option<Result<Answer, String>> {
    match outcome {
        Ok(answer) => whole(answer).map(Ok),
        Err(Failure::Unavailable(why)) => Some(Err(why.clone())),
        Err(_) => None,
    }
}

fn copied(seen: &Result<Answer, String>) -> Option<Result<Answer>> {
    match seen {
        Ok(answer) => whole(answer).map(Ok),
        Err(why) => Some(Err(Failure::Unavailable(why.clone()))),
    }
}

fn whole(answer: &Answer) -> Option<Answer> {
    let Body::Whole(bytes) = &answer.body else { return None };
    let body = Body::Whole(bytes.clone());
    Some(Answer { status: answer.status, headers: answer.headers.clone(), body, has_news: answer.has_news })
}

impl fmt::Debug for SharedLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLook").field("begun", &self.begun).finish_non_exhaustive()
    }
}
