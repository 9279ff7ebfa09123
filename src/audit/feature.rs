//! What the list of features needs to know of the audit record.

use crate::work::feature::Feature;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature { name: "audit", tables: &["audit_seals"], ..Feature::EMPTY };
