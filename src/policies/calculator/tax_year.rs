//! The tax year, 6 April to 5 April, written "2026/27".
//! The band of car miles of a tax year is shared out in `mileage` and `claim`.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::str::FromStr;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A tax year, named by the calendar year in which it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct TaxYear(i16);

impl TaxYear {
    /// The tax year of a day.
    pub fn of(date: Date) -> Self {
        let before = (date.month(), date.day()) < (4, 6);
        Self(date.year() - i16::from(before))
    }

    /// First day, 6 April.
    pub fn first_day(self) -> Date {
        jiff::civil::date(self.0, 4, 6)
    }

    /// Last day, 5 April of the following calendar year.
    pub fn last_day(self) -> Date {
        jiff::civil::date(self.0 + 1, 4, 5)
    }

    /// Whether a day is in it.
    pub fn contains(self, date: Date) -> bool {
        Self::of(date) == self
    }
}

impl fmt::Display for TaxYear {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}/{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

/// The error for a text that is not a tax year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a tax year; write two consecutive years, such as 2026/27")]
pub struct NotATaxYear;

impl FromStr for TaxYear {
    type Err = NotATaxYear;

    fn from_str(text: &str) -> Result<Self, NotATaxYear> {
        let (start, _) = text.split_once('/').ok_or(NotATaxYear)?;
        let year = Self(start.parse().map_err(|_| NotATaxYear)?);
        // Other texts that parse as a number, with a sign or more digits, do not print as they were written.
        if (0..=9998).contains(&year.0) && year.to_string() == text { Ok(year) } else { Err(NotATaxYear) }
    }
}

impl Serialize for TaxYear {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TaxYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl ToSql<Text, Pg> for TaxYear {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write!(out, "{self}")?;
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Pg> for TaxYear {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(std::str::from_utf8(bytes.as_bytes())?.parse()?)
    }
}

/// How a tax year is written: two consecutive years, of which a pattern has to name all.
const PATTERN: &str = "^(19|20|21)(00/01|01/02|02/03|03/04|04/05|05/06|06/07|07/08|08/09|09/10|10/11|11/12|12/13|13/14|14/1\
    5|15/16|16/17|17/18|18/19|19/20|20/21|21/22|22/23|23/24|24/25|25/26|26/27|27/28|28/29|29/30|30/31|31\
    /32|32/33|33/34|34/35|35/36|36/37|37/38|38/39|39/40|40/41|41/42|42/43|43/44|44/45|45/46|46/47|47/48|\
    48/49|49/50|50/51|51/52|52/53|53/54|54/55|55/56|56/57|57/58|58/59|59/60|60/61|61/62|62/63|63/64|64/6\
    5|65/66|66/67|67/68|68/69|69/70|70/71|71/72|72/73|73/74|74/75|75/76|76/77|77/78|78/79|79/80|80/81|81\
    /82|82/83|83/84|84/85|85/86|86/87|87/88|88/89|89/90|90/91|91/92|92/93|93/94|94/95|95/96|96/97|97/98|\
    98/99|99/00)$";

impl PartialSchema for TaxYear {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .description(Some("Tax year from 6 April to 5 April, written as two consecutive years."))
            .examples(["2026/27"])
            .into()
    }
}

impl ToSchema for TaxYear {
    fn name() -> Cow<'static, str> {
        "TaxYear".into()
    }
}

#[cfg(test)]
mod tests {
    use super::{NotATaxYear, TaxYear};
    use jiff::civil::date;

    #[test]
    fn starts_on_6_april() {
        let days = [
            (date(2026, 4, 5), "2025/26"),
            (date(2026, 4, 6), "2026/27"),
            (date(2027, 1, 1), "2026/27"),
            (date(2027, 4, 5), "2026/27"),
            (date(2000, 4, 5), "1999/00"),
            (date(2000, 3, 31), "1999/00"),
        ];
        for (day, year) in days {
            assert_eq!(TaxYear::of(day).to_string(), year, "{day}");
            assert_eq!(year.parse(), Ok(TaxYear::of(day)));
            assert!((TaxYear::of(day).first_day()..=TaxYear::of(day).last_day()).contains(&day), "{day}");
        }
        assert_eq!(TaxYear::of(date(2026, 4, 6)).first_day(), date(2026, 4, 6));
        assert_eq!(TaxYear::of(date(2026, 4, 6)).last_day(), date(2027, 4, 5));
    }

    #[test]
    fn is_read_strictly() {
        let bad = [
            "2026/28",
            "2026/26",
            "2026/2027",
            "2026-27",
            "26/27",
            "+2026/27",
            " 2026/27",
            "2026/27 ",
            "",
            "/",
            "02026/27",
            "-001/00",
            "9999/00",
        ];
        for text in bad {
            assert_eq!(text.parse::<TaxYear>(), Err(NotATaxYear), "{text}");
        }
        let year: TaxYear = serde_json::from_str("\"2026/27\"").expect("a tax year");
        assert_eq!(serde_json::to_string(&year).expect("text"), "\"2026/27\"");
    }
}
