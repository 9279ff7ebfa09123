//! Support for people who are involved: contacts with their link person, and the checklist of their induction.
//! Who the link person is stands in the agreement; what was said lies in tables that erasure empties.

mod feature;
mod forget;
pub mod held;
mod induction;
mod induction_store;
mod routes;
mod rules;
mod store;
pub mod views;

/// When an agreement's next support contact is due, in the SQL of the index `agreements_support_due`: as the newest contact
/// said, or 28 days after the start where there was none.
macro_rules! due_on {
    () => {
        "CASE WHEN supported_on IS NULL THEN starts_on + 28 ELSE support_due_on END"
    };
}
pub(crate) use due_on;
pub use feature::FEATURE;

use crate::http::Routes;
pub use forget::forget;
pub use induction::begin_induction;
pub use rules::is_link_person;

/// What the record calls a contact.
const CONTACT: &str = "support_contact";
/// What the record calls an induction.
const INDUCTION: &str = "induction";

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    induction::routes(routes);
}
