//! When an event is sent again, and when it is given up.

use crate::clock::Instant;

/// Seconds until the next attempt, by how many have failed in a row; the last holds from then on.
/// A receiver that was away for an hour is sent to again after some 15 minutes.
const DELAYS: [i64; 13] = [5, 30, 120, 300, 600, 900, 900, 900, 1_800, 3_600, 7_200, 14_400, 21_600];
/// The longest that a receiver can ask the service to wait, in seconds.
const LONGEST_WISH: i64 = 3_600;
/// Minutes after which a receiver that takes nothing is given up: three days.
const PATIENCE: i64 = 3 * 24 * 60;

/// The next attempt after so many failures in a row: later by up to a fifth, so that receivers which failed together are
/// not asked together again. `jitter` is from 0 to 199; `wish` is what the receiver asked for, in seconds.
#[must_use]
pub(super) fn next_attempt(now: Instant, failures: i32, jitter: i64, wish: Option<i64>) -> Instant {
    let place = usize::try_from(failures.saturating_sub(1)).unwrap_or_default();
    let delay = DELAYS.get(place).or(DELAYS.last()).copied().unwrap_or_default();
    let delay = delay + delay * jitter.clamp(0, 199) / 1_000;
    let seconds = delay.max(wish.unwrap_or_default().min(LONGEST_WISH));
    now.plus_seconds(seconds)
}

/// Whether a receiver that has taken nothing since then is given up.
#[must_use]
pub(super) fn is_given_up(failing_since: Instant, now: Instant) -> bool {
    failing_since.minutes_until(now) >= PATIENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn attempts_come_ever_later_and_not_all_at_once() {
        let now = at("2026-06-15T10:00:00Z");
        for (failures, jitter, wish, next) in [
            (1, 0, None, "2026-06-15T10:00:05Z"),
            (2, 0, None, "2026-06-15T10:00:30Z"),
            (2, 199, None, "2026-06-15T10:00:35Z"),
            (2, 0, Some(90), "2026-06-15T10:01:30Z"),
            (2, 0, Some(1), "2026-06-15T10:00:30Z"),
            (1, 0, Some(1_000_000), "2026-06-15T11:00:00Z"),
            (8, 0, None, "2026-06-15T10:15:00Z"),
            (13, 0, None, "2026-06-15T16:00:00Z"),
            (500, 0, None, "2026-06-15T16:00:00Z"),
        ] {
            assert_eq!(next_attempt(now, failures, jitter, wish), at(next), "{failures} {jitter} {wish:?}");
        }
    }

    #[test]
    fn a_receiver_is_given_up_after_three_days() {
        let since = at("2026-06-15T10:00:00Z");
        assert!(!is_given_up(since, at("2026-06-18T09:59:00Z")));
        assert!(is_given_up(since, at("2026-06-18T10:00:00Z")));
    }
}
