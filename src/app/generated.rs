//! Files that are generated from the operations and life cycles, and committed so that reviewers see them change.
//! A test compares each file with its generator.

use crate::access::policy::{COLUMNS, Reach, reach};
use crate::features::FEATURES;
use crate::http::Routes;
use crate::openapi;
use crate::work::feature::By;

/// `openapi/openapi.json`: the OpenAPI document, as served.
#[must_use]
pub fn document(routes: &Routes) -> String {
    openapi::text(routes)
}

/// `openapi/access.txt`: every operation, and which records each role may reach with it.
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

/// `docs/states.md`: every life cycle once, whole, with who or what takes each step.
#[must_use]
pub fn states(routes: &Routes) -> String {
    let mut text = String::from(
        "# Life cycles\n\nGenerated from the tables in the code. A step that is not here is refused with `invalid-transition`. \
         Who takes it: the roles that may call the operation, the passing of time, or what happens elsewhere.\n",
    );
    for (resource, steps) in life_cycles(routes) {
        text.push_str(&format!("\n## {resource}\n\n| from | verb | to | by |\n| --- | --- | --- | --- |\n"));
        for Step { from, verb, to, by } in steps {
            text.push_str(&format!("| {from} | {verb} | {to} | {by} |\n"));
        }
    }
    text
}

/// A step of a life cycle in words.
struct Step {
    from: &'static str,
    verb: &'static str,
    to: &'static str,
    by: String,
}

/// Every life cycle of the features, each resource once, in the order of the list.
fn life_cycles(routes: &Routes) -> Vec<(&'static str, Vec<Step>)> {
    let mut cycles: Vec<(&'static str, Vec<Step>)> = Vec::new();
    for lived in FEATURES.iter().flat_map(|feature| feature.lives) {
        let name = lived.life.name();
        let steps = lived.life.steps().into_iter().map(|(from, verb, to)| Step {
            from,
            verb,
            to,
            by: match lived.by {
                By::Operation => roles(routes, name, verb),
                By::Time => "the passing of time".to_owned(),
                By::Consequence(what) => what.to_owned(),
            },
        });
        match cycles.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => known.extend(steps),
            None => cycles.push((name, steps.collect())),
        }
    }
    cycles
}

/// The roles that may call the operation of a verb.
fn roles(routes: &Routes, name: &str, verb: &str) -> String {
    let operation = routes
        .operations
        .iter()
        .find(|operation| operation.step.as_ref().is_some_and(|step| step.of == name && step.verb == verb));
    let Some(action) = operation.and_then(|operation| operation.action) else { return "nobody".to_owned() };
    let may = COLUMNS.iter().filter(|role| !matches!(reach(action, **role), Reach::None));
    may.map(|role| role.as_str().replace('_', " ")).collect::<Vec<_>>().join(", ")
}
