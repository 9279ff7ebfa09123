//! The operations on volunteers.
//! Lived experience and payee numbers have routes of their own.

use serde_json::json;

use crate::access::Action;
use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::page::{Page, Rows};
use crate::http::{Nothing, Patch, PlainFields, Routes};
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::departure;
use crate::people::volunteers::list;
use crate::people::volunteers::oneself;
use crate::people::volunteers::rules;
use crate::people::volunteers::show::{alike, read_volunteer, record, view, written};
use crate::people::volunteers::status::{LIFE, VolunteerStatus, VolunteerVerb};
use crate::people::volunteers::store;
use crate::people::volunteers::views::{NeedsReview, VolunteerFilter, VolunteerItem, VolunteerRecord, VolunteerView};
use crate::refusal::{Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

const REVIEW: &str = "needs_review_due";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.tag("Volunteers", "People who are involved, were involved or may become involved.");
    profiles(routes);
    changes(routes);
    steps(routes);
}

fn profiles(routes: &mut Routes) {
    routes.list_with_csv("/v1/volunteers", Action::ReadVolunteers, list_volunteers).sorted_by(list::SORTINGS).describe(
        "List volunteers",
        "Newest first, or by name. Involvement leads see everyone. Staff see people engaged with their services; \
         those who asked to take part, who help to write a plan or whom they added themselves they see with name, \
         preferred contact and communication needs (`brief`). A volunteer sees only themselves. Read \
         `communication_alerts` before you contact anyone.",
    );
    routes
        .create("/v1/volunteers", Action::CreateVolunteers, create_volunteer)
        .describe(
            "Add a volunteer",
            "The new volunteer is `prospective` until an involvement lead activates them. Their payee record is \
             created with them, without numbers.",
        )
        .refuses(&["field-forbidden", "already-exists"])
        .example("a new volunteer", json!({
            "legal_name": "Rosalind Hart", "preferred_name": "Roz", "email": "roz.hart@example.org", "preferred_contact": "email",
            "communication_needs": [{ "kind": "large_print", "detail": "18 point" }], "interests": ["focus_group", "workshop"],
            "skills": ["minute taking"], "update_preferences": { "methods": ["email"], "frequency": "monthly" },
        }));
    routes.get("/v1/volunteers/{id}", Action::ReadVolunteers, read_volunteer).describe(
        "Get a volunteer",
        "The profile with communication needs, interests and a summary of clearances as they are today. \
             Only involvement leads see `staff_subject`, and only the volunteer sees `weekly_alert_pence`.",
    );
}

fn changes(routes: &mut Routes) {
    routes
        .patch("/v1/volunteers/{id}", Action::ChangeVolunteers, change_volunteer)
        .describe(
            "Change a volunteer",
            "Possible until the volunteer is erased. A volunteer can change their own details except `legal_name`, \
             `memberships`, `link_person` and `staff_subject`. An involvement lead can change everything except \
             `weekly_alert_pence`. Nobody can change their own `staff_subject`, link a volunteer to their own log-in, or \
             decide their own `legal_name` and `memberships`. Subjects are compared without regard to case and white \
             space, and a link counts for the separation of duties for good.",
        )
        .refuses(&["field-forbidden", "not-editable", "already-exists", "segregation-of-duties"])
        .example("a new telephone number", json!({ "phone": "01223 555 0199", "preferred_contact": "phone" }));
    routes
        .post("/v1/volunteers/{id}/review-needs", Action::ChangeVolunteers, review_needs)
        .describe(
            "Record a review of communication needs",
            "Confirms, after talking to the volunteer, that their recorded needs are right; change the needs first if \
             they are not. The next review is due on `next_review_due`, or in twelve months if you leave it out. The \
             audit record shows who reviewed the needs and when.",
        )
        .refuses(&["not-editable"])
        .example("next review in twelve months", json!({}))
        .example("next review on a day", json!({ "next_review_due": "2027-03-01" }));
}

fn steps(routes: &mut Routes) {
    routes
        .post("/v1/volunteers/{id}/activate", Action::DecideVolunteers, activate_volunteer)
        .describe(
            "Activate a volunteer",
            "Matching suggests only active volunteers. A paused volunteer can express interest again once activated.",
        )
        .verb(&LIFE, VolunteerVerb::Activate)
        .refuses(&["segregation-of-duties"]);
    routes
        .post("/v1/volunteers/{id}/pause", Action::DecideVolunteers, pause_volunteer)
        .describe(
            "Pause a volunteer",
            "For a volunteer who takes a break. They can't express interest in anything new until they are activated \
             again; their agreements stay in force.",
        )
        .verb(&LIFE, VolunteerVerb::Pause)
        .refuses(&["segregation-of-duties"]);
    routes
        .post("/v1/volunteers/{id}/return", Action::DecideVolunteers, return_volunteer)
        .describe(
            "Record that a volunteer comes back",
            "For somebody who had left: they are `prospective` again, with their profile and their clearances as they \
             stand. Their agreements stay ended, and they are a member of no plan.",
        )
        .verb(&LIFE, VolunteerVerb::Return)
        .refuses(&["volunteer-not-active", "segregation-of-duties"]);
}

fn list_volunteers(
    reader: &mut Reader<'_>,
    (): (),
    filter: &VolunteerFilter,
    page: &Page,
) -> Result<Rows<VolunteerItem>> {
    let rows = list::list(reader, filter, page)?;
    let alike = alike(reader, rows.rows.iter().map(|(row, ..)| row.id))?;
    Ok(rows.map(|(row, content, created_by, Json(ahead), name_key)| {
        let found = (row, content, created_by);
        let record = VolunteerRecord { brief: !ahead.whole, ..record(reader, &found, &alike) };
        let details = found.1.details;
        VolunteerItem {
            record,
            details: PlainFields(if ahead.whole { details } else { rules::brief(details) }),
            next_session: ahead.next_session,
            support_due_on: ahead.support_due_on,
            name_key,
        }
    }))
}

fn create_volunteer(writer: &mut Writer<'_>, (): (), new: VolunteerContent) -> Result<Changed<VolunteerView>> {
    refuse_fields(&rules::beyond_creation(&new, writer.grant().viewer()))?;
    if let Some(subject) = &new.staff_subject {
        oneself::not_ones_own_log_in(writer, subject)?;
    }
    rules::guarded(&new.details, writer.today())?;
    let id = store::insert(writer, rules::with_review(new, writer.today()), None)?;
    writer.note(Change::created("payee", id));
    let view = written(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(VolunteerStatus::Prospective), view))
}

fn change_volunteer(
    writer: &mut Writer<'_>,
    id: VolunteerId,
    patch: Patch<VolunteerContent>,
) -> Result<Changed<VolunteerView>> {
    refuse_fields(&patch.among(&rules::beyond_change(writer.grant().viewer_of(id))))?;
    let (row, before, _) = store::lock(writer, id)?;
    writer.matches(row.version)?;
    rules::editable(row.status, patch.fields())?;
    let (mut new, mut fields) = patch.onto(&before)?;
    let sent = !patch.among(&[REVIEW]).is_empty();
    let (old, details) = (&before.details, &mut new.details);
    details.needs_review_due = rules::review_after(old, details, sent, writer.today());
    fields.retain(|field| field != REVIEW);
    fields.extend((old.needs_review_due != details.needs_review_due).then(|| REVIEW.to_owned()));
    if fields.is_empty() {
        let view = written(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    rules::guarded(&new.details, writer.today())?;
    // The staff log-in decides what a person may approve, so nobody may set their own.
    if new.staff_subject != before.staff_subject {
        if oneself::is_the_caller(writer, id)? {
            return Err(Refusal::field_forbidden(&["staff_subject"]).into());
        }
        if let Some(subject) = &new.staff_subject {
            oneself::not_ones_own_log_in(writer, subject)?;
        }
    }
    if new.estate.is_some() && new.estate != before.estate {
        departure::has_estate(&row)?;
    }
    if fields.iter().any(|field| rules::is_decided(field)) {
        oneself::not_about_oneself(writer, id)?;
    }
    store::save(writer, &row, new)?;
    let view = written(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

fn review_needs(writer: &mut Writer<'_>, id: VolunteerId, review: NeedsReview) -> Result<Changed<VolunteerView>> {
    rules::after_today(review.next_review_due, writer.today())?;
    let (row, mut new, _) = store::lock(writer, id)?;
    writer.matches(row.version)?;
    rules::editable(row.status, [REVIEW].into_iter())?;
    new.details.needs_review_due = review.next_review_due;
    store::save(writer, &row, rules::with_review(new, writer.today()))?;
    let view = written(writer, id)?;
    Ok(writer.changed(
        Change::new(LIFE.resource, id, row.version + 1, "review-needs", "needs_reviewed").fields([REVIEW]),
        view,
    ))
}

fn activate_volunteer(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<VolunteerView>> {
    step(writer, id, VolunteerVerb::Activate)
}

fn pause_volunteer(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<VolunteerView>> {
    step(writer, id, VolunteerVerb::Pause)
}

fn return_volunteer(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<VolunteerView>> {
    let (row, content, created_by) = store::lock(writer, id)?;
    let verb = VolunteerVerb::Return;
    let to = writer.step(&LIFE, row.version, row.status, verb)?;
    oneself::not_about_oneself(writer, id)?;
    // Before the step: only somebody who has left has a reason.
    departure::take_back(writer, &row)?;
    let back = store::step(writer, &row, to)?;
    let view = view(writer, (back, content, created_by))?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, verb, to));
    Ok(writer.changed(change.fields(["departure"]), view))
}

fn step(writer: &mut Writer<'_>, id: VolunteerId, verb: VolunteerVerb) -> Result<Changed<VolunteerView>> {
    let (row, content, created_by) = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, verb)?;
    oneself::not_about_oneself(writer, id)?;
    let stepped = store::step(writer, &row, to)?;
    let view = view(writer, (stepped, content, created_by))?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, verb, to)), view))
}

fn refuse_fields(fields: &[&str]) -> Result<(), Refusal> {
    if fields.is_empty() { Ok(()) } else { Err(Refusal::field_forbidden(fields)) }
}
