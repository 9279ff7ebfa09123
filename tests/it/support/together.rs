//! Races: sends several requests at the same moment.

use std::sync::Barrier;
use std::thread;

use super::Answer;

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

/// The number of requests that succeeded; panics unless all others were refused with this status and code.
#[track_caller]
pub fn done(answers: Vec<Answer>, (status, code): (u16, &str)) -> usize {
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status < 300);
    for answer in refused {
        answer.refused(status, code);
    }
    done.len()
}
