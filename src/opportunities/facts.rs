//! What other features need to know about an opportunity.
//! `store` reads it; what clients see is in `views`.

use crate::clock::Day;
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::documents::{Offered, words};
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::views::{ExperienceWanted, Panel};
use crate::policies::{self, Promised, Published};
use crate::text::{Label, LongText, Person, ShortText};
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::opportunity::{Audience, Mode, OpportunityKind};

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
    /// Whether people meet in person or online.
    pub mode: Option<Mode>,
    /// Place where people meet.
    pub venue: Option<ShortText>,
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
    /// When, where and what is paid, line by line, for a message about taking part from one day to another with an offer.
    #[must_use]
    pub fn in_short(&self, days: (Option<Day>, Option<Day>), offered: &Offered) -> String {
        let place = [self.venue.as_ref().map(ToString::to_string), self.mode.map(|mode| words::mode(mode).to_owned())];
        let place: Vec<String> = place.into_iter().flatten().collect();
        let lines = [
            words::days(days.0, days.1).map(|days| format!("When: {days}")),
            (!place.is_empty()).then(|| format!("Where: {}", place.join(". "))),
            Some(offered.in_short()),
        ];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// What a tariff promises to whoever takes the opportunity up today: the terms in the policy in force, or better ones under
    /// which it was published.
    #[must_use]
    pub fn promise(&self, versions: &[Published], tariff: &Label, today: Day) -> Option<Promised> {
        policies::promise(versions, tariff, (today, self.starts_on), &self.promised)
    }
}
