//! What other features need to know about an opportunity.
//! `store` reads it; what clients see is in `views`.

use crate::clock::Day;
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::views::{ExperienceWanted, Panel};
use crate::policies::{self, Promised, Published};
use crate::text::{Label, LongText, Person, ShortText};
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{Audience, OpportunityKind};

/// What other features need to know about an opportunity.
#[derive(Clone, Debug)]
pub struct OpportunityFacts {
    /// Identifier.
    pub id: OpportunityId,
    /// Plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// Service of the plan.
    pub service_id: ServiceId,
    /// Status at this moment: closed once `closes_at` has passed.
    pub status: OpportunityStatus,
    /// Title.
    pub title: ShortText,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// People whom the opportunity is for.
    pub audience: Option<Audience>,
    /// Lived experience that is wanted.
    pub experience_wanted: Vec<ExperienceWanted>,
    /// Skills that help, as free text.
    pub skills: Option<LongText>,
    /// Number of people who can accept a place.
    pub places: i32,
    /// Whether time is paid; always given once published.
    pub basis: Option<Basis>,
    /// What is reimbursed; always given once published.
    pub offer: Option<Offer>,
    /// Clearances that everyone must have before they start.
    pub clearances_required: Vec<Required>,
    /// Codes of training that everyone must have completed before they start.
    pub training_required: Vec<Label>,
    /// First day.
    pub starts_on: Option<Day>,
    /// Last day, inclusive.
    pub ends_on: Option<Day>,
    /// Role on the interview panel.
    pub panel: Option<Panel>,
    /// Member of staff who answers questions.
    pub contact: Option<Person>,
    /// Terms of its tariff when it was published.
    pub promised: Option<Promised>,
    /// Day on which it was last published or reopened.
    pub published_on: Option<Day>,
}

impl OpportunityFacts {
    /// What a tariff promises to whoever takes the opportunity up today: the terms in the policy in force, or better ones under
    /// which it was published.
    #[must_use]
    pub fn promise(&self, versions: &[Published], tariff: &Label, today: Day) -> Option<Promised> {
        policies::promise(versions, tariff, (today, self.starts_on), &self.promised)
    }
}
