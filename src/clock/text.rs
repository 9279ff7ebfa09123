//! Instants and days as text, in JSON, parameters and the OpenAPI document. Only full RFC 3339 forms are accepted.

use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::clock::{Day, Instant, YEARS};

/// Pattern of an instant on a whole minute.
const WHOLE_MINUTE: &str = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:00(\.0{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

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

impl FromStr for Instant {
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
        let utc = at.to_zoned(TimeZone::UTC);
        // jiff takes a 60th second as the 59th of any minute; RFC 3339 has one at the end of a day in UTC alone.
        let leap = bytes.get(17..19) == Some(b"60");
        if !rfc3339 || (leap && (utc.hour(), utc.minute()) != (23, 59)) {
            return Err(TimeFault::BadFormat);
        }
        if !YEARS.contains(&utc.year()) {
            return Err(TimeFault::OutOfRange);
        }
        Ok(Self::of(at))
    }
}

impl FromStr for Day {
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

impl Instant {
    /// The schema of a moment that falls on a whole minute.
    #[must_use]
    pub fn minute_schema(description: &str, example: &str) -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(WHOLE_MINUTE))
            .description(Some(description))
            .examples([example])
            .build()
    }
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
            "2026-06-30T12:30:60Z",
        ] {
            assert!(bad.parse::<Instant>().is_err(), "{bad}");
        }
        for leap in ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00"] {
            assert_eq!(leap.parse::<Instant>().map(|at| at.to_string()), Ok("2016-12-31T23:59:59Z".to_owned()));
        }
    }
}
