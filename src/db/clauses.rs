//! What is written around a query: limits, locks, and two queries in turn.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel::{QueryResult, RunQueryDsl};

use crate::db::ids::ActorId;

/// A query whose limit is written into its text.
#[derive(Clone, Copy, Debug)]
pub struct Limited<Q> {
    pub(super) query: Q,
    pub(super) limit: u16,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.limit.to_string());
        Ok(())
    }
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

/// A query that locks the rows of one of its tables.
#[derive(Clone, Copy, Debug)]
pub struct Locking<Q> {
    pub(super) query: Q,
    pub(super) of: &'static str,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Locking<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" FOR UPDATE OF ");
        out.push_sql(self.of);
        Ok(())
    }
}

impl<Q> QueryId for Locking<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Locking<Q> {
    type SqlType = Q::SqlType;
}

/// Two queries in turn: PostgreSQL runs the second only for rows that the first did not give.
#[derive(Clone, Copy, Debug)]
pub struct InTurn<A, B> {
    pub(super) first: A,
    pub(super) second: B,
    pub(super) limit: u16,
}

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for InTurn<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let limit = self.limit.to_string();
        out.push_sql("(");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {limit}) UNION ALL ("));
        self.second.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {limit}) LIMIT {limit}"));
        Ok(())
    }
}

impl<A, B> QueryId for InTurn<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A: Query, B> Query for InTurn<A, B> {
    type SqlType = A::SqlType;
}

/// A query for one row.
#[derive(Clone, Copy, Debug)]
pub struct One<Q>(pub(super) Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for One<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT 1");
        Ok(())
    }
}

impl<Q: QueryId> QueryId for One<Q> {
    type QueryId = One<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for One<Q> {
    type SqlType = Q::SqlType;
}

/// A statement that writes, after another one that writes to another table, in one round trip. Both see what was there before
/// them; that the first wrote one row, the second can ask of `before`: see [`WROTE_ONE`].
#[derive(Clone, Copy, Debug)]
pub struct After<A, B> {
    first: A,
    then: B,
}

/// That what came before wrote one row, as a condition of the statement after it.
pub const WROTE_ONE: &str = "(SELECT count(*) FROM before) = 1";

/// Has a statement write before another one.
pub fn after<A, B>(first: A, then: B) -> After<A, B> {
    After { first, then }
}

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for After<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH before AS (");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1) ");
        self.then.walk_ast(out)
    }
}

impl<A, B> QueryId for After<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B: Query> Query for After<A, B> {
    type SqlType = B::SqlType;
}

impl<A, B> RunQueryDsl<PgConnection> for After<A, B> {}

/// Two statements that write before a third, each to a table of its own.
#[derive(Clone, Copy, Debug)]
pub struct Both<A, B>(A, B);

/// Has two statements write before a third.
pub fn both<A, B>(one: A, other: B) -> Both<A, B> {
    Both(one, other)
}

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Both<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1), beside AS (");
        self.1.walk_ast(out)
    }
}

/// A query that locks one row, with whether that is about the caller. It is asked around the query: PostgreSQL works out the
/// columns of a query before it waits for its locks, and what is around it afterwards.
#[derive(Clone, Copy, Debug)]
pub struct AboutCaller<Q> {
    query: Q,
    who: ActorId,
    volunteer: &'static str,
}

/// Has a query that locks one row say whether the volunteer in this column is the caller, by any of their log-ins.
pub fn about_caller<Q>(query: Q, who: ActorId, volunteer: &'static str) -> AboutCaller<Q> {
    AboutCaller { query, who, volunteer }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for AboutCaller<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT locked.*, is_volunteer_now(");
        out.push_bind_param::<SqlUuid, _>(&self.who)?;
        out.push_sql(", locked.");
        out.push_identifier(self.volunteer)?;
        out.push_sql(") FROM (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT 1) AS locked");
        Ok(())
    }
}

impl<Q> QueryId for AboutCaller<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for AboutCaller<Q> {
    type SqlType = (Q::SqlType, Bool);
}

impl<Q> RunQueryDsl<PgConnection> for AboutCaller<Q> {}
