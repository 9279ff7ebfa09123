//! What the list of features needs to know of the guidance.

use crate::work::feature::{Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "guidance",
    tables: &["guidance_points", "template_files"],
    resources: &[Resource {
        gone_by: &["remove"],
        ..Resource::of("template_file", "(SELECT id, 1 AS version FROM template_files)")
    }],
    ..Feature::EMPTY
};
