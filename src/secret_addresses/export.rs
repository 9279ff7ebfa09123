//! The secret addresses of a person, for the export of their data: which there are, without the secrets, which nobody has.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const REPLIES: &str = "\
SELECT delivery_id, kind, subject_id, layout, made_at FROM reply_secrets WHERE volunteer_id = $1 ORDER BY delivery_id, made_at";

const CALENDAR: &str = "SELECT id, created_at FROM calendar_addresses WHERE volunteer_id = $1";

/// Questions that may be answered by an address in a message.
pub(super) fn replies(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, REPLIES, of)
}

/// The address at which a calendar app reads their sessions.
pub(super) fn calendar(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, CALENDAR, of)
}
