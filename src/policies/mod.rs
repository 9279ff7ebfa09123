//! Reimbursement policies: the terms of each version, and the calculator that works claims out by them.
//! Not here: claims themselves, nor who may publish.

pub mod calculator;
mod feature;
mod known;
mod promised;
mod published;
mod routes;
pub mod status;
mod store;
pub mod terms;
pub mod views;

use crate::db::ids::PolicyId;
use crate::refusal::{Kind, Refusal, Result};
use crate::work::Writer;
pub use feature::FEATURE;
pub use known::{STAMP, Versions, published, published_at_stamp};
pub use promised::{Promised, promise};
pub use published::{Published, in_force_from};
pub use routes::routes;

/// Locks every published version against another call of this function and returns them all; `id` must be one of them.
///
/// # Errors
/// `not-found`, `precondition-failed`; `invalid-transition` where `id` is a draft.
pub fn hold_published(writer: &mut Writer<'_>, id: PolicyId) -> Result<Versions> {
    let (row, ..) = store::find(writer, id)?;
    writer.matches(row.version)?;
    if row.status != status::PolicyStatus::Published {
        let mut refusal =
            Refusal::new(Kind::InvalidTransition, "This policy is a draft, so it is not in force. Publish it first.");
        refusal.allowed = Some(status::LIFE.allowed(row.status));
        return Err(refusal.into());
    }
    store::hold_published(writer)?;
    published(writer.conn)
}
