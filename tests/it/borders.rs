//! Architecture, checked in the source code: what each module may use, and which feature may write each table.

use std::path::{Path, PathBuf};

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<PathBuf> = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).unwrap();
                // Unit tests in a file are not checked.
                found.push((name, text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()));
            }
        }
    }
    assert!(found.len() > 50, "the sources are where they are looked for");
    found
}

/// The lines that contain a text, in the files that the condition selects, as `file: line`.
fn lines(sign: &str, within: impl Fn(&str) -> bool) -> Vec<String> {
    let found = sources();
    let files = found.iter().filter(|(name, _)| within(name));
    files
        .flat_map(|(name, text)| {
            text.lines()
                .filter(|line| !line.trim_start().starts_with("//") && line.contains(sign))
                .map(move |line| format!("{name}: {}", line.trim()))
        })
        .collect()
}

#[test]
fn rules_know_neither_http_nor_sql_and_stores_no_http() {
    let rules = |name: &str| {
        name.ends_with("rules.rs")
            || name.ends_with("status.rs")
            || name.contains("calculator/")
            || name.ends_with("readiness.rs")
    };
    for sign in ["actix", "diesel::prelude", "PgConnection", "Reader<", "Writer<"] {
        assert_eq!(lines(sign, rules), Vec::<String>::new());
    }
    assert_eq!(
        lines("actix", |name| !name.starts_with("http/") && !name.starts_with("app/") && !name.starts_with("service/")),
        Vec::<String>::new()
    );
}

#[test]
fn one_place_asks_the_time_one_reads_the_environment_and_one_knows_roles() {
    assert_eq!(lines("Timestamp::now", |name| name != "clock.rs"), Vec::<String>::new());
    assert_eq!(lines("env::var", |name| name != "settings.rs"), Vec::<String>::new());
    for role in ["Role::Staff", "Role::InvolvementLead", "Role::Finance"] {
        assert_eq!(lines(role, |name| !name.starts_with("access/")), Vec::<String>::new());
    }
    assert_eq!(
        lines(".transaction(", |name| !name.starts_with("db/") && !name.starts_with("service/")),
        Vec::<String>::new()
    );
}

/// The tables that each feature writes.
const TABLES: &[(&str, &[&str])] = &[
    ("services/", &["services"]),
    ("plans/", &["plans", "plan_versions", "plan_members", "plan_comments"]),
    ("opportunities/", &["opportunities"]),
    ("channels/", &["channels", "placements"]),
    ("volunteers/", &["volunteers", "volunteer_profiles", "payees", "experiences"]),
    ("clearances/", &["clearances", "clearance_reminders"]),
    ("expressions/", &["expressions"]),
    ("agreements/", &["agreements", "agreement_texts", "agreement_pauses"]),
    ("support/", &["support_contacts", "support_contact_texts", "inductions", "induction_steps", "induction_items"]),
    ("sessions/", &["sessions", "attendances"]),
    ("policies/", &["reimbursement_policies"]),
    ("claims/", &["claims", "claim_texts", "claim_lines", "claim_line_texts", "mileage_years"]),
    ("payments/", &["payments", "payment_runs", "payment_run_exports", "payment_run_export_parts"]),
    ("feedback/", &["feedback", "feedback_contributors"]),
    ("deliveries/", &["deliveries"]),
    ("privacy/", &["looks", "retention_periods"]),
    ("updates/", &["updates"]),
];

#[test]
fn a_table_is_written_by_its_own_feature_alone() {
    for &(feature, tables) in TABLES {
        for table in tables {
            for sign in ["insert_into(", "update(", "delete("].map(|verb| format!("{verb}{table}::")) {
                assert_eq!(lines(&sign, |name| !name.starts_with(feature)), Vec::<String>::new());
            }
            for sign in ["INSERT INTO ", "UPDATE ", "DELETE FROM "].map(|verb| format!("{verb}{table} ")) {
                assert_eq!(lines(&sign, |name| !name.starts_with(feature)), Vec::<String>::new());
            }
        }
    }
}

#[test]
fn every_module_opens_by_saying_what_it_is() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(name, text)| !text.starts_with("//! ") && name != "db/schema.rs")
        .map(|(name, _)| name)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}
