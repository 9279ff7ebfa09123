//! Receipts of a claim: a file each, with what it comes to. They belong to one claim for ever, and never change.
//! How a file gets into the store stands in `files` and `http::upload`.

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

/// What rules need to know of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its id.
    pub id: ReceiptId,
    /// What it comes to.
    pub amount_pence: Pence,
}
