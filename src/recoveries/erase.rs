//! Erasing a person from recoveries: figures and references stay for the ledger, what was written goes.

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows::clear;

const TEXTS: &str = "\
UPDATE recovery_texts SET reason = NULL, agreed_how = NULL, waive_reason = NULL
WHERE recovery_id IN (SELECT id FROM recoveries WHERE volunteer_id = $1)";

/// Clears what was written about recoveries from a person.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, TEXTS, of)
}
