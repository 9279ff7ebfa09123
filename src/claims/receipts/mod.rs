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
pub use store::{OF_THE_CLAIM, amounts, names, seen_elsewhere};
pub use views::{AttachedReceipt, ReceiptView};

use diesel::Queryable;

use crate::db::ids::ReceiptId;
use crate::money::Pence;

/// A receipt and its amount, for the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct ReceiptAmount {
    /// The receipt.
    pub id: ReceiptId,
    /// Amount on the receipt.
    pub amount_pence: Pence,
}
