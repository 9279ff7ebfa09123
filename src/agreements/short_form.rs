//! The short form: made by accepting an offer where the plan needs no agreement of its own, active at once.
//! It promises what the opportunity offers, and is worded, frozen and told like any other.

use crate::agreements::rules;
use crate::agreements::status::LIFE;
use crate::agreements::store::{self, Step, Texts, Under};
use crate::agreements::verbs::{begin, freeze, may_chair};
use crate::agreements::views::{AcceptedHow, NewAgreement};
use crate::agreements::wording::says_employment;
use crate::agreements::{AgreementStatus, PaymentRoute};
use crate::clearances;
use crate::clock::Day;
use crate::db::ids::{AgreementId, ExpressionId, VolunteerId};
use crate::db::{Change, Writer};
use crate::deliveries::{self, About};
use crate::opportunities::{self, Basis};
use crate::plans;
use crate::refusal::{Done, Failure, Fault, Kind, Refusal};
use crate::text::Line;

/// Makes the short form with the opportunity's own offer, active at once, where the plan needs no agreement of its own.
/// Called when the person accepts, in the same transaction. Time is paid through the payroll: it needs no determination.
///
/// # Errors
/// `clearance-missing`, `agreement-exists`, `not-issuable` where the opportunity names nobody to turn to.
pub fn make_short_form(
    writer: &mut Writer<'_>,
    opportunity: &opportunities::Facts,
    volunteer: VolunteerId,
    _expression: ExpressionId,
) -> Done<AgreementId> {
    let (starts_on, tested_on) = rules::short_form_days(opportunity.starts_on, writer.today());
    let new = offered(writer, opportunity, volunteer, starts_on)?;
    let required = (&opportunity.clearances_required, &opportunity.training_required);
    may_chair(writer, opportunity, volunteer)?;
    rules::cleared(&clearances::missing(writer, volunteer, required.0, required.1, tested_on)?)?;

    let under = Under { plan_id: opportunity.plan_id, service_id: opportunity.service_id, short_form: true };
    let id = store::insert(writer, &new, under)?;
    let frozen = freeze(writer, &new, opportunity)?;
    let now = writer.now();
    let how = if writer.grant().own() == Some(volunteer) { AcceptedHow::Online } else { AcceptedHow::Paper };
    let step = Step {
        body_sha256: Some(frozen.sha256),
        issued_at: Some(now),
        accepted_at: Some(now),
        accepted_how: Some(how),
        ended_on: None,
    };
    store::open_short_form(writer, id, &step, &Texts { body: Some(frozen.body), ..Texts::default() })?;
    writer.note(Change::created(LIFE.resource, id).to(AgreementStatus::Active));
    deliveries::tell(
        writer,
        volunteer,
        opportunity.service_id,
        About::AgreementIssued,
        (LIFE.resource, id.into()),
        None,
    )?;
    begin(writer, (id, opportunity.plan_id), starts_on, None)?;
    Ok(id)
}

/// What the opportunity offers, as an agreement.
fn offered(
    writer: &mut Writer<'_>,
    opportunity: &opportunities::Facts,
    volunteer_id: VolunteerId,
    starts_on: Day,
) -> Done<NewAgreement> {
    let (Some(basis), Some(offer)) = (opportunity.basis, opportunity.offer.clone()) else {
        return Err(Failure::broken("an opportunity without an offer was accepted"));
    };
    let link_person = match opportunity.contact.clone() {
        Some(contact) => Some(contact),
        None => plans::facts(writer.conn, opportunity.plan_id)?.and_then(|plan| plan.link_person),
    };
    let Some(link_person) = link_person else {
        let fault = Fault::at("/link_person", "required", "the opportunity names nobody to turn to");
        return Err(Refusal::new(Kind::NotIssuable, "The agreement lacks what issuing needs.")
            .with(vec![fault])
            .into());
    };
    let speaks_plainly = basis == Basis::PaidInvolvement || !says_employment(&opportunity.title);
    Ok(NewAgreement {
        volunteer_id,
        opportunity_id: opportunity.id,
        basis,
        role: if speaks_plainly { opportunity.title.clone() } else { Line::from("Taking part") },
        expectations: None,
        offer,
        payment_route: (basis == Basis::PaidInvolvement).then_some(PaymentRoute::Payroll),
        employment_status: None,
        link_person,
        starts_on,
        ends_on: opportunity.ends_on.filter(|last| *last >= starts_on),
        review_on: None,
        replaces_id: None,
    })
}
