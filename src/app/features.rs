//! The one list of features. What runs across all of them walks it: routes, the document of life cycles, export, erasure,
//! titles in messages, what waits for somebody, the audit's check, and the tests of borders.

use crate::http::Routes;
use crate::work::Feature;
use crate::work::feature::Resource;

/// Every feature that keeps something. Erasing a person goes in this order, after the person's own row.
pub static FEATURES: [&Feature; 21] = [
    &crate::work::feature::FEATURE,
    &crate::files::FEATURE,
    &crate::service::FEATURE,
    &crate::audit::FEATURE,
    &crate::services::FEATURE,
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
    &crate::feedback::FEATURE,
    &crate::updates::FEATURE,
    &crate::deliveries::FEATURE,
    &crate::privacy::FEATURE,
];

/// What declares the operations of each feature, in the order in which the document shows them.
const ROUTES: [fn(&mut Routes); 25] = [
    crate::me::routes,
    crate::services::routes,
    crate::plans::routes,
    crate::opportunities::routes,
    crate::channels::routes,
    crate::matching::routes,
    crate::people::volunteers::routes,
    crate::people::clearances::routes,
    crate::privacy::routes,
    crate::expressions::routes,
    crate::agreements::routes,
    crate::support::routes,
    crate::sessions::routes,
    crate::policies::routes,
    crate::claims::routes,
    crate::payments::routes,
    crate::feedback::routes,
    crate::updates::routes,
    crate::deliveries::routes,
    crate::reports::routes,
    crate::guidance::routes,
    crate::public::routes,
    crate::audit::routes,
    crate::processes::routes,
    super::system_routes::routes,
];

/// Every operation of the service.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    routes.features = &FEATURES;
    for declare in ROUTES {
        declare(&mut routes);
    }
    routes.finish();
    routes
}

/// Every resource that the audit record knows.
#[must_use]
pub fn resources() -> Vec<Resource> {
    FEATURES.iter().flat_map(|feature| feature.resources).copied().collect()
}
