//! The driver: connections that send each request when it is due, whatever became of the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use crate::house::load::Line;
use crate::steps::Mixture;

/// Connections of the driver.
pub const CONNECTIONS: usize = 16;
/// Statuses by which the service says that it has too much to do; no wrong answer.
const REFUSED: [u16; 2] = [429, 503];
/// How many wrong answers are kept to be shown.
const SHOWN: usize = 5;

/// What became of requests since it was last taken.
#[derive(Debug, Default)]
pub struct Done {
    /// Microseconds of those that were answered right, from when each was due.
    pub took: Vec<u32>,
    /// How many were refused because the service had too much to do.
    pub refused: usize,
    /// How many were answered wrong or not at all.
    pub failed: usize,
    /// Some of the wrong answers.
    pub wrong: Vec<String>,
}

/// Ends the load when it goes.
struct End<'r>(&'r AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A load on a service.
pub struct Load<'r> {
    /// Address and port.
    pub address: &'r str,
    /// What is asked.
    pub mixture: &'r Mixture,
    /// The number of the next request.
    next: AtomicU64,
    over: AtomicBool,
    done: Mutex<Done>,
}

impl<'r> Load<'r> {
    /// Prepares it.
    pub fn new(address: &'r str, mixture: &'r Mixture) -> Self {
        let (next, over, done) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::default());
        Self { address, mixture, next, over, done }
    }

    /// What became of requests since this was last asked.
    pub fn take(&self) -> Done {
        std::mem::take(&mut *self.done.lock().expect("no thread that panicked"))
    }

    /// Runs at so many requests a second, or as fast as can be, for as long as `meanwhile` takes.
    pub fn run(&self, rate: Option<u32>, meanwhile: impl FnOnce()) {
        self.over.store(false, Ordering::Relaxed);
        let (start, first) = (Barrier::new(CONNECTIONS + 1), self.next.load(Ordering::Relaxed));
        let one = || {
            let mut line = Line::open(self.address);
            start.wait();
            let began = Instant::now();
            while !self.over.load(Ordering::Relaxed) {
                let n = self.next.fetch_add(1, Ordering::Relaxed);
                let due = rate.map(|rate| began + Duration::from_secs_f64((n - first) as f64 / f64::from(rate)));
                if let Some(wait) = due.and_then(|due| due.checked_duration_since(Instant::now())) {
                    std::thread::sleep(wait);
                }
                self.send(&mut line, n, due);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..CONNECTIONS {
                scope.spawn(one);
            }
            // Also where it panics.
            let _end = End(&self.over);
            start.wait();
            meanwhile();
        });
    }

    fn send(&self, line: &mut Line, n: u64, due: Option<Instant>) {
        let (step, ask) = self.mixture.next(n);
        let began = due.unwrap_or_else(Instant::now);
        // A connection that breaks is a panic there.
        let status = catch_unwind(AssertUnwindSafe(|| line.send(&ask.bytes))).ok();
        let took = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
        let Some(status) = status else {
            *line = Line::open(self.address);
            return self.failed(format!("the connection broke at request {n}, {step:?}"));
        };
        if REFUSED.contains(&status) {
            self.mixture.again(step);
            self.done.lock().expect("no thread that panicked").refused += 1;
        } else if let Some(wrong) = line.wrong(&ask, status) {
            self.failed(wrong);
        } else {
            self.mixture.done(step, line.body());
            self.done.lock().expect("no thread that panicked").took.push(took);
        }
    }

    fn failed(&self, wrong: String) {
        let mut done = self.done.lock().expect("no thread that panicked");
        done.failed += 1;
        if done.wrong.len() < SHOWN {
            done.wrong.push(wrong);
        }
    }
}
