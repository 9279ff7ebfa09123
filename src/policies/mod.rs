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
use crate::work::{Reader, Writer};
pub use feature::FEATURE;
pub use known::{STAMP, Versions, published, published_at_stamp};
pub use promised::{Promised, promise};
pub use published::{Published, in_force_from};
pub use routes::routes;

/// A version, and the published ones as they would be if it were published now.
///
/// # Errors
/// `not-found`; database errors.
pub fn as_if_published(reader: &mut Reader<'_>, id: PolicyId) -> Result<(Published, Vec<Published>)> {
    let (row, ..) = store::find(reader, id)?;
    let mut versions = published(reader.conn)?.to_vec();
    if let Some(version) = versions.iter().find(|version| version.id == id) {
        return Ok((version.clone(), versions));
    }
    let terms = row.content.terms.0;
    let version =
        Published { id, effective_from: row.content.outline.effective_from, published_at: reader.now(), terms };
    versions.push(version.clone());
    versions.sort_by_key(|version| (version.effective_from, version.published_at));
    Ok((version, versions))
}

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
