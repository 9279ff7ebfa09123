//! The short form: an agreement that accepting an offer makes, active at once, where the plan needs no full agreement.
//! It promises what the opportunity offers; its text, hash and notice to the volunteer are those of any agreement.

use crate::agreements::AgreementStatus;
use crate::agreements::bodies::AcceptedHow;
use crate::agreements::content::AgreementContent;
use crate::agreements::promise::EarlierTerms;
use crate::agreements::requirements::{in_short, meets_requirements};
use crate::agreements::rules;
use crate::agreements::status::LIFE;
use crate::agreements::store::{AgreementStep, AgreementTexts};
use crate::agreements::verbs::freeze;
use crate::agreements::wording::says_employment;
use crate::agreements::write::{self, Under};
use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::{AgreementId, VolunteerId};
use crate::deliveries::{self, About};
use crate::expressions;
use crate::opportunities;
use crate::plans;
use crate::refusal::{Failure, Fault, Kind, Refusal, Result};
use crate::text::ShortText;
use crate::vocabulary::offer::Basis;
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Change, Writer};

/// Makes the short form with the opportunity's own offer, active at once.
/// Called when the volunteer accepts an offer, in the same transaction; answers its id and first day. Time is paid through the payroll, because that
/// needs no determination of employment status.
///
/// # Errors
/// `clearance-missing`, `agreement-exists`, `not-issuable` where the opportunity and its plan name no link person.
pub fn make_short_form(
    writer: &mut Writer<'_>,
    opportunity: &opportunities::OpportunityFacts,
    volunteer: VolunteerId,
) -> Result<(AgreementId, Day)> {
    let (starts_on, tested_on) = rules::short_form_days(opportunity.starts_on, writer.today());
    let new = offered(writer, opportunity, volunteer, starts_on)?;
    rules::together(meets_requirements(writer, opportunity, volunteer, tested_on)?)?;

    let under = Under { plan_id: opportunity.plan_id, service_id: opportunity.service_id, short_form: true };
    let id = write::insert(writer, &new, under)?.row.id;
    let promised = EarlierTerms { opportunity, replaced: None }.promise(writer, &new.offer)?;
    let frozen = freeze(writer, &new, opportunity, promised.as_ref())?;
    let message = in_short(&new, opportunity, promised.as_ref());
    let now = writer.now();
    let how = match writer.grant().own() == Some(volunteer) {
        true if writer.context().has_secret_address() => AcceptedHow::ByLink,
        true => AcceptedHow::Online,
        false => AcceptedHow::Paper,
    };
    let step = AgreementStep {
        promised: promised.map(Json),
        body_sha256: Some(frozen.sha256),
        issued_at: Some(now),
        accepted_at: Some(now),
        accepted_how: Some(how),
        ended_on: None,
        ended_by_volunteer: None,
    };
    let texts = AgreementTexts { body: Some(frozen.body), ..AgreementTexts::default() };
    write::open_short_form(writer, id, &step, &texts)?;
    writer.note(Change::created(LIFE.resource, id).to(AgreementStatus::Active));
    deliveries::notify(
        writer,
        volunteer,
        opportunity.service_id,
        About::AgreementIssued,
        (LIFE.resource, id.into()),
        Some(&message),
    )?;
    Ok((id, starts_on))
}

/// An agreement with the terms that the opportunity offers.
fn offered(
    writer: &mut Writer<'_>,
    opportunity: &opportunities::OpportunityFacts,
    volunteer_id: VolunteerId,
    starts_on: Day,
) -> Result<AgreementContent> {
    let (Some(basis), Some(offer)) = (opportunity.basis, opportunity.offer.clone()) else {
        return Err(Failure::broken("an opportunity without an offer was accepted"));
    };
    let link_person = match opportunity.contact.clone() {
        Some(contact) => Some(contact),
        None => plans::facts(writer.conn, opportunity.plan_id)?.and_then(|plan| plan.link_person),
    };
    let Some(link_person) = link_person else {
        let fault = Fault::at("/link_person", "required", "the opportunity and its plan name no link person");
        return Err(Refusal::new(Kind::NotIssuable, "The agreement can't be issued yet. The errors say why.")
            .with(vec![fault])
            .into());
    };
    let speaks_plainly = basis == Basis::PaidInvolvement || !says_employment(&opportunity.title);
    Ok(AgreementContent {
        volunteer_id,
        opportunity_id: opportunity.id,
        basis,
        role: if speaks_plainly { opportunity.title.clone() } else { ShortText::from("Taking part") },
        expectations: None,
        adjustments: expressions::place_of(writer.conn, opportunity.id, volunteer_id)?,
        offer: Json(offer),
        payment_route: (basis == Basis::PaidInvolvement).then_some(PaymentRoute::Payroll),
        employment_status: None,
        link_person: Json(link_person),
        starts_on,
        ends_on: opportunity.ends_on.filter(|last| *last >= starts_on),
        review_on: None,
        replaces_id: None,
    })
}
