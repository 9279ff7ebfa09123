//! Which version of the policy is in force on a day.
//! Not here: which versions are published; callers pass in published versions only.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// What the choice of a version depends on.
pub trait Version {
    /// First day the version applies.
    fn effective_from(&self) -> Date;
    /// When it was published.
    fn published_at(&self) -> Timestamp;
    /// The version's id, to decide between two published at the same instant.
    fn id(&self) -> Uuid;
}

/// The version in force on a day: the one with the latest first day on or before it; of two with the same first day,
/// the one published later.
pub fn in_force<V: Version>(versions: &[V], date: Date) -> Option<&V> {
    versions
        .iter()
        .filter(|version| version.effective_from() <= date)
        .max_by_key(|version| (version.effective_from(), version.published_at(), version.id()))
}

/// The days on which a version is in force: its first day, and the first day of the next version. None where the
/// version is superseded on every day.
pub fn days_in_force<V: Version>(versions: &[V], version: &V) -> Option<(Date, Option<Date>)> {
    let from = version.effective_from();
    in_force(versions, from).filter(|chosen| chosen.id() == version.id())?;
    let until = versions.iter().map(Version::effective_from).filter(|next| *next > from).min();
    Some((from, until))
}

#[cfg(test)]
mod tests {
    use super::{Date, Timestamp, Uuid, Version, days_in_force, in_force};
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
        let days = |place: usize| days_in_force(&versions, &versions[place]);
        assert_eq!(days(0), Some((date(2026, 4, 6), Some(date(2026, 9, 1)))));
        assert_eq!(days(1), Some((date(2025, 4, 6), Some(date(2026, 4, 6)))));
        assert_eq!([days(2), days(3)], [None, None], "superseded on every day");
        assert_eq!(days(4), Some((date(2026, 9, 1), None)));
        for (place, version) in versions.iter().enumerate() {
            let mut day = date(2025, 4, 1);
            while day < date(2026, 10, 1) {
                let within =
                    days(place).is_some_and(|(from, until)| from <= day && until.is_none_or(|until| day < until));
                assert_eq!(within, chosen(day) == Some(version.0), "{} on {day}", version.0);
                day = day.tomorrow().expect("a day");
            }
        }
    }
}
