//! What the list of features needs to know of the service itself: keys of retried requests.

use crate::work::feature::Feature;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature { name: "service", tables: &["idempotency_keys"], ..Feature::EMPTY };
