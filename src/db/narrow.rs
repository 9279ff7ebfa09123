//! A grant in SQL: the condition that a row belongs to what is reached.
//! For statements by key; lists leave the condition out where everything is reached, so that their index is used.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Array, Bool, Text};

use crate::access::Grant;

type All = UncheckedBind<SqlLiteral<Bool>, AsExprOf<bool, Bool>>;
type Codes = UncheckedBind<SqlLiteral<Bool, All>, AsExprOf<Vec<String>, Array<Text>>>;

/// That the service in this column is one that the grant reaches: any, or those in the token.
pub fn service(column: &str, grant: &Grant) -> SqlLiteral<Bool, Codes> {
    sql::<Bool>("(")
        .bind::<Bool, _>(grant.all())
        .sql(&format!(" OR {column} IN (SELECT id FROM services WHERE code = ANY("))
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .sql(")))")
}
