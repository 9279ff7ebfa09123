//! How every statement is sent: prepared once for each connection, and kept.
//!
//! diesel keeps a statement only where it can prove that few texts come of it, which excludes everything with a piece
//! of SQL in it, and it binds the `1` of a `first`, so that PostgreSQL plans such a query at every call. Here every
//! statement is kept by its text, and a limit is part of the text. [`MOST_KEPT`] bounds how many a connection holds.
//!
//! `use crate::db::prelude::*` in place of diesel's own prelude; `tests/it/borders` holds that nobody uses the other.

use diesel::connection::{Connection, DefaultLoadingMode};
use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::Integer;
use diesel::{QueryResult, RunQueryDsl};

use crate::db::clauses::{InTurn, Limited, Locking, One};

/// Statements that a connection keeps at the most; with more, it is closed after the request. The service has some 400 of
/// its own; the rest are pages of other sizes and combinations of filters.
pub const MOST_KEPT: usize = 800;

/// The most rows that one statement inserts: each number of rows is a text of its own.
const BLOCK: usize = 25;

/// Inserts rows block by block, however many there are, none included; returns the number of rows written. A constraint
/// between the rows is checked for each block, not for all of them.
///
/// # Errors
/// Database errors.
pub fn in_blocks<T>(
    rows: impl IntoIterator<Item = T>,
    mut insert: impl FnMut(Vec<T>) -> QueryResult<usize>,
) -> QueryResult<usize> {
    let mut rows = rows.into_iter();
    let mut written = 0;
    loop {
        let block: Vec<T> = rows.by_ref().take(BLOCK).collect();
        if block.is_empty() {
            return Ok(written);
        }
        written += insert(block)?;
    }
}

/// What files with SQL need of diesel, with [`RunStatement`] in place of `RunQueryDsl`.
pub mod prelude {
    pub use diesel::associations::Identifiable;
    pub use diesel::connection::Connection;
    pub use diesel::deserialize::{Queryable, QueryableByName};
    pub use diesel::expression::{
        AppearsOnTable, BoxableExpression, Expression, IntoSql as _, Selectable, SelectableExpression, SelectableHelper,
    };
    pub use diesel::expression_methods::*;
    pub use diesel::pg::PgConnection;
    pub use diesel::query_builder::AsChangeset;
    pub use diesel::query_dsl::{CombineDsl, JoinOnDsl, QueryDsl};
    pub use diesel::query_source::{Column, JoinTo, QuerySource, SizeRestrictedColumn as _, Table};
    pub use diesel::result::{OptionalExtension, QueryResult};
    pub use diesel::{Insertable, alias, allow_columns_to_appear_in_same_group_by_clause, debug_query};

    pub use super::RunStatement;
}

/// A statement that is prepared once and kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<Q>(Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q: QueryId> QueryId for Kept<Q> {
    type QueryId = Kept<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for Kept<Q> {}

/// A statement that writes, with a row for each row that it wrote. Without rows to give, diesel would ask the statement
/// itself whether it may be kept, and it says no for every `UPDATE` and everything with a piece of SQL in it.
#[derive(Clone, Copy, Debug)]
pub struct Counted<Q>(Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1");
        Ok(())
    }
}

impl<Q: QueryId> QueryId for Counted<Q> {
    type QueryId = Counted<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q> Query for Counted<Q> {
    type SqlType = Integer;
}

/// Sends a statement. The names are diesel's, so that its documentation holds.
pub trait RunStatement: Sized {
    /// All rows.
    ///
    /// # Errors
    /// Database errors.
    fn load<'q, U>(self, conn: &mut PgConnection) -> QueryResult<Vec<U>>
    where
        Self: AsQuery,
        Kept<Self::Query>: LoadQuery<'q, PgConnection, U>,
    {
        RunQueryDsl::load(Kept(self.as_query()), conn)
    }

    /// All rows.
    ///
    /// # Errors
    /// Database errors.
    fn get_results<'q, U>(self, conn: &mut PgConnection) -> QueryResult<Vec<U>>
    where
        Self: AsQuery,
        Kept<Self::Query>: LoadQuery<'q, PgConnection, U>,
    {
        self.load(conn)
    }

    /// The row of a statement that has one.
    ///
    /// # Errors
    /// `NotFound` if there is none; database errors.
    fn get_result<'q, U>(self, conn: &mut PgConnection) -> QueryResult<U>
    where
        Self: AsQuery,
        Kept<Self::Query>: LoadQuery<'q, PgConnection, U>,
    {
        RunQueryDsl::get_result(Kept(self.as_query()), conn)
    }

    /// The first row of a query.
    ///
    /// # Errors
    /// `NotFound` if there is none; database errors.
    fn first<'q, U>(self, conn: &mut PgConnection) -> QueryResult<U>
    where
        Self: AsQuery,
        Kept<One<Self::Query>>: LoadQuery<'q, PgConnection, U>,
    {
        RunQueryDsl::get_result(Kept(One(self.as_query())), conn)
    }

    /// The first rows of a query, `limit` at the most.
    ///
    /// # Errors
    /// Database errors.
    fn load_at_most<'q, U>(self, limit: u16, conn: &mut PgConnection) -> QueryResult<Vec<U>>
    where
        Self: AsQuery,
        Kept<Limited<Self::Query>>: LoadQuery<'q, PgConnection, U>,
    {
        RunQueryDsl::load(Kept(Limited { query: self.as_query(), limit }), conn)
    }

    /// All rows, with a lock on those of the table `of`. What comes from other tables is as it was before the lock was
    /// waited for.
    ///
    /// # Errors
    /// Database errors.
    fn load_for_update_of<'q, U>(self, of: &'static str, conn: &mut PgConnection) -> QueryResult<Vec<U>>
    where
        Self: AsQuery,
        Kept<Locking<Self::Query>>: LoadQuery<'q, PgConnection, U>,
    {
        RunQueryDsl::load(Kept(Locking { query: self.as_query(), of }), conn)
    }

    /// Runs a statement that writes; returns the number of rows that it wrote. An insert of no rows is none: use
    /// [`in_blocks`] where there may be none.
    ///
    /// # Errors
    /// Database errors.
    fn execute(self, conn: &mut PgConnection) -> QueryResult<usize>
    where
        Self: QueryFragment<Pg> + QueryId,
    {
        let mut written = 0;
        for row in RunQueryDsl::load_iter::<i32, DefaultLoadingMode>(Kept(Counted(self)), conn)? {
            row?;
            written += 1;
        }
        Ok(written)
    }

    /// Runs a statement that can't be kept, such as the opening of a cursor.
    ///
    /// # Errors
    /// Database errors.
    fn execute_once(self, conn: &mut PgConnection) -> QueryResult<usize>
    where
        Self: QueryFragment<Pg> + QueryId,
    {
        conn.execute_returning_count(&self)
    }
}

impl<Q: RunQueryDsl<PgConnection>> RunStatement for Q {}

/// The first rows of two queries in turn, `limit` at the most.
///
/// # Errors
/// Database errors.
pub fn load_in_turn<'q, U, A, B>(first: A, second: B, limit: u16, conn: &mut PgConnection) -> QueryResult<Vec<U>>
where
    A: AsQuery,
    B: AsQuery,
    Kept<InTurn<A::Query, B::Query>>: LoadQuery<'q, PgConnection, U>,
{
    let in_turn = InTurn { first: first.as_query(), second: second.as_query(), limit };
    RunQueryDsl::load(Kept(in_turn), conn)
}
