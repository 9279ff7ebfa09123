//! The only place that reads the time, and the types of time: instants and London days.
//! It decides nothing: rules take `now` and `today` as arguments.

mod postgres;
mod text;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::{Date, Timestamptz};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil};

pub use text::TimeFault;

/// The time zone of all rules about days.
const LONDON: &str = "Europe/London";

/// The first and last year that a date or an instant from outside may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// Where the service gets the time from: the system clock, or a time that a test sets.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system clock.
    #[default]
    System,
    /// The system clock, wrong by so many minutes, as a machine's clock can be.
    Wrong(i64),
    /// A clock that stands still until it is set.
    Fixed(Arc<Mutex<Instant>>),
}

impl Clock {
    /// A clock that stands at `at` until [`Clock::set`].
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The time now, in whole microseconds, as PostgreSQL stores it.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant::of(Timestamp::now()),
            Self::Wrong(minutes) => Instant::of(Timestamp::now()).plus_minutes(*minutes),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Whether it goes by itself, so that it can be compared with another clock.
    #[must_use]
    pub fn goes(&self) -> bool {
        !matches!(self, Self::Fixed(_))
    }

    /// Sets a fixed clock; has no effect on the system clock.
    pub fn set(&self, to: Instant) {
        if let Self::Fixed(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}

/// An instant, exact to the microsecond; in JSON RFC 3339 in UTC with `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamptz)]
pub struct Instant(Timestamp);

impl Instant {
    /// The Unix epoch, for what has no time of its own.
    pub const EPOCH: Self = Self(Timestamp::UNIX_EPOCH);

    /// Cut to microseconds, as PostgreSQL stores it.
    fn of(at: Timestamp) -> Self {
        Self(Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at))
    }

    /// The day it is in London at this moment.
    #[must_use]
    pub fn london_day(self) -> Day {
        Day(self.0.to_zoned(london()).date())
    }

    /// What the clocks of London show at this moment.
    #[must_use]
    pub fn london_clock(self) -> civil::DateTime {
        self.0.to_zoned(london()).datetime()
    }

    /// The moment at which the clocks of London show this. In the hour that they show twice in autumn it is the first; in
    /// the hour that they leave out in spring it is an hour later.
    #[must_use]
    pub fn of_london_clock(shown: civil::DateTime) -> Option<Self> {
        shown.to_zoned(london()).ok().map(|at| Self::of(at.timestamp()))
    }

    /// In the form of iCalendar (RFC 5545): `20260407T090000Z`.
    #[must_use]
    pub fn compact(self) -> String {
        self.0.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The day of this moment in London with its weekday: `Tuesday 7 April 2026`.
    #[must_use]
    pub fn london_date(self) -> String {
        self.0.to_zoned(london()).strftime("%A %-d %B %Y").to_string()
    }

    /// The time of this moment in London as people write it: `2pm`, `9:30am`, `midday`, `midnight`.
    #[must_use]
    pub fn london_time(self) -> String {
        let at = self.0.to_zoned(london());
        match (at.hour(), at.minute()) {
            (0, 0) => "midnight".to_owned(),
            (12, 0) => "midday".to_owned(),
            (_, 0) => at.strftime("%-I%P").to_string(),
            _ => at.strftime("%-I:%M%P").to_string(),
        }
    }

    /// Whole minutes from this moment until `later`; negative when it has passed.
    #[must_use]
    pub fn minutes_until(self, later: Instant) -> i64 {
        (later.0.as_second() - self.0.as_second()).div_euclid(60)
    }

    /// Seconds since the beginning of 1970.
    #[must_use]
    pub fn as_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Microseconds from this moment until `later`; negative when it has passed.
    #[must_use]
    pub fn micros_until(self, later: Instant) -> i64 {
        later.0.as_microsecond() - self.0.as_microsecond()
    }

    /// This moment moved by a number of minutes, limited to what can be stored.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.clamp(-200_000_000, 200_000_000).minutes()).unwrap_or(self.0))
    }

    /// This moment moved by a number of seconds, limited to what can be stored.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.clamp(-12_000_000_000, 12_000_000_000).seconds()).unwrap_or(self.0))
    }

    /// Whether it falls on a whole minute, as the times of sessions do.
    #[must_use]
    pub fn is_whole_minute(self) -> bool {
        self.0.as_microsecond().rem_euclid(60_000_000) == 0
    }

    /// This moment as the calendar library's own type.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// The moment so many microseconds after the Unix epoch, if it lies in the years that are taken from outside.
    #[must_use]
    pub fn of_micros(micros: i64) -> Option<Self> {
        let at = Timestamp::from_microsecond(micros).ok()?;
        YEARS.contains(&at.to_zoned(TimeZone::UTC).year()).then_some(Self(at))
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A calendar day, `YYYY-MM-DD`; rules about days use London dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Date)]
pub struct Day(civil::Date);

impl Day {
    /// The day as the calendar library's own type, for arithmetic.
    #[must_use]
    pub fn date(self) -> civil::Date {
        self.0
    }

    /// Days from this day until `later`; negative when it has passed.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        i64::from((later.0 - self.0).get_days())
    }

    /// This day moved by a number of days, limited to what can be stored.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.clamp(-200_000, 200_000).days()))
    }

    /// This day moved by a number of months; where the month is too short, its last day.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        Self(self.0.saturating_add(months.clamp(-2_400, 2_400).months()))
    }

    /// The first moment of this day in London.
    #[must_use]
    pub fn starts_at(self) -> Instant {
        self.0.to_zoned(london()).map_or_else(|_| Instant::of(Timestamp::UNIX_EPOCH), |at| Instant::of(at.timestamp()))
    }

    /// As a person writes it: `7 April 2026`.
    #[must_use]
    pub fn words(self) -> String {
        self.0.strftime("%-d %B %Y").to_string()
    }

    /// As the finance ledger's import reads it: `2026/04/07`.
    #[must_use]
    pub fn with_slashes(self) -> String {
        self.0.strftime("%Y/%m/%d").to_string()
    }
}

impl From<civil::Date> for Day {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn london() -> TimeZone {
    TimeZone::get(LONDON).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn london_days_turn_at_midnight_in_london() {
        let at: Instant = "2026-09-10T22:59:59Z".parse().unwrap();
        assert_eq!(at.london_day().to_string(), "2026-09-10");
        let later: Instant = "2026-09-10T23:00:00Z".parse().unwrap();
        assert_eq!(later.london_day().to_string(), "2026-09-11");
    }

    #[test]
    fn minutes_until_counts_whole_minutes_down() {
        let start: Instant = "2026-09-10T10:00:00Z".parse().unwrap();
        let end: Instant = "2026-09-10T14:01:00Z".parse().unwrap();
        assert_eq!(start.minutes_until(end), 241);
        assert_eq!(end.minutes_until(start), -241);
    }
}
