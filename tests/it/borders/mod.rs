//! The borders of the house, read from the code itself: who may know what, and who may write which table.

mod imports;
mod sql;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use involvement::audit::ResourceType;
use involvement::features::FEATURES;

use imports::Imports;

fn sources() -> &'static [(String, String)] {
    static SOURCES: LazyLock<Vec<(String, String)>> = LazyLock::new(read_sources);
    &SOURCES
}

fn read_sources() -> Vec<(String, String)> {
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
                // What stands in a file's own tests is their business.
                found.push((name, text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()));
            }
        }
    }
    assert!(found.len() > 50, "the sources are where they are looked for");
    found
}

/// Lines with this in them, in files that the condition names, as `file: line`.
fn lines(sign: &str, within: impl Fn(&str) -> bool) -> Vec<String> {
    let files = sources().iter().filter(|(name, text)| within(name) && text.contains(sign));
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
            || name.contains("readiness/")
    };
    for sign in ["actix", "db::prelude", "PgConnection", "Reader<", "Writer<"] {
        assert_eq!(lines(sign, rules), Vec::<String>::new());
    }
    assert_eq!(
        lines("actix", |name| !name.starts_with("http/") && !name.starts_with("app/") && !name.starts_with("service/")),
        Vec::<String>::new()
    );
}

#[test]
fn one_place_asks_the_time_one_reads_the_environment_and_one_knows_roles() {
    assert_eq!(lines("Timestamp::now", |name| name != "clock/mod.rs"), Vec::<String>::new());
    assert_eq!(lines("env::var", |name| name != "settings/environment.rs"), Vec::<String>::new());
    for role in ["Role::Staff", "Role::InvolvementLead", "Role::Finance"] {
        assert_eq!(lines(role, |name| !name.starts_with("access/")), Vec::<String>::new());
    }
    // Sent past `db::statement`, a statement is not kept; a server of one's own is set up once.
    for sign in ["diesel::prelude", "RunQueryDsl", "execute_returning_count"] {
        assert_eq!(
            lines(sign, |name| !["db/statement.rs", "db/page.rs", "db/clauses.rs"].contains(&name)
                && !name.starts_with("embedded_postgres/")),
            Vec::<String>::new()
        );
    }
    assert_eq!(
        lines(".transaction(", |name| !["db/", "work/", "service/"].iter().any(|home| name.starts_with(home))),
        Vec::<String>::new()
    );
}

/// The floors of the house, lowest first: a module imports only from floors below its own.
const FLOORS: [&[&str]; 26] = [
    &["clock", "digest", "machine", "money", "text"],
    &["mail", "metrics", "outgoing", "trust"],
    &["refusal", "vocabulary"],
    &["db", "embedded_postgres", "life", "spreadsheet"],
    &["access"],
    &["work"],
    &["files"],
    &["http", "settings"],
    &["openapi"],
    &["audit", "guidance", "log_ins", "policies", "retention", "service", "services"],
    &["documents", "events", "payments", "people"],
    &["secret_addresses"],
    &["deliveries", "webhooks"],
    &["plans"],
    &["feedback", "opportunities"],
    &["sessions"],
    &["channels", "expressions"],
    &["agreements", "public"],
    &["matching", "support", "updates"],
    &["claims"],
    &["recoveries"],
    &["features"],
    &["processes", "reports"],
    &["me"],
    &["privacy"],
    &["app"],
];

fn imports() -> Imports {
    Imports::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

#[test]
fn a_module_imports_only_from_floors_below_its_own() {
    let floor = |module: &str| FLOORS.iter().position(|floor| floor.contains(&module));
    let modules = imports().modules();
    let edges: usize = modules.values().map(|edges| edges.len()).sum();
    assert!(edges > 200, "the imports are found: {edges}");
    let mut wrong = Vec::new();
    for (from, edges) in &modules {
        let own = floor(from).unwrap_or_else(|| panic!("{from} stands on no floor"));
        for (to, file) in edges {
            if floor(to).is_none_or(|below| below >= own) {
                wrong.push(format!("{file} imports from {to}, which is not below {from}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let known: Vec<&str> = FLOORS.concat().into_iter().filter(|module| !modules.contains_key(*module)).collect();
    assert_eq!(known, Vec::<&str>::new(), "floors of modules that are gone");
}

#[test]
fn files_of_a_module_form_no_circle() {
    assert_eq!(imports().circles(), Vec::<Vec<String>>::new());
}

/// A process writes two features in one transaction; nothing else lives there.
#[test]
fn processes_are_few_and_each_writes_two_features() {
    let imports = imports();
    let processes: Vec<&String> =
        imports.files.keys().filter(|file| file.starts_with("processes/") && !file.ends_with("mod.rs")).collect();
    assert!((8..=20).contains(&processes.len()), "{processes:?}");
    // Every floor up to that of `http` knows no feature.
    let http = FLOORS.iter().position(|floor| floor.contains(&"http")).expect("http has a floor");
    let plumbing: Vec<&str> = FLOORS[..=http].concat();
    for process in processes {
        let mut features: Vec<&str> =
            imports.files[process].iter().filter_map(|file| file.split(['/', '.']).next()).collect();
        features.sort_unstable();
        features.dedup();
        features.retain(|feature| !plumbing.contains(feature) && *feature != "processes");
        assert!(features.len() >= 2, "{process} knows {features:?} alone: it belongs to that feature");
    }
}

#[test]
fn a_table_is_written_by_its_own_feature_alone() {
    for feature in FEATURES {
        let folder = format!("{}/", feature.name);
        for table in feature.tables {
            for sign in ["insert_into(", "update(", "delete("].map(|verb| format!("{verb}{table}::")) {
                assert_eq!(lines(&sign, |name| !name.starts_with(&folder)), Vec::<String>::new());
            }
            for sign in ["INSERT INTO ", "UPDATE ", "DELETE FROM "].map(|verb| format!("{verb}{table} ")) {
                assert_eq!(lines(&sign, |name| !name.starts_with(&folder)), Vec::<String>::new());
            }
        }
    }
}

/// The list of features knows every table, every life cycle and every resource that is in the code.
#[test]
fn whatever_is_in_the_code_is_in_the_list_of_features() {
    let schema = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema.rs")).unwrap();
    let tables: BTreeSet<&str> =
        schema.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(" (")).map(|(name, _)| name).collect();
    let listed: Vec<&str> = FEATURES.iter().flat_map(|feature| feature.tables).copied().collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), tables);
    assert_eq!(listed.len(), tables.len(), "a table belongs to one feature");

    let lives = lines(": Life<", |_| true);
    let declared: Vec<&String> =
        lives.iter().filter(|line| line.contains("const ") || line.contains("static ")).collect();
    let walked: usize = FEATURES.iter().map(|feature| feature.lives.len()).sum();
    assert_eq!(walked, declared.len(), "a life cycle is in the code and not in its feature: {declared:#?}");

    let resources: BTreeSet<&str> = FEATURES.iter().flat_map(|feature| feature.resources).map(|one| one.name).collect();
    let recorded: BTreeSet<&str> = ResourceType::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(resources, recorded);
}

#[test]
fn every_module_opens_by_saying_what_it_is() {
    let silent: Vec<&String> = sources()
        .iter()
        .filter(|(name, text)| !text.starts_with("//! ") && name != "db/schema.rs")
        .map(|(name, _)| name)
        .collect();
    assert_eq!(silent, Vec::<&String>::new());
}
