//! Amounts, distances and rates as exact whole numbers with their wire form, schema and column.
//! Not here: how a claim is worked out; that is `policies::calculator`.

mod decimal;
mod miles;
mod pence;
mod rate;

pub use miles::Miles;
pub use pence::Pence;
pub use rate::Rate;

/// Stores a newtype over `i64` in a `BigInt` column.
macro_rules! stored_as_big_int {
    ($type:ty) => {
        impl diesel::serialize::ToSql<diesel::sql_types::BigInt, diesel::pg::Pg> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::BigInt, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::BigInt, diesel::pg::Pg> for $type {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                diesel::deserialize::FromSql::<diesel::sql_types::BigInt, diesel::pg::Pg>::from_sql(bytes).map(Self)
            }
        }
    };
}
use stored_as_big_int;
