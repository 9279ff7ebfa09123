//! Erasing a person from recoveries: figures and references stay for the ledger, what was written goes.

use crate::db::ids::VolunteerId;
use crate::recoveries::status::RECOVERY_LIFE;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows;

const TEXTS: &str = "\
WITH words AS (
    UPDATE recovery_texts SET reason = NULL, agreed_how = NULL, waive_reason = NULL
    WHERE recovery_id IN (SELECT id FROM recoveries WHERE volunteer_id = $1)
)
UPDATE recoveries SET version = version + 1, updated_at = $2 WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

/// Clears what was written about recoveries from a person.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    erase_rows::erase(writer, RECOVERY_LIFE.resource, TEXTS, of)
}
