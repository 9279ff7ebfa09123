//! What can be done with agreements: reading, drafting, changing, and where each verb is declared.
//! The verbs themselves stand in `verbs`.

use serde_json::json;

use crate::access::Action;
use crate::agreements::paper::read_agreement_document;
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::agreements::store::{self, Row, Texts, Under};
use crate::agreements::verbs::{
    accept_agreement, end_agreement, hand_over_agreement, issue_agreement, keeps_replaced, pause_agreement,
    refuse_agreement, resume_agreement, withdraw_agreement,
};
use crate::agreements::views::{AgreementFilter, AgreementItem, AgreementPause, AgreementView, NewAgreement};
use crate::agreements::{AgreementStatus, rules};
use crate::db::ids::AgreementId;
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::documents::HTML;
use crate::expressions;
use crate::http::{Patch, Routes};
use crate::opportunities;
use crate::plans;
use crate::refusal::{Done, Failure, Fault, Kind, Refusal, refuse_if_any};
use crate::volunteers;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Agreements", "What is needed, what support is given and what is reimbursed, accepted by both sides.");
    drafting(routes);
    printing(routes);
    deciding(routes);
    answering(routes);
}

fn drafting(routes: &mut Routes) {
    routes.list("/v1/agreements", Some(Action::ReadAgreements), list_agreements).says(
        "Agreements",
        "Newest first. Staff see those of their services, volunteers their own from issue on, unless they were taken back.",
    );
    routes
        .create("/v1/agreements", Action::WriteAgreements, create_agreement)
        .says(
            "Draft an agreement",
            "Follows an accepted expression of interest, and never offers less than the opportunity. A person has one \
             live agreement for an opportunity; a better one names the agreement in force in `replaces_id` and takes its \
             place when it is accepted: the old one then ends on the day before the new one starts, past or to come, so \
             that every day is covered and none twice. It never offers less than the one that it replaces.",
        )
        .refuses(&[
            "no-accepted-expression",
            "agreement-exists",
            "worse-than-offered",
            "unknown-reference",
            "not-editable",
        ])
        .example("expenses only", json!({
            "volunteer_id": "019d5fdf-e551-7000-8000-000000000001", "opportunity_id": "019d5fdf-e954-7000-8000-000000000001",
            "basis": "expenses_only", "role": "Forum member", "expectations": "Two evenings a month.",
            "offer": { "travel": true, "subsistence": true, "care": true, "access_support": true, "other": false,
                "tariff": null, "statement": "Travel, meals and care are reimbursed." },
            "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
            "starts_on": "2026-04-07", "review_on": "2026-10-07",
        }));
    routes.get("/v1/agreements/{id}", Action::ReadAgreements, read_agreement).says(
        "An agreement",
        "`body` and `body_sha256` from issue on: the text as it was issued, and its SHA-256 over exactly these bytes.",
    );
    routes
        .patch("/v1/agreements/{id}", Action::WriteAgreements, change_agreement)
        .says("Change an agreement", "In draft; the person and the opportunity are for good.")
        .refuses(&["not-editable", "worse-than-offered", "unknown-reference"])
        .example("review earlier", json!({ "review_on": "2026-07-07" }));
}

fn printing(routes: &mut Routes) {
    routes
        .content("/v1/agreements/{id}/document", Some(Action::ReadAgreements), &[HTML], read_agreement_document)
        .says(
            "An agreement on paper",
            "As an accessible page that prints on A4: from issue on its frozen text with the SHA-256 and what both sides \
             said, with space to sign until it is accepted; before, a draft that says so. One for expenses only never says \
             contract, job or payment, whatever its opportunity is called.",
        );
}

fn deciding(routes: &mut Routes) {
    routes
        .post("/v1/agreements/{id}/issue", Action::DecideAgreements, issue_agreement)
        .verb(&LIFE, AgreementVerb::Issue)
        .says(
            "Issue an agreement",
            "Its text is written out, frozen and hashed, and the person is told. Every clearance that the opportunity \
             requires must be valid on the later of today and `starts_on`. Paid time needs a tariff and a route, and \
             through accounts payable a determination of employment status. Whoever chairs an interview panel has attended \
             a session of one before.",
        )
        .refuses(&["not-issuable", "worse-than-offered", "clearance-missing", "volunteer-not-active", "not-editable"]);
    routes
        .post("/v1/agreements/{id}/withdraw", Action::DecideAgreements, withdraw_agreement)
        .verb(&LIFE, AgreementVerb::Withdraw)
        .says("Take an agreement back", "Before it is accepted.");
    routes
        .post("/v1/agreements/{id}/pause", Action::DecideAgreements, pause_agreement)
        .verb(&LIFE, AgreementVerb::Pause)
        .says("Pause an agreement", "From today. What was attended before stays payable.")
        .example("a rest", json!({ "reason": "A rest over the summer, as we said." }));
    routes
        .post("/v1/agreements/{id}/resume", Action::DecideAgreements, resume_agreement)
        .verb(&LIFE, AgreementVerb::Resume)
        .says("Resume an agreement", "The pause ends yesterday; one begun today never was.");
    routes
        .post("/v1/agreements/{id}/hand-over", Action::DecideAgreements, hand_over_agreement)
        .verb(&LIFE, AgreementVerb::HandOver)
        .says(
            "Hand an agreement over to another link person",
            "Once it is issued; a draft is changed. The person is told. The text that was issued stays as it is and names \
             the link person of that day. `subject` lets the new one record support.",
        )
        .example("a new colleague", json!({
            "link_person": { "name": "Tom Reed", "email": "tom.reed@trust.example", "subject": "therapist.reed" },
        }));
}

fn answering(routes: &mut Routes) {
    routes
        .post("/v1/agreements/{id}/accept", Action::AnswerAgreements, accept_agreement)
        .verb(&LIFE, AgreementVerb::Accept)
        .says(
            "Accept an agreement",
            "The person accepts online. A lead records one signed on paper with `how: paper` and its witness. It covers \
             the days from `starts_on`; the agreement that it replaces ends on the day before.",
        )
        .refuses(&["agreement-exists", "field-forbidden"])
        .example("on paper", json!({ "how": "paper", "witness": "Jo Bell" }));
    routes
        .post("/v1/agreements/{id}/refuse", Action::AnswerAgreements, refuse_agreement)
        .verb(&LIFE, AgreementVerb::Refuse)
        .says("Refuse an agreement", "The person says no; a lead may record it.")
        .refuses(&["field-forbidden"])
        .example("not now", json!({ "reason": "I start a course in May." }));
    routes
        .post("/v1/agreements/{id}/end", Action::AnswerAgreements, end_agreement)
        .verb(&LIFE, AgreementVerb::End)
        .says(
            "End an agreement",
            "`on` is its last day: today unless said otherwise. What was attended until then stays payable; what lies after \
             it can't be claimed.",
        )
        .example("done", json!({ "reason": "The leaflet is printed." }));
}

fn list_agreements(
    reader: &mut Reader<'_>,
    (): (),
    filter: &AgreementFilter,
    page: &Page,
) -> Done<Rows<AgreementItem>> {
    let rows = store::list(reader, filter, page)?;
    let ids: Vec<AgreementId> = rows.rows.iter().map(|(row, _)| row.id).collect();
    let mut texts = store::texts(reader.conn, &ids)?;
    Ok(rows.map(|(row, created_by)| {
        let said = texts.remove(&row.id).unwrap_or_default();
        item(row, created_by, said)
    }))
}

fn read_agreement(reader: &mut Reader<'_>, id: AgreementId) -> Done<AgreementView> {
    reader.snapshot(|reader| view(reader, id))
}

fn create_agreement(writer: &mut Writer<'_>, (): (), new: NewAgreement) -> Done<Changed<AgreementView>> {
    let opportunity = parties(writer, &new)?;
    if !expressions::is_accepted(writer.conn, opportunity.id, new.volunteer_id)? {
        let detail = "The person has no accepted expression of interest in the opportunity.";
        return Err(Refusal::new(Kind::NoAcceptedExpression, detail).into());
    }
    rules::keeps_offer(&new.offer, opportunity.offer.as_ref())?;
    plans::hold_open(writer, opportunity.plan_id, Some("/opportunity_id"))?;
    let under = Under { plan_id: opportunity.plan_id, service_id: opportunity.service_id, short_form: false };
    let id = store::insert(writer, &new, under)?;
    // After the insert: whoever else made one for this pair is done by now, and seen.
    may_stand_beside(writer, &new)?;
    keeps_replaced(writer, &new)?;
    let view = view(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(AgreementStatus::Draft), view))
}

fn change_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    patch: Patch<NewAgreement>,
) -> Done<Changed<AgreementView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    if row.status != AgreementStatus::Draft {
        not_editable(patch.fields(), "stands as it was issued")?;
    }
    let (new, fields) = patch.onto(&row.written())?;
    let fixed = ["volunteer_id", "opportunity_id"];
    not_editable(fields.iter().map(String::as_str).filter(|name| fixed.contains(name)), "is for good")?;
    if fields.is_empty() {
        let view = view(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let now = writer.now();
    let opportunity = opportunities::facts(writer.conn, row.opportunity_id, now)?;
    rules::keeps_offer(&new.offer, opportunity.as_ref().and_then(|facts| facts.offer.as_ref()))?;
    may_stand_beside(writer, &new)?;
    keeps_replaced(writer, &new)?;
    store::save(writer, &row, &new)?;
    let view = view(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

/// The opportunity, where both it and the person are visible to the caller.
fn parties(writer: &mut Writer<'_>, new: &NewAgreement) -> Done<opportunities::Facts> {
    let opportunity = opportunities::visible(writer, new.opportunity_id)?;
    let volunteer = volunteers::visible(writer, new.volunteer_id)?;
    let mut faults = Vec::new();
    for (found, pointer) in [(opportunity.is_some(), "/opportunity_id"), (volunteer.is_some(), "/volunteer_id")] {
        if !found {
            faults.extend(Refusal::unknown_reference(pointer).errors);
        }
    }
    refuse_if_any(Kind::UnknownReference, "An id in the body names nothing that you can see.", faults)?;
    opportunity.ok_or_else(|| Failure::broken("a visible opportunity without facts"))
}

/// Beside one in force stands only an agreement that will take its place.
fn may_stand_beside(writer: &mut Writer<'_>, new: &NewAgreement) -> Done<()> {
    let in_force = store::in_force(writer.conn, new.volunteer_id, new.opportunity_id)?;
    if new.replaces_id.is_some() && new.replaces_id != in_force {
        return Err(Refusal::unknown_reference("/replaces_id").into());
    }
    if in_force.is_some() && new.replaces_id.is_none() {
        let fault = Fault::at("/replaces_id", "required", "a better agreement names the one that it replaces");
        let detail = "This person has a live agreement for the opportunity.";
        return Err(Refusal::new(Kind::AgreementExists, detail).with(vec![fault]).into());
    }
    Ok(())
}

fn not_editable<'f>(fields: impl Iterator<Item = &'f str>, why: &str) -> Result<(), Refusal> {
    let faults = fields.map(|name| Fault::at(format!("/{name}"), "not-editable", why)).collect();
    refuse_if_any(Kind::NotEditable, "An agreement is changed in draft alone; its two sides never.", faults)
}

/// An agreement as the caller sees it.
pub(super) fn view(reader: &mut Reader<'_>, id: AgreementId) -> Done<AgreementView> {
    let (row, created_by) = store::find(reader, id)?;
    let said = store::texts(reader.conn, &[id])?.remove(&id).unwrap_or_default();
    let pauses = store::pauses(reader.conn, &[id])?;
    let pauses = pauses.into_iter().filter(|(_, from, to)| to.is_none_or(|to| *from <= to));
    Ok(AgreementView {
        item: item(row, created_by, said),
        pauses: pauses.map(|(_, from_day, to_day)| AgreementPause { from_day, to_day }).collect(),
    })
}

fn item(row: Row, created_by: Option<String>, said: Texts) -> AgreementItem {
    AgreementItem {
        id: row.id,
        version: row.version,
        status: row.status,
        volunteer_id: row.volunteer_id,
        opportunity_id: row.opportunity_id,
        plan_id: row.plan_id,
        service_id: row.service_id,
        short_form: row.short_form,
        basis: row.basis,
        role: row.role,
        expectations: row.expectations,
        offer: row.offer.0,
        payment_route: row.payment_route,
        employment_status: row.employment_status.map(|status| status.0),
        link_person: row.link_person.0,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        review_on: row.review_on,
        replaces_id: row.replaces_id,
        body: said.body,
        body_sha256: row.body_sha256,
        issued_at: row.issued_at,
        accepted_at: row.accepted_at,
        accepted_how: row.accepted_how,
        witness: said.witness,
        reason: said.reason,
        ended_on: row.ended_on,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
