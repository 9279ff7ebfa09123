//! Chooses what an example names: by trying, in the order of the document, what the demonstration has, until it is
//! answered. What was refused has changed nothing.

use std::collections::{BTreeMap, BTreeSet};

use involvement::access::Role;
use involvement::app::routes;
use serde_json::{Map, Value, json};

use super::drawn::{Drawn, Filled};
use super::people::{Tried, encoded};

/// The most that are tried for one example.
const MOST: usize = 3000;
/// Where the ids of what has no list of its own are read.
const LISTS: [(&str, &str); 1] = [("/v1/templates", "/v1/public/templates")];
/// What is read of one thing, where that is not the thing itself, for what an example names within it.
const WITHIN: [(&str, &str); 1] = [("record_payment_results", "/v1/payment-runs/{id}/export?format=json")];
/// What goes on with the thing of an example before, so that one thing is enough for several steps.
const GOES_ON: [&str; 1] = ["return_plan"];
/// Values of parameters that are no ids.
const WORDS: [(&str, &[&str]); 5] = [
    ("channel", &["letter"]),
    ("number", &["1", "2"]),
    ("code", &["invalid-transition"]),
    ("subject", &["nurse.hale"]),
    ("link_person_email", &["amara.okafor@trust.example"]),
];

/// A place that is filled in by choice.
#[derive(Clone, Debug)]
enum Place {
    Parameter(usize),
    /// Pointers that hold the same.
    Body(Vec<String>),
}

/// What is chosen from.
pub struct Choice<'a> {
    tried: &'a Tried<'a>,
    /// Ids of what was there at first, by the path of the list.
    ids: BTreeMap<String, Vec<String>>,
    /// What earlier examples changed.
    used: BTreeSet<String>,
}

impl<'a> Choice<'a> {
    pub fn of(tried: &'a Tried<'a>) -> Self {
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for operation in routes().operations.iter().filter(|it| it.paged() && !it.path.contains('{')) {
            let known = ids.entry(operation.path.to_owned()).or_default();
            for role in [Role::InvolvementLead, Role::Finance, Role::Volunteer] {
                let page = tried.client(role).get(&format!("{}?limit=100", operation.path)).json;
                for id in found(&page, "id").into_iter().filter(|id| lasts(id)) {
                    if !known.contains(&id) {
                        known.push(id);
                    }
                }
            }
        }
        Self { tried, ids, used: BTreeSet::new() }
    }

    /// Notes what an answered example named.
    pub fn note(&mut self, drawn: &Drawn, filled: &Filled) {
        if drawn.method != "GET" {
            self.used
                .extend(filled.parameters.iter().filter(|it| it.place == "path").filter_map(|it| it.value.clone()));
        }
    }

    /// What is filled in so that it is answered.
    ///
    /// # Errors
    /// Why the last of what was tried was refused.
    pub fn made(&self, drawn: &Drawn, filled: &Filled) -> Result<Filled, String> {
        let mut left = MOST;
        let mut why = "nothing to try".to_owned();
        self.search(drawn, filled.clone(), &places(drawn, filled), (&mut left, &mut why))
            .ok_or_else(|| format!("{why} ({} tried)", MOST - left))
    }

    fn search(
        &self,
        drawn: &Drawn,
        mut filled: Filled,
        places: &[Place],
        (left, why): (&mut usize, &mut String),
    ) -> Option<Filled> {
        let Some((place, others)) = places.split_first() else {
            *left = left.checked_sub(1)?;
            self.current(drawn, &mut filled);
            return match self.tried.send(drawn, &filled) {
                Ok(answer) if (200..300).contains(&answer.status) => Some(filled),
                Ok(answer) => {
                    *why = answer.text;
                    None
                }
                Err(missing) => {
                    *why = missing;
                    None
                }
            };
        };
        for value in self.candidates(drawn, &filled, place) {
            let mut next = filled.clone();
            match place {
                Place::Parameter(position) => next.parameters[*position].value = Some(value),
                Place::Body(pointers) => {
                    for pointer in pointers {
                        let (_, body) = next.body.as_mut().expect("a body");
                        *body.pointer_mut(pointer).expect("a place") = json!(value);
                    }
                }
            }
            if let Some(found) = self.search(drawn, next, others, (&mut *left, &mut *why)) {
                return Some(found);
            }
        }
        None
    }

    /// Fills in the version that a thing has.
    fn current(&self, drawn: &Drawn, filled: &mut Filled) {
        let home = address(&drawn.path, filled);
        let tag = filled.parameters.iter_mut().find(|it| it.name == "If-Match" && it.needed);
        if let Some(tag) = tag {
            let answer = self.tried.who(drawn).get(&home);
            tag.value = answer.header("etag").map(str::to_owned);
        }
    }

    fn candidates(&self, drawn: &Drawn, filled: &Filled, place: &Place) -> Vec<String> {
        let read = |path: &str| {
            let seen = self.tried.who(drawn).get(path);
            if seen.status == 200 { seen.json } else { self.tried.client(Role::InvolvementLead).get(path).json }
        };
        let mut all: Vec<String> = Vec::new();
        match place {
            Place::Parameter(position) => {
                let it = &filled.parameters[*position];
                let words = WORDS.iter().filter(|(name, _)| *name == it.name).flat_map(|(_, words)| *words);
                all.extend(words.map(|it| (*it).to_owned()));
                let options = it.schema["enum"].as_array().or(it.schema["examples"].as_array());
                all.extend(options.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)));
                let list = drawn.path.split(&format!("/{{{}}}", it.name)).next().unwrap_or_default();
                if it.name == "id" {
                    all.extend(self.listed(list));
                } else if it.place == "path" && it.name.ends_with("id") {
                    let page = read(&address(list, filled));
                    let (named, own) = (found(&page, &it.name), found(&page["items"], "id"));
                    all.extend(if named.is_empty() { own } else { named });
                }
                all.extend(self.named(&it.name));
            }
            Place::Body(pointers) => {
                let parts: Vec<&str> = pointers[0].rsplit('/').collect();
                let (name, nth) = match parts[0].parse::<usize>() {
                    Ok(nth) => (parts[1], nth),
                    Err(_) => (parts[0], parts.get(1).and_then(|it| it.parse().ok()).unwrap_or(0)),
                };
                if let Some((home, _)) = drawn.path.split_once("{id}") {
                    let other = WITHIN.iter().find(|(id, _)| *id == drawn.id).map(|(_, path)| (*path).to_owned());
                    let page = read(&address(&other.unwrap_or(format!("{home}{{id}}")), filled));
                    let inside: Vec<String> =
                        found(&page, name).into_iter().skip(if name == "id" { 1 } else { nth }).collect();
                    all.extend(inside);
                }
                all.extend(self.beside(filled, pointers, name, &read));
                let of_tag = (name == "ids").then(|| drawn.path.rsplit_once('/').map(|(list, _)| list)).flatten();
                all.extend(of_tag.into_iter().flat_map(|list| self.listed(list)));
                all.extend(self.named(if name == "into" { "volunteer_id" } else { name }));
            }
        }
        let mut seen = BTreeSet::new();
        all.retain(|it| (it.len() != 36 || lasts(it)) && seen.insert(it.clone()));
        if drawn.method != "GET" {
            all.sort_by_key(|it| self.used.contains(it) != GOES_ON.contains(&drawn.id.as_str()));
        }
        all
    }

    /// What the other things that a body names say of this: an agreement, whose it is.
    fn beside(&self, filled: &Filled, own: &[String], name: &str, read: &dyn Fn(&str) -> Value) -> Vec<String> {
        let (_, body) = filled.body.as_ref().expect("a body");
        let others = texts(body, String::new()).into_iter().filter(|(at, _)| !own.contains(at));
        let homes = others.filter_map(|(at, id)| Some(format!("{}/{id}", list_of(at.rsplit('/').next()?)?)));
        homes.flat_map(|home| found(&read(&home), name)).collect()
    }

    fn listed(&self, list: &str) -> Vec<String> {
        let other = LISTS.iter().find(|(path, _)| *path == list).map(|(_, other)| *other);
        self.ids.get(other.unwrap_or(list)).cloned().unwrap_or_default()
    }

    /// The ids of what a member like `plan_id` names.
    fn named(&self, name: &str) -> Vec<String> {
        list_of(name).map(|list| self.listed(&list)).unwrap_or_default()
    }
}

/// The path of the list of what a member like `plan_id` names.
fn list_of(name: &str) -> Option<String> {
    let name = name.strip_suffix("_id")?;
    let plural = name.strip_suffix('y').map_or_else(|| format!("{name}s"), |stem| format!("{stem}ies"));
    Some(format!("/v1/{plural}"))
}

/// What has the same id on every start of a demonstration: what its scripts and the migrations made.
fn lasts(id: &str) -> bool {
    id.starts_with("019d5f")
}

/// A path with what is filled in, up to the last of it.
fn address(path: &str, filled: &Filled) -> String {
    let mut path = path.to_owned();
    for it in filled.parameters.iter().filter(|it| it.place == "path") {
        if let Some(value) = &it.value {
            path = path.replace(&format!("{{{}}}", it.name), &encoded(value));
        }
    }
    path
}

/// What has to be chosen: parameters that must be given, and ids and numbers of invoices inside of the body.
fn places(drawn: &Drawn, filled: &Filled) -> Vec<Place> {
    let chosen = |name: &str| name != "If-Match" && name != "Idempotency-Key";
    let parameters = filled.parameters.iter().enumerate().filter(|(_, it)| it.needed && chosen(&it.name));
    let mut all: Vec<Place> = parameters.map(|(position, _)| Place::Parameter(position)).collect();
    let mut same: Vec<(String, Vec<String>)> = Vec::new();
    if let Some((_, body)) = filled.body.as_ref().filter(|_| drawn.operation["requestBody"].is_object()) {
        for (pointer, value) in texts(body, String::new()) {
            let is_id = value.parse::<uuid::Uuid>().is_ok();
            let is_number = pointer.ends_with("/invoice_number");
            if is_id || is_number {
                let key = if is_number {
                    pointer.clone()
                } else {
                    format!("{}{value}", pointer.rsplit('/').next().unwrap_or_default())
                };
                match same.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, pointers)) => pointers.push(pointer),
                    None => same.push((key, vec![pointer])),
                }
            }
        }
    }
    all.extend(same.into_iter().map(|(_, pointers)| Place::Body(pointers)));
    all
}

/// Every text inside of a value, with where it is.
fn texts(value: &Value, at: String) -> Vec<(String, String)> {
    match value {
        Value::String(text) => vec![(at, text.clone())],
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(place, item)| texts(item, format!("{at}/{place}"))).collect()
        }
        Value::Object(members) => {
            members.iter().flat_map(|(name, member)| texts(member, format!("{at}/{name}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// The texts of this name, wherever they are.
fn found(value: &Value, name: &str) -> Vec<String> {
    let all = texts(value, String::new()).into_iter();
    all.filter(|(at, _)| at.ends_with(&format!("/{name}"))).map(|(_, text)| text).collect()
}

/// What was chosen, as it is written down.
pub fn written(drawn: &Drawn, filled: &Filled) -> Option<Value> {
    let chosen = filled.parameters.iter().filter(|it| it.needed && it.name != "Idempotency-Key");
    let parameters: Map<String, Value> =
        chosen.filter_map(|it| Some((it.name.clone(), json!(it.value.as_ref()?)))).collect();
    let places = places(drawn, filled).into_iter().filter_map(|place| match place {
        Place::Body(pointers) => Some(pointers),
        Place::Parameter(_) => None,
    });
    let (_, body) = filled.body.clone().unwrap_or_default();
    let body: Map<String, Value> =
        places.flatten().filter_map(|pointer| Some((pointer.clone(), body.pointer(&pointer)?.clone()))).collect();
    let mut all = Map::new();
    all.extend((!parameters.is_empty()).then(|| ("parameters".to_owned(), parameters.into())));
    all.extend((!body.is_empty()).then(|| ("body".to_owned(), body.into())));
    (!all.is_empty()).then(|| all.into())
}
