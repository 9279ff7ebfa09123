//! Pagination by key: the order, starting point and limit of a query.
//! The cursor that clients send is encoded in `http::page`.

use diesel::RunQueryDsl;
use diesel::query_builder::AsQuery;
use diesel::query_dsl::methods::LoadQuery;
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::clauses::Limited;
use crate::db::prelude::*;
use crate::db::sorting::{Follows, Mark, MarkKind, Sorting};
use crate::db::statement::Kept;

crate::text_enum! {
    /// Order of a list by age.
    pub enum Order {
        /// Newest first.
        Newest = "newest",
        /// Oldest first.
        Oldest = "oldest",
    }
}

/// The page that a client asks for.
#[derive(Clone, Debug)]
pub struct Page {
    /// Maximum number of items: 1 to 100 of those that clients ask for.
    pub limit: u16,
    /// Order of the list.
    pub order: Order,
    /// Order by a value of its items, in a list that has one and was asked for it; then `order` says nothing.
    pub sorted: Option<Sorting>,
    /// Key of the last row of the previous page; `None` for the first page.
    pub after: Option<Uuid>,
    /// The value of that row, where the list goes by one: when it was last changed, where it goes by changes.
    pub after_mark: Option<Mark>,
    /// Which changes the list shows, oldest first, where it was asked for those; then `order` says nothing.
    pub changed: Option<Changes>,
    /// Only items with one of these ids.
    pub ids: Option<Vec<Uuid>>,
}

/// Which changes a list shows.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    /// Only rows changed at or after this.
    pub since: Instant,
    /// Only rows changed at or before this: up to here no change can follow any more. `db::changes` says it.
    pub until: Instant,
}

/// The rows of a page, and whether more follow.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// Rows of the page.
    pub rows: Vec<T>,
    /// Whether there is a next page.
    pub more: bool,
}

impl<T> Rows<T> {
    /// Converts each row.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Rows<U> {
        Rows { rows: self.rows.into_iter().map(f).collect(), more: self.more }
    }
}

impl Default for Page {
    /// The first page of a list, the newest first, as long as pages are at most.
    fn default() -> Self {
        Self { limit: 100, order: Order::Newest, sorted: None, after: None, after_mark: None, changed: None, ids: None }
    }
}

impl Page {
    /// Loads this page of a query that is already ordered and bounded. Reads one row more, to know whether more follow.
    ///
    /// # Errors
    /// Database errors.
    pub fn load<'q, T, Q>(&self, query: Q, conn: &mut PgConnection) -> QueryResult<Rows<T>>
    where
        Q: AsQuery + RunQueryDsl<PgConnection>,
        Kept<Limited<Q::Query>>: LoadQuery<'q, PgConnection, T>,
    {
        Ok(self.cut(query.load_at_most(self.limit + 1, conn)?))
    }

    /// The kind of value that it goes by; none where it goes by the ids alone, so that `after` needs no `after_mark`.
    #[must_use]
    pub fn mark_kind(&self) -> Option<MarkKind> {
        self.changed.map(|_| MarkKind::Time).or(self.sorted.map(|sorting| sorting.kind))
    }

    /// That a row comes after the last one of the previous page, in this order of the list; none on the first page.
    #[must_use]
    pub fn follows(&self, sorting: Sorting) -> Option<Follows> {
        Some(Follows::new(sorting, self.after_mark.clone()?, self.after?))
    }

    /// When the last row of the previous page was changed, and its id, where the list goes by changes; none on the first page.
    #[must_use]
    pub fn after_change(&self) -> Option<(Instant, Uuid)> {
        match self.after_mark {
            Some(Mark::Time(Some(at))) => self.after.map(|id| (at, id)),
            _ => None,
        }
    }

    /// The same page of rows that are found otherwise and then put in order.
    #[must_use]
    pub fn gathered(&self) -> Self {
        Self { sorted: self.sorted.map(Sorting::gathered), ..self.clone() }
    }

    /// Whether it is of the whole list in the order of its ids, so that a way of reading that is made for that order holds.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.ids.is_none() && self.changed.is_none() && self.sorted.is_none()
    }

    /// The key after which it begins, in its order.
    #[must_use]
    pub fn from(&self) -> Uuid {
        self.after.unwrap_or(match self.order {
            Order::Newest => Uuid::max(),
            Order::Oldest => Uuid::nil(),
        })
    }

    /// The condition that a row is on this page of a table's rows of one status, around the key after which it begins. The
    /// status and the id are compared together and not with `=`, so that no index but that of both has this order.
    #[must_use]
    pub fn first_of(&self, table: &str, status: String) -> [String; 2] {
        let (from, side, order) = match self.order {
            Order::Newest => (">=", "<", "DESC"),
            Order::Oldest => ("<=", ">", "ASC"),
        };
        let rows = self.limit + 1;
        [
            format!(
                "{table}.id IN (SELECT p.id FROM {table} p WHERE p.status {from} {status} AND (p.status, p.id) {side} ({status}, "
            ),
            format!(") ORDER BY p.status {order}, p.id {order} LIMIT {rows})"),
        ]
    }

    /// The page of rows that were read with one more.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>) -> Rows<T> {
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(usize::from(self.limit));
        Rows { rows, more }
    }
}

/// Orders and bounds a boxed query for a page, and leaves the items that are asked for by their ids:
/// `page_by!(query, page, plans::id)` goes by the id, or by a value of the items where the page says so. With the column of the
/// last change, `page_by!(query, page, plans::id, plans::updated_at)`, the list can be asked for in the order of changes, too.
#[macro_export]
macro_rules! page_by {
    ($query:expr, $page:expr, $id:expr, $updated:expr) => {{
        let query = $query;
        match $page.changed {
            None => $crate::page_by!(query, $page, $id),
            Some($crate::db::page::Changes { since, until }) => {
                let query = query.filter(diesel::ExpressionMethods::le($updated, until));
                let query = $crate::only_ids!(query, $page, $id);
                let query = match $page.after_change() {
                    None => query.filter(diesel::ExpressionMethods::ge($updated, since)),
                    Some(after) => query.filter($crate::db::changes::ChangedAfter::new(($updated, $id), after)),
                };
                query.order_by((diesel::ExpressionMethods::asc($updated), diesel::ExpressionMethods::asc($id)))
            }
        }
    }};
    ($query:expr, $page:expr, $id:expr) => {{
        let query = $query;
        match $page.sorted {
            None => $crate::page_by_age!(query, $page, $id),
            Some(sorting) => {
                let query = $crate::only_ids!(query, $page, $id);
                let query = match $page.follows(sorting) {
                    None => query,
                    Some(follows) => query.filter(follows),
                };
                query.order_by(sorting.order())
            }
        }
    }};
}

/// The same by the id alone.
#[macro_export]
macro_rules! page_by_age {
    ($query:expr, $page:expr, $id:expr) => {{
        let query = $crate::only_ids!($query, $page, $id);
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

/// Leaves of a boxed query the items that are asked for by their ids.
#[macro_export]
macro_rules! only_ids {
    ($query:expr, $page:expr, $id:expr) => {{
        let query = $query;
        match &$page.ids {
            Some(ids) => query.filter(diesel::ExpressionMethods::eq_any($id, ids.clone())),
            None => query,
        }
    }};
}

/// The same for a list of which all rows have one status, and for which nothing rarer is asked:
/// `page_of!(query, page, "claims", status, claims::id)`. The ids of the page are found first, by the index of status and id.
/// Left to itself, PostgreSQL takes those that wait for spread evenly over the list, and may go through all that was decided
/// since; or it joins all that wait before it sorts them.
#[macro_export]
macro_rules! page_of {
    ($query:expr, $page:expr, $table:literal, $status:expr, $id:expr) => {{
        let [before, after] = $page.first_of($table, $crate::db::among::literal($status));
        let ids = diesel::dsl::sql::<diesel::sql_types::Bool>(&before);
        let ids = ids.bind::<diesel::sql_types::Uuid, _>($page.from()).sql(&after);
        $crate::page_by_age!($query.filter(ids), $page, $id)
    }};
}

/// Filters a boxed query by a column that has one of some values: `one_of!(query, plans::status, states)`. A single
/// value is compared with `=`, so that an index over the column and the id returns the rows in the order of the list.
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

/// Filters a boxed query by each of these columns for which the filter of the same name has values:
/// `one_of_each!(query, sessions, filter: opportunity_id, service_id)`.
#[macro_export]
macro_rules! one_of_each {
    ($query:expr, $table:ident, $filter:ident: $($column:ident),+) => {{
        let mut query = $query;
        $(if let Some(values) = &$filter.$column {
            query = $crate::one_of!(query, $table::$column, values);
        })+
        query
    }};
}
