//! What the list of features needs to know of opportunities.

use crate::access::Action;
use crate::opportunities::status::{BY_TIME, LIFE, OpportunityStatus};
use crate::opportunities::titles;
use crate::work::feature::{By, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "opportunities",
    tables: &["opportunities"],
    resources: &[Resource::of("opportunity", "opportunities")],
    lives: &[Lived { life: &LIFE, by: By::Operation }, Lived { life: &BY_TIME, by: By::Time }],
    titles: &[Titles { resource: "opportunity", of: titles }],
    waiting: &[WaitingCount {
        name: "opportunities_to_publish",
        action: Action::PublishOpportunities,
        table: "opportunities",
        waits: || format!("status = '{}' AND proposed_at IS NOT NULL", OpportunityStatus::Draft),
        whose: Whose::Everyones,
        shown: Shown {
            resource: "opportunity",
            id: "w.id",
            path: "'/v1/opportunities/' || w.id",
            title: "w.title",
            who: None,
            since: Since::Moment("w.proposed_at"),
            due: Some("w.starts_on"),
        },
    }],
    ..Feature::EMPTY
};
