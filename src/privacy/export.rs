//! Everything kept about a person, in one document: each feature in the list of features tells its part.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::audit;
use crate::clock::Instant;
use crate::db::ids::VolunteerId;
use crate::features::FEATURES;
use crate::http::{Content, Nothing};
use crate::people::volunteers;
use crate::people::volunteers::releases::newest;
use crate::privacy::releases::withhold;
use crate::refusal::{Failure, Refusal, Result};
use crate::work::Reader;
use crate::work::access_log::Category;

/// Everything recorded about a person. Beside what is named here there is one member for each part of the service that
/// keeps something about them, such as `agreements` or `claims`, as it is kept. Parts may be added.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonExport {
    /// The volunteer.
    volunteer_id: VolunteerId,
    /// When it was made; send it with the release of notes.
    exported_at: Instant,
    /// Every change of anything of theirs, oldest first.
    history: Vec<Value>,
    /// What each part keeps.
    #[serde(flatten)]
    parts: BTreeMap<String, Value>,
}

pub(super) fn export_volunteer(reader: &mut Reader<'_>, id: VolunteerId, _: &Nothing) -> Result<Content> {
    volunteers::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let own = volunteers::is_the_reader(reader, id)?;
    let document = reader.snapshot(|reader| document(reader, id, own))?;
    let headers = vec![
        ("content-disposition", "attachment; filename=\"involvement-export.json\"".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    let body = serde_json::to_vec_pretty(&document).map_err(Failure::broken)?;
    Ok(Content::of("application/json", headers, body).showing(id, Category::Export, None))
}

fn document(reader: &mut Reader<'_>, id: VolunteerId, own: bool) -> Result<Value> {
    let mut document = Map::new();
    document.insert("volunteer_id".to_owned(), json!(id));
    document.insert("exported_at".to_owned(), json!(reader.now()));
    let mut things = BTreeSet::from([Uuid::from(id)]);
    for part in FEATURES.iter().flat_map(|feature| feature.export) {
        let rows = (part.rows)(reader, id)?;
        ids(&rows, &mut things);
        document.insert(part.name.to_owned(), rows);
    }
    let release = newest(reader.conn, id)?;
    withhold(&mut document, release.as_ref(), own);
    let things: Vec<Uuid> = things.into_iter().collect();
    document.insert("history".to_owned(), audit::about(reader, &things)?);
    Ok(Value::Object(document))
}

/// Collects the ids of everything in a value that has one.
fn ids(value: &Value, found: &mut BTreeSet<Uuid>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match member {
            Value::String(text) if name == "id" => found.extend(text.parse::<Uuid>().ok()),
            member => ids(member, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        _ => {}
    }
}
