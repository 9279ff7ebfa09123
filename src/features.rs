//! The one list of features. What runs across all of them walks it: the document of life cycles, export, erasure,
//! titles in messages, what waits for somebody, the audit's check, and the tests of borders.

use std::sync::LazyLock;

use crate::work::Feature;
use crate::work::feature::Resource;
use crate::work::titles::Titles;

/// Every feature that keeps something. Erasing a person goes in this order, after the
/// person's own row; kept answers and log-ins go last.
pub static FEATURES: [&Feature; 24] = [
    &crate::work::feature::FEATURE,
    &crate::files::FEATURE,
    &crate::audit::FEATURE,
    &crate::services::FEATURE,
    &crate::log_ins::FEATURE,
    &crate::retention::FEATURE,
    &crate::guidance::FEATURE,
    &crate::policies::FEATURE,
    &crate::people::FEATURE,
    &crate::plans::FEATURE,
    &crate::opportunities::FEATURE,
    &crate::channels::FEATURE,
    &crate::expressions::FEATURE,
    &crate::agreements::FEATURE,
    &crate::support::FEATURE,
    &crate::sessions::FEATURE,
    &crate::claims::FEATURE,
    &crate::payments::FEATURE,
    &crate::recoveries::FEATURE,
    &crate::feedback::FEATURE,
    &crate::updates::FEATURE,
    &crate::secret_addresses::FEATURE,
    &crate::deliveries::FEATURE,
    &crate::webhooks::FEATURE,
];

/// Every resource that the audit record knows.
#[must_use]
pub fn resources() -> Vec<Resource> {
    FEATURES.iter().flat_map(|feature| feature.resources).copied().collect()
}

/// What resources are called in messages to people, of every feature.
pub static TITLES: LazyLock<Vec<Titles>> =
    LazyLock::new(|| FEATURES.iter().flat_map(|feature| feature.titles).copied().collect());
