//! The scheduler of background work: closes opportunities, lapses offers, sends reminders and emails, removes data
//! whose retention period is over, seals audit records, and deletes unclaimed files.
//! Every job is safe in any number of copies of the service at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::refusal::{Failure, Result};
use crate::service::{Service, Shared};

/// A job that is repeated.
type Work = fn(&Service) -> Result<()>;

/// The jobs and how often they run. Emails are sent every second, so that they don't wait for the slower jobs.
const WORK: [(Duration, Work); 2] = [(Duration::from_secs(10), tick), (Duration::from_secs(1), post)];

/// The running scheduler.
#[derive(Debug)]
pub struct Scheduler {
    stop: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Scheduler {
    /// Stops the scheduler after the jobs that are running.
    pub fn stop(self) {
        drop(self.stop);
        for thread in self.threads {
            thread.join().ok();
        }
    }
}

/// Starts the scheduler, with a thread for each job.
#[must_use]
pub fn start(service: &Shared) -> Scheduler {
    let (mut stop, mut threads) = (Vec::new(), Vec::new());
    for (every, work) in WORK {
        let (send, stopped) = channel();
        let service = Arc::clone(service);
        stop.push(send);
        threads.push(std::thread::spawn(move || run(&service, &stopped, every, work)));
    }
    Scheduler { stop, threads }
}

fn run(service: &Service, stopped: &Receiver<()>, every: Duration, work: Work) {
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
        // A job that panics must not stop the ones after it.
        match catch_unwind(AssertUnwindSafe(|| work(service)))
            .unwrap_or_else(|_| Err(Failure::broken("a background job panicked")))
        {
            Ok(()) => {}
            Err(Failure::Unavailable(why)) => log::debug!("background work is waiting for the database: {why}"),
            Err(failure) => log::error!("background work failed: {failure}"),
        }
    }
}

/// Runs every job that is due, except sending emails.
///
/// # Errors
/// Database errors, and errors of the object store.
pub fn tick(service: &Service) -> Result<()> {
    service.by_the_clock(&|writer| crate::opportunities::close_due(writer).map(|_| ()))?;
    service.by_the_clock(&|writer| crate::expressions::lapse_due(writer).map(|_| ()))?;
    service.by_the_clock(&|writer| crate::privacy::run_due(writer).map(|_| ()))?;
    service.db.with(|conn| crate::service::idempotency::expire(conn, service.clock.now()))?;
    service.by_the_clock(&crate::processes::remind_due)?;
    service.db.with(|conn| conn.build_transaction().run(crate::audit::seal::run))?;
    crate::files::sweep(&service.db, &service.files, service.clock.now()).map(|_| ())
}

/// Sends the emails that are due.
///
/// # Errors
/// Database errors.
pub fn post(service: &Service) -> Result<()> {
    crate::deliveries::send_due(service).map(|_| ())
}
