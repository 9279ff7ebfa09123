//! What the list of features needs to know of services.

use crate::work::feature::{Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "services",
    tables: &["services"],
    resources: &[Resource::of("service", "services")],
    ..Feature::EMPTY
};
