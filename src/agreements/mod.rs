//! Agreements: what is needed, what support is given and what is paid; accepted by both sides, the text frozen and
//! hashed.
//! What they promise can be claimed; `claims` reads it here.

mod facts;
mod feature;
mod forget;
mod held;
mod paper;
mod routes;
pub(crate) mod rules;
mod short_form;
mod status;
mod store;
mod support;
mod verbs;
pub mod views;
mod wording;

use crate::clock::Day;
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::text::Person;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;

pub use facts::{covering, facts, open_on_plan, people_of_plan, services_in_force, titles, visible};
pub use feature::FEATURE;
pub use forget::{forget, hold_in_force};
pub use held::held;
pub use routes::routes;
pub use short_form::make_short_form;
pub(crate) use status::AgreementVerb;
pub use status::LIFE;
pub(crate) use store::{AgreementStep, AgreementTexts, lock, step as write_step};
pub use support::{induction_due, supported};
pub(crate) use verbs::{end_replaced, stepped};
pub use views::{AcceptAgreement, AgreementView};

crate::text_enum! {
    /// Status of an agreement.
    pub enum AgreementStatus {
        /// Being written.
        Draft = "draft",
        /// Given to the volunteer, waiting for their answer.
        Issued = "issued",
        /// Accepted and in force.
        Active = "active",
        /// In force, but taking a break; claims for days of the pause carry a warning.
        Paused = "paused",
        /// Ended.
        Ended = "ended",
        /// The volunteer said no.
        Refused = "refused",
        /// Taken back by the trust before it was accepted.
        Withdrawn = "withdrawn",
    }
}

/// What other features need to know of an agreement.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The agreement.
    pub id: AgreementId,
    /// The volunteer's side of it.
    pub volunteer_id: VolunteerId,
    /// The opportunity that it is for.
    pub opportunity_id: OpportunityId,
    /// The plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// The service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Status of the agreement.
    pub status: AgreementStatus,
    /// Expenses only, or paid involvement.
    pub basis: Basis,
    /// What is reimbursed and paid.
    pub offer: Offer,
    /// How time is paid; set where the basis is paid involvement.
    pub payment_route: Option<PaymentRoute>,
    /// Link person: the volunteer's named contact at the trust.
    pub link_person: Person,
    /// First day that it covers.
    pub starts_on: Day,
    /// Planned last day.
    pub ends_on: Option<Day>,
    /// Last day that it covers, once ended.
    pub ended_on: Option<Day>,
    /// Pauses, each from a day to a day, both inclusive; the last may be open.
    pub pauses: Vec<(Day, Option<Day>)>,
}

impl Facts {
    /// Whether the agreement is or was in force.
    #[must_use]
    pub fn was_in_force(&self) -> bool {
        AgreementStatus::BEGUN.contains(&self.status)
    }

    /// Whether the agreement covers the day: from its start to the day on which it ended.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.was_in_force() && self.starts_on <= day && self.ended_on.is_none_or(|ended| day <= ended)
    }

    /// Whether the day is within a pause.
    #[must_use]
    pub fn is_paused_on(&self, day: Day) -> bool {
        self.pauses.iter().any(|(from, to)| *from <= day && to.is_none_or(|to| day <= to))
    }
}
