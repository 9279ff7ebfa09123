//! Amounts, distances and rates as exact whole numbers, with their JSON form, schema and database column.
//! Not here: how a claim is worked out; that is `policies::calculator`.

mod decimal;
mod miles;
mod pence;
mod rate;

pub use miles::Miles;
pub use pence::{Pence, some_pence};
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

#[cfg(test)]
mod tests {
    use diesel::deserialize::{FromSql, FromSqlRow};
    use diesel::expression::AsExpression;
    use diesel::pg::Pg;
    use diesel::serialize::ToSql;
    use diesel::sql_types::{BigInt, Nullable};

    use super::{Miles, Pence, Rate};

    fn is_stored<T>()
    where
        T: ToSql<BigInt, Pg> + FromSql<BigInt, Pg> + AsExpression<BigInt> + FromSqlRow<BigInt, Pg>,
        Option<T>: AsExpression<Nullable<BigInt>> + FromSqlRow<Nullable<BigInt>, Pg>,
    {
    }

    /// Nothing runs: that it compiles is the test.
    #[test]
    fn each_has_a_column() {
        is_stored::<Pence>();
        is_stored::<Miles>();
        is_stored::<Rate>();
    }
}
