//! Everything held about a person, in one document: the one list of what holds something.
//! What each feature tells stands beside its store.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::db::Reader;
use crate::db::held::rows;
use crate::db::ids::VolunteerId;
use crate::http::{Content, Nothing};
use crate::privacy::looks::What;
use crate::refusal::{Done, Failure, Refusal};
use crate::{
    agreements, audit, claims, clearances, deliveries, expressions, feedback, payments, plans, sessions, support,
    volunteers,
};

/// A part of the document: its name, the tables that it tells of, and how.
type Part = (&'static str, &'static [&'static str], fn(&mut Reader<'_>, VolunteerId) -> Done<Value>);

/// Every part; a test finds tables that hold something of people and stand neither here nor among its exceptions.
const PARTS: [Part; 18] = [
    ("profile", &["volunteers", "volunteer_profiles"], volunteers::held::profile),
    ("experiences", &["experiences"], volunteers::held::experiences),
    ("payee", &["payees"], volunteers::held::payee),
    ("clearances", &["clearances"], clearances::held),
    ("clearance_reminders", &["clearance_reminders"], clearances::reminders_held),
    ("expressions", &["expressions"], expressions::held),
    ("agreements", &["agreements", "agreement_texts", "agreement_pauses"], agreements::held),
    ("support_contacts", &["support_contacts", "support_contact_texts"], support::held::contacts),
    ("inductions", &["inductions", "induction_steps"], support::held::inductions),
    ("attendance", &["attendances"], sessions::held),
    ("claims", &["claims", "claim_texts", "claim_lines", "claim_line_texts", "receipts"], claims::export),
    ("payments", &["payments"], payments::export),
    ("feedback", &["feedback_contributors"], feedback::held),
    ("plan_memberships", &["plan_members"], plans::held::memberships),
    ("plan_comments", &["plan_comments"], plans::held::comments),
    ("deliveries", &["deliveries"], deliveries::held),
    ("log_ins", &["actor_volunteers"], log_ins),
    ("looks", &["looks"], looks),
];

/// The tables that the document tells of.
#[must_use]
pub fn tables() -> Vec<&'static str> {
    PARTS.iter().flat_map(|(_, tables, _)| tables.iter().copied()).collect()
}

const LOOKS: &str = "\
SELECT l.at, a.subject AS actor, a.name, l.what, l.thing_id FROM looks l JOIN actors a ON a.id = l.actor_id
WHERE l.volunteer_id = $1 ORDER BY l.id";

fn looks(reader: &mut Reader<'_>, of: VolunteerId) -> Done<Value> {
    rows(reader, LOOKS, of)
}

const LOG_INS: &str = "\
SELECT a.issuer, a.subject, a.name FROM actor_volunteers v JOIN actors a ON a.id = v.actor_id WHERE v.volunteer_id = $1 ORDER BY a.id";

fn log_ins(reader: &mut Reader<'_>, of: VolunteerId) -> Done<Value> {
    rows(reader, LOG_INS, of)
}

pub(super) fn export_volunteer(reader: &mut Reader<'_>, id: VolunteerId, _: &Nothing) -> Done<Content> {
    volunteers::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let document = reader.snapshot(|reader| document(reader, id))?;
    reader.looked(id, What::Export, None);
    Ok(Content {
        media_type: "application/json",
        headers: vec![
            ("content-disposition", "attachment; filename=\"involvement-export.json\"".to_owned()),
            ("cache-control", "no-store".to_owned()),
        ],
        body: serde_json::to_vec_pretty(&document).map_err(Failure::broken)?.into(),
    })
}

fn document(reader: &mut Reader<'_>, id: VolunteerId) -> Done<Value> {
    let mut document = Map::new();
    document.insert("volunteer_id".to_owned(), json!(id));
    document.insert("exported_at".to_owned(), json!(reader.now()));
    let mut things = BTreeSet::from([Uuid::from(id)]);
    for (name, _, held) in PARTS {
        let held = held(reader, id)?;
        ids(&held, &mut things);
        document.insert(name.to_owned(), held);
    }
    let things: Vec<Uuid> = things.into_iter().collect();
    document.insert("history".to_owned(), audit::about(reader, &things)?);
    Ok(Value::Object(document))
}

/// The ids of everything in it that has one.
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
