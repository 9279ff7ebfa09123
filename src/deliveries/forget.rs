//! Erasing what a person was told: messages go, and what they were still to be told is told to nobody.
//! Messages also go by themselves when their period is over.

use uuid::Uuid;

use crate::db::ids::VolunteerId;
use crate::deliveries::LIFE;
use crate::deliveries::status::OVERTAKEN;
use crate::refusal::Done;
use crate::work::erase_rows::{erase, expire, gone};
use crate::work::{Change, Writer};

const PENDING: &str = "\
UPDATE deliveries SET status = 'overtaken', version = version + 1, updated_at = $2
WHERE volunteer_id = $1 AND status = 'pending' RETURNING id, version, NULL AS was";

const MESSAGES: &str = "\
UPDATE deliveries SET message = NULL, formats = '[]', override_reason = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

const OLD_MESSAGES: &str = "\
UPDATE deliveries SET message = NULL, override_reason = NULL, version = version + 1, updated_at = $2
WHERE id IN (SELECT id FROM deliveries WHERE id = ANY($1) AND done_at IS NOT NULL ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, version";

/// Empties these messages, whose period is over; those that somebody holds are left. Answers how many.
///
/// # Errors
/// Those of the database.
pub fn clear_messages(writer: &mut Writer<'_>, ids: &[Uuid]) -> Done<usize> {
    expire(writer, LIFE.resource, OLD_MESSAGES, ids)
}

/// Empties what an erased person was told and takes the rest off the worklist.
///
/// # Errors
/// Those of the database.
pub fn forget(writer: &mut Writer<'_>, of: VolunteerId) -> Done<()> {
    for one in gone(writer, PENDING, of)? {
        writer.note(Change::step(&LIFE, one.id, one.version, OVERTAKEN));
    }
    erase(writer, LIFE.resource, MESSAGES, of)
}
