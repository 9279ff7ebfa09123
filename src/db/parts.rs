//! A page of a list of which a condition leaves few rows or many, nobody knows how many.
//!
//! Whoever gathers everything that fits reads more the more there is; whoever walks the list from the page's start reads
//! the whole of it where little fits. So a page comes in two parts, in one statement: the near part walks the next rows of
//! the list, and is all where many rows fit; the far part gathers what lies beyond them, and PostgreSQL runs it only where
//! the near part did not fill the page.

use crate::db::prelude::*;
use diesel::expression::{ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::clauses::InTurn;
use crate::db::page::{Order, Page, Rows};
use crate::db::statement::{Kept, load_in_turn};

/// How many rows of the list the near part walks.
const NEAR: u16 = 500;

/// Which of the two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The next rows of the list, up to and including the row at the edge.
    Near,
    /// What lies beyond.
    Far,
}

impl Part {
    /// How an id of this part compares with the id at the edge.
    #[must_use]
    pub fn sign(self, order: Order) -> &'static str {
        match (self, order) {
            (Self::Near, Order::Newest) => ">=",
            (Self::Near, Order::Oldest) => "<=",
            (Self::Far, Order::Newest) => "<",
            (Self::Far, Order::Oldest) => ">",
        }
    }
}

/// The direction of an order in SQL, how an id compares with one that it follows, and the id that follows every other:
/// the edge of a list that ends before.
#[must_use]
pub fn direction(order: Order) -> (&'static str, &'static str, &'static str) {
    match order {
        Order::Newest => ("DESC", "<", "'00000000-0000-0000-0000-000000000000'::uuid"),
        Order::Oldest => ("ASC", ">", "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"),
    }
}

/// The condition that a row of a table belongs to a part of a page.
#[derive(Clone, Debug)]
pub struct Lies {
    part: Part,
    table: &'static str,
    walked: String,
    order: Order,
    after: Option<Uuid>,
}

impl Lies {
    /// Of a page of a table whose rows, called `w`, are walked where a condition holds that an index answers.
    #[must_use]
    pub fn new(part: Part, table: &'static str, walked: &str, page: &Page) -> Self {
        Self { part, table, walked: walked.to_owned(), order: page.order, after: page.after }
    }
}

impl QueryFragment<Pg> for Lies {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Self { part, table, walked, order, after } = self;
        let (direction, follows, end) = direction(*order);
        // Of the far part in a form that no index answers: PostgreSQL would fetch every id beyond the edge.
        let id = match part {
            Part::Near => format!("{table}.id"),
            Part::Far => format!("COALESCE({table}.id, {table}.id)"),
        };
        let sign = part.sign(*order);
        out.push_sql(&format!("{id} {sign} COALESCE((SELECT w.id FROM {table} w WHERE {walked}"));
        if let Some(after) = after {
            out.push_sql(&format!(" AND w.id {follows} "));
            out.push_bind_param::<SqlUuid, _>(after)?;
        }
        out.push_sql(&format!(" ORDER BY w.id {direction} OFFSET {} LIMIT 1), {end})", NEAR - 1));
        Ok(())
    }
}

impl QueryId for Lies {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Lies {
    type SqlType = Bool;
}

impl ValidGrouping<()> for Lies {
    type IsAggregate = is_aggregate::Never;
}

impl<Source> AppearsOnTable<Source> for Lies {}
impl<Source> SelectableExpression<Source> for Lies {}

impl Page {
    /// Loads this page from its two parts.
    ///
    /// # Errors
    /// Database errors.
    pub fn load_parts<'q, T, N, F>(&self, near: N, far: F, conn: &mut PgConnection) -> QueryResult<Rows<T>>
    where
        N: AsQuery,
        F: AsQuery,
        Kept<InTurn<N::Query, F::Query>>: LoadQuery<'q, PgConnection, T>,
    {
        let rows: Vec<T> = load_in_turn(near, far, self.limit + 1, conn)?;
        Ok(self.cut(rows))
    }
}

/// A page of the rows of a table for which one of two conditions holds that say the same: the first of them for rows that
/// are walked, the second for the index that it has:
/// `page_in_parts!(page, conn, plans, "TRUE", || query, shows_words(…), has_words(…))`.
#[macro_export]
macro_rules! page_in_parts {
    ($page:expr, $conn:expr, $table:ident, $walked:expr, $query:expr, $shows:expr, $has:expr) => {{
        use $crate::db::parts::{Lies, Part};
        let (page, walked): (&$crate::db::page::Page, &str) = ($page, $walked);
        let lies = |part| Lies::new(part, stringify!($table), walked, page);
        let query = $query;
        if page.changed.is_some() {
            // What is new is little: it is walked, whatever of it fits.
            page.load($crate::page_by!(query().filter($shows), page, $table::id, $table::updated_at), $conn)
        } else if page.sorted.is_some() {
            // The parts are made for the order of the ids: in another one, all that has the words is put in order.
            let page = &page.gathered();
            page.load($crate::page_by!(query().filter($has), page, $table::id), $conn)
        } else {
            let near = $crate::page_by_age!(query().filter($shows).filter(lies(Part::Near)), page, $table::id);
            // Ordered by an expression that no index has: PostgreSQL can't tell that a word is rare, and would otherwise read
            // everything in the list's order.
            let found = concat!("COALESCE(", stringify!($table), ".id, ", stringify!($table), ".id)");
            let found = || diesel::dsl::sql::<diesel::sql_types::Uuid>(found);
            let far = $crate::page_by_age!(query().filter($has).filter(lies(Part::Far)), page, found());
            page.load_parts(near, far, $conn)
        }
    }};
}
