//! Amounts of money in whole pence.
//! Not here: fractions of a penny, which exist only inside the calculator.

use std::borrow::Cow;
use std::fmt;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::BigInt;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// An amount of money in whole pence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
#[serde(transparent)]
pub struct Pence(i64);

super::stored_as_big_int!(Pence);

impl Pence {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest amount that clients can send.
    pub const MAX: Self = Self(100_000_000_000);

    /// An amount from pence.
    pub const fn new(pence: i64) -> Self {
        Self(pence)
    }

    /// The number of pence.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; none where it overflows.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; none where it overflows.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The part of this amount above the other; zero if it is not greater.
    pub fn above(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0)).max(Self::ZERO)
    }

    /// The sum of amounts; none where it overflows.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl fmt::Display for Pence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let pence = self.0.unsigned_abs();
        write!(formatter, "{sign}£{}.{:02}", pence / 100, pence % 100)
    }
}

impl Pence {
    /// Reads a sum that the database worked out, which may be above the limit of an amount that somebody writes.
    ///
    /// # Errors
    /// Not a whole number.
    pub fn of_a_sum<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Pence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pence = Self(i64::deserialize(deserializer)?);
        if (Self::ZERO..=Self::MAX).contains(&pence) {
            return Ok(pence);
        }
        let expected = "whole pence from 0 to 100000000000";
        Err(de::Error::invalid_value(de::Unexpected::Signed(pence.0), &expected))
    }
}

impl PartialSchema for Pence {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(Self::ZERO.0))
            .maximum(Some(Self::MAX.0))
            .description(Some("Amount in pence."))
            .into()
    }
}

/// The schema of an amount of a request that is at least a penny, with what it is.
#[must_use]
pub fn some_pence(description: &'static str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(100_000_000))
        .description(Some(description))
        .build()
}

impl ToSchema for Pence {
    fn name() -> Cow<'static, str> {
        "Pence".into()
    }
}

#[cfg(test)]
mod tests {
    use super::Pence;

    #[test]
    fn is_shown_in_pounds() {
        for (pence, shown) in [(0, "£0.00"), (5, "£0.05"), (1234, "£12.34"), (-50, "-£0.50"), (123_456, "£1234.56")]
        {
            assert_eq!(Pence::new(pence).to_string(), shown);
        }
    }

    #[test]
    fn is_a_whole_number_on_the_wire() {
        for good in ["0", "7500", "100000000000"] {
            let pence: Pence = serde_json::from_str(good).expect(good);
            assert_eq!(serde_json::to_string(&pence).expect(good), good);
        }
        for bad in ["-1", "100000000001", "12.5", "12.0", "\"12\"", "null", "1e400", "9223372036854775808"] {
            assert!(serde_json::from_str::<Pence>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sums_are_checked() {
        let amounts = [Pence::new(1), Pence::new(2), Pence::new(3)];
        assert_eq!(Pence::checked_sum(amounts), Some(Pence::new(6)));
        assert_eq!(Pence::checked_sum([Pence::new(i64::MAX), Pence::new(1)]), None);
        assert_eq!(Pence::new(5).above(Pence::new(7)), Pence::ZERO);
        assert_eq!(Pence::new(7).above(Pence::new(5)), Pence::new(2));
    }
}
