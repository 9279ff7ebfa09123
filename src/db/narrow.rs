//! A grant as an SQL condition: only rows that the caller may reach.
//! Use it in statements by key. Lists leave the condition out if the caller may reach every row, so that PostgreSQL
//! uses their index, and don't query services that the caller may not reach, because PostgreSQL would read the whole
//! table.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, SqlLiteral, UncheckedBind, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Text};

use crate::access::Grant;
use crate::db::Reader;
use crate::db::ids::ServiceId;
use crate::db::schema::services;
use crate::refusal::Done;

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
pub fn among_reached(wanted: &[ServiceId], reader: &mut Reader<'_>) -> Done<Vec<ServiceId>> {
    let grant = reader.grant();
    if grant.all() || grant.money() || grant.own().is_some() {
        return Ok(wanted.to_vec());
    }
    let reached = services::table.filter(services::code.eq_any(grant.services())).filter(services::id.eq_any(wanted));
    Ok(reached.select(services::id).load(reader.conn)?)
}

/// The condition that a column has one of some values of a closed list. The values are written into the SQL, not bound:
/// with bound values PostgreSQL would use one plan for all of them, and read a whole table for a rare value. There are
/// few values, so there are few statements.
#[derive(Clone, Debug)]
pub struct Among(String);

/// `column = 'word'`, or `column IN (…)` where there are several.
pub fn among(column: &'static str, words: impl Iterator<Item = &'static str>) -> Among {
    let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    Among(match words.as_slice() {
        [] => "FALSE".to_owned(),
        [only] => format!("{column} = {only}"),
        several => format!("{column} IN ({})", several.join(", ")),
    })
}

impl QueryFragment<Pg> for Among {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(&self.0);
        Ok(())
    }
}

impl QueryId for Among {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Among {
    type SqlType = Bool;
}

impl ValidGrouping<()> for Among {
    type IsAggregate = is_aggregate::Never;
}

impl<Source> AppearsOnTable<Source> for Among {}
impl<Source> SelectableExpression<Source> for Among {}
