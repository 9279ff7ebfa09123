//! Expressions of interest in opportunities, from received to accepted or declined.
//! The agreement that follows an accepted one is in `agreements`.

mod erase;
mod export;
mod facts;
mod feature;
mod offers;
mod public;
mod routes;
pub(crate) mod rules;
mod show;
pub mod status;
mod store;
mod verbs;
pub mod views;
mod write;

pub use erase::{clear_texts, erase, hold_open, withdraw_open};
pub use export::export;
pub(crate) use facts::lock_places;
pub use facts::{place_of, places_of, services_engaged, titles};
pub use feature::FEATURE;
pub use offers::tell_offers_again;
pub use public::{Waiting, from_the_public, waiting};
pub use routes::{list_expressions, routes};
pub(crate) use show::read_expression;
pub(crate) use status::ExpressionVerb;
pub use status::{ExpressionStatus, LIFE, UNDECIDED};
pub(crate) use store::{ExpressionRow, lock};
pub use verbs::{decline_all, decline_under, end_places, lapse_due, supersede, undecided_on_plan};
pub(crate) use verbs::{stepped, turn_down_offer};
pub use views::{ExpressionContent, ExpressionView};
pub(crate) use write::ExpressionStep;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::ExpressionItem::SEEN_BY, views::ExpressionView::SEEN_BY];
