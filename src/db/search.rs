//! Search for words. What is kept and what is asked for become words by the same functions of the database, so that
//! everything is found by its own name.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Bool, Text};

/// A condition with the text that is asked for.
pub type Asked = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>>;

fn asked(before: &str, q: &str, after: &str) -> Asked {
    sql::<Bool>(before).bind::<Text, _>(q.to_owned()).sql(after)
}

/// That an e-mail address in SQL is this one, in upper or lower case; by an index of `lower(…)` of it.
pub fn has_email(address: &str, email: &str) -> Asked {
    asked(&format!("lower({address}) = lower("), email, ")")
}

/// That a row is among those that a query finds: `column IN (before, what is asked for, after)`. The query takes what is
/// asked for once, as a row of its own.
pub fn is_found(column: &str, found: &str, q: &str) -> Asked {
    asked(
        &format!("{column} IN (SELECT found.id FROM (SELECT "),
        q,
        &format!("::text AS q) asked CROSS JOIN LATERAL ({found}) found)"),
    )
}

// What is asked for stands in a query of its own, so that PostgreSQL plans a search once, not anew for each word. For rows
// that are looked through, it is told nothing of how many show the words: it takes half of them, and stops at a full page.

/// That a column of words has, for each word asked for, one that begins with it; by the index of the column.
pub fn has_words(column: &str, q: &str) -> Asked {
    asked(&format!("{column} @@ (SELECT words_sought("), q, "))")
}

/// The same in a form that no index answers: for rows that are looked through in the order of the list.
pub fn shows_words(column: &str, q: &str) -> Asked {
    asked(&format!("CASE WHEN {column} @@ (SELECT words_sought("), q, ")) THEN TRUE ELSE FALSE END")
}
