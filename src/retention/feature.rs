//! What the list of features needs to know of retention periods.

use crate::work::feature::{Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "retention",
    tables: &["retention_periods"],
    // The periods come with the service; their history begins with the first change.
    resources: &[Resource::of("retention_period", "(SELECT id, version FROM retention_periods WHERE version > 1)")],
    ..Feature::EMPTY
};
