//! Every table and column states whether it holds personal data and what happens to it, so that no new one is
//! forgotten.

use std::collections::BTreeSet;

use involvement::features::FEATURES;

use crate::support::books::ask;
use crate::support::{App, make};

fn texts(app: &App, sql: &str) -> BTreeSet<String> {
    ask(app, sql).iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
}

/// Tables that refer to a volunteer, directly or through another table.
const OF_PEOPLE: &str = "\
WITH RECURSIVE of_people AS (
    SELECT 'volunteers'::name AS name
    UNION SELECT c.table_name::name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'volunteer_id'
    UNION SELECT r.conrelid::regclass::text::name FROM pg_constraint r JOIN of_people p ON r.confrelid = p.name::text::regclass
        WHERE r.contype = 'f' AND r.connamespace = 'public'::regnamespace
)
SELECT name FROM of_people";

/// Tables with personal data that the export leaves out, and why.
const NOT_EXPORTED: [(&str, &str); 1] =
    [("mileage_years", "a lock a tax year; the miles stand on the lines of claims")];

#[test]
fn whatever_is_held_of_people_is_in_the_export_or_has_a_reason() {
    let app = App::start();
    let exported: BTreeSet<String> = FEATURES
        .iter()
        .flat_map(|feature| feature.export)
        .flat_map(|part| part.tables)
        .map(|table| (*table).to_owned())
        .collect();
    let excused: BTreeSet<String> = NOT_EXPORTED.iter().map(|(table, _)| (*table).to_owned()).collect();
    let told: BTreeSet<String> = exported.union(&excused).cloned().collect();
    let of_people = texts(&app, OF_PEOPLE);
    assert!(of_people.len() > 15, "{of_people:?}");
    let missing: Vec<&String> = of_people.difference(&told).collect();
    assert_eq!(missing, Vec::<&String>::new(), "tell of them in the feature's export, or say here why not");
    let unknown: Vec<&String> = told.difference(&of_people).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "these are no tables of people");
}

/// Tables that accept rows of a volunteer without checking for erasure, and why.
const UNGUARDED: [(&str, &str); 7] = [
    ("volunteer_profiles", "made with the person"),
    ("payees", "made with the person"),
    ("claim_lines", "goes with its claim, of which none is made for the erased"),
    ("mileage_years", "goes with a claim"),
    ("payments", "what the bank sends back is paid again, whoever was erased"),
    ("access_log", "says nothing of the person but their id"),
    ("plan_comments", "guarded by another condition"),
];

#[test]
fn nothing_is_written_for_the_erased() {
    let app = App::start();
    let of_people = texts(
        &app,
        "SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'volunteer_id'",
    );
    let guarded = texts(
        &app,
        "SELECT t.tgrelid::regclass::text AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname IN ('guard_of_the_erased', 'guard_of_the_absent', 'guard_of_the_unreachable')",
    );
    let excused: BTreeSet<String> = UNGUARDED.iter().map(|(table, _)| (*table).to_owned()).collect();
    let open: Vec<&String> =
        of_people.iter().filter(|table| !guarded.contains(*table) && !excused.contains(*table)).collect();
    assert_eq!(open, Vec::<&String>::new(), "give it the trigger `guard_of_the_erased`, or say here why not");
}

/// What the comment of a text column says: `personal, erased`, `personal, kept: why`, or `not personal`.
#[test]
fn every_column_of_words_says_what_it_tells_of_people() {
    let app = App::start();
    let columns = ask(
        &app,
        "SELECT c.table_name || '.' || c.column_name AS name, col_description(c.table_name::regclass, c.ordinal_position::int) AS said
            FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> '__diesel_schema_migrations'
                AND (c.data_type IN ('text', 'jsonb', 'json', 'ARRAY', 'bytea') OR c.data_type LIKE 'character%')
            ORDER BY 1",
    );
    assert!(columns.len() > 100, "{}", columns.len());
    let silent: Vec<&str> = columns
        .iter()
        .filter(|column| {
            let said = column["said"].as_str().unwrap_or_default();
            !(said == "personal, erased" || said == "not personal" || said.starts_with("personal, kept: "))
        })
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    assert_eq!(silent, Vec::<&str>::new(), "decide, and say it with COMMENT ON COLUMN in the migration");
}

/// A conflict is answered without the value, and PostgreSQL's own log has none either.
#[test]
fn the_log_of_the_database_shows_no_values_of_rows() {
    let app = App::start();
    let code = "marker-of-a-service";
    let service = make::service(&app, code);
    let mut body = app.lead().get(&format!("/v1/services/{service}")).expect(200);
    let names = ["code", "name", "domain", "cost_centre", "subjective_expense", "subjective_payment", "contact_email"];
    body.as_object_mut().unwrap().retain(|name, _| names.contains(&name.as_str()));
    app.lead().post("/v1/services", body).refused(409, "already-exists");
    let logged = app.database.logged();
    assert!(logged.iter().any(|entry| entry.contains("services_code_unique")), "{logged:?}");
    assert!(!logged.iter().any(|entry| entry.contains(code)), "{logged:?}");
}
