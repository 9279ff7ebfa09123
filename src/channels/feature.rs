//! What the list of features needs to know of channels and placements.

use crate::work::feature::{Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "channels",
    tables: &["channels", "placements"],
    // The ten channels come with the service; their history begins with the first change.
    resources: &[
        Resource::of("channel", "(SELECT id, version FROM channels WHERE version > 1)"),
        Resource::of("placement", "placements"),
    ],
    ..Feature::EMPTY
};
