//! Payments and payment runs: at most one live payment a claim and route, each in one run, released by another person.
//! What a claim comes to is decided in `claims`, which alone opens payments and is told through `claims::settle` what became of them.

mod blocked;
pub(crate) mod by_hand;
mod erase;
mod export;
mod feature;
mod hold;
mod open;
mod routes;
pub(crate) mod runs;
mod sheet;
mod show;
mod status;
mod store;
mod undo;
mod views;

pub use blocked::Blocked;
pub use erase::{count_open, erase};
pub use export::export;
pub use feature::FEATURE;
pub use open::{Owed, open};
pub use routes::routes;
pub use runs::results::Unpaid;
pub(crate) use show::read_payment;
pub use status::{PAYMENT_LIFE, PaymentStatus, PaymentVerb, RUN_LIFE, RunStatus};
pub use store::{CLAIMS_FOUND_BY_INVOICE, OF_THE_CLAIM, PaymentOfClaim, of_claims};
pub use undo::void;
pub use views::{PaymentBrief, PaymentView};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::PaymentView::SEEN_BY];
