//! The guide for front ends: the calls, parameters and members that its table of screens names are in the document, and each
//! screen that one call must be enough for has that call.

use std::path::Path;

use involvement::app::{generated, routes};
use serde_json::Value;

/// The screens that one call each must be enough for, and the path of that call.
const SCREENS: [(&str, &str); 8] = [
    ("Claims to decide", "/v1/claims"),
    ("Applicants of an opportunity", "/v1/opportunities/{id}/expressions-of-interest"),
    ("My people", "/v1/volunteers"),
    ("A session's register", "/v1/sessions/{id}/attendance"),
    ("Payments due", "/v1/payments"),
    ("Sessions to come", "/v1/sessions"),
    ("My involvement", "/v1/me/involvement"),
    ("My work", "/v1/me/work"),
];

/// A row of the table: the screen, and what is said of its calls.
struct Row {
    screen: String,
    said: String,
}

/// A call that the guide names.
struct Call<'r> {
    method: &'r str,
    path: &'r str,
    query: &'r str,
}

fn rows() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/front-end.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let table = guide.split("\n## Screens and their calls\n").nth(1).expect("the table");
    let table = table.split("\n## ").next().unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    // The head of the table, and the line below it.
    let rows: Vec<Row> =
        cells.skip(2).map(|(screen, said)| Row { screen: screen.to_owned(), said: said.to_owned() }).collect();
    assert!(rows.len() > 20, "{}", rows.len());
    rows
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

impl Row {
    /// The calls with their paths.
    fn calls(&self) -> Vec<Call<'_>> {
        quoted(&self.said).filter_map(call).collect()
    }
}

/// A call, if it is one with its path; where no method is named, it is a GET.
fn call(code: &str) -> Option<Call<'_>> {
    let (method, address) = code.split_once(' ').unwrap_or(("GET", code));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    path.starts_with('/').then_some(Call { method, path, query })
}

struct Document(Value);

impl Document {
    fn read() -> Self {
        Self(serde_json::from_str(&generated::document(&routes())).unwrap())
    }

    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        self.0["paths"].get(path)?.get(method.to_ascii_lowercase())
    }

    fn resolved<'d>(&'d self, mut schema: &'d Value) -> &'d Value {
        while let Some(target) = schema["$ref"].as_str() {
            schema = self.0.pointer(&target[1..]).unwrap();
        }
        schema
    }

    /// Whether an operation has a parameter, and it can have the value; an ellipsis stands for any.
    fn takes(&self, operation: &Value, parameter: &str) -> bool {
        let (name, value) = parameter.split_once('=').expect("a name and a value");
        let all = operation["parameters"].as_array().unwrap();
        let Some(known) = all.iter().find(|known| known["name"] == name) else { return false };
        let schema = self.resolved(&known["schema"]);
        let one = if schema["items"].is_object() { self.resolved(&schema["items"]) } else { schema };
        let words = one["enum"].as_array();
        value == "…" || words.is_none_or(|words| value.split(',').all(|one| words.iter().any(|word| *word == one)))
    }

    /// Whether what an operation answers, or each item of its list, has a member.
    fn shows(&self, operation: &Value, member: &str) -> bool {
        let answer = self.resolved(&operation["responses"]["200"]["content"]["application/json"]["schema"]);
        let items = &answer["properties"]["items"]["items"];
        let shown = if items.is_object() { self.resolved(items) } else { answer };
        let variants = shown["oneOf"].as_array().into_iter().flatten().map(|variant| self.resolved(variant));
        variants.chain([shown]).any(|variant| variant["properties"].get(member).is_some())
    }
}

#[test]
fn every_call_parameter_and_member_of_the_table_is_in_the_document() {
    let document = Document::read();
    for row in rows() {
        let (screen, calls) = (&row.screen, row.calls());
        assert!(!calls.is_empty(), "{screen} has no call");
        let mut operations = Vec::new();
        for Call { method, path, query } in &calls {
            let operation = document.operation(method, path);
            let operation = operation.unwrap_or_else(|| panic!("{screen}: there is no {method} {path}"));
            for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
                assert!(document.takes(operation, parameter), "{screen}: {method} {path} does not take {parameter}");
            }
            operations.push(operation);
        }
        for code in quoted(&row.said).filter(|code| !code.contains('/')) {
            if code.contains('=') {
                let taken = operations.iter().any(|operation| document.takes(operation, code));
                assert!(taken, "{screen}: nothing takes {code}");
            } else if code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                let path = calls[0].path;
                assert!(document.operation(code, path).is_some(), "{screen}: there is no {code} {path}");
            }
        }
        for member in quoted(screen) {
            assert!(document.shows(operations[0], member), "{screen}: {} shows no {member}", calls[0].path);
        }
    }
}

#[test]
fn each_screen_that_one_call_must_be_enough_for_names_that_call_first() {
    let rows = rows();
    for (name, path) in SCREENS {
        let of_name = |screen: &str| {
            screen.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ',']))
        };
        let row = rows.iter().find(|row| of_name(&row.screen)).unwrap_or_else(|| panic!("{name} is not in the guide"));
        let calls = row.calls();
        assert_eq!(calls.first().map(|call| (call.method, call.path)), Some(("GET", path)), "{name}");
    }
}
