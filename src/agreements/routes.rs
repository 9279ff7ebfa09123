//! The operations on agreements: reading, drafting and changing them, and the declaration of each verb.
//! The verbs themselves are in `verbs`.

use serde_json::json;

use crate::access::Action;
use crate::agreements::content::AgreementContent;
use crate::agreements::paper::read_agreement_document;
use crate::agreements::promise::EarlierTerms;
use crate::agreements::show::{item, shown, view};
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::agreements::store;
use crate::agreements::verbs::{
    end_agreement, hand_over_agreement, issue_agreement, pause_agreement, refuse_agreement, resume_agreement,
    withdraw_agreement,
};
use crate::agreements::views::{AgreementFilter, AgreementItem, AgreementView};
use crate::agreements::write::{self, Under};
use crate::agreements::{AgreementStatus, rules};
use crate::db::ids::AgreementId;
use crate::db::page::{Page, Rows};
use crate::documents::HTML;
use crate::expressions;
use crate::http::{Patch, Routes};
use crate::opportunities;
use crate::people::volunteers;
use crate::plans;
use crate::refusal::{Failure, Fault, Kind, Refusal, Result, refuse_if_any, refuse_unknown};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Agreements", "What is expected, what support is given and what is paid, accepted by both sides.");
    drafting(routes);
    printing(routes);
    deciding(routes);
    handing_over(routes);
    answering(routes);
}

fn drafting(routes: &mut Routes) {
    routes.list_with_csv("/v1/agreements", Action::ReadAgreements, list_agreements).describe(
        "List agreements",
        "Newest first. Staff see agreements of their services. Volunteers see their own once issued, unless withdrawn.",
    );
    routes
        .create("/v1/agreements", Action::WriteAgreements, create_agreement)
        .describe(
            "Draft an agreement",
            "Needs an accepted expression of interest, and must not offer less than the opportunity: a tariff of another \
             name must pay at least as much. A volunteer has one agreement in force for an opportunity. To improve its \
             terms, draft a new one that names it in `replaces_id` and offers at least as much: when the new agreement is accepted, the old one ends on the \
             day before the new one starts, even if that day is past or still to come.",
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
    routes.get("/v1/agreements/{id}", Action::ReadAgreements, read_agreement).describe(
        "Get an agreement",
        "Once issued, `body` is the text as it was issued and `body_sha256` the SHA-256 of exactly its bytes in UTF-8.",
    );
    routes
        .patch("/v1/agreements/{id}", Action::WriteAgreements, change_agreement)
        .describe("Change a draft agreement", "The volunteer and the opportunity of a draft can't be changed.")
        .refuses(&["not-editable", "worse-than-offered", "unknown-reference"])
        .example("earlier review", json!({ "review_on": "2026-07-07" }));
}

fn printing(routes: &mut Routes) {
    routes
        .content("/v1/agreements/{id}/document", Some(Action::ReadAgreements), &[HTML], read_agreement_document)
        .describe(
            "Get an agreement as a printable document",
            "An accessible page that prints on A4. Once issued, it shows the frozen text with its SHA-256 and both \
             sides' answers, with space to sign until it is accepted; a draft is marked as a draft. An expenses-only \
             document never says contract, job or payment, even if the title of its opportunity does.",
        );
}

fn deciding(routes: &mut Routes) {
    routes
        .post("/v1/agreements/{id}/issue", Action::DecideAgreements, issue_agreement)
        .verb(&LIFE, AgreementVerb::Issue)
        .describe(
            "Issue an agreement",
            "Writes the text of the agreement, freezes and hashes it, and tells the volunteer. The terms of its tariff in \
             the policy in force are kept in `promised`, or better ones that the opportunity or the agreement it replaces \
             promises: later policies can only pay more. The volunteer must have the place that they accepted. Every clearance that \
             the opportunity requires must be in date today, or on `starts_on` if that is later. Paid time needs a \
             tariff and a payment route, and through accounts payable also a determination of employment status, which must not be `employed`. The \
             chair of an interview panel must have attended a session of one before.",
        )
        .refuses(&[
            "not-issuable",
            "no-accepted-expression",
            "employed-needs-payroll",
            "worse-than-offered",
            "clearance-missing",
            "volunteer-not-active",
            "not-editable",
            "segregation-of-duties",
        ]);
    routes
        .post("/v1/agreements/{id}/withdraw", Action::DecideAgreements, withdraw_agreement)
        .verb(&LIFE, AgreementVerb::Withdraw)
        .describe("Withdraw an agreement", "Takes the agreement back before the volunteer accepts it.")
        .refuses(&["segregation-of-duties"]);
    routes
        .post("/v1/agreements/{id}/pause", Action::DecideAgreements, pause_agreement)
        .verb(&LIFE, AgreementVerb::Pause)
        .describe(
            "Pause an agreement",
            "The pause starts today. What was attended before can still be claimed and paid.",
        )
        .refuses(&["segregation-of-duties"])
        .example("a summer break", json!({ "reason": "A break over the summer, as we agreed." }));
    routes
        .post("/v1/agreements/{id}/resume", Action::DecideAgreements, resume_agreement)
        .verb(&LIFE, AgreementVerb::Resume)
        .describe("Resume an agreement", "Yesterday becomes the last day of the pause; a pause begun today is dropped.")
        .refuses(&["segregation-of-duties"]);
}

fn handing_over(routes: &mut Routes) {
    routes
        .post("/v1/agreements/{id}/hand-over", Action::DecideAgreements, hand_over_agreement)
        .verb(&LIFE, AgreementVerb::HandOver)
        .describe(
            "Hand an agreement over to another link person",
            "Possible once issued; in a draft, change `link_person` instead. The volunteer is told; the issued text stays \
             as it is. Give the `subject` of the new link person's token so that they can record support.",
        )
        .refuses(&["segregation-of-duties"])
        .example(
            "a new link person",
            json!({
                "link_person": { "name": "Tom Reed", "email": "tom.reed@trust.example", "subject": "therapist.reed" },
            }),
        );
}

fn answering(routes: &mut Routes) {
    routes
        .post("/v1/agreements/{id}/refuse", Action::AnswerAgreements, refuse_agreement)
        .verb(&LIFE, AgreementVerb::Refuse)
        .describe("Refuse an agreement", "The volunteer says no, or an involvement lead records it for them.")
        .refuses(&["field-forbidden", "segregation-of-duties"])
        .example("no time", json!({ "reason": "I start a course in May." }));
    routes
        .post("/v1/agreements/{id}/end", Action::AnswerAgreements, end_agreement)
        .verb(&LIFE, AgreementVerb::End)
        .describe(
            "End an agreement",
            "`on` is the last day, today if you leave it out; not before a day for which attendance is recorded. What was attended until then can still be claimed and \
             paid; nothing after it can. The volunteer is told, unless they ended it themselves.",
        )
        .example("work finished", json!({ "reason": "The leaflet is printed." }));
}

/// Agreements that the caller may see.
///
/// # Errors
/// Database errors.
pub fn list_agreements(
    reader: &mut Reader<'_>,
    (): (),
    filter: &AgreementFilter,
    page: &Page,
) -> Result<Rows<AgreementItem>> {
    let rows = store::list(reader, filter, page)?;
    Ok(rows.map(|found| {
        let (named, said, _) = found.into_parts();
        item(named, said)
    }))
}

fn read_agreement(reader: &mut Reader<'_>, id: AgreementId) -> Result<AgreementView> {
    view(reader, id)
}

fn create_agreement(writer: &mut Writer<'_>, (): (), mut new: AgreementContent) -> Result<Changed<AgreementView>> {
    let opportunity = parties(writer, &new)?;
    let asked = expressions::place_of(writer.conn, opportunity.id, new.volunteer_id)?;
    // What they asked for travels with them.
    new.adjustments = new.adjustments.or(asked);
    rules::possible_days(&new, writer.today())?;
    plans::hold_open(writer, opportunity.plan_id, Some("/opportunity_id"))?;
    let under = Under { plan_id: opportunity.plan_id, service_id: opportunity.service_id, short_form: false };
    let earlier = EarlierTerms::of(writer, &new, &opportunity)?;
    if new.replaces_id.is_some() && earlier.replaced.is_none() {
        return Err(Refusal::unknown_reference("/replaces_id").into());
    }
    let made = write::insert(writer, &new, under)?;
    // After the insert: it waited for any other transaction that makes one for the same two, whose result is now visible.
    may_stand_beside(writer, &new)?;
    earlier.keeps(writer, &new.offer)?;
    let change = Change::created(LIFE.resource, made.row.id).to(AgreementStatus::Draft);
    Ok(writer.changed(change, shown(made)))
}

fn change_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    patch: Patch<AgreementContent>,
) -> Result<Changed<AgreementView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    if row.status != AgreementStatus::Draft {
        not_editable(patch.fields(), "can only be changed in a draft")?;
    }
    let (new, fields) = patch.onto(&row.content)?;
    let fixed = ["volunteer_id", "opportunity_id"];
    not_editable(fields.iter().map(String::as_str).filter(|name| fixed.contains(name)), "can't be changed")?;
    if fields.is_empty() {
        let view = view(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    if (new.starts_on, &new.employment_status) != (row.content.starts_on, &row.content.employment_status) {
        rules::possible_days(&new, writer.today())?;
    }
    let now = writer.now();
    let opportunity = opportunities::facts(writer.conn, row.content.opportunity_id, now)?;
    let opportunity = opportunity.ok_or_else(|| Failure::broken("an agreement without its opportunity"))?;
    may_stand_beside(writer, &new)?;
    EarlierTerms::of(writer, &new, &opportunity)?.keeps(writer, &new.offer)?;
    let saved = write::save(writer, &row, &new)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), shown(saved)))
}

/// The opportunity, where the caller may see both it and the volunteer.
fn parties(writer: &mut Writer<'_>, new: &AgreementContent) -> Result<opportunities::OpportunityFacts> {
    let opportunity = opportunities::visible(writer, new.opportunity_id)?;
    let volunteer = volunteers::visible(writer, new.volunteer_id)?;
    let found = [(opportunity.is_some(), "/opportunity_id"), (volunteer.is_some(), "/volunteer_id")];
    refuse_unknown(
        found.into_iter().filter(|(found, _)| !found).map(|(_, pointer)| Fault::unknown(pointer)).collect(),
    )?;
    opportunity.ok_or_else(|| Failure::broken("a visible opportunity without facts"))
}

/// Where an agreement is in force, a new one must name it as the agreement that it replaces.
fn may_stand_beside(writer: &mut Writer<'_>, new: &AgreementContent) -> Result<()> {
    let in_force = store::in_force(writer.conn, new.volunteer_id, new.opportunity_id)?;
    if new.replaces_id.is_some() && new.replaces_id != in_force {
        return Err(Refusal::unknown_reference("/replaces_id").into());
    }
    if in_force.is_some() && new.replaces_id.is_none() {
        let fault = Fault::at("/replaces_id", "required", "must name the agreement in force that this one replaces");
        let detail = "This volunteer has an agreement in force for the opportunity. Name it in `replaces_id`.";
        return Err(Refusal::new(Kind::AgreementExists, detail).with(vec![fault]).into());
    }
    Ok(())
}

fn not_editable<'f>(fields: impl Iterator<Item = &'f str>, why: &str) -> Result<(), Refusal> {
    let faults = fields.map(|name| Fault::at(format!("/{name}"), "not-editable", why)).collect();
    let detail = "Only a draft agreement can be changed, but not its volunteer or its opportunity.";
    refuse_if_any(Kind::NotEditable, detail, faults)
}
