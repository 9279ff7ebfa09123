//! The same moment for many: requests that are let go together.

use std::sync::Barrier;
use std::thread;

use super::Answer;

/// How often a race is run: once proves nothing.
pub const ROUNDS: usize = 50;

/// Something done so many times at the same moment; 503 is asked again, as clients do.
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

/// How many were done, the others being refused with this.
#[track_caller]
pub fn done(answers: Vec<Answer>, (status, code): (u16, &str)) -> usize {
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status < 300);
    for answer in refused {
        answer.refused(status, code);
    }
    done.len()
}
