//! Receipts of a claim: a file each, with its amount. A receipt stays with its claim and never changes.
//! How a file gets into the store stands in `files` and `http::upload`.

mod cover;
mod erase;
mod routes;
mod store;
mod views;

pub use cover::{Spending, uncovered};
pub use erase::erase;
pub use routes::routes;
pub use store::{amounts, names, of_claim, seen_elsewhere};
pub use views::{AttachedReceipt, ReceiptView};

use diesel::Queryable;

use crate::db::ids::ReceiptId;
use crate::money::Pence;

/// A receipt and its amount, for the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct ReceiptAmount {
    /// The receipt.
    pub id: ReceiptId,
    /// What it comes to.
    pub amount_pence: Pence,
}
