//! Every read of the demonstration, by every role, is what the document says of it; and the document's examples are what
//! the demonstration answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use involvement::app::{generated, routes};
use involvement::http::operation::{Method, Operation};
use involvement::openapi::example_name;
use serde_json::{Map, Value, json};

use crate::support::{App, Client};
use crate::tried::{self, Made};

/// Where the examples stand.
fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/examples.json")
}

/// The answers of the demonstration, as they are asked for.
struct Demonstration<'a> {
    document: Value,
    clients: Vec<(&'static str, Client<'a>)>,
    /// Ids of what is in each collection.
    ids: BTreeMap<String, Vec<String>>,
}

impl<'a> Demonstration<'a> {
    fn of(app: &'a App) -> Self {
        let document = serde_json::from_str(&generated::document(&routes())).unwrap();
        let everyone = app.lead().get("/v1/volunteers?q=Grace").expect(200);
        let grace = everyone["items"][0]["id"].as_str().unwrap().to_owned();
        let clients = vec![
            ("lead", app.lead()),
            ("finance", app.finance()),
            ("staff", app.staff(&["crisis-cafe", "community-rehab"])),
            ("volunteer", app.volunteer(&grace)),
            ("nobody", app.public()),
        ];
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for operation in routes().operations.iter().filter(|it| it.paged() && !it.path.contains('{')) {
            for (_, client) in &clients {
                let page = client.get(operation.path);
                let found = page.json["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
                let known = ids.entry(operation.path.to_owned()).or_default();
                known.extend(found.map(str::to_owned));
                known.dedup();
            }
        }
        Self { document, clients, ids }
    }

    fn drawn(&self, operation: &Operation) -> &Value {
        &self.document["paths"][operation.path][operation.method.as_str().to_ascii_lowercase()]
    }

    /// Some addresses of a read: of up to so many things.
    fn addresses(&self, operation: &Operation, most: usize) -> Vec<String> {
        let mut query: Vec<String> = Vec::new();
        for parameter in self.drawn(operation)["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] == "query" && parameter["required"] == true {
                let value = match name {
                    "from" => "2026-04-01",
                    "to" => "2027-03-31",
                    "tax_year" => "2026/27",
                    "against" => "1",
                    _ => parameter["schema"]["enum"][0]
                        .as_str()
                        .or(parameter["schema"]["items"]["enum"][0].as_str())
                        .unwrap_or("2026-11-23"),
                };
                query.push(format!("{name}={value}"));
            }
        }
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let Some((collection, rest)) = operation.path.split_once("/{") else {
            return vec![format!("{}{query}", operation.path)];
        };
        let rest = rest.split_once('}').unwrap().1.replace("{number}", "1");
        if operation.path.contains("{number}") && !operation.path.contains("{id}") {
            return vec![format!("{collection}/1{query}")];
        }
        if rest.contains('{') {
            return Vec::new();
        }
        let known = self.ids.get(collection).map(Vec::as_slice).unwrap_or_default();
        known.iter().take(most).map(|id| format!("{collection}/{id}{rest}{query}")).collect()
    }

    /// What the document says of the JSON of an operation.
    fn schema(&self, operation: &Operation) -> Option<&Value> {
        let answers = &self.drawn(operation)["responses"]["200"]["content"];
        answers.get("application/json").map(|media| &media["schema"])
    }

    fn resolved<'d>(&'d self, mut schema: &'d Value) -> &'d Value {
        while let Some(target) = schema["$ref"].as_str() {
            schema = self.document.pointer(&target[1..]).unwrap();
        }
        schema
    }

    /// What is required and missing, or there and unknown.
    fn faults(&self, value: &Value, schema: &Value, at: &str) -> Vec<String> {
        let schema = self.resolved(schema);
        if let Some(variants) = schema["oneOf"].as_array() {
            let all = variants.iter().filter(|it| (it["type"] == "null") == value.is_null());
            let tried: Vec<Vec<String>> = all.map(|variant| self.faults(value, variant, at)).collect();
            return tried.into_iter().min_by_key(Vec::len).unwrap_or_default();
        }
        let mut faults = Vec::new();
        if let Value::Object(members) = value {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            faults.extend(
                required.filter(|name| !members.contains_key(*name)).map(|name| format!("{at}/{name} is missing")),
            );
            for (name, member) in members {
                match schema["properties"].get(name) {
                    Some(known) => faults.extend(self.faults(member, known, &format!("{at}/{name}"))),
                    None if schema["properties"].is_object() && schema["additionalProperties"].is_null() => {
                        faults.push(format!("{at}/{name} is unknown"));
                    }
                    None => {}
                }
            }
        }
        for (position, item) in value.as_array().into_iter().flatten().enumerate() {
            faults.extend(self.faults(item, &schema["items"], &format!("{at}/{position}")));
        }
        faults
    }
}

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

/// What is different each time, as it might be.
fn settled(name: &str, value: Value) -> Value {
    match (name, &value) {
        ("hash", Value::String(hash)) => json!("0".repeat(hash.len())),
        ("request_id", Value::String(_)) => json!("019d5fdf-c000-7000-8000-00000000beef"),
        // What the migrations brought is as old as the database.
        ("updated_at", Value::String(at)) if at.as_str() > "2026-11-23T10:00:00Z" => json!("2026-11-23T10:00:00Z"),
        _ => short(value),
    }
}

/// The first items of every list.
fn short(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().take(2).map(short).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, member)| (name.clone(), settled(&name, member)));
            members.collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn examples() -> Map<String, Value> {
    let app = App::demonstration();
    let all = Demonstration::of(&app);
    let mut found = Map::new();
    for operation in routes().operations.iter().filter(|it| it.method == Method::Get && it.path.starts_with("/v1/")) {
        let Some(name) = example_name(operation).filter(|name| !found.contains_key(name)) else { continue };
        let answers = all.addresses(operation, 8).into_iter().flat_map(|address| {
            all.clients.iter().map(move |(_, client)| {
                let limited = if operation.paged() { format!("{address}?limit=2") } else { address.clone() };
                client.send("GET", &limited, &[("accept", "application/json")], None)
            })
        });
        let worth = |answer: &crate::support::Answer| answer.status == 200 && answer.json["items"] != json!([]);
        if let Some(answer) = { answers }.find(worth) {
            found.insert(name, short(answer.json));
        }
    }
    for operation in routes().operations.iter().filter(|it| it.id == "quote_reimbursement") {
        let example = &operation.body.as_ref().unwrap().examples[0].1;
        let answer = all.clients[0].1.post(operation.path, example.clone());
        found.extend((answer.status == 200).then(|| (example_name(operation).unwrap(), short(answer.json))));
    }
    // What no question finds in the demonstration: as the examples that make it are answered.
    let answers = tried::answers(&app);
    for operation in routes().operations.iter().filter(|it| it.path.starts_with("/v1/")) {
        let Some(name) = example_name(operation).filter(|name| !found.contains_key(name)) else { continue };
        let worth = |answer: &&Value| answer.is_object() && answer["items"] != json!([]);
        if let Some(answer) = answers.get(operation.id).filter(worth) {
            let mut answer = short(answer.clone());
            Made::beside(&all.ids).settle(&mut answer, "");
            found.insert(name, answer);
        }
    }
    found
}

#[test]
fn the_examples_are_what_the_demonstration_answers() {
    let found = Value::from(examples());
    let text = serde_json::to_string_pretty(&found).unwrap() + "\n";
    if std::env::var_os("WRITE_EXAMPLES").is_some() {
        std::fs::write(committed(), &text).unwrap();
    }
    let known: Value = serde_json::from_str(&std::fs::read_to_string(committed()).unwrap()).unwrap();
    let (found, known) = (found.as_object().unwrap(), known.as_object().unwrap());
    assert!(found.len() > 50, "{}", found.len());
    let others: Vec<&String> = found.keys().filter(|name| known.get(*name) != found.get(*name)).collect();
    assert!(
        others.is_empty() && known.len() == found.len(),
        "openapi/examples.json is not what the demonstration answers: {others:?}; write it anew with \
         WRITE_EXAMPLES=1 cargo test --test it -- the_examples_are"
    );
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
