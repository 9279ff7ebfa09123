//! Rates in hundredths of a penny.
//! Not here: whether a rate is per mile or per hour; the name of the field says so.

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
use super::pence::Pence;

const WIRE: Decimal = Decimal {
    places: 2,
    maximum: Rate::MAX.0,
    expected: "a rate in pence from 0 to 1000000 with at most two decimals",
};

/// Pence per unit, exact to the hundredth of a penny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Rate(i64);

super::stored_as_big_int!(Rate);

impl Rate {
    /// The highest rate that clients can send.
    pub const MAX: Self = Self(100_000_000);

    /// A rate from hundredths of a penny.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The number of hundredths of a penny.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// The rate as an amount, where it is whole pence.
    pub fn whole(self) -> Option<Pence> {
        (self.0 % 100 == 0).then_some(Pence::new(self.0 / 100))
    }
}

/// As people write it: "55p", "55.25p".
impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = WIRE.text(self.0);
        write!(formatter, "{}p", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A whole number where it is one, as people write rates.
impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(pence) => serializer.serialize_i64(pence.get()),
            None => WIRE.serialize(self.0, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        WIRE.deserialize(deserializer).map(Self)
    }
}

impl PartialSchema for Rate {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .maximum(Some(1_000_000))
            .extensions(Some(WIRE.in_schema()))
            .description(Some("Rate in pence, with at most two decimals."))
            .into()
    }
}

impl ToSchema for Rate {
    fn name() -> Cow<'static, str> {
        "Rate".into()
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn takes_at_most_two_decimals() {
        for (text, hundredths) in [("55", 5500), ("55.25", 5525), ("0.1", 10), ("1000000", 100_000_000), ("0", 0)] {
            assert_eq!(serde_json::from_str::<Rate>(text).expect(text), Rate::from_hundredths(hundredths), "{text}");
        }
        for text in ["55.255", "-1", "1000000.01", "\"55\"", "1e400", "null"] {
            assert!(serde_json::from_str::<Rate>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn is_written_and_said_as_people_do() {
        let cases = [(5500, "55", "55p"), (5525, "55.25", "55.25p"), (5550, "55.5", "55.5p"), (0, "0", "0p")];
        for (hundredths, text, said) in cases {
            let rate = Rate::from_hundredths(hundredths);
            assert_eq!(serde_json::to_string(&rate).expect(text), text);
            assert_eq!(rate.to_string(), said);
        }
    }
}
