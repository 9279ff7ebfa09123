//! Every read of the demonstration, by every role, is what the document says of it; and the document's examples are what
//! the demonstration answers.

mod demonstration;
mod examples;

use std::collections::BTreeSet;
use std::path::Path;

use involvement::app::routes;
use involvement::http::operation::Method;

use crate::support::App;
use demonstration::Demonstration;

#[test]
fn every_read_by_every_role_is_what_the_document_says() {
    let app = App::demonstration();
    let all = Demonstration::of(&app);
    let (mut tried, mut met) = (0, BTreeSet::new());
    let mut faults = BTreeSet::new();
    for operation in routes().operations.iter().filter(|it| it.method == Method::Get) {
        let Some(schema) = all.schema(operation) else { continue };
        for address in all.addresses(operation, 4) {
            for (role, client) in &all.clients {
                let answer = client.send("GET", &address, &[("accept", "application/json")], None);
                if answer.status == 200 {
                    let found = all.faults(&answer.json, schema, "");
                    faults.extend(found.iter().map(|fault| format!("{} as {role}: {fault}", operation.id)));
                    tried += 1;
                    met.insert(operation.id);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(tried > 300 && met.len() > 60, "{tried} answers of {}", met.len());
}

#[test]
fn what_can_be_absent_says_so() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let (mut silent, mut seen) = (Vec::new(), 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for place in (0..lines.len()).filter(|place| lines[*place].contains("skip_serializing_if")) {
            let derive = lines[..place].iter().rposition(|line| line.starts_with("#[derive(")).unwrap_or(0);
            if !lines[derive].contains("ToSchema") || lines[derive].contains("Deserialize") {
                continue;
            }
            let said = |range: &[&str]| {
                range
                    .iter()
                    .rev()
                    .take_while(|it| it.starts_with("//") || it.starts_with("#["))
                    .any(|it| it.contains("bsent"))
            };
            seen += 1;
            if !said(&lines[..place]) && !said(&lines[..derive]) {
                silent.push(format!("{}:{}", path.display(), place + 1));
            }
        }
    }
    assert!(seen > 25, "{seen}");
    assert_eq!(silent, Vec::<String>::new(), "a member that is left out at times says when it is absent");
}
