//! Orders of a list besides that of age: by a value that each of its items has, and where a page goes on in such an order.

use diesel::dsl::sql;
use diesel::expression::{SqlLiteral, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::sql_types::{Bool, Date, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::{Day, Instant};
use crate::db::prelude::*;
use crate::digest;

/// An order in which a list can be asked for besides that of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// The word by which clients ask for it.
    pub word: &'static str,
    /// What comes first, as the document says it.
    pub first: &'static str,
    /// The kind of value that it goes by.
    pub kind: MarkKind,
    /// That value in SQL, as an index has it in front of the id.
    value: &'static str,
    /// The id in SQL, by which equal values go.
    id: &'static str,
    descending: bool,
    gathered: bool,
}

/// The kind of a value that a list goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A moment; one that never comes is the last.
    Time,
    /// A day.
    Day,
    /// A text.
    Text,
}

/// The value by which a row lies in the order of its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A moment; none is later than every other, as `infinity` is in SQL.
    Time(Option<Instant>),
    /// A day.
    Day(Day),
    /// A text.
    Text(String),
    /// What a cursor keeps of a text.
    Trace(Trace),
}

/// What a cursor keeps of a text: enough to notice that the text is another one now, and too little to tell it. Cursors
/// stand in addresses, and those name nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace([u8; 2]);

impl Sorting {
    /// An order by a value and, where that is equal, by the id, both as SQL that an index has.
    #[must_use]
    pub const fn new(
        word: &'static str,
        first: &'static str,
        (kind, value): (MarkKind, &'static str),
        id: &'static str,
    ) -> Self {
        Self { word, first, kind, value, id, descending: false, gathered: false }
    }

    /// The same from the other end.
    #[must_use]
    pub const fn descending(self, word: &'static str, first: &'static str) -> Self {
        Self { word, first, descending: true, ..self }
    }

    /// The same in a form that no index answers: for rows that are few of the list and found otherwise. PostgreSQL takes
    /// them for spread evenly, and would go through the whole list in its order.
    #[must_use]
    pub fn gathered(self) -> Self {
        Self { gathered: true, ..self }
    }

    /// What to order by.
    pub fn order(self) -> SqlLiteral<Bool> {
        let direction = if self.descending { "DESC" } else { "ASC" };
        sql(&format!("{} {direction}, {} {direction}", self.value(), self.id))
    }

    fn value(self) -> String {
        if self.gathered { format!("COALESCE({0}, {0})", self.value) } else { self.value.to_owned() }
    }
}

impl Mark {
    /// As it stands in a cursor.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 8] {
        match self {
            Self::Time(None) => i64::MAX.to_be_bytes(),
            Self::Time(Some(at)) => at.as_micros().to_be_bytes(),
            Self::Day(day) => Instant::EPOCH.london_day().days_until(*day).to_be_bytes(),
            Self::Text(text) => Trace::of(text).to_bytes(),
            Self::Trace(trace) => trace.to_bytes(),
        }
    }

    /// What stands in a cursor; none where it is no mark of this kind.
    #[must_use]
    pub fn of_bytes(kind: MarkKind, bytes: [u8; 8]) -> Option<Self> {
        let number = i64::from_be_bytes(bytes);
        match kind {
            MarkKind::Time if number == i64::MAX => Some(Self::Time(None)),
            MarkKind::Time => Instant::of_micros(number).map(|at| Self::Time(Some(at))),
            MarkKind::Day => Some(Self::Day(Instant::EPOCH.london_day().plus_days(number))),
            MarkKind::Text => {
                let [.., first, second] = bytes;
                Some(Self::Trace(Trace([first, second])))
            }
        }
    }
}

impl Trace {
    /// Of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let [first, second, ..] = digest::sha256(text.as_bytes());
        Self([first, second])
    }

    fn to_bytes(self) -> [u8; 8] {
        let [first, second] = self.0;
        [0, 0, 0, 0, 0, 0, first, second]
    }
}

/// That a row comes after another in an order. The value and the id are compared together, so that an index of both goes
/// straight to the place.
#[derive(Clone, Debug)]
pub struct Follows {
    sorting: Sorting,
    mark: Mark,
    id: Uuid,
}

impl Follows {
    /// The row with this mark and id.
    #[must_use]
    pub fn new(sorting: Sorting, mark: Mark, id: Uuid) -> Self {
        Self { sorting, mark, id }
    }
}

impl QueryFragment<Pg> for Follows {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Self { sorting, mark, id } = self;
        let sign = if sorting.descending { "<" } else { ">" };
        out.push_sql(&format!("({}, {}) {sign} (", sorting.value(), sorting.id));
        match mark {
            Mark::Time(None) => out.push_sql("'infinity'"),
            Mark::Time(Some(at)) => out.push_bind_param::<Timestamptz, _>(at)?,
            Mark::Day(day) => out.push_bind_param::<Date, _>(day)?,
            Mark::Text(text) => out.push_bind_param::<Text, _>(text)?,
            Mark::Trace(_) => return Err(Error::QueryBuilderError("the text of a mark was not looked up".into())),
        }
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(id)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Follows {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Follows {
    type SqlType = Bool;
}

impl ValidGrouping<()> for Follows {
    type IsAggregate = is_aggregate::Never;
}

impl<Source> AppearsOnTable<Source> for Follows {}
impl<Source> SelectableExpression<Source> for Follows {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_back_from_a_cursor_and_a_text_leaves_a_trace() {
        let at: Instant = "2026-09-10T22:59:59Z".parse().unwrap();
        for (kind, mark) in [
            (MarkKind::Time, Mark::Time(Some(at))),
            (MarkKind::Time, Mark::Time(None)),
            (MarkKind::Day, Mark::Day(at.london_day())),
            (MarkKind::Day, Mark::Day("1900-01-01".parse().unwrap())),
        ] {
            assert_eq!(Mark::of_bytes(kind, mark.to_bytes()), Some(mark));
        }
        let name = Mark::Text("grace mensah".to_owned());
        assert_eq!(Mark::of_bytes(MarkKind::Text, name.to_bytes()), Some(Mark::Trace(Trace::of("grace mensah"))));
        assert_ne!(Trace::of("grace mensah"), Trace::of("grace mensa"));
        // The year -9999, which PostgreSQL does not have, and the year 2200.
        for beyond in [i64::MIN, -377_705_023_201_000_000, 7_258_118_400_000_000] {
            assert_eq!(Mark::of_bytes(MarkKind::Time, beyond.to_be_bytes()), None);
        }
    }
}
