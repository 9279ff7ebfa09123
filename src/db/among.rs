//! A condition on a column of words, written out so that PostgreSQL can use a partial index.

use crate::db::prelude::*;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;

/// That a column has one of some words of a closed list. The words are written out, not bound: what is bound, PostgreSQL
/// plans once for all words, and walks a whole table for one that is rare. There are few words, so few statements.
#[derive(Clone, Debug)]
pub struct Among(String);

/// Words of a closed list as SQL has them, written out: `'one', 'two'`.
pub fn words<W: std::fmt::Display>(words: &[W]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

/// `column = 'word'`, or `column IN (…)` where there are several.
pub fn among(column: &'static str, words: impl IntoIterator<Item = impl Into<&'static str>>) -> Among {
    let mut words: Vec<&'static str> = words.into_iter().map(Into::into).collect();
    // One text for each set, in whatever order a client names it.
    words.sort_unstable();
    words.dedup();
    Among(among_text(column, &words))
}

/// The same as text, for statements that are written out: with the words in it, PostgreSQL can use a partial index of them.
pub fn among_text(column: &str, words: &[impl Copy + Into<&'static str>]) -> String {
    let words: Vec<String> = words.iter().map(|word| literal(*word)).collect();
    match words.as_slice() {
        [] => "FALSE".to_owned(),
        [only] => format!("{column} = {only}"),
        several => format!("{column} IN ({})", several.join(", ")),
    }
}

/// A word of a closed list as a literal of SQL.
pub fn literal(word: impl Into<&'static str>) -> String {
    format!("'{}'", word.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_out_as_one_or_as_a_list() {
        let none: &[&'static str] = &[];
        for (words, wanted) in
            [(none, "FALSE"), (&["red"], "p.colour = 'red'"), (&["red", "blue"], "p.colour IN ('red', 'blue')")]
        {
            assert_eq!(among_text("p.colour", words), wanted);
        }
    }
}
