//! What the passing of time does: opportunities close, offers lapse, reminders are made, audit records are sealed, loose files are swept.
//! Each piece can run in any number of copies of the service at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::refusal::{Done, Failure};
use crate::service::{Service, Shared};

/// How often it is looked at what time has done.
const EVERY: Duration = Duration::from_secs(10);

/// The running clockwork.
#[derive(Debug)]
pub struct Clockwork {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Clockwork {
    /// Stops it, after the piece of work that it is at.
    pub fn stop(self) {
        drop(self.stop);
        self.thread.join().ok();
    }
}

/// Starts the clockwork on a thread of its own.
#[must_use]
pub fn start(service: &Shared) -> Clockwork {
    let (stop, stopped) = channel();
    let service = Arc::clone(service);
    let thread = std::thread::spawn(move || run(&service, &stopped));
    Clockwork { stop, thread }
}

fn run(service: &Service, stopped: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(EVERY) {
        // One bad tick must not stop the clock.
        match catch_unwind(AssertUnwindSafe(|| tick(service)))
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
    service.by_the_clock(&crate::clearances::remind_due)?;
    service.db.with(|conn| conn.build_transaction().run(crate::audit::seal::run))?;
    crate::files::sweep(&service.db, &service.files, service.clock.now()).map(|_| ())
}
