//! Receipts of a claim: a file and an amount each. A receipt belongs to one claim and never changes.
//! How a file gets into the object store is in `files` and `http::upload`.

mod cover;
mod forget;
mod routes;
mod store;
mod views;

pub use cover::{Spending, uncovered};
pub use forget::forget;
pub use routes::routes;
pub use store::{names, of_claim, seen_elsewhere};
pub use views::{AttachedReceipt, ReceiptView};

use crate::db::ids::ReceiptId;
use crate::money::Pence;

/// What rules need to know about a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The receipt's id.
    pub id: ReceiptId,
    /// Amount on the receipt.
    pub amount_pence: Pence,
}
