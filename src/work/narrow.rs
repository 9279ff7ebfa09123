//! A grant as an SQL condition: only rows that the caller may reach.
//! Use it in statements by key. Lists leave the condition out if the caller may reach every row, so that PostgreSQL
//! uses their index, and don't query services that the caller may not reach, because PostgreSQL would read the whole
//! table.

use crate::db::prelude::*;
use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Array, Bool, Text};

use crate::access::Grant;
use crate::db::ids::ServiceId;
use crate::db::schema::services;
use crate::refusal::Result;
use crate::work::Reader;

type All = UncheckedBind<SqlLiteral<Bool>, AsExprOf<bool, Bool>>;
type Codes = UncheckedBind<SqlLiteral<Bool, All>, AsExprOf<Vec<String>, Array<Text>>>;

/// The condition that the caller may reach the service in this column: any service, or those in the token.
pub fn service(column: &str, grant: &Grant) -> SqlLiteral<Bool, Codes> {
    sql::<Bool>("(")
        .bind::<Bool, _>(grant.all())
        .sql(&format!(" OR {column} IN (SELECT id FROM services WHERE code = ANY("))
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .sql(")))")
}

/// The services, of those wanted, that may have rows for the caller. All of them, unless the caller may reach only the
/// services in the token.
///
/// # Errors
/// Database errors.
pub fn among_reached(wanted: &[ServiceId], reader: &mut Reader<'_>) -> Result<Vec<ServiceId>> {
    let grant = reader.grant();
    if grant.all() || grant.money() || grant.own().is_some() {
        return Ok(wanted.to_vec());
    }
    let reached = services::table.filter(services::code.eq_any(grant.services())).filter(services::id.eq_any(wanted));
    Ok(reached.select(services::id).load(reader.conn)?)
}
