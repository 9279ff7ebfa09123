//! A grant in SQL: the condition that a row belongs to what is reached.
//! For statements by key; lists leave the condition out where everything is reached, so that their index is used, and
//! look for nothing in a service that is not: PostgreSQL would read the whole table to find that there is nothing.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};

use crate::access::Grant;
use crate::db::ids::ServiceId;
use crate::db::schema::services;
use crate::refusal::Done;
use crate::work::Reader;

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

/// Which of these services may hold something that the grant reaches: all of them, unless services are all that it reaches.
///
/// # Errors
/// Those of the database.
pub fn among_reached(wanted: &[ServiceId], reader: &mut Reader<'_>) -> Done<Vec<ServiceId>> {
    let grant = reader.grant();
    if grant.all() || grant.money() || grant.own().is_some() {
        return Ok(wanted.to_vec());
    }
    let reached = services::table.filter(services::code.eq_any(grant.services())).filter(services::id.eq_any(wanted));
    Ok(reached.select(services::id).load(reader.conn)?)
}
