//! What the list of features needs to know of updates.

use crate::updates::titles;
use crate::work::feature::{Feature, Resource};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "updates",
    tables: &["updates"],
    resources: &[Resource::of("update", "updates")],
    titles: &[Titles { resource: "update", of: titles }],
    ..Feature::EMPTY
};
