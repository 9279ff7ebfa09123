//! Receipts of a claim: a file and an amount each. A receipt belongs to one claim and never changes.
//! How a file gets into the object store is in `files` and `http::upload`.

mod cover;
mod erase;
mod routes;
mod store;
mod views;

pub use cover::{Spending, uncovered};
pub use erase::erase;
pub use routes::routes;
pub use store::{OF_ASKED, OF_THE_CLAIM, names, seen_elsewhere_of_asked};
pub use views::{AttachedReceipt, ReceiptView};

use crate::db::ids::ReceiptId;
use crate::money::Pence;

/// A receipt and its amount, for the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptAmount {
    /// The receipt.
    pub id: ReceiptId,
    /// Amount on the receipt.
    pub amount_pence: Pence,
}

impl From<&AttachedReceipt> for ReceiptAmount {
    fn from(receipt: &AttachedReceipt) -> Self {
        Self { id: receipt.id, amount_pence: receipt.amount_pence }
    }
}
