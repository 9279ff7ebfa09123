//! What the log is told of background work that does not go well: at once where it is a fault of ours; where it waits for
//! something else, or hangs, once that lasts.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::refusal::Failure;

/// How long something lasts before it is worth a line, and how long until the next one.
const LASTS: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_secs(600);

/// Since when a job has not ended well, and when the log was told.
#[derive(Clone, Copy, Debug, Default)]
struct Trouble {
    runs_since: Option<Instant>,
    fails_since: Option<Instant>,
    told: Option<Instant>,
}

impl Trouble {
    /// For how long there has been trouble, where the log should be told now.
    fn due(&mut self, now: Instant) -> Option<Duration> {
        let since = self.fails_since.or(self.runs_since)?;
        let due = match self.told {
            None => now - since >= LASTS,
            Some(told) => now - told >= AGAIN,
        };
        if due {
            self.told = Some(now);
        }
        due.then(|| now - since)
    }
}

/// The jobs that run or fail at present. They run on several threads, and one that hangs can't tell of itself.
#[derive(Debug, Default)]
pub(super) struct Watch(Mutex<BTreeMap<&'static str, Trouble>>);

impl Watch {
    fn jobs(&self) -> MutexGuard<'_, BTreeMap<&'static str, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a job begins.
    pub(super) fn begins(&self, job: &'static str, now: Instant) {
        self.jobs().entry(job).or_default().runs_since = Some(now);
    }

    /// Notes how a job ended.
    pub(super) fn ends(&self, job: &'static str, failure: Option<&Failure>, now: Instant) {
        let mut jobs = self.jobs();
        let trouble = jobs.entry(job).or_default();
        let Some(failure) = failure else {
            if let Trouble { told: Some(_), runs_since, fails_since } = std::mem::take(trouble)
                && let Some(since) = fails_since.or(runs_since)
            {
                log::warn!("{job} ended well again, after {} s", (now - since).as_secs());
            }
            return;
        };
        trouble.fails_since = trouble.fails_since.or(trouble.runs_since).or(Some(now));
        trouble.runs_since = None;
        let waits = matches!(failure, Failure::Unavailable(_) | Failure::Collided(_));
        match trouble.due(now) {
            _ if !waits => log::error!("{job} failed: {failure}"),
            Some(lasts) => log::warn!("{job} has not ended well for {} s: {failure}", lasts.as_secs()),
            None => log::debug!("{job} is waiting: {failure}"),
        }
    }

    /// Tells the log of jobs that don't end.
    pub(super) fn look(&self, now: Instant) {
        for (job, trouble) in &mut *self.jobs() {
            if trouble.runs_since.is_some()
                && let Some(lasts) = trouble.due(now)
            {
                log::warn!(
                    "{job} has not ended for {} s: what it waits for hangs, or there is much to do",
                    lasts.as_secs()
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds at which the log is told, of two thousand.
    fn told(began: Instant, mut at: impl FnMut(Instant) -> Option<Duration>) -> Vec<u64> {
        (0..2_000).filter(|second| at(began + Duration::from_secs(*second)).is_some()).collect()
    }

    #[test]
    fn what_lasts_is_told_once_it_does_and_then_every_ten_minutes() {
        let began = Instant::now();
        let mut fails = Trouble { fails_since: Some(began), ..Trouble::default() };
        assert_eq!(told(began, |now| fails.due(now)), [60, 660, 1_260, 1_860]);
        let mut hangs = Trouble { runs_since: Some(began), ..Trouble::default() };
        assert_eq!(told(began, |now| hangs.due(now)), [60, 660, 1_260, 1_860]);
        assert_eq!(told(began, |now| Trouble::default().due(now)), Vec::<u64>::new());
    }

    #[test]
    fn a_job_that_ends_well_counts_anew() {
        let (watch, began) = (Watch::default(), Instant::now());
        let at = |second| began + Duration::from_secs(second);
        let away = Failure::Unavailable("away".to_owned());
        let told = |watch: &Watch| watch.jobs().get("emails").is_some_and(|trouble| trouble.told.is_some());
        for second in [0, 30] {
            watch.begins("emails", at(second));
            watch.ends("emails", Some(&away), at(second + 5));
        }
        assert!(!told(&watch), "35 seconds");
        watch.begins("emails", at(50));
        watch.look(at(70));
        assert!(told(&watch), "it has not ended well since it first began");
        watch.ends("emails", None, at(80));
        watch.begins("emails", at(90));
        watch.look(at(100));
        assert!(!told(&watch));
    }
}
