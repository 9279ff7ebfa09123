//! What the list of features needs to know of the guidance.

use crate::work::feature::Feature;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature { name: "guidance", tables: &["guidance_points"], ..Feature::EMPTY };
