//! Opportunities to take part in: drafted under a plan, published with an explicit offer, then closed.
//! Expressions of interest in them are in `expressions`.

mod advert;
mod feature;
mod places;
mod routes;
mod rules;
pub mod status;
pub(crate) mod store;
mod usual;
mod verbs;
pub mod views;

use crate::clock::Day;
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::text::{Line, Person, Prose, Word};
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{Audience, OpportunityKind};

pub(crate) use advert::AdvertSource;
pub use feature::FEATURE;
pub use places::{Held, free_place, hold, hold_published, lock_places, take_place};
pub use routes::routes;
pub(crate) use routes::settled;
pub(crate) use status::OpportunityVerb;
pub use status::{LIFE, OpportunityStatus};
pub(crate) use store::{OpportunityStep, engaged, lock};
pub use store::{facts, of_plan, titles, titles_of, visible};
pub(crate) use verbs::stepped;
pub use verbs::{close_due, close_under};
pub use views::{ExperienceWanted, Panel};
pub use views::{OpportunityCancellation, OpportunityView};

/// What other features need to know about an opportunity.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Identifier.
    pub id: OpportunityId,
    /// Plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// Service of the plan.
    pub service_id: ServiceId,
    /// Status at this moment: closed once `closes_at` has passed.
    pub status: OpportunityStatus,
    /// Title.
    pub title: Line,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// People whom the opportunity is for.
    pub audience: Option<Audience>,
    /// Lived experience that is wanted.
    pub experience_wanted: Vec<ExperienceWanted>,
    /// Skills that help, as free text.
    pub skills: Option<Prose>,
    /// Number of people who can accept a place.
    pub places: i32,
    /// Whether time is paid; always given once published.
    pub basis: Option<Basis>,
    /// What is reimbursed; always given once published.
    pub offer: Option<Offer>,
    /// Clearances that everyone must have before they start.
    pub clearances_required: Vec<Required>,
    /// Codes of training that everyone must have completed before they start.
    pub training_required: Vec<Word>,
    /// First day.
    pub starts_on: Option<Day>,
    /// Last day, inclusive.
    pub ends_on: Option<Day>,
    /// Role on the interview panel.
    pub panel: Option<Panel>,
    /// Member of staff who answers questions.
    pub contact: Option<Person>,
}
