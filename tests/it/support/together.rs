//! Races: sends several requests at the same moment.

use std::sync::Barrier;
use std::thread;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;

use super::{Answer, App, books};

/// Number of times that a race is repeated, because one run proves nothing.
pub const ROUNDS: usize = 50;

/// Sends this many requests at the same moment. A 503 is sent again, as clients do.
pub fn at_once(times: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let together = Barrier::new(times);
    let ask = |n: usize| {
        together.wait();
        loop {
            let answer = ask(n);
            if answer.status != 503 {
                return answer;
            }
        }
    };
    thread::scope(|scope| {
        let ask = &ask;
        let running: Vec<_> = (0..times).map(|n| scope.spawn(move || ask(n))).collect();
        running.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    })
}

/// Sends requests that wait for the row that `lock` locks, each once those before it wait, and then lets go of the row.
pub fn one_behind_the_other(app: &App, lock: &str, asks: &[&(dyn Fn() -> Answer + Sync)]) -> Vec<Answer> {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let mut owner = app.database.as_owner();
    thread::scope(|scope| {
        let locked = owner.transaction(|conn| {
            conn.batch_execute(lock)?;
            let mut running = Vec::new();
            for ask in asks {
                running.push(scope.spawn(ask));
                while books::number(app, waiting) < i64::try_from(running.len()).expect("a number") {}
            }
            diesel::QueryResult::Ok(running)
        });
        locked.expect("a lock").into_iter().map(|thread| thread.join().expect("an answer")).collect()
    })
}

/// The number of requests that succeeded; panics unless all others were refused with this status and code.
#[track_caller]
pub fn done(answers: Vec<Answer>, (status, code): (u16, &str)) -> usize {
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status < 300);
    for answer in refused {
        answer.refused(status, code);
    }
    done.len()
}
