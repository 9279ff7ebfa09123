//! Converts decimals between JSON and whole numbers of their smallest unit, by their text.
//! Not here: arithmetic, and the unit of a number.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::{self, Serializer};
use utoipa::openapi::extensions::Extensions;

/// The form of one kind of decimal in JSON.
pub(super) struct Decimal {
    /// Number of decimal places.
    pub(super) places: usize,
    /// Largest value, in units of the last place.
    pub(super) maximum: i64,
    /// Description of a valid value, for the error.
    pub(super) expected: &'static str,
}

impl Decimal {
    /// Reads a JSON number; a float is read by its shortest text, which is what was sent.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<i64, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// Says in a schema how many decimals a number may have. JSON Schema's `multipleOf` means the same, but validators
    /// that reckon in binary fractions refuse 0.3 and the like by it.
    pub(super) fn in_schema(&self) -> Extensions {
        [("x-decimals", self.places)].into_iter().collect()
    }

    /// The units in a decimal text, if it is in range and has no more than `places` decimals.
    pub(super) fn parse(&self, text: &str) -> Option<i64> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > self.places || !digits(whole) || !digits(fraction) {
            return None;
        }
        let units: i64 = format!("{whole}{fraction:0<places$}", places = self.places).parse().ok()?;
        (units <= self.maximum).then_some(units)
    }

    /// The decimal text of a number of units, with all decimal places.
    pub(super) fn text(&self, units: i64) -> String {
        let sign = if units < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", units.unsigned_abs(), width = self.places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.places);
        format!("{sign}{whole}.{fraction}")
    }

    /// Writes a JSON number with a decimal point.
    pub(super) fn serialize<S: Serializer>(&self, units: i64, serializer: S) -> Result<S::Ok, S::Error> {
        let number: f64 = self.text(units).parse().map_err(ser::Error::custom)?;
        serializer.serialize_f64(number)
    }

    fn take<E: de::Error>(&self, text: &str, found: de::Unexpected<'_>) -> Result<i64, E> {
        self.parse(text).ok_or_else(|| E::invalid_value(found, &self.expected))
    }
}

impl Visitor<'_> for &Decimal {
    type Value = i64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        self.take(&value.to_string(), de::Unexpected::Unsigned(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        self.take(&value.to_string(), de::Unexpected::Signed(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        let text = if value == 0.0 { "0".to_owned() } else { value.to_string() };
        self.take(&text, de::Unexpected::Float(value))
    }
}
