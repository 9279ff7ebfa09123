//! The verbs of an agreement, each a step of its life cycle.
//! The rules are in `rules`, the SQL in `store`.

use crate::agreements::AgreementStatus;
use crate::agreements::bodies::{AcceptedHow, EndAgreement, HandOver, PauseAgreement, RefuseAgreement};
use crate::agreements::content::AgreementContent;
use crate::agreements::promise::EarlierTerms;
use crate::agreements::requirements::{in_short, meets_requirements};
use crate::agreements::rules;
use crate::agreements::show::{shown, view};
use crate::agreements::status::{AgreementVerb, LIFE};
use crate::agreements::store::{self, AgreementRow, AgreementStep, AgreementTexts, FoundAgreement};
use crate::agreements::views::AgreementView;
use crate::agreements::wording::{Frozen, Wording};
use crate::agreements::write;
use crate::db::Json;
use crate::db::ids::AgreementId;
use crate::deliveries::{self, About};
use crate::expressions;
use crate::http::Nothing;
use crate::opportunities;
use crate::people::volunteers::{self, VolunteerFacts, VolunteerStatus};
use crate::plans;
use crate::policies::Promised;
use crate::refusal::{Failure, Result};
use crate::services;
use crate::sessions;
use crate::work::{Change, Changed, Reader, Writer};

pub(super) fn issue_agreement(writer: &mut Writer<'_>, id: AgreementId, _: Nothing) -> Result<Changed<AgreementView>> {
    // The opportunity first, as with everything that its places depend on: the place can't go meanwhile.
    let opportunity = store::lock_places(writer, id)?.facts;
    let (row, own) = store::lock_and_ask(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::Issue)?;
    volunteers::not_oneself(own)?;
    let draft = &row.content;
    expressions::place_of(writer.conn, opportunity.id, draft.volunteer_id)?;
    plans::hold_open(writer, row.plan_id, None)?;
    let person = volunteers::facts(writer.conn, draft.volunteer_id)?;
    let promised = may_be_issued(writer, draft, (&opportunity, person.as_ref()))?;
    // The person is read again: what stands above may have waited for their clearances, and this text is for good.
    let frozen = freeze(writer, draft, &opportunity, promised.as_ref())?;
    let message = in_short(draft, &opportunity, promised.as_ref());
    let step = AgreementStep {
        promised: promised.map(Json),
        body_sha256: Some(frozen.sha256),
        issued_at: Some(writer.now()),
        ..AgreementStep::default()
    };
    let said = AgreementTexts { body: Some(frozen.body), ..AgreementTexts::default() };
    let stepped = write::step(writer, (id, row.version), to, &step, &said)?;
    let subject = (LIFE.resource, id.into());
    let (of, service) = (row.content.volunteer_id, row.service_id);
    deliveries::notify(writer, of, service, About::AgreementIssued, subject, Some(&message))?;
    answered(writer, (&row, stepped), AgreementVerb::Issue, to, &["body", "body_sha256", "issued_at", "promised"])
}

pub(crate) fn refuse_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    body: RefuseAgreement,
) -> Result<Changed<AgreementView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::Refuse)?;
    deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    if body.how.is_some() {
        let caller = writer.grant().viewer_of(row.content.volunteer_id);
        if rules::answered_how(body.how, caller, writer.context().has_secret_address())? == AcceptedHow::Paper {
            volunteers::not_about_oneself(writer, row.content.volunteer_id)?;
        }
    }
    let reason = body.reason.map(Into::into);
    let said = AgreementTexts { reason, witness: body.witness.map(Into::into), ..AgreementTexts::default() };
    let stepped = write::step(writer, (id, row.version), to, &AgreementStep::default(), &said)?;
    sessions::tell_person(writer, row.content.opportunity_id, row.content.volunteer_id)?;
    answered(writer, (&row, stepped), AgreementVerb::Refuse, to, &["reason"])
}

pub(super) fn withdraw_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    _: Nothing,
) -> Result<Changed<AgreementView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::Withdraw)?;
    volunteers::not_oneself(own)?;
    deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    let stepped = write::step(writer, (id, row.version), to, &AgreementStep::default(), &AgreementTexts::default())?;
    answered(writer, (&row, stepped), AgreementVerb::Withdraw, to, &[])
}

pub(super) fn pause_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    body: PauseAgreement,
) -> Result<Changed<AgreementView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::Pause)?;
    volunteers::not_oneself(own)?;
    let today = writer.today();
    let paused = write::pause(writer, (id, row.version), (to, today), &because(body.reason))?;
    sessions::tell_person(writer, row.content.opportunity_id, row.content.volunteer_id)?;
    answered(writer, (&row, paused), AgreementVerb::Pause, to, &["reason", "pauses"])
}

pub(super) fn resume_agreement(writer: &mut Writer<'_>, id: AgreementId, _: Nothing) -> Result<Changed<AgreementView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::Resume)?;
    volunteers::not_oneself(own)?;
    let yesterday = writer.today().plus_days(-1);
    let (step, said) = (AgreementStep::default(), AgreementTexts::default());
    let resumed = write::step_out_of_pause(writer, (id, row.version), (to, yesterday), &step, &said)?;
    sessions::tell_person(writer, row.content.opportunity_id, row.content.volunteer_id)?;
    answered(writer, (&row, resumed), AgreementVerb::Resume, to, &["pauses"])
}

pub(super) fn end_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    body: EndAgreement,
) -> Result<Changed<AgreementView>> {
    // The opportunity first: whoever takes or frees one of its places locks it before anything else.
    store::lock_places(writer, id)?;
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::End)?;
    let today = writer.today();
    let last = rules::last_day(body.on, row.content.starts_on, today)?;
    rules::covers_recorded(last, sessions::last_recorded(writer.conn, &[id], today)?.remove(&id))?;
    let by_volunteer = writer.grant().own() == Some(row.content.volunteer_id);
    let step =
        AgreementStep { ended_on: Some(last), ended_by_volunteer: Some(by_volunteer), ..AgreementStep::default() };
    if by_volunteer {
        deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    } else {
        let message = format!("It ended on {}.\n{}", last.words(), body.reason);
        let subject = (LIFE.resource, id.into());
        deliveries::notify(
            writer,
            row.content.volunteer_id,
            row.service_id,
            About::AgreementEnded,
            subject,
            Some(&message),
        )?;
    }
    let said = because(body.reason);
    let ended = write::step_out_of_pause(writer, (id, row.version), (to, last), &step, &said)?;
    free_place(writer, &row)?;
    sessions::tell_person(writer, row.content.opportunity_id, row.content.volunteer_id)?;
    answered(writer, (&row, ended), AgreementVerb::End, to, &["reason", "ended_on"])
}

/// The place of an agreement that ended is free again, unless another agreement for the same place is on its way.
fn free_place(writer: &mut Writer<'_>, row: &AgreementRow) -> Result<()> {
    let (volunteer, opportunity) = (row.content.volunteer_id, row.content.opportunity_id);
    if store::is_coming(writer.conn, volunteer, opportunity)? {
        return Ok(());
    }
    expressions::end_places(writer, &[opportunity], volunteer)
}

pub(super) fn hand_over_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    body: HandOver,
) -> Result<Changed<AgreementView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::HandOver)?;
    volunteers::not_oneself(own)?;
    let person = body.link_person;
    if person == row.content.link_person.0 {
        let view = view(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let handed = write::hand_over(writer, &row, &person)?;
    let message = format!("From now on your link person is {}, {}.", person.name, person.email.as_str());
    let subject = (LIFE.resource, id.into());
    deliveries::notify(
        writer,
        row.content.volunteer_id,
        row.service_id,
        About::LinkPersonChanged,
        subject,
        Some(&message),
    )?;
    answered(writer, (&row, handed), AgreementVerb::HandOver, to, &["link_person"])
}

/// Everything that issuing asks for: what it needs, what was offered, clearances, and a person to give it to. Answers what
/// the agreement promises of its tariff.
fn may_be_issued(
    writer: &mut Writer<'_>,
    draft: &AgreementContent,
    (opportunity, volunteer): (&opportunities::OpportunityFacts, Option<&VolunteerFacts>),
) -> Result<Option<Promised>> {
    let earlier = EarlierTerms::of(writer, draft, opportunity)?;
    let promised = earlier.promise(writer, &draft.offer)?;
    let on = draft.starts_on.max(writer.today());
    let [chairs, cleared] = meets_requirements(writer, opportunity, draft.volunteer_id, on)?;
    rules::together([
        rules::is_present(volunteer.is_some_and(|person| VolunteerStatus::PRESENT.contains(&person.status))),
        rules::issuable(draft, opportunity.status, promised.is_some()),
        rules::employed_by_payroll(draft),
        earlier.keeps_promised(&draft.offer, promised.as_ref()),
        chairs,
        cleared,
    ])?;
    Ok(promised)
}

/// The text of an agreement, as issuing freezes it.
pub(super) fn freeze(
    reader: &mut Reader<'_>,
    draft: &AgreementContent,
    opportunity: &opportunities::OpportunityFacts,
    promised: Option<&Promised>,
) -> Result<Frozen> {
    let person = volunteers::facts(reader.conn, draft.volunteer_id)?;
    let service = services::facts(reader.conn, opportunity.service_id)?;
    let (Some(person), Some(service)) = (person, service) else {
        return Err(Failure::broken("an agreement without its person or service"));
    };
    let wording = Wording {
        basis: draft.basis,
        person: &person.called,
        trust: reader.trust().named(),
        service: &service.name,
        title: &opportunity.title,
        role: &draft.role,
        panel: opportunity.panel.as_ref(),
        expectations: draft.expectations.as_deref(),
        adjustments: draft.adjustments.as_deref(),
        offer: &draft.offer,
        promised: promised.map(|promised| &promised.terms),
        route: draft.payment_route,
        link_person: &draft.link_person,
        starts_on: draft.starts_on,
        ends_on: draft.ends_on,
        review_on: draft.review_on,
    };
    Ok(wording.freeze())
}

/// Ends the agreement that this one replaces, where it is still in force.
pub(crate) fn end_replaced(writer: &mut Writer<'_>, row: &AgreementRow) -> Result<()> {
    let Some(replaces) = row.content.replaces_id else { return Ok(()) };
    let Some(old) = store::lock_any(writer, replaces)?.filter(|old| rules::replaceable(old.status)) else {
        return Ok(());
    };
    let to = LIFE.step(old.status, AgreementVerb::End)?;
    let last = rules::replaced_until(row.content.starts_on);
    let step = AgreementStep { ended_on: Some(last), ..AgreementStep::default() };
    deliveries::supersede(writer, LIFE.resource, &[old.id.into()])?;
    write::step_out_of_pause(writer, (old.id, old.version), (to, last), &step, &AgreementTexts::default())?;
    let step = (old.status, AgreementVerb::End, to);
    writer.note(Change::step(&LIFE, old.id, old.version + 1, step).fields(["ended_on"]));
    Ok(())
}

fn because(reason: crate::text::RequiredText) -> AgreementTexts {
    AgreementTexts { reason: Some(reason.into()), ..AgreementTexts::default() }
}

/// Answers a step of an agreement, as it was written.
pub(crate) fn answered(
    writer: &mut Writer<'_>,
    (before, written): (&AgreementRow, FoundAgreement),
    verb: AgreementVerb,
    to: AgreementStatus,
    fields: &[&str],
) -> Result<Changed<AgreementView>> {
    let change = Change::step(&LIFE, before.id, before.version + 1, (before.status, verb, to));
    Ok(writer.changed(change.fields(fields.iter().copied()), shown(written)))
}
