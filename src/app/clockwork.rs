//! What the passing of time does: opportunities close, offers lapse, reminders are made, what was kept long enough goes,
//! audit records are sealed, loose files are swept.
//! Each piece can run in any number of copies of the service at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::refusal::{Done, Failure};
use crate::service::{Service, Shared};

/// A piece of work that is done again and again.
type Work = fn(&Service) -> Done<()>;

/// What is done, and how often: what time has done is looked at every ten seconds, and letters don't wait for that.
const WORK: [(Duration, Work); 2] = [(Duration::from_secs(10), tick), (Duration::from_secs(1), post)];

/// The running clockwork.
#[derive(Debug)]
pub struct Clockwork {
    stop: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Clockwork {
    /// Stops it, after the piece of work that it is at.
    pub fn stop(self) {
        drop(self.stop);
        for thread in self.threads {
            thread.join().ok();
        }
    }
}

/// Starts the clockwork, each piece on a thread of its own.
#[must_use]
pub fn start(service: &Shared) -> Clockwork {
    let (mut stop, mut threads) = (Vec::new(), Vec::new());
    for (every, work) in WORK {
        let (send, stopped) = channel();
        let service = Arc::clone(service);
        stop.push(send);
        threads.push(std::thread::spawn(move || run(&service, &stopped, every, work)));
    }
    Clockwork { stop, threads }
}

fn run(service: &Service, stopped: &Receiver<()>, every: Duration, work: Work) {
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
        // One bad tick must not stop the clock.
        match catch_unwind(AssertUnwindSafe(|| work(service)))
            .unwrap_or_else(|_| Err(Failure::broken("a tick panicked")))
        {
            Ok(()) => {}
            Err(Failure::Unavailable(why)) => log::debug!("the clockwork waits for the database: {why}"),
            Err(failure) => log::error!("the clockwork: {failure}"),
        }
    }
}

/// Does everything that is due.
///
/// # Errors
/// Those of the database.
pub fn tick(service: &Service) -> Done<()> {
    service.by_the_clock(&|writer| crate::opportunities::close_due(writer).map(|_| ()))?;
    service.by_the_clock(&|writer| crate::expressions::lapse_due(writer).map(|_| ()))?;
    service.by_the_clock(&|writer| crate::privacy::retention::run_due(writer).map(|_| ()))?;
    service.db.with(|conn| crate::service::idempotency::expire(conn, service.clock.now()))?;
    service.by_the_clock(&crate::processes::remind_due)?;
    service.db.with(|conn| conn.build_transaction().run(crate::audit::seal::run))?;
    crate::files::sweep(&service.db, &service.files, service.clock.now()).map(|_| ())
}

/// Sends the e-mails that are due.
///
/// # Errors
/// Those of the database.
pub fn post(service: &Service) -> Done<()> {
    crate::deliveries::post_due(service).map(|_| ())
}
