//! What the list of features needs to know of files.

use crate::work::feature::Feature;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature { name: "files", tables: &["unclaimed_files"], ..Feature::EMPTY };
