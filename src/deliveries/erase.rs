//! Erases the deliveries of a person: messages are deleted, and pending deliveries are superseded.
//! Messages are also deleted when their retention period is over.

use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::deliveries::LIFE;
use crate::deliveries::status::OVERTAKEN;
use crate::refusal::Result;
use crate::work::erase_rows::{self, expire, gone};
use crate::work::{Change, Writer};

fn pending() -> String {
    let (pending, _, overtaken) = OVERTAKEN;
    format!(
        "UPDATE deliveries SET status = '{overtaken}', version = version + 1, updated_at = $2
WHERE volunteer_id = $1 AND status = '{pending}' RETURNING id, version, NULL AS was"
    )
}

const MESSAGES: &str = "\
UPDATE deliveries SET message = NULL, formats = '[]', override_reason = NULL, bounce_reason = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

const OLD_MESSAGES: &str = "\
UPDATE deliveries SET message = NULL, override_reason = NULL, bounce_reason = NULL, version = version + 1, updated_at = $2
WHERE id IN (SELECT id FROM deliveries WHERE id = ANY($1) AND done_at IS NOT NULL ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, version";

/// Deletes these messages, whose retention period is over, except those locked by another transaction. Returns how
/// many.
///
/// # Errors
/// Database errors.
pub fn clear_messages(writer: &mut Writer<'_>, ids: &[Uuid]) -> Result<usize> {
    expire(writer, LIFE.resource, OLD_MESSAGES, ids)
}

/// Deletes the messages to an erased person, and takes their pending deliveries off the work list.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    for one in gone(writer, &pending(), of)? {
        writer.note(Change::step(&LIFE, one.id, one.version, OVERTAKEN));
    }
    erase_rows::erase(writer, LIFE.resource, MESSAGES, of)
}
