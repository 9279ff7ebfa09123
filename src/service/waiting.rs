//! Reads that wait for news: between two looks they hold neither a connection nor a thread, only a place among those who
//! may wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::db::budget::Budget;
use crate::http::answer::Answer;
use crate::http::operation::ReadJob;
use crate::refusal::Result;
use crate::service::blocking::at_database;
use crate::service::{Job, Service, Shared};
use crate::work::RequestContext;

/// The most requests that wait at a time; others are answered at once.
const MOST: usize = 256;

/// The last place of the feed that this copy of the service has heard of, and who waits for more.
#[derive(Debug)]
pub struct News {
    latest: watch::Sender<i64>,
    places: Arc<Semaphore>,
}

impl Default for News {
    fn default() -> Self {
        Self { latest: watch::Sender::new(0), places: Arc::new(Semaphore::new(MOST)) }
    }
}

impl News {
    /// Tells everybody who waits that the feed goes up to this place, if that is new.
    pub fn tell(&self, latest: i64) {
        self.latest.send_if_modified(|known| std::mem::replace(known, latest) != latest);
    }

    /// Ends all waiting: the service stops.
    pub(super) fn end(&self) {
        self.places.close();
        self.latest.send_modify(|_| {});
    }
}

/// Answers a read, again and again until it has something to say or the time is over.
pub(super) async fn answer(service: &Shared, asked: RequestContext, job: ReadJob, wait: Duration) -> Result<Answer> {
    let mut work = (asked, Job::Read(job));
    let until = Instant::now() + wait;
    let mut news = service.news.latest.subscribe();
    let mut place = None;
    loop {
        news.mark_unchanged();
        let (answer, again) = once(service, work).await?;
        work = again;
        if answer.has_news || Instant::now() >= until || service.is_stopping() {
            return Ok(answer);
        }
        if place.is_none() {
            place = Arc::clone(&service.news.places).try_acquire_owned().ok();
        }
        if place.is_none() {
            return Ok(answer);
        }
        tokio::time::timeout_at(until, news.changed()).await.ok();
    }
}

/// One look; the work comes back, so that it can be done again.
async fn once(service: &Shared, work: (RequestContext, Job)) -> Result<(Answer, (RequestContext, Job))> {
    let budget = Budget::of_read();
    at_database(service, budget, move |service: &Service| {
        let answer = service.run(&work.0, &work.1, &budget)?;
        Ok((answer, work))
    })
    .await
}
