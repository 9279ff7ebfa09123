//! Merging a record of a volunteer into another record of the same person: what stands in the way, what comes of the two, and
//! where the emptied one leads. The database moves the rows of all features (`merge_people` in the migrations), because many
//! of them are frozen for everybody else.

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::db::ids::VolunteerId;
use crate::db::schema::volunteers;
use crate::db::views::merged_records;
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::erase::NOTE;
use crate::people::volunteers::payee::{PAYEE_LIFE, PayeeStatus};
use crate::people::volunteers::reach::reached;
use crate::people::volunteers::status::{LIFE, VolunteerStatus, VolunteerVerb};
use crate::people::volunteers::store::{self, VolunteerRow};
use crate::people::volunteers::unite::unite;
use crate::people::volunteers::{oneself, rules};
use crate::refusal::{Failure, Fault, Kind, Refusal, Result, refuse_if_any};
use crate::work::erase_rows::clear;
use crate::work::{Change, Reader, Writer};

/// The record that another record of the same person is to become part of.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
pub struct Merging {
    /// Volunteer whose record stays: it gets everything of the other one, and wins where both say something.
    pub into: VolunteerId,
}

/// Two records that are locked, with everything that decides whether they can become one.
#[derive(Debug)]
pub struct Two {
    from: (VolunteerRow, VolunteerContent),
    into: (VolunteerRow, VolunteerContent),
    to: VolunteerStatus,
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    #[expect(dead_code, reason = "a question must have an answer")]
    done: bool,
}

/// Locks two records of a person, of which the first is to become part of the second.
///
/// # Errors
/// `not-found`, `unknown-reference`, `merged`, `invalid`, `precondition-failed`, `invalid-transition`; `segregation-of-duties`
/// where the caller is either.
pub fn hold_two(writer: &mut Writer<'_>, from: VolunteerId, into: VolunteerId) -> Result<Two> {
    if from == into {
        let fault = Fault::at("/into", "not-allowed", "must be another record");
        return Err(Refusal::invalid(vec![fault]).into());
    }
    let held = diesel::sql_query("SELECT hold_people($1, $2) AS done").bind::<SqlUuid, _>(from);
    let _: Done = held.bind::<SqlUuid, _>(into).get_result(writer.conn)?;
    let from = store::lock(writer, from)?;
    let to = writer.step(&LIFE, from.0.version, from.0.status, VolunteerVerb::Merge)?;
    let into = match store::lock(writer, into) {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::NotFound => {
            return Err(missing(merged_into(writer, into)?).into());
        }
        found => found?,
    };
    oneself::not_among(writer, &[(from.0.id, None), (into.0.id, Some("/into"))])?;
    Ok(Two { from: (from.0, from.1), into: (into.0, into.1), to })
}

fn missing(merged_into: Option<VolunteerId>) -> Refusal {
    let Some(other) = merged_into else { return Refusal::unknown_reference("/into") };
    let detail = format!("That record was merged into the volunteer {other} itself. Merge into that one.");
    let fault = Fault::at("/into", "merged", "everything of this record stands under another one");
    Refusal::new(Kind::Merged, detail).with(vec![Fault { see: Some(format!("/v1/volunteers/{other}")), ..fault }])
}

/// Merges two records: everything moves to the one that stays, and the other one is emptied for good.
///
/// # Errors
/// `merge-conflicts`, with all of them.
pub fn merge(writer: &mut Writer<'_>, two: Two) -> Result<()> {
    let Two { from: (from, theirs), into: (into, ours), to } = two;
    let mut faults = conflicts(writer.conn, from.id, into.id)?;
    let (united, too_long) = unite(&ours, theirs);
    faults.extend(too_long);
    refuse_if_any(Kind::MergeConflicts, "These two records can't become one yet. Settle what `errors` lists.", faults)?;
    for moved in moved(writer, from.id, into.id)? {
        writer.note(moved.change()?);
    }
    store::save_profile(writer, from.id, VolunteerContent::default())?;
    clear(writer, NOTE, from.id)?;
    writer.note(Change::step(&LIFE, from.id, from.version + 1, (from.status, VolunteerVerb::Merge, to)));
    let united = rules::with_review(united, writer.today());
    let fields = changed(&ours, &united)?;
    store::save(writer, &into, united)?;
    writer.note(Change::new(LIFE.resource, into.id, into.version + 1, "receive", "received").fields(fields));
    Ok(())
}

/// The names of the fields in which two wholes differ.
fn changed(before: &VolunteerContent, after: &VolunteerContent) -> Result<Vec<String>> {
    let whole = |content| serde_json::to_value::<&VolunteerContent>(content).map_err(Failure::broken);
    let (before, after) = (whole(before)?, whole(after)?);
    let members = after.as_object().into_iter().flatten();
    Ok(members
        .filter(|(name, value)| before.get(name) != Some(*value))
        .map(|(name, _): (_, &Value)| name.clone())
        .collect())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Nullable<Text>)]
    resource: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    of_one: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    of_another: Option<Uuid>,
}

/// What may stand in the way, and what to do about it.
const CONFLICTS: [(&str, &str); 14] = [
    ("person-erased", "the data of one of the two was erased"),
    ("person-deceased", "of one of the two it is recorded that the person has died"),
    ("age-differs", "one record says that the person is under 18, and the other does not; correct one of them"),
    (
        "status-differs",
        "the record that is to stay has left or is not active yet; record that they come back, activate it, or merge the \
         other way round",
    ),
    (
        "expression-twice",
        "both have an open expression of interest in this opportunity; withdraw or decline one of them",
    ),
    ("agreement-twice", "both have an agreement for this opportunity that is not over; end or withdraw one of them"),
    ("attendance-twice", "both stand in the register of this session; correct the register"),
    ("claim-twice", "both claim for the same session; return, reject or withdraw one of the claims"),
    (
        "claim-alike",
        "both claim the same amount of the same kind for the same day; decide about the claims that are submitted, or return \
         them",
    ),
    ("payee-change-pending", "a change of payee numbers waits for its confirmation; have it confirmed or discarded"),
    (
        "payee-numbers-differ",
        "finance pays the two to different numbers; have the numbers of this record changed to those of the one that stays",
    ),
    (
        "approver-is-claimant",
        "this claim is not paid yet, and whoever approved it would be the person who submitted it or whom it pays; reopen it, \
         so that somebody else decides",
    ),
    (
        "approver-was-claimant",
        "this claim was paid, and whoever approved it would be the person who submitted it or whom it pays; have others \
         propose the recovery of all of it, and then have it paid back, or waive it with the reason why the money stays",
    ),
    (
        "confirmer-is-payee",
        "whoever changed or confirmed these payee numbers would be the payee; have others change and confirm them",
    ),
];

impl Found {
    /// The fault, with the records of both where there are two; an unknown one would be a fault of ours.
    fn fault(&self) -> Result<Fault> {
        let known = CONFLICTS.iter().find(|(code, _)| *code == self.code);
        let (code, what) = known.ok_or_else(|| Failure::broken(format!("an unknown conflict: {}", self.code)))?;
        let of_both = match (self.of_one, self.of_another) {
            (Some(one), Some(other)) if one != other => format!("{what} (here {one}, there {other})"),
            _ => (*what).to_owned(),
        };
        let path = |id: Uuid| match self.resource.as_deref() {
            Some("expression") => Some(format!("/v1/expressions-of-interest/{id}")),
            Some("payee") => Some(format!("/v1/volunteers/{id}/payee")),
            Some(resource) => Some(format!("/v1/{resource}s/{id}")),
            None => None,
        };
        Ok(Fault { see: self.of_one.and_then(path), ..Fault::whole(code, of_both) })
    }
}

/// Everything that keeps a record from becoming part of another one.
fn conflicts(conn: &mut PgConnection, from: VolunteerId, into: VolunteerId) -> Result<Vec<Fault>> {
    let asked = diesel::sql_query("SELECT code, resource, of_one, of_another FROM merge_conflicts($1, $2)");
    let found: Vec<Found> = asked.bind::<SqlUuid, _>(from).bind::<SqlUuid, _>(into).load(conn)?;
    found.iter().map(Found::fault).collect()
}

/// A record that moved to the other volunteer, or went because that one has the same.
#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = Text)]
    resource: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Bool)]
    gone: bool,
}

/// What moves, as the audit record calls it.
const MOVES: [&str; 15] = [
    "payment",
    "agreement",
    "claim",
    "recovery",
    "expression",
    "session_reply",
    "arrangement",
    "calendar_address",
    "support_contact",
    "plan_member",
    "plan_comment",
    "delivery",
    "experience",
    "clearance",
    "clearance_reminder",
];

/// What names people in a part of itself, as the audit record calls it, with the field that says whom.
const NAMES: [(&str, &str); 2] = [("session", "attendance"), ("feedback", "contributors")];

impl Moved {
    /// The change to record. Numbers that only the other record had are proposed for the one that stays.
    fn change(&self) -> Result<Change> {
        if self.resource == PAYEE_LIFE.resource {
            return Ok(Change::changed(PAYEE_LIFE.resource, self.id, self.version).to(PayeeStatus::Proposed));
        }
        if let Some((resource, field)) = NAMES.iter().find(|(resource, _)| *resource == self.resource) {
            return Ok(Change::new(resource, self.id, self.version, "merge", "changed").fields([*field]));
        }
        let known = MOVES.iter().find(|known| **known == self.resource);
        let resource = *known.ok_or_else(|| Failure::broken(format!("{} moved", self.resource)))?;
        Ok(if self.gone {
            Change::new(resource, self.id, self.version, "remove", "removed")
        } else {
            Change::new(resource, self.id, self.version, "merge", "moved").fields(["volunteer_id"])
        })
    }
}

fn moved(writer: &mut Writer<'_>, from: VolunteerId, into: VolunteerId) -> Result<Vec<Moved>> {
    let (by, at) = (writer.actor_id(), writer.now());
    let asked = diesel::sql_query("SELECT resource, id, version, gone FROM merge_people($1, $2, $3, $4)");
    let asked = asked.bind::<SqlUuid, _>(from).bind::<SqlUuid, _>(into).bind::<SqlUuid, _>(by);
    Ok(asked.bind::<Timestamptz, _>(at).load(writer.conn)?)
}

/// The record that a volunteer's record was merged into, if it was and the caller may see that one.
///
/// # Errors
/// Database errors.
pub fn merged_into(reader: &mut Reader<'_>, id: VolunteerId) -> Result<Option<VolunteerId>> {
    let within = reached(reader.context());
    let into = merged_records::table.filter(merged_records::from_id.eq(id)).select(merged_records::into_id);
    let found = volunteers::table.filter(volunteers::id.eq_any(into)).filter(within).select(volunteers::id);
    Ok(found.first(reader.conn).optional()?)
}
