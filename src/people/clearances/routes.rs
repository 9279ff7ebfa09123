//! The operations on clearances of volunteers; what follows of recording and changing them is in `processes::record_clearance`.
//! Which clearances an opportunity requires is stored with the opportunity.

use crate::access::Action;
use crate::clock::Day;
use crate::db::ids::{ClearanceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::http::{Patch, Routes};
use crate::people::clearances::kinds::{ClearanceState, ClearanceWarning};
use crate::people::clearances::store::{self, ClearanceAndCreator};
use crate::people::clearances::views::{ClearanceDay, ClearanceDetails, ClearanceView, NewClearance};
use crate::people::clearances::{affected_sessions, reminders, rules};
use crate::people::trainings;
use crate::people::volunteers;
use crate::refusal::{Happened, Refusal, Result};
use crate::work::access_log::{Category, SensitiveRead};
use crate::work::{Change, Changed, Reader, Writer};

/// What the record calls a clearance.
pub(crate) const RESOURCE: &str = "clearance";

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Clearances", "Clearances and training of volunteers, and their status on a day.");
    routes.list("/v1/volunteers/{id}/clearances", Some(Action::ReadClearances), list_clearances).describe(
        "List a volunteer's clearances",
        "Newest first, with the status of each on a day. Staff see only the kind, the status and the last day. What a \
         check disclosed is never stored.",
    );
    routes.get("/v1/volunteers/{id}/clearances/{clearance_id}", Action::ReadClearances, read_clearance).describe(
        "Get a clearance",
        "With its status on a day, which is part of the ETag. `sessions_touched` lists the future sessions, under \
             agreements in force, that require this clearance after its last day and for which the volunteer has no \
             other. From `renewable_from` on, 60 days before the last day, record the new clearance beside this one so \
             that there is no gap. Reminders are sent 60, 30 and 7 days before the last day.",
    );
    reminders::routes(routes);
    trainings::routes(routes);
}

fn list_clearances(
    reader: &mut Reader<'_>,
    of: VolunteerId,
    asked: &ClearanceDay,
    page: &Page,
) -> Result<Rows<ClearanceView>> {
    seen_whole(reader, of)?;
    // That there are none is something, too.
    reader.note_access(SensitiveRead { volunteer: of, what: Category::Clearances, thing: None });
    let on = asked.on.unwrap_or_else(|| reader.today());
    let rows = store::list(reader, of, page)?;
    Ok(rows.map(|found| view(reader, found, on)))
}

/// Whoever sees somebody only by name does not see their clearances.
fn seen_whole(reader: &mut Reader<'_>, of: VolunteerId) -> Result<()> {
    if volunteers::is_seen_whole(reader, of)? { Ok(()) } else { Err(Refusal::not_found().into()) }
}

fn read_clearance(
    reader: &mut Reader<'_>,
    (of, id): (VolunteerId, ClearanceId),
    asked: &ClearanceDay,
) -> Result<ClearanceView> {
    seen_whole(reader, of)?;
    let found = store::find(reader.conn, of, id)?;
    let clearance = found.1.clone();
    let mut view = view(reader, found, asked.on.unwrap_or_else(|| reader.today()));
    if reader.grant().viewer_of(of).sees(ClearanceView::SESSIONS_TOUCHED) {
        view.sessions_touched = Some(affected_sessions::by_expiry(reader, of, &clearance)?);
    }
    Ok(view)
}

/// Holds the clearances of a volunteer before one of them is recorded or changed: whoever reminds people leaves them alone
/// meanwhile. The person first, as an erasure does.
///
/// # Errors
/// Database errors.
pub(crate) fn hold_to_change(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    volunteers::hold_presence(writer, of)?;
    store::hold_to_change(writer, of)
}

/// Records a clearance. They must be held.
///
/// # Errors
/// `not-found`, `not-editable`, `segregation-of-duties`, `unknown-reference`, `invalid`.
pub(crate) fn record_clearance(
    writer: &mut Writer<'_>,
    of: VolunteerId,
    new: NewClearance,
) -> Result<Changed<ClearanceView>> {
    editable(writer, of, std::iter::empty())?;
    volunteers::not_about_oneself(writer, of)?;
    issued(writer, &new)?;
    let id = store::insert(writer, of, new)?;
    let view = written(writer, of, id)?;
    Ok(writer.changed(Change::created(RESOURCE, id), view))
}

/// Changes a clearance. They must be held.
///
/// # Errors
/// `not-found`, `precondition-failed`, `not-editable`, `segregation-of-duties`, `unknown-reference`, `invalid`.
pub(crate) fn change_clearance(
    writer: &mut Writer<'_>,
    (of, id): (VolunteerId, ClearanceId),
    patch: Patch<NewClearance>,
) -> Result<Changed<ClearanceView>> {
    let (version, current) = store::lock(writer, of, id)?;
    writer.matches(version)?;
    editable(writer, of, patch.fields())?;
    let (new, fields) = patch.onto(&current)?;
    if fields.is_empty() {
        let view = written(writer, of, id)?;
        return Ok(writer.unchanged(view));
    }
    volunteers::not_about_oneself(writer, of)?;
    if new.issued_on != current.issued_on {
        issued(writer, &new)?;
    }
    store::save(writer, id, version, new)?;
    let view = written(writer, of, id)?;
    Ok(writer.changed(Change::changed(RESOURCE, id, version + 1).fields(fields), view))
}

/// A clearance was issued on a day that is past.
fn issued(writer: &Writer<'_>, new: &NewClearance) -> Result<(), Refusal> {
    Happened::in_living_memory(writer.today()).check("/issued_on", new.issued_on)
}

/// Checks that the caller may see the volunteer and that they are not erased.
fn editable<'f>(writer: &mut Writer<'_>, of: VolunteerId, fields: impl Iterator<Item = &'f str>) -> Result<()> {
    let person = volunteers::visible(writer, of)?.ok_or_else(Refusal::not_found)?;
    Ok(volunteers::editable(person.status, fields)?)
}

fn written(writer: &mut Writer<'_>, of: VolunteerId, id: ClearanceId) -> Result<ClearanceView> {
    let found = store::find(writer.conn, of, id)?;
    Ok(view(writer, found, writer.today()))
}

fn view(reader: &Reader<'_>, (row, written, created_by): ClearanceAndCreator, on: Day) -> ClearanceView {
    let viewer = reader.grant().viewer_of(row.volunteer_id);
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
        more: viewer.shown(ClearanceView::DETAILS, || ClearanceDetails {
            warning: restricted.then_some(ClearanceWarning::Restrictions),
            workforce: written.workforce,
            state: written.state,
            issued_on: written.issued_on,
            policy_expires_on: written.policy_expires_on,
            renewable_from,
            reference_last4: written.reference_last4,
            eligibility_reason: written.eligibility_reason,
            how: written.how,
            created_at: row.created_at,
            created_by,
            updated_at: row.updated_at,
        }),
    }
}
