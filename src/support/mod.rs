//! Support for volunteers: contacts with their link person, and the checklist of their induction.
//! The link person is named in the agreement; notes are in tables that erasure clears.

mod feature;
mod forget;
pub mod held;
mod induction;
mod induction_store;
mod routes;
mod rules;
mod store;
pub mod views;

/// When an agreement's next support contact is due, in the SQL of the index `agreements_support_due`: on the day that
/// the newest contact named, or 28 days after the start where there was none.
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

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] =
    &[views::SupportContactItem::SEEN_BY, views::SupportContactView::SEEN_BY, views::SupportItem::SEEN_BY];

/// Resource name of a contact in the audit record.
const CONTACT: &str = "support_contact";
/// Resource name of an induction in the audit record.
const INDUCTION: &str = "induction";

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    induction::routes(routes);
}
