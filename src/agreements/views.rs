//! An agreement as clients write and see it, and the bodies of its verbs.
//! The words of its text are in `wording`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::agreements::AgreementStatus;
use crate::agreements::wording::says_employment;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::db::schema::agreements;
use crate::http::body::rule;
use crate::http::{Keyed, PlainFields, Represent};
use crate::text::{Email, LongText, Person, RequiredText, ShortText};
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;

crate::text_enum! {
    /// How an agreement was answered.
    pub enum AcceptedHow {
        /// Online, by the volunteer themselves.
        Online = "online",
        /// On paper, recorded by an involvement lead.
        Paper = "paper",
    }
}

/// Determination of employment status for tax: whether the volunteer counts as employed or self-employed for this
/// involvement. Needed to pay time through accounts payable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmploymentStatus {
    /// Outcome of the determination.
    /// Example: Self-employed for tax purposes
    pub outcome: ShortText,
    /// Tool that was used.
    /// Example: HMRC Check Employment Status for Tax (CEST)
    #[serde(default)]
    pub tool: Option<ShortText>,
    /// Name of the person who made the determination.
    /// Example: Priya Nair, finance business partner
    pub determined_by: ShortText,
    /// Day of the determination.
    pub determined_on: Day,
}

/// An agreement, as the client sends it.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Validate,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
)]
#[diesel(table_name = agreements, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewAgreement)]
#[validate(schema(function = "dates_in_order"))]
#[validate(schema(function = "no_route_for_expenses"))]
#[validate(schema(function = "no_tariff_for_expenses"))]
#[validate(schema(function = "no_status_for_expenses"))]
#[validate(schema(function = "role_in_plain_words"))]
#[validate(schema(function = "expectations_in_plain_words"))]
pub struct AgreementContent {
    /// Volunteer that the agreement is with; can't be changed later.
    pub volunteer_id: VolunteerId,
    /// Opportunity that the agreement is for; can't be changed later.
    pub opportunity_id: OpportunityId,
    /// Whether only expenses are reimbursed or time is paid, too.
    pub basis: Basis,
    /// Role of the volunteer. With the basis `expenses_only` it must not say contract, job or payment.
    /// Example: Forum member
    pub role: ShortText,
    /// What both sides expect. With the basis `expenses_only` it must not say contract, job or payment.
    /// Example: Two evenings a month; tell us if you can't come.
    #[serde(default)]
    pub expectations: Option<LongText>,
    /// What is reimbursed and paid; not less than the opportunity offers.
    #[schema(value_type = Offer)]
    pub offer: Json<Offer>,
    /// Payment route for time; needed to issue an agreement with paid time, null with `expenses_only`.
    #[serde(default)]
    pub payment_route: Option<PaymentRoute>,
    /// Determination of employment status; needed to issue an agreement with time paid through accounts payable, null
    /// with `expenses_only`.
    #[serde(default)]
    #[schema(value_type = Option<EmploymentStatus>)]
    pub employment_status: Option<Json<EmploymentStatus>>,
    /// Link person: the volunteer's named contact at the trust.
    #[schema(value_type = Person)]
    pub link_person: Json<Person>,
    /// First day that the agreement covers, whenever it is accepted; may be in the past.
    pub starts_on: Day,
    /// Planned last day; leave it out if it is open.
    #[serde(default)]
    pub ends_on: Option<Day>,
    /// Day on which both sides plan to review the agreement.
    #[serde(default)]
    pub review_on: Option<Day>,
    /// Agreement in force that this one replaces when it is accepted.
    #[serde(default)]
    pub replaces_id: Option<AgreementId>,
}

fn dates_in_order(new: &AgreementContent) -> Result<(), ValidationError> {
    match new.ends_on {
        Some(end) if end < new.starts_on => Err(rule("/ends_on", "unordered", "must not be before `starts_on`")),
        _ => Ok(()),
    }
}

fn only_paid(new: &AgreementContent, given: bool, pointer: &str) -> Result<(), ValidationError> {
    if new.basis == Basis::ExpensesOnly && given {
        return Err(rule(pointer, "not-allowed", "must be null where the basis is `expenses_only`"));
    }
    Ok(())
}

fn no_route_for_expenses(new: &AgreementContent) -> Result<(), ValidationError> {
    only_paid(new, new.payment_route.is_some(), "/payment_route")
}

fn no_tariff_for_expenses(new: &AgreementContent) -> Result<(), ValidationError> {
    only_paid(new, new.offer.tariff.is_some(), "/offer/tariff")
}

fn no_status_for_expenses(new: &AgreementContent) -> Result<(), ValidationError> {
    only_paid(new, new.employment_status.is_some(), "/employment_status")
}

fn plain_words(new: &AgreementContent, text: Option<&str>, pointer: &str) -> Result<(), ValidationError> {
    if new.basis == Basis::ExpensesOnly && text.is_some_and(says_employment) {
        return Err(rule(
            pointer,
            "not-allowed",
            "must not say contract, job or payment where the basis is `expenses_only`",
        ));
    }
    Ok(())
}

fn role_in_plain_words(new: &AgreementContent) -> Result<(), ValidationError> {
    plain_words(new, Some(&new.role), "/role")
}

fn expectations_in_plain_words(new: &AgreementContent) -> Result<(), ValidationError> {
    plain_words(new, new.expectations.as_deref(), "/expectations")
}

/// The acceptance of an agreement.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "paper_has_witness"))]
pub struct AcceptAgreement {
    /// How it was accepted: `online` if you leave it out. Only an involvement lead can record `paper`.
    #[serde(default)]
    pub how: Option<AcceptedHow>,
    /// Name of the person who saw it signed; needed with `paper`, not allowed otherwise.
    /// Example: Jo Bell
    #[serde(default)]
    pub witness: Option<ShortText>,
}

fn paper_has_witness(body: &AcceptAgreement) -> Result<(), ValidationError> {
    match (body.how, &body.witness) {
        (Some(AcceptedHow::Paper), None) => Err(rule("/witness", "required", "must be given where `how` is `paper`")),
        (Some(AcceptedHow::Online) | None, Some(_)) => {
            Err(rule("/witness", "not-allowed", "can only be given where `how` is `paper`"))
        }
        _ => Ok(()),
    }
}

/// The refusal of an agreement.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct RefuseAgreement {
    /// Reason, if the volunteer gives one.
    /// Example: I start a course in May.
    #[serde(default)]
    pub reason: Option<RequiredText>,
    /// How the answer was given: `online` by the volunteer, `paper` as recorded by an involvement lead.
    #[serde(default)]
    pub how: Option<AcceptedHow>,
    /// Name of the person who saw the answer, if it was on paper.
    /// Example: Jo Bell
    #[serde(default)]
    pub witness: Option<ShortText>,
}

/// The pause of an agreement.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PauseAgreement {
    /// Reason for the pause.
    /// Example: A break over the summer, as we agreed.
    pub reason: RequiredText,
}

/// A change of link person.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct HandOver {
    /// New link person: the volunteer's named contact at the trust from now on.
    pub link_person: Person,
}

/// The end of an agreement.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct EndAgreement {
    /// Reason for the end. The volunteer is told the reason, unless they end the agreement themselves.
    /// Example: The leaflet is printed.
    pub reason: RequiredText,
    /// Last day of the agreement, inclusive; today if you leave it out. Not in the future, not before it starts.
    #[serde(default)]
    pub on: Option<Day>,
}

/// Filters for the list of agreements.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AgreementFilter {
    /// Only agreements with these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only agreements for these opportunities; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub opportunity_id: Option<Vec<OpportunityId>>,
    /// Only agreements for these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only agreements whose link person has this e-mail address; upper and lower case are the same.
    #[serde(default)]
    pub link_person_email: Option<Email>,
    /// Only agreements with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<AgreementStatus>>,
}

type ItemFields = PlainFields<AgreementContent>;

/// An agreement in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementItem {
    /// Unique identifier (UUIDv7).
    pub id: AgreementId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the agreement.
    pub status: AgreementStatus,
    /// Plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// Service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Whether it is a short form: made when the volunteer accepted an offer, because the plan needs no full agreement.
    pub short_form: bool,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: ItemFields,
    /// Text of the agreement, frozen when it was issued; null before, and once the volunteer was erased.
    pub body: Option<String>,
    /// SHA-256 of the text in UTF-8, in hexadecimal; null until the agreement is issued.
    pub body_sha256: Option<String>,
    /// When it was issued; null until then.
    pub issued_at: Option<Instant>,
    /// When it was accepted; null until then.
    pub accepted_at: Option<Instant>,
    /// How it was accepted; null until then.
    pub accepted_how: Option<AcceptedHow>,
    /// Name of the person who saw it signed; null unless it was answered on paper.
    #[schema(example = "Jo Bell")]
    pub witness: Option<String>,
    /// Reason given when it was last refused, paused or ended; null if there is none.
    #[schema(example = "A break over the summer, as we agreed.")]
    pub reason: Option<String>,
    /// Last day that the agreement covers, inclusive; null until it is ended.
    pub ended_on: Option<Day>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A pause of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementPause {
    /// First day of the pause.
    pub from_day: Day,
    /// Last day of the pause, inclusive; null while it lasts.
    pub to_day: Option<Day>,
}

/// An agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementView {
    /// The fields that lists show, too.
    #[serde(flatten)]
    pub item: AgreementItem,
    /// Pauses, earliest first.
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
