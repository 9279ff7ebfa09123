//! Channels: the places where opportunities are advertised, which of them suit an opportunity, and the placements in
//! them. The advert is a document of the opportunity.

mod feature;
mod for_opportunity;
mod placements;
mod routes;
mod rules;
mod store;
pub mod views;

pub use feature::FEATURE;

use crate::http::Routes;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    for_opportunity::routes(routes);
    placements::routes(routes);
}
