//! What is generated from the declared operations and life cycles, and committed so that reviewers see it change.
//! A test compares each with its file.

use crate::access::policy::{COLUMNS, Reach, reach};
use crate::http::{Routes, document};

/// `openapi/openapi.json`, as it is served.
#[must_use]
pub fn document(routes: &Routes) -> String {
    let mut text = serde_json::to_string_pretty(&document::document(routes)).unwrap_or_default();
    text.push('\n');
    text
}

/// `openapi/access.txt`: every operation and how far each role reaches with it.
#[must_use]
pub fn access_grid(routes: &Routes) -> String {
    let mut rows: Vec<String> = Vec::new();
    for operation in &routes.operations {
        let cells: Vec<&str> = match operation.action {
            None if operation.tokenless() => vec!["-", "-", "-", "-", "all"],
            None => vec!["all"; 5],
            Some(action) => {
                let mut cells: Vec<&str> = COLUMNS.iter().map(|role| word(reach(action, *role))).collect();
                cells.push("-");
                cells
            }
        };
        rows.push(format!(
            "{:<7}{:<72}{:<9} {:<9} {:<9} {:<9} {:<6} {}",
            operation.method.as_str(),
            operation.path,
            cells[0],
            cells[1],
            cells[2],
            cells[3],
            cells[4],
            operation.id
        ));
    }
    rows.sort_by_key(|row| row[7..].to_owned());
    let head = format!(
        "{:<79}{:<9} {:<9} {:<9} {:<9} {:<6} operation\n",
        "", "staff", "lead", "finance", "volunteer", "public"
    );
    head + &rows.join("\n") + "\n"
}

const fn word(reach: Reach) -> &'static str {
    match reach {
        Reach::None => "-",
        Reach::Own => "own",
        Reach::Services => "services",
        Reach::All => "all",
        Reach::Money => "money",
    }
}

/// An edge of a life cycle in words: state, verb, state.
pub type Edge = (&'static str, &'static str, &'static str);

/// Every life cycle there is, as rows of state, verb, state.
#[must_use]
pub fn life_cycles() -> Vec<(&'static str, Vec<Edge>)> {
    vec![
        (crate::plans::LIFE.resource, crate::plans::LIFE.rows()),
        (crate::plans::COMMENT_LIFE.resource, crate::plans::COMMENT_LIFE.rows()),
        (crate::opportunities::LIFE.resource, crate::opportunities::LIFE.rows()),
        (crate::expressions::LIFE.resource, crate::expressions::LIFE.rows()),
        (crate::claims::status::LIFE.resource, crate::claims::status::LIFE.rows()),
        (crate::policies::status::LIFE.resource, crate::policies::status::LIFE.rows()),
        (crate::volunteers::LIFE.resource, crate::volunteers::life()),
        (crate::feedback::LIFE.resource, crate::feedback::LIFE.rows()),
        (crate::payments::PAYMENT_LIFE.resource, crate::payments::PAYMENT_LIFE.rows()),
        (crate::payments::RUN_LIFE.resource, crate::payments::RUN_LIFE.rows()),
        (crate::agreements::LIFE.resource, crate::agreements::LIFE.rows()),
        (crate::sessions::LIFE.resource, crate::sessions::LIFE.rows()),
        (crate::deliveries::LIFE.resource, crate::deliveries::life()),
        (crate::policies::status::LIFE.resource, crate::policies::status::LIFE.rows()),
        (crate::claims::LIFE.resource, crate::claims::life()),
    ]
}

/// `docs/states.md`: the life cycles as tables.
#[must_use]
pub fn states() -> String {
    let mut text = String::from(
        "# Life cycles\n\nGenerated from the tables in the code; anything that is not here is refused with `invalid-transition`.\n",
    );
    for (resource, rows) in life_cycles() {
        text.push_str(&format!("\n## {resource}\n\n| from | verb | to |\n| --- | --- | --- |\n"));
        for (from, verb, to) in rows {
            text.push_str(&format!("| {from} | {verb} | {to} |\n"));
        }
    }
    text
}
