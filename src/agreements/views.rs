//! An agreement as clients write and see it, and what its verbs ask.
//! The words of its text stand in `wording`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::agreements::AgreementStatus;
use crate::agreements::wording::says_employment;
use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::text::{Email, Line, Person, Prose, Said};
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;

crate::text_enum! {
    /// How an agreement was accepted.
    pub enum AcceptedHow {
        /// By the person themselves, here.
        Online = "online",
        /// On paper, recorded by a lead.
        Paper = "paper",
    }
}

/// Whether the person is employed or self-employed for this work, as it was determined; needed to pay time through accounts payable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmploymentStatus {
    /// What was found.
    pub outcome: Line,
    /// With which tool.
    #[serde(default)]
    pub tool: Option<Line>,
    /// By whom.
    pub determined_by: Line,
    /// When.
    pub determined_on: Day,
}

/// An agreement, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "dates_in_order"))]
#[validate(schema(function = "no_route_for_expenses"))]
#[validate(schema(function = "no_tariff_for_expenses"))]
#[validate(schema(function = "no_status_for_expenses"))]
#[validate(schema(function = "role_in_plain_words"))]
#[validate(schema(function = "expectations_in_plain_words"))]
pub struct NewAgreement {
    /// With whom; for good.
    pub volunteer_id: VolunteerId,
    /// For which opportunity; for good.
    pub opportunity_id: OpportunityId,
    /// Expenses alone, or time paid, too.
    pub basis: Basis,
    /// What the person does. With `expenses_only` it never says contract, job or payment.
    pub role: Line,
    /// What is hoped for on both sides. With `expenses_only` it never says contract, job or payment.
    #[serde(default)]
    pub expectations: Option<Prose>,
    /// What is promised: never less than the opportunity offers.
    pub offer: Offer,
    /// By which way time is paid; needed at issue where it is, null with `expenses_only`.
    #[serde(default)]
    pub payment_route: Option<PaymentRoute>,
    /// Needed at issue to pay time through accounts payable; null with `expenses_only`.
    #[serde(default)]
    pub employment_status: Option<EmploymentStatus>,
    /// Whom the person turns to.
    pub link_person: Person,
    /// The first day that it covers, whenever it is accepted; may be past.
    pub starts_on: Day,
    /// The last day foreseen.
    #[serde(default)]
    pub ends_on: Option<Day>,
    /// When both sides look at it again.
    #[serde(default)]
    pub review_on: Option<Day>,
    /// The agreement in force that this one takes the place of when it is accepted.
    #[serde(default)]
    pub replaces_id: Option<AgreementId>,
}

fn dates_in_order(new: &NewAgreement) -> Result<(), ValidationError> {
    match new.ends_on {
        Some(end) if end < new.starts_on => Err(rule("/ends_on", "unordered", "must not be before starts_on")),
        _ => Ok(()),
    }
}

fn only_paid(new: &NewAgreement, given: bool, pointer: &str) -> Result<(), ValidationError> {
    if new.basis == Basis::ExpensesOnly && given {
        return Err(rule(pointer, "not-allowed", "must be null where the basis is expenses_only"));
    }
    Ok(())
}

fn no_route_for_expenses(new: &NewAgreement) -> Result<(), ValidationError> {
    only_paid(new, new.payment_route.is_some(), "/payment_route")
}

fn no_tariff_for_expenses(new: &NewAgreement) -> Result<(), ValidationError> {
    only_paid(new, new.offer.tariff.is_some(), "/offer/tariff")
}

fn no_status_for_expenses(new: &NewAgreement) -> Result<(), ValidationError> {
    only_paid(new, new.employment_status.is_some(), "/employment_status")
}

fn plain_words(new: &NewAgreement, text: Option<&str>, pointer: &str) -> Result<(), ValidationError> {
    if new.basis == Basis::ExpensesOnly && text.is_some_and(says_employment) {
        return Err(rule(
            pointer,
            "not-allowed",
            "must not say contract, job or payment where the basis is expenses_only",
        ));
    }
    Ok(())
}

fn role_in_plain_words(new: &NewAgreement) -> Result<(), ValidationError> {
    plain_words(new, Some(&new.role), "/role")
}

fn expectations_in_plain_words(new: &NewAgreement) -> Result<(), ValidationError> {
    plain_words(new, new.expectations.as_deref(), "/expectations")
}

/// How an agreement is accepted.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "paper_has_witness"))]
pub struct AcceptAgreement {
    /// `online` unless said otherwise; a lead records one on paper.
    #[serde(default)]
    pub how: Option<AcceptedHow>,
    /// Who saw it signed; with `paper`, and only then.
    #[serde(default)]
    pub witness: Option<Line>,
}

fn paper_has_witness(body: &AcceptAgreement) -> Result<(), ValidationError> {
    match (body.how, &body.witness) {
        (Some(AcceptedHow::Paper), None) => Err(rule("/witness", "required", "must be given for one on paper")),
        (Some(AcceptedHow::Online) | None, Some(_)) => {
            Err(rule("/witness", "not-allowed", "goes with one on paper alone"))
        }
        _ => Ok(()),
    }
}

/// How an agreement is refused.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct RefuseAgreement {
    /// Why, where the person says so.
    #[serde(default)]
    pub reason: Option<Said>,
    /// How they said it.
    #[serde(default)]
    pub how: Option<AcceptedHow>,
    /// Who saw it, where it was on paper.
    #[serde(default)]
    pub witness: Option<Line>,
}

/// Why an agreement rests.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PauseAgreement {
    /// Why.
    pub reason: Said,
}

/// Who is the link person from now on.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct HandOver {
    /// Whom the person turns to from now on.
    pub link_person: Person,
}

/// How an agreement ends.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct EndAgreement {
    /// Why.
    pub reason: Said,
    /// Its last day: today unless said otherwise, not in the future, not before it starts.
    #[serde(default)]
    pub on: Option<Day>,
}

/// The filters of the list of agreements.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AgreementFilter {
    /// With these people.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// For these opportunities.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub opportunity_id: Option<Vec<OpportunityId>>,
    /// For these services.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Whose link person has this e-mail address, in whatever case.
    #[serde(default)]
    pub link_person_email: Option<Email>,
    /// In one of these states.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<AgreementStatus>>,
}

/// An agreement in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementItem {
    /// Its id.
    pub id: AgreementId,
    /// Its version.
    pub version: i32,
    /// Its state.
    pub status: AgreementStatus,
    /// With whom.
    pub volunteer_id: VolunteerId,
    /// For which opportunity.
    pub opportunity_id: OpportunityId,
    /// Under which plan.
    pub plan_id: PlanId,
    /// For which service.
    pub service_id: ServiceId,
    /// Whether it was made by accepting an offer, where the plan needs no agreement of its own.
    pub short_form: bool,
    /// Expenses alone, or time paid, too.
    pub basis: Basis,
    /// What the person does.
    pub role: Line,
    /// What is hoped for on both sides.
    pub expectations: Option<Prose>,
    /// What is promised.
    pub offer: Offer,
    /// By which way time is paid.
    pub payment_route: Option<PaymentRoute>,
    /// What was determined about employment.
    pub employment_status: Option<EmploymentStatus>,
    /// Whom the person turns to.
    pub link_person: Person,
    /// The first day that it covers.
    pub starts_on: Day,
    /// The last day foreseen.
    pub ends_on: Option<Day>,
    /// When both sides look at it again.
    pub review_on: Option<Day>,
    /// The agreement that this one takes the place of.
    pub replaces_id: Option<AgreementId>,
    /// Its text, frozen at issue; null before.
    pub body: Option<String>,
    /// SHA-256 of the text in UTF-8, in hexadecimal; null before issue.
    pub body_sha256: Option<String>,
    /// When it was issued.
    pub issued_at: Option<Instant>,
    /// When it was accepted.
    pub accepted_at: Option<Instant>,
    /// How it was accepted.
    pub accepted_how: Option<AcceptedHow>,
    /// Who saw it signed.
    pub witness: Option<String>,
    /// What was said when it was last refused, paused or ended.
    pub reason: Option<String>,
    /// The last day that it covers; null while it goes on.
    pub ended_on: Option<Day>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

/// A time in which an agreement rests.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementPause {
    /// The first day.
    pub from_day: Day,
    /// The last day; null while it rests.
    pub to_day: Option<Day>,
}

/// An agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementView {
    /// What lists show, too.
    #[serde(flatten)]
    pub item: AgreementItem,
    /// The times in which it rested, earliest first.
    pub pauses: Vec<AgreementPause>,
}

impl Represent for AgreementView {
    fn etag(&self) -> Option<String> {
        Some(self.item.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/agreements/{}", self.item.id))
    }
}

impl Keyed for AgreementItem {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
