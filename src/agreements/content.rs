//! An agreement as clients write it, with the rules that need nothing but the body.
//! The words of its text are in `wording`.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::agreements::wording::says_employment;
use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::{AgreementId, OpportunityId, VolunteerId};
use crate::db::schema::agreements;
use crate::http::body::rule;
use crate::text::{LongText, Person, ShortText};
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;

crate::text_enum! {
    /// Outcome of a determination of employment status for tax.
    pub enum EmploymentOutcome {
        /// Employed for tax: time must be paid through payroll, which deducts tax.
        Employed = "employed",
        /// Self-employed for tax.
        SelfEmployed = "self_employed",
        /// Holder of an office.
        OfficeHolder = "office_holder",
        /// Not an engagement for tax.
        NotAnEngagement = "not_an_engagement",
    }
}

/// Determination of employment status for tax: what the volunteer counts as for this involvement. Needed to pay time
/// through accounts payable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmploymentStatus {
    /// Outcome of the determination. Where it is `employed`, time must be paid through payroll.
    pub outcome: EmploymentOutcome,
    /// Tool that was used.
    /// Example: HMRC Check Employment Status for Tax (CEST)
    #[serde(default)]
    pub tool: Option<ShortText>,
    /// Name of the person who made the determination.
    /// Example: Priya Nair, finance business partner
    pub determined_by: ShortText,
    /// Day of the determination, within the last 50 years.
    pub determined_on: Day,
    /// Day on which the determination is to be reviewed, not before it was made. Once it has passed, it is on the work list
    /// of involvement leads while the agreement is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_on: Option<Day>,
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
#[diesel(table_name = agreements, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewAgreement)]
#[validate(schema(function = "dates_in_order"))]
#[validate(schema(function = "reviewed_after"))]
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
    /// Adjustments that the volunteer needs to take part; those of their expression of interest if you leave it out.
    /// Example: A seat near the door.
    #[serde(default)]
    pub adjustments: Option<LongText>,
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
    /// First day that the agreement covers, whenever it is accepted; may be in the past, at most 50
    /// years.
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

fn reviewed_after(new: &AgreementContent) -> Result<(), ValidationError> {
    let status = new.employment_status.as_ref();
    if status.is_some_and(|status| status.review_on.is_some_and(|on| on < status.determined_on)) {
        return Err(rule("/employment_status/review_on", "unordered", "must not be before `determined_on`"));
    }
    Ok(())
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

/// From a day to a day, both inclusive, or from a day on.
pub type Pause = (Day, Option<Day>);
