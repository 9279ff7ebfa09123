//! Support for volunteers: contacts with their link person, and the checklist of their induction.
//! The link person is named in the agreement; notes are in tables that erasure clears.

mod erase;
pub mod export;
mod feature;
mod induction;
mod induction_store;
pub mod induction_views;
mod routes;
mod rules;
mod store;
pub mod views;

use crate::http::Routes;

pub use erase::erase;
pub use feature::FEATURE;
pub use induction::begin_induction;
pub use rules::is_link_person;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] =
    &[views::SupportContactItem::SEEN_BY, views::SupportContactView::SEEN_BY, views::SupportItem::SEEN_BY];

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    induction::routes(routes);
}
