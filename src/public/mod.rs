//! Operations without a token: published opportunities, expressing interest in them, published feedback, the guidance.
//! The only personal data shown are the work details of contacts. The features themselves write what is sent.

mod feeds;
mod interest;
mod opportunities;
mod pages;
mod you_said_we_did;

use crate::http::Routes;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Public", "Operations that need no token: published opportunities, feedback and guidance.");
    opportunities::routes(routes);
    interest::routes(routes);
    feeds::routes(routes);
    you_said_we_did::routes(routes);
    pages::routes(routes);
    crate::guidance::public_routes(routes);
}
