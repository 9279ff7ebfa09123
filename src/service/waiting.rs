//! Reads that wait for news: between two looks they hold neither a connection nor a thread, only a place among those who
//! may wait.

use std::time::Duration;

use tokio::time::Instant;

use crate::db::budget::Budget;
use crate::http::answer::Answer;
use crate::http::operation::ReadJob;
use crate::refusal::Result;
use crate::service::blocking::at_database;
use crate::service::{Job, Service, Shared};
use crate::work::RequestContext;

/// Answers a read, again and again until it has something to say or the time is over.
pub(super) async fn answer(service: &Shared, asked: RequestContext, job: ReadJob, wait: Duration) -> Result<Answer> {
    let caller = asked
        .actor
        .as_ref()
        .map(|actor| {
            format!(
                "{}
{}",
                actor.issuer, actor.subject
            )
        })
        .unwrap_or_default();
    let mut work = (asked, Job::Read(job));
    let until = Instant::now() + wait;
    let mut news = service.news.listen();
    let mut place = None;
    loop {
        news.mark_unchanged();
        let (answer, again) = once(service, work).await?;
        work = again;
        if answer.has_news || Instant::now() >= until || service.is_stopping() {
            return Ok(answer);
        }
        if place.is_none() {
            place = service.news.place(&caller);
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
