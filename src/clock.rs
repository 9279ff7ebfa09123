//! The only place that reads the time, and the types of time: instants and London days.
//! It decides nothing: rules take `now` and `today` as arguments.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::pg::data_types::{PgDate, PgTimestamp};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Date, Timestamptz};
use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The time zone of all rules about days.
const LONDON: &str = "Europe/London";
/// Days between the Unix epoch and PostgreSQL's (2000-01-01).
const PG_EPOCH_DAYS: i32 = 10_957;
/// Microseconds between the Unix epoch and PostgreSQL's.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;
/// The first and last year that a date or an instant from outside may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// Pattern of an instant on a whole minute.
const WHOLE_MINUTE: &str = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:00(\.0{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

/// Where the service gets the time from: the system clock, or a time that a test sets.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system clock.
    #[default]
    System,
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
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
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
    /// Cut to microseconds, as PostgreSQL stores it.
    fn of(at: Timestamp) -> Self {
        Self(Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at))
    }

    /// The day it is in London at this moment.
    #[must_use]
    pub fn london_day(self) -> Day {
        Day(self.0.to_zoned(london()).date())
    }

    /// This moment as a person in London reads it: `Tuesday 7 April 2026, 14:00`.
    #[must_use]
    pub fn london_words(self) -> String {
        self.0.to_zoned(london()).strftime("%A %-d %B %Y, %H:%M").to_string()
    }

    /// The Unix epoch, for what has no time of its own.
    pub const EPOCH: Self = Self(Timestamp::UNIX_EPOCH);

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

    /// Whether it falls on a whole minute, as the times of sessions do.
    #[must_use]
    pub fn is_whole_minute(self) -> bool {
        self.0.as_microsecond().rem_euclid(60_000_000) == 0
    }

    /// The schema of a moment that falls on a whole minute.
    #[must_use]
    pub fn minute_schema(description: &str) -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(WHOLE_MINUTE))
            .description(Some(description))
            .examples(["2026-04-07T13:00:00Z"])
            .build()
    }

    /// This moment as the calendar library's own type.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.0
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

impl std::str::FromStr for Instant {
    type Err = TimeFault;

    fn from_str(text: &str) -> Result<Self, TimeFault> {
        let at: Timestamp = text.parse().map_err(|_| TimeFault::BadFormat)?;
        // jiff accepts more than RFC 3339; clients must send a date-time with an offset.
        let bytes = text.as_bytes();
        let rfc3339 = bytes.len() >= 20
            && bytes.get(10).is_some_and(|b| matches!(b, b'T' | b't'))
            && bytes.get(16) == Some(&b':')
            && !text.contains('[')
            && !text.contains(',');
        if !rfc3339 {
            return Err(TimeFault::BadFormat);
        }
        if !YEARS.contains(&at.to_zoned(TimeZone::UTC).year()) {
            return Err(TimeFault::OutOfRange);
        }
        Ok(Self::of(at))
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

impl std::str::FromStr for Day {
    type Err = TimeFault;

    fn from_str(text: &str) -> Result<Self, TimeFault> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return Err(TimeFault::BadFormat);
        }
        let date: civil::Date = text.parse().map_err(|_| TimeFault::BadFormat)?;
        if YEARS.contains(&date.year()) { Ok(Self(date)) } else { Err(TimeFault::OutOfRange) }
    }
}

/// Why a text is not a day or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// It is not in RFC 3339 form.
    #[error("is not a date or time in RFC 3339 form")]
    BadFormat,
    /// It is outside the years that the service accepts.
    #[error("must be in the years 1900 to 2199")]
    OutOfRange,
}

fn london() -> TimeZone {
    TimeZone::get(LONDON).unwrap_or(TimeZone::UTC)
}

macro_rules! textual {
    ($name:ident, $format:expr, $pattern:literal, $what:literal, $example:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat($format)))
                    .pattern(Some($pattern))
                    .description(Some($what))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}

// The patterns limit the years, which JSON Schema can't express otherwise; the parsers above decide.
textual!(
    Instant,
    KnownFormat::DateTime,
    r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
    "Date and time in RFC 3339 form, in UTC with `Z`; years 1900 to 2199.",
    "2026-04-07T13:00:00Z"
);
textual!(
    Day,
    KnownFormat::Date,
    r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    "Date as `YYYY-MM-DD`; years 1900 to 2199.",
    "2026-04-07"
);

impl ToSql<Timestamptz, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let since = PgTimestamp(self.0.as_microsecond() - PG_EPOCH_MICROS);
        out.write_all(&since.0.to_be_bytes())?;
        Ok(serialize::IsNull::No)
    }
}

impl FromSql<Timestamptz, Pg> for Instant {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let PgTimestamp(micros) = FromSql::<Timestamptz, Pg>::from_sql(bytes)?;
        let since_1970 = micros.checked_add(PG_EPOCH_MICROS).ok_or("an instant beyond range")?;
        Ok(Self(Timestamp::from_microsecond(since_1970)?))
    }
}

impl ToSql<Date, Pg> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let epoch = civil::date(1970, 1, 1);
        let days = (self.0 - epoch).get_days() - PG_EPOCH_DAYS;
        out.write_all(&days.to_be_bytes())?;
        Ok(serialize::IsNull::No)
    }
}

impl FromSql<Date, Pg> for Day {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let PgDate(days) = FromSql::<Date, Pg>::from_sql(bytes)?;
        let since_1970 = i64::from(days) + i64::from(PG_EPOCH_DAYS);
        Ok(Self(civil::date(1970, 1, 1).checked_add(since_1970.days())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_full_and_lies_in_known_years() {
        for (text, wanted) in [
            ("2026-04-06", Ok(())),
            ("1900-01-01", Ok(())),
            ("2026-4-6", Err(TimeFault::BadFormat)),
            ("20260406", Err(TimeFault::BadFormat)),
            ("2026-02-30", Err(TimeFault::BadFormat)),
            ("0000-01-01", Err(TimeFault::OutOfRange)),
            ("10000-01-01", Err(TimeFault::BadFormat)),
            ("2026-04-06T00:00:00Z", Err(TimeFault::BadFormat)),
        ] {
            assert_eq!(text.parse::<Day>().map(|_| ()), wanted, "{text}");
        }
    }

    #[test]
    fn an_instant_needs_an_offset_and_answers_in_utc() {
        let at: Instant = "2026-04-06T01:30:00+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-04-06T00:30:00Z");
        for bad in [
            "2026-04-06",
            "2026-04-06T00:00:00",
            "2026-04-06 00:00:00Z",
            "2026-04-06T00:00Z",
            "+010000-01-01T00:00:00Z",
        ] {
            assert!(bad.parse::<Instant>().is_err(), "{bad}");
        }
    }

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
