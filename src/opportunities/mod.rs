//! Opportunities to be involved: drafted under a plan, published with an explicit offer, closed in time.
//! Who wants to take one up stands in `expressions`.

mod feature;
mod papers;
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

pub use feature::FEATURE;
pub use places::{Held, free_place, hold, hold_published, lock_places, take_place};
pub use routes::routes;
pub(crate) use routes::settled;
pub(crate) use status::OpportunityVerb;
pub use status::{LIFE, OpportunityStatus};
pub(crate) use store::{OpportunityStep, lock};
pub use store::{facts, titles, visible};
pub(crate) use verbs::stepped;
pub use verbs::{close_due, close_under};
pub use views::{ExperienceWanted, Panel};
pub use views::{OpportunityCancellation, OpportunityView};

/// What other features need to know of an opportunity.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: OpportunityId,
    /// Its plan.
    pub plan_id: PlanId,
    /// Its service.
    pub service_id: ServiceId,
    /// Its state at this moment: one whose `closes_at` has passed is closed.
    pub status: OpportunityStatus,
    /// Its title.
    pub title: Line,
    /// What kind of activity it is.
    pub kind: OpportunityKind,
    /// Who is sought.
    pub audience: Option<Audience>,
    /// The lived experience that is looked for.
    pub experience_wanted: Vec<ExperienceWanted>,
    /// Skills that help, in words.
    pub skills: Option<Prose>,
    /// How many may accept.
    pub places: i32,
    /// Its basis, from publication on.
    pub basis: Option<Basis>,
    /// Its offer, from publication on.
    pub offer: Option<Offer>,
    /// The clearances that everyone who starts must hold.
    pub clearances_required: Vec<Required>,
    /// Codes of the training that everyone who starts must have.
    pub training_required: Vec<Word>,
    /// The first day.
    pub starts_on: Option<Day>,
    /// The last day.
    pub ends_on: Option<Day>,
    /// The part in an interview panel.
    pub panel: Option<Panel>,
    /// Whom to ask.
    pub contact: Option<Person>,
}
