//! What the log is told of background work that fails: at once where it is a fault of ours, and where it waits for
//! something else, once that lasts.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::refusal::Failure;

/// How long an outage lasts before it is worth a line, and how long until the next one.
const LASTS: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_secs(600);

/// Since when a job fails, and when the log was told.
#[derive(Clone, Copy, Debug)]
struct Failing {
    since: Instant,
    told: Option<Instant>,
}

/// The jobs that fail at present.
#[derive(Debug, Default)]
pub(super) struct Watch(BTreeMap<&'static str, Failing>);

impl Watch {
    /// Notes how a job ended.
    pub(super) fn note(&mut self, job: &'static str, failure: Option<&Failure>, now: Instant) {
        let Some(failure) = failure else {
            if let Some(Failing { since, told: Some(_) }) = self.0.remove(job) {
                log::warn!("{job} works again, after {} s", (now - since).as_secs());
            }
            return;
        };
        let waits = matches!(failure, Failure::Unavailable(_) | Failure::Collided(_));
        match self.is_due(job, now) {
            _ if !waits => log::error!("{job} failed: {failure}"),
            Some(lasts) => log::warn!("{job} has not ended well for {} s: {failure}", lasts.as_secs()),
            None => log::debug!("{job} is waiting: {failure}"),
        }
    }

    /// For how long a job has failed, where the log should be told now.
    fn is_due(&mut self, job: &'static str, now: Instant) -> Option<Duration> {
        let failing = self.0.entry(job).or_insert(Failing { since: now, told: None });
        let due = match failing.told {
            None => now - failing.since >= LASTS,
            Some(told) => now - told >= AGAIN,
        };
        if due {
            failing.told = Some(now);
        }
        due.then(|| now - failing.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_once_it_lasts_and_then_every_ten_minutes() {
        let mut watch = Watch::default();
        let began = Instant::now();
        let told: Vec<u64> = (0..2_000)
            .filter(|second| watch.is_due("emails", began + Duration::from_secs(*second)).is_some())
            .collect();
        assert_eq!(told, [60, 660, 1_260, 1_860]);
        let at = |second| began + Duration::from_secs(second);
        watch.note("emails", None, at(2_001));
        assert_eq!(watch.is_due("emails", at(2_010)), None, "it counts anew");
    }
}
