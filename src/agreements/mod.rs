//! Agreements: what is needed, what is given, what is paid; accepted by both sides, text frozen and hashed.
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

pub use facts::{covering, facts, open_on_plan, people_of_plan, titles, visible};
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
    /// Where an agreement is in its life.
    pub enum AgreementStatus {
        /// Being written.
        Draft = "draft",
        /// With the person.
        Issued = "issued",
        /// In force.
        Active = "active",
        /// In force, resting.
        Paused = "paused",
        /// Over.
        Ended = "ended",
        /// The person said no.
        Refused = "refused",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

/// What other features need to know of an agreement.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: AgreementId,
    /// With whom.
    pub volunteer_id: VolunteerId,
    /// For which opportunity.
    pub opportunity_id: OpportunityId,
    /// Under which plan.
    pub plan_id: PlanId,
    /// For which service.
    pub service_id: ServiceId,
    /// Its state.
    pub status: AgreementStatus,
    /// Its basis.
    pub basis: Basis,
    /// What it promises.
    pub offer: Offer,
    /// By which way time is paid; set where the basis is paid.
    pub payment_route: Option<PaymentRoute>,
    /// Whom the person turns to.
    pub link_person: Person,
    /// The first day that it covers.
    pub starts_on: Day,
    /// The last day foreseen.
    pub ends_on: Option<Day>,
    /// The day it ended.
    pub ended_on: Option<Day>,
    /// Its pauses, each from a day to a day; the last may be open.
    pub pauses: Vec<(Day, Option<Day>)>,
}

impl Facts {
    /// Whether it was ever in force.
    #[must_use]
    pub fn was_in_force(&self) -> bool {
        matches!(self.status, AgreementStatus::Active | AgreementStatus::Paused | AgreementStatus::Ended)
    }

    /// Whether the day lies within it: from its start to the day it ended.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.was_in_force() && self.starts_on <= day && self.ended_on.is_none_or(|ended| day <= ended)
    }

    /// Whether the day lies within a pause.
    #[must_use]
    pub fn is_paused_on(&self, day: Day) -> bool {
        self.pauses.iter().any(|(from, to)| *from <= day && to.is_none_or(|to| day <= to))
    }
}
