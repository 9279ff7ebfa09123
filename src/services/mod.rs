//! Services of the trust, such as a crisis team, and the ledger codes that their spending is charged to.
//! What a service plans to do with people is in `plans`.

mod feature;
mod routes;
mod store;
pub mod views;

pub use feature::FEATURE;
pub use routes::routes;
pub use store::{LABEL_OF_ASKED, ServiceFacts, ServiceLabel, any, facts, facts_of, id_of_code, names};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::ServiceView::SEEN_BY];
