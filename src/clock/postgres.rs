//! Instants and days as PostgreSQL stores them: whole microseconds, and days, since its own epoch.

use std::io::Write;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::pg::data_types::{PgDate, PgTimestamp};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Date, Timestamptz};
use jiff::{Timestamp, ToSpan, civil};

use crate::clock::{Day, Instant};

/// Days between the Unix epoch and PostgreSQL's (2000-01-01).
const PG_EPOCH_DAYS: i32 = 10_957;
/// Microseconds between the Unix epoch and PostgreSQL's.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

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
