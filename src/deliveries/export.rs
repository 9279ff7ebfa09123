//! The deliveries to a volunteer, for the export of their data.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const DELIVERIES: &str = "\
SELECT d.id, s.name AS service, d.status, d.about, d.subject_type, d.subject_id, d.channel, d.formats, d.message, d.override_reason, d.bounced_at, d.bounced_channel, d.bounce_reason, d.done_at, d.created_at, d.updated_at
FROM deliveries d LEFT JOIN services s ON s.id = d.service_id WHERE d.volunteer_id = $1 ORDER BY d.id";

/// The deliveries to a volunteer.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, DELIVERIES, of)
}
