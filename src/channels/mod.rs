//! Channels: where opportunities are advertised, which of them suit one, what was placed there and what came of it.
//! What an advert says is the opportunity's business.

mod feature;
mod placements;
mod routes;
mod rules;
mod store;
mod suited;
pub mod views;

pub use feature::FEATURE;

use crate::http::Routes;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    suited::routes(routes);
    placements::routes(routes);
}
