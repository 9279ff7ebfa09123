//! What the list of features needs to know of the guidance.

use crate::guidance::routes::GUIDANCE;
use crate::work::feature::{Feature, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "guidance",
    tables: &["guidance_points", "template_files"],
    resources: &[
        // The ten points come with the service, and have a number; their id in records is that number.
        Resource::of(
            GUIDANCE,
            "(SELECT lpad(to_hex(number::integer), 32, '0')::uuid AS id, version FROM guidance_points WHERE version > 1)",
        ),
        Resource {
            gone_by: &["remove"],
            ..Resource::of("template_file", "(SELECT id, 1 AS version FROM template_files)")
        },
    ],
    ..Feature::EMPTY
};
