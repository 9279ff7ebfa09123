//! Pages of a list by key: the part of a query that orders, bounds and limits it.
//! How a cursor looks on the wire stands in `http::page`.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::{PgConnection, QueryResult, RunQueryDsl};
use uuid::Uuid;

crate::text_enum! {
    /// The order of a list.
    pub enum Order {
        /// The latest first.
        Newest = "newest",
        /// The earliest first.
        Oldest = "oldest",
    }
}

/// One page that is asked for.
#[derive(Clone, Debug)]
pub struct Page {
    /// How many items at most, 1 to 100.
    pub limit: u8,
    /// Which way it goes.
    pub order: Order,
    /// The last key of the page before.
    pub after: Option<Uuid>,
}

/// The rows of a page and whether there are more.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there is a next page.
    pub more: bool,
}

impl<T> Rows<T> {
    /// The rows made into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Rows<U> {
        Rows { rows: self.rows.into_iter().map(f).collect(), more: self.more }
    }
}

impl Page {
    /// Loads this page of a query that is ordered and bounded already; one row more is read to know whether more follow.
    ///
    /// # Errors
    /// Those of the query.
    pub fn load<'q, T, Q>(&self, query: Q, conn: &mut PgConnection) -> QueryResult<Rows<T>>
    where
        Limited<Q>: LoadQuery<'q, PgConnection, T>,
    {
        let mut rows: Vec<T> = Limited { query, limit: i64::from(self.limit) + 1 }.load(conn)?;
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(usize::from(self.limit));
        Ok(Rows { rows, more })
    }
}

/// A query with its limit written out: bound as a parameter, PostgreSQL would plan it anew at every call.
#[derive(Clone, Copy, Debug)]
pub struct Limited<Q> {
    query: Q,
    limit: i64,
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

impl<Q> RunQueryDsl<PgConnection> for Limited<Q> {}

/// Orders and bounds a boxed query by its id, as a page asks: `page_by!(query, page, plans::id)`.
#[macro_export]
macro_rules! page_by {
    ($query:expr, $page:expr, $id:expr) => {{
        let query = $query;
        match ($page.order, $page.after) {
            ($crate::db::page::Order::Newest, None) => query.order_by(diesel::ExpressionMethods::desc($id)),
            ($crate::db::page::Order::Oldest, None) => query.order_by(diesel::ExpressionMethods::asc($id)),
            ($crate::db::page::Order::Newest, Some(after)) => {
                query.filter(diesel::ExpressionMethods::lt($id, after)).order_by(diesel::ExpressionMethods::desc($id))
            }
            ($crate::db::page::Order::Oldest, Some(after)) => {
                query.filter(diesel::ExpressionMethods::gt($id, after)).order_by(diesel::ExpressionMethods::asc($id))
            }
        }
    }};
}

/// Narrows a boxed query to the rows whose column is one of these: `one_of!(query, plans::status, states)`. A single one is
/// asked for by equality, for then an index over that column and the id gives the rows in the list's order.
#[macro_export]
macro_rules! one_of {
    ($query:expr, $column:expr, $values:expr) => {{
        let query = $query;
        match $values.as_slice() {
            [only] => query.filter(diesel::ExpressionMethods::eq($column, only.clone())),
            several => query.filter(diesel::ExpressionMethods::eq_any($column, several.to_vec())),
        }
    }};
}

/// A pattern for `lower(column) LIKE …` that finds a text anywhere in it.
#[must_use]
pub fn containing(text: &str) -> String {
    let text = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{text}%")
}
