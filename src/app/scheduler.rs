//! The scheduler of background work: closes opportunities, lapses offers, sends reminders and emails, removes data
//! whose retention period is over, seals audit records, and deletes unclaimed files.
//! Every job is safe in any number of copies of the service at once, and a job that fails does not stop the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::app::outside::{fetch_keys, order_events};
use crate::app::watch::Watch;
use crate::clock;
use crate::db::clocks;
use crate::privacy::Removal;
use crate::refusal::{Failure, Result};
use crate::service::{Service, Shared};

/// A job: its name in the metrics, and one bounded portion of its work, which returns how many records it dealt with.
#[derive(Clone, Copy, Debug)]
struct Job<T = usize> {
    name: &'static str,
    portion: fn(&Service) -> Result<T>,
}

/// Emails, sent every second so that they don't wait for the other jobs.
const EMAILS: Job = Job { name: "emails", portion: crate::deliveries::send_due };
/// Gives events their place in the feed, every second, and tells those who wait for them.
const EVENTS: Job = Job { name: "events", portion: order_events };
/// Deletes what nobody claimed. The object store may hang, so nothing else waits for it.
const FILES: Job = Job {
    name: "unclaimed_files",
    portion: |service| crate::files::sweep(&service.db, &service.files, service.clock.now()),
};
/// What time changes. Each finds what is due by an index of its own, so that it is cheap while nothing is.
const BY_THE_CLOCK: [Job; 6] = [
    Job { name: "close_opportunities", portion: |service| service.scheduled(&crate::opportunities::close_due) },
    Job { name: "lapse_offers", portion: |service| service.scheduled(&crate::expressions::lapse_due) },
    Job { name: "clearance_reminders", portion: |service| service.scheduled(&crate::processes::remind_due) },
    Job { name: "session_reminders", portion: crate::sessions::remind_due },
    Job {
        name: "idempotency_keys",
        portion: |service| service.db.with(|conn| crate::work::idempotency::expire(conn, service.clock.now())),
    },
    Job {
        name: "reply_addresses",
        portion: |service| service.db.with(|conn| crate::secret_addresses::expire(conn, service.clock.now())),
    },
];
/// What goes on whatever the time is.
const ALWAYS: [Job; 2] = [Job { name: "audit_seals", portion: seal }, Job { name: "figures", portion: figures }];
/// What is due by the day. It looks at everybody, so it runs until nothing is left, and then on the next day.
const RETENTION: Job<Removal> = Job {
    name: "retention",
    portion: |service| service.scheduled(&|writer| crate::privacy::run_due(writer, service.clock.goes())),
};

const EMAILS_EVERY: Duration = Duration::from_secs(1);
/// How often events get their place in the feed.
const EVENTS_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether keys that verify tokens are old.
const KEYS_EVERY: Duration = Duration::from_secs(1);
const FREQUENT_EVERY: Duration = Duration::from_secs(10);
/// Minutes until the retention job comes back to what was held by somebody else.
const HELD_MINUTES: i64 = 15;
/// The most batches of audit records that one run seals, each in its own transaction.
const SEAL_BATCHES: usize = 4;

/// How long the process waits for background work after it was told to stop; then it ends without it. All of it is safe
/// to break off: it is in transactions, or done again.
const STOPS_WITHIN: Duration = Duration::from_secs(5);

/// The running scheduler.
#[derive(Debug)]
pub struct Scheduler {
    stop: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
    watch: Arc<Watch>,
}

/// A scheduler that begins nothing more.
#[derive(Debug)]
pub struct Stopping {
    threads: Vec<JoinHandle<()>>,
    until: Instant,
}

impl Scheduler {
    /// Has every job end as soon as it can, and starts no other one.
    #[must_use]
    pub fn told_to_stop(self) -> Stopping {
        drop(self.stop);
        Stopping { threads: self.threads, until: Instant::now() + STOPS_WITHIN }
    }

    /// Stops the scheduler after the jobs that are running.
    pub fn stop(self) {
        self.told_to_stop().wait();
    }
}

impl Stopping {
    /// Waits for the jobs that are running, five seconds at most since they were told to stop.
    pub fn wait(self) {
        for thread in self.threads {
            if ended(thread, self.until).is_none() {
                log::warn!("background work did not end in time; it is broken off");
                return;
            }
        }
    }
}

/// What a thread came to, if it ends in time.
pub(super) fn ended<T>(thread: JoinHandle<T>, until: Instant) -> Option<T> {
    while !thread.is_finished() {
        if Instant::now() >= until {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    thread.join().ok()
}

/// Starts the scheduler: a thread for everything that may wait for something of its own (the mail server, the object
/// store, a standby, a large removal), and one for the rest.
#[must_use]
pub fn start(service: &Shared) -> Scheduler {
    let mut scheduler = Scheduler { stop: Vec::new(), threads: Vec::new(), watch: Arc::default() };
    scheduler.repeat(service, EMAILS_EVERY, |service, watch| {
        EMAILS.run_logged(service, watch);
    });
    scheduler.repeat(service, FREQUENT_EVERY, |service, watch| {
        for job in frequent(service) {
            job.run_logged(service, watch);
        }
    });
    scheduler.repeat(service, FREQUENT_EVERY, |service, watch| {
        FILES.run_logged(service, watch);
    });
    scheduler.repeat(service, EVENTS_EVERY, |service, watch| {
        EVENTS.run_logged(service, watch);
    });
    scheduler.repeat(service, KEYS_EVERY, |service, _| fetch_keys(service));
    if let Some(standby) = &service.standby {
        // Nobody waits for its end: a look changes nothing, and a standby that hangs must not hold up the stop.
        drop(scheduler.begin(service, standby.look_every(), |service, _| service.look_at_standby()));
    }
    let (shared, slots) = (Arc::clone(service), crate::webhooks::Slots::default());
    scheduler.repeat(service, EVENTS_EVERY, move |_, _| {
        // While the database is away, the jobs beside say so.
        match crate::webhooks::send_due(&shared, &slots) {
            Ok(_) => {}
            Err(failure @ Failure::Unavailable(_)) => log::debug!("webhooks wait: {failure}"),
            Err(failure) => log::warn!("webhooks can't be sent to: {failure}"),
        }
    });
    let mut retention_at = service.clock.now();
    scheduler.repeat(service, FREQUENT_EVERY, move |service, watch| daily(service, watch, &mut retention_at));
    scheduler.repeat(service, FREQUENT_EVERY, |_, watch| watch.look(Instant::now()));
    scheduler
}

/// The jobs that run now: what is done by the clock is not done while the database's clock says something else (tests have
/// one that stands still).
fn frequent(service: &Service) -> impl Iterator<Item = Job> {
    let agree = |service: &Service| service.db.with(|conn| clocks::agree(conn, service.clock.now()));
    // Where the database is away, the jobs say so themselves.
    let right = !service.clock.goes() || agree(service).unwrap_or(true);
    BY_THE_CLOCK.into_iter().filter(move |_| right).chain(ALWAYS)
}

/// Runs a portion of the retention job if it is time for one, and says when it is again. One that failed is repeated.
fn daily(service: &Service, watch: &Watch, at: &mut clock::Instant) {
    if service.clock.now() >= *at
        && let Some(removal) = RETENTION.run_logged(service, watch)
    {
        *at = next_retention(removal, service.clock.now());
    }
}

/// At once while something is being removed, soon where what is due was held by somebody else, and otherwise at the
/// beginning of the next day in London.
fn next_retention(removal: Removal, now: clock::Instant) -> clock::Instant {
    match removal {
        Removal { records: 1.., .. } => now,
        Removal { left: true, .. } => now.plus_minutes(HELD_MINUTES),
        Removal { .. } => now.london_day().plus_days(1).starts_at(),
    }
}

impl Scheduler {
    /// Repeats work whose end is waited for.
    fn repeat(&mut self, service: &Shared, every: Duration, work: impl FnMut(&Service, &Watch) + Send + 'static) {
        let thread = self.begin(service, every, work);
        self.threads.push(thread);
    }

    fn begin(
        &mut self,
        service: &Shared,
        every: Duration,
        mut work: impl FnMut(&Service, &Watch) + Send + 'static,
    ) -> JoinHandle<()> {
        let (send, stopped): (Sender<()>, Receiver<()>) = channel();
        let (service, watch) = (Arc::clone(service), Arc::clone(&self.watch));
        self.stop.push(send);
        std::thread::spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
                work(&service, &watch);
            }
        })
    }
}

impl<T: Copy + Into<usize>> Job<T> {
    /// Runs a portion, and tells the metrics. A panic becomes a failure.
    fn run(self, service: &Service) -> Result<T> {
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| (self.portion)(service)))
            .unwrap_or_else(|_| Err(Failure::broken(format!("the job {} panicked", self.name))))?;
        service.metrics.job_ran(self.name, service.clock.now(), began.elapsed(), done.into());
        Ok(done)
    }

    /// The same; a failure goes to the log, and nothing is returned. Nothing is begun once the service stops.
    fn run_logged(self, service: &Service, watch: &Watch) -> Option<T> {
        if service.is_stopping() {
            return None;
        }
        watch.begins(self.name, Instant::now());
        let outcome = self.run(service);
        watch.ends(self.name, outcome.as_ref().err(), Instant::now());
        outcome.ok()
    }
}

/// Seals some batches of audit records.
fn seal(service: &Service) -> Result<usize> {
    let mut sealed = 0;
    for _ in 0..SEAL_BATCHES {
        let batch = service.db.unattended(crate::audit::seal::run)?;
        sealed += batch;
        if service.is_stopping() || batch < crate::audit::seal::BATCH {
            break;
        }
    }
    Ok(sealed)
}

/// Looks what waits for background work, for the metrics.
fn figures(service: &Service) -> Result<usize> {
    let (unsealed, oldest) =
        service.db.with(|conn| Ok((crate::audit::seal::waiting(conn)?, crate::deliveries::oldest_to_send(conn)?)))?;
    let waits = oldest.map(|since| service.clock.now().as_seconds() - since.as_seconds());
    service.metrics.waiting(unsealed, waits.unwrap_or_default());
    let (failing, since) = crate::webhooks::look(service)?;
    service.metrics.webhooks_fail(failing, since);
    Ok(0)
}

/// Runs every job once, except sending emails.
///
/// # Errors
/// The first failure of a job; the others have run all the same.
pub fn tick(service: &Service) -> Result<()> {
    let frequent: Vec<Result<()>> = frequent(service).map(|job| job.run(service).map(|_| ())).collect();
    let events = EVENTS.run(service).map(|_| ());
    let files = FILES.run(service).map(|_| ());
    let retention = RETENTION.run(service).map(|_| ());
    frequent.into_iter().chain([events, files, retention]).collect()
}

/// Sends the emails that are due.
///
/// # Errors
/// Database errors.
pub fn post(service: &Service) -> Result<()> {
    EMAILS.run(service).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_goes_on_while_there_is_something_and_rests_until_london_s_midnight() {
        let at = |text: &str| text.parse::<clock::Instant>().expect("an instant");
        let now = at("2026-06-15T22:30:00Z");
        for (records, left, next) in [
            (3, false, "2026-06-15T22:30:00Z"),
            (3, true, "2026-06-15T22:30:00Z"),
            (0, true, "2026-06-15T22:45:00Z"),
            (0, false, "2026-06-15T23:00:00Z"),
        ] {
            assert_eq!(next_retention(Removal { records, left }, now), at(next), "{records} {left}");
        }
        assert_eq!(next_retention(Removal::default(), at("2026-06-15T23:00:00Z")), at("2026-06-16T23:00:00Z"));
    }
}
