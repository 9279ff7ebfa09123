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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures_util::future::join_all;

    use super::*;

    #[actix_web::test]
    async fn one_look_at_a_time_is_shared_by_those_who_asked_before_it_began() {
        let (shared, looks, running) = (SharedLook::default(), Cell::new(0), Cell::new(0));
        let look = || async {
            assert_eq!(running.replace(1), 0, "one at a time");
            looks.set(looks.get() + 1);
            tokio::task::yield_now().await;
            running.set(0);
            Ok(Answer::of(200, format!("look {}", looks.get()).into_bytes()))
        };
        let seen: Vec<Answer> =
            join_all((0..20).map(|_| shared.look(look()))).await.into_iter().map(Result::unwrap).collect();
        let said = |answer: &Answer| match &answer.body {
            Body::Whole(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => unreachable!("it is all here"),
        };
        assert_eq!(looks.get(), 2, "the first, and one for all who asked meanwhile");
        assert_eq!(
            (said(&seen[0]), said(&seen[1]), said(&seen[19])),
            ("look 1".into(), "look 2".into(), "look 2".into())
        );
        // Nobody is told what was seen before they asked.
        assert_eq!(said(&shared.look(look()).await.unwrap()), "look 3");
    }

    #[actix_web::test]
    async fn a_fault_is_told_to_one_and_an_outage_to_all() {
        let shared = SharedLook::default();
        let away = || async {
            tokio::task::yield_now().await;
            Err(Failure::Unavailable("away".to_owned()))
        };
        let all = join_all((0..3).map(|_| shared.look(away()))).await;
        assert!(all.iter().all(|one| matches!(one, Err(Failure::Unavailable(why)) if why == "away")));
        let looks = Cell::new(0);
        let broken = || async {
            looks.set(looks.get() + 1);
            tokio::task::yield_now().await;
            Err(Failure::broken("a fault"))
        };
        assert!(
            join_all((0..3).map(|_| shared.look(broken())))
                .await
                .iter()
                .all(|one| matches!(one, Err(Failure::Broken(_))))
        );
        assert_eq!(looks.get(), 3);
    }
}
