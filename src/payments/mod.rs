//! Payments and payment runs: at most one live payment a claim and route, each in one run, released by another person.
//! What a claim comes to is decided in `claims`, which alone opens payments and is told through `claims::settle` what became of them.

mod blocked;
mod erase;
mod export;
mod feature;
mod open;
mod routes;
pub(crate) mod runs;
mod status;
mod store;
mod views;

pub use blocked::Blocked;
pub use erase::{count_open, erase};
pub use export::export;
pub use feature::FEATURE;
pub use open::{Owed, open};
pub use routes::routes;
pub use status::{PAYMENT_LIFE, PaymentStatus, RUN_LIFE, RunStatus};
pub use store::{OF_THE_CLAIM, PaymentOfClaim, of_claims};
pub use views::PaymentBrief;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::PaymentView::SEEN_BY];
