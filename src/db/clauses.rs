//! What is written around a query: limits, locks, and two queries in turn.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

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
