//! `openapi/fields.txt`: every field of every answer, and who sees it, from the schemas of the OpenAPI document, the
//! table of rights and the restrictions that the views declare.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use crate::access::policy::{COLUMNS, Reach, reach};
use crate::access::{Action, SeenBy, Viewer, Viewers};
use crate::features::FEATURES;
use crate::http::Routes;
use crate::openapi;
use crate::work::feature::{WaitingCount, Whose};

/// The views with restricted fields, feature by feature.
const SEEN_BY: [&[SeenBy]; 14] = [
    crate::services::SEEN_BY,
    crate::people::volunteers::SEEN_BY,
    crate::people::clearances::SEEN_BY,
    crate::deliveries::SEEN_BY,
    crate::plans::SEEN_BY,
    crate::expressions::SEEN_BY,
    crate::matching::SEEN_BY,
    crate::support::SEEN_BY,
    crate::sessions::SEEN_BY,
    crate::claims::SEEN_BY,
    crate::payments::SEEN_BY,
    crate::recoveries::SEEN_BY,
    crate::feedback::SEEN_BY,
    crate::reports::SEEN_BY,
];

/// The columns of the grid.
pub const VIEWERS: [Viewer; 5] = [Viewer::Own, Viewer::Service, Viewer::Lead, Viewer::Finance, Viewer::Public];

const HEAD: &str = "\
# Who sees which field of an answer. Generated from the views: cargo run -q -- openapi --fields > openapi/fields.txt
#
# own      the volunteer whom the record is about          service  staff of the service
# lead     involvement leads                               finance  finance
# public   anybody, without a token
#
# yes   sees the field, or null where it has no value      -   does not get the field
# link  only the agreement's link person and whoever recorded the contact get it
# .     can't read any such record (openapi/access.txt)
#
# A caller with several roles gets what any of them gets; of claims and support contacts, only what the first of these
# gets: own, link person, lead, service, finance. A field that has fields of its own stands for them all, unless they
# differ.
";

/// An answer and its fields.
#[derive(Debug)]
pub struct Fields {
    /// Name of the schema: of the resource, or of an item where the answer is a list.
    pub schema: String,
    /// The operations that answer with it.
    pub operations: Vec<String>,
    /// Those who can call one of them.
    pub readers: Viewers,
    /// The dotted path of each field, and those who see it.
    pub rows: Vec<(String, Viewers)>,
}

impl Fields {
    /// Whether somebody sees a field: `yes`, `link`, `-`, or `.` for no such record at all.
    #[must_use]
    pub const fn cell(&self, seen_by: Viewers, viewer: Viewer) -> &'static str {
        match (self.readers.includes(viewer), seen_by.includes(viewer), viewer) {
            (false, ..) => ".",
            (true, true, _) => "yes",
            (true, false, Viewer::Service) if seen_by.includes(Viewer::LinkPerson) => "link",
            (true, false, _) => "-",
        }
    }

    /// How much of an answer somebody sees: `all`, how many of its fields, or `.` for nothing.
    fn summary(&self, viewer: Viewer) -> String {
        let seen = self.rows.iter().filter(|(_, seen_by)| self.cell(*seen_by, viewer) == "yes").count();
        match (self.readers.includes(viewer), seen == self.rows.len()) {
            (false, _) => ".".to_owned(),
            (true, true) => "all".to_owned(),
            (true, false) => format!("{seen} of {}", self.rows.len()),
        }
    }
}

/// The grid as a text.
#[must_use]
pub fn field_grid(routes: &Routes) -> String {
    let answers = answers(routes);
    let mut text = HEAD.to_owned();
    heading(&mut text, "Fields of each answer");
    for answer in &answers {
        let cells: Vec<String> = VIEWERS.iter().map(|viewer| answer.summary(*viewer)).collect();
        line(&mut text, &format!("  {}", answer.schema), &cells);
    }
    for answer in &answers {
        heading(&mut text, &answer.schema);
        for (path, seen_by) in &answer.rows {
            let cells: Vec<&str> = VIEWERS.iter().map(|viewer| answer.cell(*seen_by, *viewer)).collect();
            line(&mut text, &format!("  {path}"), &cells);
        }
    }
    text
}

fn heading(text: &mut String, name: &str) {
    text.push('\n');
    line(text, name, &["own", "service", "lead", "finance", "public"]);
}

fn line(text: &mut String, name: &str, cells: &[impl AsRef<str>]) {
    let mut row = format!("{name:<44}");
    for cell in cells {
        // Writing to a text does not fail.
        let _ = write!(row, "{:<10}", cell.as_ref());
    }
    text.push_str(row.trim_end());
    text.push('\n');
}

/// Every answer in JSON with its fields, by name.
#[must_use]
pub fn answers(routes: &Routes) -> Vec<Fields> {
    let document = openapi::document(routes);
    let schemas = Schemas { all: &document["components"]["schemas"], waiting: waiting() };
    let mut answers: BTreeMap<String, Fields> = BTreeMap::new();
    for operation in document["paths"].as_object().into_iter().flat_map(|paths| paths.values()).flat_map(operations) {
        let Some(schema) = schemas.answered(operation) else { continue };
        let id = operation["operationId"].as_str().unwrap_or_default();
        let answer = answers.entry(schema.to_owned()).or_insert_with(|| Fields {
            schema: schema.to_owned(),
            operations: Vec::new(),
            readers: Viewers::default(),
            rows: schemas.rows(schema),
        });
        let declared = routes.operations.iter().find(|known| known.id == id);
        let callers = declared.map(|known| match known.action {
            Some(action) => callers(action),
            None if known.tokenless() => Viewers::of(&[Viewer::Public]),
            None => Viewers::EVERYBODY,
        });
        answer.operations.push(id.to_owned());
        answer.readers = answer.readers.or(callers.unwrap_or_default());
    }
    answers.into_values().collect()
}

/// The operations of a path.
fn operations(path: &Value) -> impl Iterator<Item = &Value> {
    path.as_object().into_iter().flat_map(|members| members.values()).filter(|member| member["operationId"].is_string())
}

/// Those whose role allows an action.
fn callers(action: Action) -> Viewers {
    let may = COLUMNS.iter().filter(|role| reach(action, **role) != Reach::None);
    may.fold(Viewers::default(), |viewers, role| viewers.with(Viewer::from(*role)))
}

/// The counts of waiting work, and those who get each: whoever may act on it.
fn waiting() -> Vec<(&'static str, Viewers)> {
    let of = |count: &WaitingCount| match count.whose {
        Whose::Own => callers(count.action).and(Viewers::of(&[Viewer::Own])),
        _ => callers(count.action),
    };
    FEATURES.iter().flat_map(|feature| feature.waiting).map(|count| (count.name, of(count))).collect()
}

/// The schemas of the document.
struct Schemas<'d> {
    all: &'d Value,
    waiting: Vec<(&'static str, Viewers)>,
}

impl<'d> Schemas<'d> {
    /// The schema that an operation answers with, or that of an item of its list.
    fn answered(&self, operation: &'d Value) -> Option<&'d str> {
        let success = operation["responses"].as_object()?.iter().find(|(status, _)| status.starts_with('2'))?.1;
        let name = named(&success["content"]["application/json"]["schema"])?;
        let members = &self.all[name]["properties"];
        let item = if members["next_cursor"].is_object() { named(&members["items"]["items"]) } else { None };
        Some(item.unwrap_or(name))
    }

    /// The fields of a schema; those of a field only where they differ from it.
    fn rows(&self, schema: &str) -> Vec<(String, Viewers)> {
        let mut fields = BTreeMap::new();
        self.expand(schema, &mut vec![], "", Viewers::EVERYBODY, &mut fields);
        let differs = |path: &str, seen_by: Viewers| {
            let below = format!("{path}.");
            fields.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below)).any(|(_, of)| *of != seen_by)
        };
        let shown = |path: &str| {
            let above = path.match_indices('.').map(|(at, _)| &path[..at]);
            above.into_iter().all(|above| fields.get(above).is_some_and(|seen_by| differs(above, *seen_by)))
        };
        fields.iter().filter(|(path, _)| shown(path)).map(|(path, seen_by)| (path.clone(), *seen_by)).collect()
    }

    /// Adds the fields of a named schema below a path, for those who see the object that has them.
    fn expand(
        &self,
        name: &str,
        above: &mut Vec<String>,
        path: &str,
        viewers: Viewers,
        fields: &mut BTreeMap<String, Viewers>,
    ) {
        if above.iter().any(|known| known == name) {
            return;
        }
        above.push(name.to_owned());
        let viewers = viewers.and(seen_by(name).map_or(Viewers::EVERYBODY, |seen_by| seen_by.whole));
        let mut open = vec![&self.all[name]];
        while let Some(schema) = open.pop() {
            for part in ["allOf", "oneOf", "anyOf"] {
                open.extend(schema[part].as_array().into_iter().flatten());
            }
            if let Some(other) = named(schema) {
                self.expand(other, above, path, viewers, fields);
            }
            for (member, of) in schema["properties"].as_object().into_iter().flatten() {
                let viewers = viewers.and(self.restriction(name, member));
                let path = format!("{path}{member}");
                let known = fields.entry(path.clone()).or_default();
                *known = known.or(viewers);
                for below in below(of) {
                    self.expand(below, above, &format!("{path}."), viewers, fields);
                }
            }
        }
        above.pop();
    }

    /// Those whom a member of a schema is shown to.
    fn restriction(&self, schema: &str, member: &str) -> Viewers {
        if schema == "Waiting" {
            let known = self.waiting.iter().find(|(name, _)| *name == member);
            return known.map_or(Viewers::EVERYBODY, |(_, viewers)| *viewers);
        }
        let mut view = seen_by(schema);
        while let Some(declared) = view {
            let field = declared.fields.iter().find(|field| field.members().iter().any(|name| name == member));
            if let Some(field) = field {
                return field.seen_by;
            }
            view = declared.includes.copied();
        }
        Viewers::EVERYBODY
    }
}

/// What a view of this name declares.
fn seen_by(schema: &str) -> Option<SeenBy> {
    SEEN_BY.iter().flat_map(|views| views.iter()).find(|view| view.schema == schema).copied()
}

/// The name that a schema refers to.
fn named(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(|target| target.rsplit('/').next())
}

/// The names of the objects that a member is or holds.
fn below(member: &Value) -> Vec<&str> {
    let (mut open, mut names) = (vec![member], Vec::new());
    while let Some(schema) = open.pop() {
        names.extend(named(schema));
        for part in ["allOf", "oneOf", "anyOf"] {
            open.extend(schema[part].as_array().into_iter().flatten());
        }
        open.extend(schema.get("items"));
    }
    names
}
