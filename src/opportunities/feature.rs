//! What the list of features needs to know of opportunities.

use crate::opportunities::status::{BY_TIME, LIFE};
use crate::opportunities::titles;
use crate::work::feature::{By, Feature, Lived, Resource};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "opportunities",
    tables: &["opportunities"],
    resources: &[Resource::of("opportunity", "opportunities")],
    lives: &[Lived { life: &LIFE, by: By::Operation }, Lived { life: &BY_TIME, by: By::Time }],
    titles: &[Titles { resource: "opportunity", of: titles }],
    ..Feature::EMPTY
};
