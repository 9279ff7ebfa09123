//! Support for people who are involved: contacts with their link person, and the checklist of their induction.
//! Who the link person is stands in the agreement; what was said lies in tables that erasure empties.

mod induction;
mod induction_store;
mod routes;
mod rules;
mod store;
pub mod views;

use crate::http::Routes;
pub use induction::begin_induction;
pub use rules::is_link_person;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    induction::routes(routes);
}
