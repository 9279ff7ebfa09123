//! The database and the service fold and compare texts alike, whatever its locale: over every letter that has cases, every
//! character that is not seen, and a sample of the rest of Unicode.

use diesel::prelude::*;
use involvement::text::comparable;
use involvement::text::fold::{FROM, TO, fold};
use involvement::text::invisible::INVISIBLE;
use unicode_normalization::UnicodeNormalization;

use crate::support::App;

#[derive(QueryableByName)]
struct Both {
    #[diesel(sql_type = diesel::sql_types::Text)]
    folded: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    key: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    composed: String,
}

fn first_migration() -> String {
    let at = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/2026-11-26-000001_actors_and_record/up.sql");
    std::fs::read_to_string(at).expect("the migration")
}

#[test]
fn the_migration_holds_the_same_lists() {
    let migration = first_migration();
    for list in [FROM, TO, INVISIBLE] {
        assert!(migration.contains(list), "{list}");
    }
}

/// Characters that are tried: all below U+3000, each 37th of the others, forms of compatibility, letters of mathematics, tags,
/// and every one that has cases.
fn tried() -> impl Iterator<Item = char> {
    let plane = (1..0x3000_u32).chain((0x3000..0xD800).step_by(37)).chain(0xF900..0xFFFE);
    let beyond = (0x1_D400..0x1_D800).chain(0x1_F100..0x1_F200).chain(0xE_0000..0xE_0100);
    plane.chain(beyond).filter_map(char::from_u32).chain(FROM.chars()).chain(TO.chars())
}

#[test]
fn the_database_and_the_service_fold_alike() {
    let app = App::start();
    let mut texts: Vec<String> = tried().map(|c| format!("A{c}b{c}")).collect();
    texts.extend(
        ["straße", "STRASSE", "ὈΔΥΣΣΕΎΣ", "οδος ΟΔΟΣ", "İstanbul", "ǅ", "ﬁn", " Nurse.Vera ", "e\u{301}E\u{301}"]
            .map(str::to_owned),
    );
    let theirs: Vec<Both> = diesel::sql_query(
        "SELECT fold_case(said) AS folded, subject_key(said) AS key, normalize(said, NFKC) AS composed FROM unnest($1::text[]) WITH ORDINALITY AS asked (said, n) ORDER BY n",
    )
    .bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(&texts)
    .load(&mut app.database.as_owner())
    .expect("an answer");
    assert_eq!(theirs.len(), texts.len());
    // The server may know an older Unicode, which takes less apart.
    let (known, newer): (Vec<_>, Vec<_>) =
        texts.iter().zip(&theirs).partition(|(said, both)| said.nfkc().eq(both.composed.chars()));
    assert!(newer.len() < 100, "{} characters are of another Unicode", newer.len());
    let wrong: Vec<String> = known
        .into_iter()
        .filter(|(said, both)| fold(said) != both.folded || comparable(said) != both.key)
        .map(|(said, both)| {
            format!("{said:?}: {:?} and {:?}, {:?} and {:?}", fold(said), both.folded, comparable(said), both.key)
        })
        .collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}
