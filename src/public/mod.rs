//! What anybody may see and send, without a token: published opportunities, interest in them, what was said and done.
//! No personal data but the contact's work details; what is written stands in the features themselves.

mod feeds;
mod interest;
mod opportunities;
mod you_said_we_did;

use crate::http::Routes;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Public", "What anybody may see, without a token.");
    opportunities::routes(routes);
    interest::routes(routes);
    feeds::routes(routes);
    you_said_we_did::routes(routes);
    crate::guidance::public_routes(routes);
}
