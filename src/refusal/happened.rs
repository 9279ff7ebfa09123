//! The dates of things that have happened: each lies where it can have happened, between a first day and today.

use crate::clock::Day;
use crate::refusal::{Fault, Refusal};

/// Where nothing else says when a thing can have happened first, it was not longer ago than this.
const LONGEST_MONTHS: i32 = 50 * 12;

/// The days on which something can have happened.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    from: Day,
    /// What lies on the first day, to follow "between".
    first: &'static str,
    today: Day,
}

impl Happened {
    /// Not before a day on which something else happened, named to follow "between"; not in the future.
    #[must_use]
    pub fn since(from: Day, first: &'static str, today: Day) -> Self {
        Self { from, first, today }
    }

    /// Within the last 50 years, where nothing in the service says more.
    #[must_use]
    pub fn in_living_memory(today: Day) -> Self {
        Self { from: today.plus_months(-LONGEST_MONTHS), first: "50 years ago", today }
    }

    /// What is wrong with a day, if anything.
    #[must_use]
    pub fn wrong(self, on: Day) -> Option<String> {
        if on > self.today {
            return Some("must not be in the future".to_owned());
        }
        (on < self.from).then(|| format!("must be between {} and today", self.first))
    }

    /// The fault of a day at a place of the body, if any.
    #[must_use]
    pub fn fault(self, pointer: impl Into<String>, on: Day) -> Option<Fault> {
        self.wrong(on).map(|detail| Fault::at(pointer, "out-of-range", detail))
    }

    /// Refuses a day on which it can't have happened; a day that is not given is not wrong.
    ///
    /// # Errors
    /// `invalid`, `out-of-range`.
    pub fn check(self, pointer: &str, on: Option<Day>) -> Result<(), Refusal> {
        match on.and_then(|on| self.fault(pointer, on)) {
            Some(fault) => Err(Refusal::invalid(vec![fault])),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_happened_before_it_could_or_after_today() {
        let since = Happened::since(day("2026-06-10"), "the release of the run", day("2026-06-15"));
        let ever = Happened::in_living_memory(day("2026-06-15"));
        for (on, may_since, may_ever) in [
            ("2026-06-09", false, true),
            ("2026-06-10", true, true),
            ("2026-06-15", true, true),
            ("2026-06-16", false, false),
            ("1976-06-15", false, true),
            ("1976-06-14", false, false),
            ("1926-11-26", false, false),
            ("2062-11-26", false, false),
        ] {
            let may = |days: Happened| days.check("/on", Some(day(on))).is_ok();
            assert_eq!((may(since), may(ever)), (may_since, may_ever), "{on}");
        }
        assert!(since.check("/on", None).is_ok());
    }
}
