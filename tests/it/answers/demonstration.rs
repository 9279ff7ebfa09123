//! The demonstration, asked by everybody as its document says.

use std::collections::BTreeMap;

use involvement::app::{generated, routes};
use involvement::http::operation::Operation;
use serde_json::Value;

use crate::support::{Answer, App, Client};

/// The answers of the demonstration, as they are asked for.
pub struct Demonstration<'a> {
    document: Value,
    pub clients: Vec<(&'static str, Client<'a>)>,
    /// Ids of what is in each collection.
    pub ids: BTreeMap<String, Vec<String>>,
}

impl<'a> Demonstration<'a> {
    pub fn of(app: &'a App) -> Self {
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

    pub fn drawn(&self, operation: &Operation) -> &Value {
        &self.document["paths"][operation.path][operation.method.as_str().to_ascii_lowercase()]
    }

    /// Some addresses of a read: of up to so many things.
    pub fn addresses(&self, operation: &Operation, most: usize) -> Vec<String> {
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

    /// What everybody is answered by a read, about up to so many things.
    pub fn asked<'s>(&'s self, operation: &'s Operation, most: usize) -> impl Iterator<Item = Answer> + 's {
        self.asked_as(operation, most, "application/json")
    }

    /// The same as another media type.
    pub fn asked_as<'s>(
        &'s self,
        operation: &'s Operation,
        most: usize,
        media_type: &'s str,
    ) -> impl Iterator<Item = Answer> + 's {
        let limited = operation.paged() && media_type == "application/json";
        self.addresses(operation, most).into_iter().flat_map(move |address| {
            self.clients.iter().map(move |(_, client)| {
                let address = if limited { format!("{address}?limit=2") } else { address.clone() };
                client.send("GET", &address, &[("accept", media_type)], None)
            })
        })
    }

    /// What the document says of the JSON of an operation.
    pub fn schema(&self, operation: &Operation) -> Option<&Value> {
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
    pub fn faults(&self, value: &Value, schema: &Value, at: &str) -> Vec<String> {
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
