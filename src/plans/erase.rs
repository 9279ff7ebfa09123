//! Erasure in plans: deletes a person's memberships and the text of their comments.

use crate::db::ids::VolunteerId;
use crate::plans::COMMENT_LIFE;
use crate::refusal::Result;
use crate::work::erase_rows;
use crate::work::{Change, Writer};

const COMMENTS: &str = "\
UPDATE plan_comments SET text = NULL, answer = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

const MEMBERSHIPS: &str =
    "DELETE FROM plan_members WHERE volunteer_id = $1 RETURNING id, version + 1 AS version, NULL AS was";

/// Takes a person who has left out of the plans that they were a member of.
///
/// # Errors
/// Database errors.
pub fn leave(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    for gone in erase_rows::gone(writer, MEMBERSHIPS, of)? {
        writer.note(Change::new("plan_member", gone.id, gone.version, "remove", "removed"));
    }
    Ok(())
}

/// Deletes an erased person's memberships and empties their comments.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    erase_rows::erase(writer, COMMENT_LIFE.resource, COMMENTS, of)?;
    erase_rows::erase(writer, "plan_member", MEMBERSHIPS, of)
}
