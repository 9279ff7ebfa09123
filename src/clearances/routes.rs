//! What can be done with people's clearances.
//! What an opportunity requires stands there; what is missing is asked here.

use serde_json::json;

use crate::access::Action;
use crate::clearances::kinds::{ClearanceState, ClearanceWarning};
use crate::clearances::store::{self, Found};
use crate::clearances::views::{ClearanceDay, ClearanceDetails, ClearanceView, NewClearance};
use crate::clearances::{reminders, rules, touched};
use crate::clock::Day;
use crate::db::ids::{ClearanceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::{Patch, Routes};
use crate::privacy::What;
use crate::refusal::{Done, Refusal};
use crate::volunteers;

const RESOURCE: &str = "clearance";

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Clearances", "Clearances and training of people, and how they stand on a day.");
    routes.list("/v1/volunteers/{id}/clearances", Some(Action::ReadClearances), list_clearances).says(
        "Clearances of a person",
        "Newest first. Staff see kind, status and until when it is valid. What a check disclosed is nowhere.",
    );
    routes
        .create("/v1/volunteers/{id}/clearances", Action::WriteClearances, record_clearance)
        .says("Record a clearance or training", "Until the person is erased. Its status follows from its state and the day.")
        .refuses(&["not-editable"])
        .example("an enhanced check", json!({
            "kind": "dbs_enhanced", "workforce": "adult", "state": "cleared", "issued_on": "2026-03-02", "policy_expires_on": "2029-03-01",
            "reference_last4": "0417", "eligibility_reason": "Visits adult inpatient wards without staff present.",
        }))
        .example("training", json!({ "kind": "training:interview_panel", "state": "cleared", "issued_on": "2026-02-12" }));
    routes
        .get("/v1/volunteers/{id}/clearances/{clearance_id}", Action::ReadClearances, read_clearance)
        .says(
            "A clearance",
            "As it stands on a day. The ETag's view is that status. `sessions_touched` are the sessions to come after its last \
             day under the person's agreements in force that require it, where nothing else that they hold will do. From \
             `renewable_from` on, 60 days before its last day, a new one of its kind takes over without a gap: of several, \
             the one that says most counts. Reminders are sent 60, 30 and 7 days ahead.",
        );
    routes
        .patch("/v1/volunteers/{id}/clearances/{clearance_id}", Action::WriteClearances, change_clearance)
        .says("Change a clearance", "Until the person is erased. What was decided by it on earlier days stands.")
        .refuses(&["not-editable"])
        .example("it came through", json!({ "state": "cleared", "issued_on": "2026-04-01" }));
    reminders::routes(routes);
}

fn list_clearances(
    reader: &mut Reader<'_>,
    of: VolunteerId,
    asked: &ClearanceDay,
    page: &Page,
) -> Done<Rows<ClearanceView>> {
    volunteers::visible(reader, of)?.ok_or_else(Refusal::not_found)?;
    reader.looked(of, What::Clearances, None);
    let on = asked.on.unwrap_or_else(|| reader.today());
    let rows = store::list(reader, of, page)?;
    Ok(rows.map(|found| view(reader, found, on)))
}

fn read_clearance(
    reader: &mut Reader<'_>,
    (of, id): (VolunteerId, ClearanceId),
    asked: &ClearanceDay,
) -> Done<ClearanceView> {
    volunteers::visible(reader, of)?.ok_or_else(Refusal::not_found)?;
    let found = store::find(reader.conn, of, id)?;
    reader.looked(of, What::Clearances, Some(id.into()));
    let clearance = found.1.clone();
    let mut view = view(reader, found, asked.on.unwrap_or_else(|| reader.today()));
    if view.more.is_some() {
        view.sessions_touched = Some(touched::by_expiry(reader, of, &clearance)?);
    }
    Ok(view)
}

fn record_clearance(writer: &mut Writer<'_>, of: VolunteerId, new: NewClearance) -> Done<Changed<ClearanceView>> {
    editable(writer, of, std::iter::empty())?;
    let id = store::insert(writer, of, new)?;
    let view = written(writer, of, id)?;
    Ok(writer.changed(Change::created(RESOURCE, id), view))
}

fn change_clearance(
    writer: &mut Writer<'_>,
    (of, id): (VolunteerId, ClearanceId),
    patch: Patch<NewClearance>,
) -> Done<Changed<ClearanceView>> {
    let (version, current) = store::lock(writer, of, id)?;
    writer.matches(version)?;
    editable(writer, of, patch.fields())?;
    let (new, fields) = patch.onto(&current)?;
    if fields.is_empty() {
        writer.looked(of, What::Clearances, Some(id.into()));
        let view = written(writer, of, id)?;
        return Ok(writer.unchanged(view));
    }
    store::save(writer, id, version, new)?;
    let view = written(writer, of, id)?;
    Ok(writer.changed(Change::changed(RESOURCE, id, version + 1).fields(fields), view))
}

/// Clearances are recorded of people who are not erased.
fn editable<'f>(writer: &mut Writer<'_>, of: VolunteerId, fields: impl Iterator<Item = &'f str>) -> Done<()> {
    let person = volunteers::visible(writer, of)?.ok_or_else(Refusal::not_found)?;
    Ok(volunteers::editable(person.status, fields)?)
}

fn written(writer: &mut Writer<'_>, of: VolunteerId, id: ClearanceId) -> Done<ClearanceView> {
    let found = store::find(writer.conn, of, id)?;
    Ok(view(writer, found, writer.today()))
}

fn view(reader: &Reader<'_>, (row, written, created_by): Found, on: Day) -> ClearanceView {
    let grant = reader.grant();
    let whole = grant.all() || grant.own() == Some(row.volunteer_id);
    let renewable_from = rules::renewable_from(&written);
    let restricted = written.state == ClearanceState::ClearedWithRestrictions;
    ClearanceView {
        id: row.id,
        version: row.version,
        volunteer_id: row.volunteer_id,
        status: rules::status(&written, on),
        valid_until: written.policy_expires_on,
        sessions_touched: None,
        kind: written.kind,
        more: whole.then_some(ClearanceDetails {
            warning: restricted.then_some(ClearanceWarning::Restrictions),
            workforce: written.workforce,
            state: written.state,
            issued_on: written.issued_on,
            policy_expires_on: written.policy_expires_on,
            renewable_from,
            reference_last4: written.reference_last4,
            eligibility_reason: written.eligibility_reason,
            created_at: row.created_at,
            created_by,
            updated_at: row.updated_at,
        }),
    }
}
