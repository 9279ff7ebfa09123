//! Distances in tenths of a mile.
//! Not here: mileage rates.

use std::borrow::Cow;
use std::fmt;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::BigInt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::decimal::Decimal;

const WIRE: Decimal = Decimal {
    places: 1,
    maximum: Miles::MAX.0,
    expected: "a number of miles from 0 to 99999.9 with at most one decimal",
};

/// A distance in miles, exact to the tenth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Miles(i64);

super::stored_as_big_int!(Miles);

impl Miles {
    /// No distance.
    pub const ZERO: Self = Self(0);
    /// The longest distance that clients can send.
    pub const MAX: Self = Self(999_999);

    /// A distance from tenths of a mile.
    pub const fn from_tenths(tenths: i64) -> Self {
        Self(tenths)
    }

    /// The number of tenths of a mile.
    pub const fn tenths(self) -> i64 {
        self.0
    }

    /// The sum; none where it overflows.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The part of this distance above the other; zero if it is not longer.
    pub fn above(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0)).max(Self::ZERO)
    }

    /// The sum of distances; none where it overflows.
    pub fn checked_sum(distances: impl IntoIterator<Item = Self>) -> Option<Self> {
        distances.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl fmt::Display for Miles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&WIRE.text(self.0))
    }
}

impl Serialize for Miles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WIRE.serialize(self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Miles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        WIRE.deserialize(deserializer).map(Self)
    }
}

impl PartialSchema for Miles {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .maximum(Some(99_999.9))
            .extensions(Some(WIRE.in_schema()))
            .description(Some("Distance in miles, with at most one decimal."))
            .into()
    }
}

impl ToSchema for Miles {
    fn name() -> Cow<'static, str> {
        "Miles".into()
    }
}

#[cfg(test)]
mod tests {
    use super::Miles;

    #[test]
    fn takes_at_most_one_decimal() {
        let good =
            [("12", 120), ("12.5", 125), ("12.0", 120), ("0", 0), ("-0", 0), ("1e2", 1000), ("99999.9", 999_999)];
        for (text, tenths) in good {
            assert_eq!(serde_json::from_str::<Miles>(text).expect(text), Miles::from_tenths(tenths), "{text}");
        }
        let bad = [
            "12.34", "12.05", "0.01", "1e400", "1e300", "1e-7", "-0.1", "-3", "100000", "99999.91", "\"12\"", "null",
            "[1]", "true",
        ];
        for text in bad {
            assert!(serde_json::from_str::<Miles>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn is_written_with_one_decimal() {
        for (tenths, text) in [(125, "12.5"), (120, "12.0"), (3, "0.3"), (0, "0.0"), (999_999, "99999.9")] {
            let miles = Miles::from_tenths(tenths);
            assert_eq!(serde_json::to_string(&miles).expect(text), text);
            assert_eq!(miles.to_string(), text);
        }
    }

    #[test]
    fn every_tenth_comes_back_as_it_went() {
        for tenths in 0..=Miles::MAX.tenths() {
            let miles = Miles::from_tenths(tenths);
            let value = serde_json::to_value(miles).expect("a number");
            assert_eq!(serde_json::from_value::<Miles>(value).expect("miles"), miles);
        }
    }
}
