//! Erases who contributed to feedback: what was said stays as the plan's record, without the contributor.

use crate::db::ids::VolunteerId;
use crate::feedback::LIFE;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows;

const CONTRIBUTIONS: &str = "\
WITH links AS (DELETE FROM feedback_contributors WHERE volunteer_id = $1 RETURNING feedback_id)
UPDATE feedback SET version = version + 1, updated_at = $2 WHERE id IN (SELECT feedback_id FROM links)
RETURNING id, version, NULL AS was";

/// Removes an erased volunteer from the feedback that they contributed to.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    erase_rows::erase(writer, LIFE.resource, CONTRIBUTIONS, of)
}
