//! Recoveries: money that was paid by mistake comes back, by repayment or by credits against later payments.
//! An involvement lead proposes, another person confirms. Nothing of the claim changes; `payments` keeps the credits.

mod bodies;
mod credits;
mod decide;
mod erase;
mod export;
mod feature;
mod propose;
mod routes;
mod rules;
mod settle;
mod show;
mod status;
mod store;
mod views;
mod words;
mod write;

pub use feature::FEATURE;
pub use routes::routes;
pub use settle::settle;
pub use status::{RECOVERY_LIFE, RecoveryStatus};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::RecoveryView::SEEN_BY, views::FullRecovery::SEEN_BY];
