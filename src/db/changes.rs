//! Lists in the order of changes, for copies of them: up to where nothing can follow any more, and where a page goes on.

use diesel::expression::{ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::prelude::*;
use crate::refusal::{Failure, Result};

#[derive(QueryableByName)]
struct Running {
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

/// The moment up to which no change can follow any more, as a reader may say that asks at `now`: whoever has read on to it
/// misses nothing. A change has the time at which its transaction began, and is seen when that is over, so it is no later
/// than the beginning of the oldest transaction of the service that is still open. The statement whose rows are bounded by
/// it must begin after this one.
///
/// Reads count as well, since PostgreSQL does not tell which transactions will write; they are short. How long a
/// transaction has been open is measured by PostgreSQL's clock alone, so that its clock and this machine's may differ.
///
/// # Errors
/// Database errors.
pub fn settled(conn: &mut PgConnection, now: Instant) -> Result<Instant> {
    let asked = diesel::sql_query("SELECT longest_open_transaction() AS micros");
    let Running { micros } = asked.get_result(conn)?;
    Instant::of_micros(now.as_micros().saturating_sub(micros)).ok_or_else(|| Failure::broken("a time out of range"))
}

/// That a row was changed after another: later, or at the same moment with a higher id. The two columns are compared
/// together, so that an index of both goes straight to the place.
#[derive(Clone, Debug)]
pub struct ChangedAfter<U, I> {
    columns: (U, I),
    at: Instant,
    id: Uuid,
}

impl<U, I> ChangedAfter<U, I> {
    /// Of the columns of the last change and of the id, and what these are of the other row.
    #[must_use]
    pub fn new(columns: (U, I), (at, id): (Instant, Uuid)) -> Self {
        Self { columns, at, id }
    }
}

impl<U: QueryFragment<Pg>, I: QueryFragment<Pg>> QueryFragment<Pg> for ChangedAfter<U, I> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        self.columns.0.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.columns.1.walk_ast(out.reborrow())?;
        out.push_sql(") > (");
        out.push_bind_param::<Timestamptz, _>(&self.at)?;
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<U, I> QueryId for ChangedAfter<U, I> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<U, I> Expression for ChangedAfter<U, I> {
    type SqlType = Bool;
}

impl<U, I> ValidGrouping<()> for ChangedAfter<U, I> {
    type IsAggregate = is_aggregate::Never;
}

impl<Source, U: AppearsOnTable<Source>, I: AppearsOnTable<Source>> AppearsOnTable<Source> for ChangedAfter<U, I> {}
impl<Source, U: SelectableExpression<Source>, I: SelectableExpression<Source>> SelectableExpression<Source>
    for ChangedAfter<U, I>
{
}
