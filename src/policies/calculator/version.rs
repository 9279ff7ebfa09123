//! Which version of the policy counts on a day.
//! Not here: which versions are published; those alone are handed in.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// What the choice needs to know of a published version.
pub trait Version {
    /// The day it counts from.
    fn effective_from(&self) -> Date;
    /// When it was published.
    fn published_at(&self) -> Timestamp;
    /// Its id, for two published in the same instant.
    fn id(&self) -> Uuid;
}

/// The version in force on a day: the latest to have come into effect; of two from one day the later published.
pub fn in_force<V: Version>(versions: &[V], date: Date) -> Option<&V> {
    versions
        .iter()
        .filter(|version| version.effective_from() <= date)
        .max_by_key(|version| (version.effective_from(), version.published_at(), version.id()))
}

#[cfg(test)]
mod tests {
    use super::{Date, Timestamp, Uuid, Version, in_force};
    use jiff::civil::date;

    struct Published(u128, Date, i64);

    impl Version for Published {
        fn effective_from(&self) -> Date {
            self.1
        }
        fn published_at(&self) -> Timestamp {
            Timestamp::from_second(self.2).expect("a time")
        }
        fn id(&self) -> Uuid {
            Uuid::from_u128(self.0)
        }
    }

    #[test]
    fn the_latest_counts_and_of_two_the_later_published() {
        let versions = [
            Published(1, date(2026, 4, 6), 50),
            Published(2, date(2025, 4, 6), 90),
            Published(3, date(2026, 4, 6), 40),
            Published(4, date(2026, 9, 1), 10),
            Published(5, date(2026, 9, 1), 10),
        ];
        let chosen = |day| in_force(&versions, day).map(|version| version.0);
        assert_eq!(chosen(date(2025, 4, 5)), None);
        assert_eq!(chosen(date(2025, 4, 6)), Some(2));
        assert_eq!(chosen(date(2026, 4, 5)), Some(2));
        assert_eq!(chosen(date(2026, 4, 6)), Some(1));
        assert_eq!(chosen(date(2026, 8, 31)), Some(1));
        assert_eq!(chosen(date(2026, 9, 1)), Some(5));
    }
}
