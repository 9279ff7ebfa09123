//! The refusals of a person's log-ins, for the export of their data.

use serde_json::{Value, json};

use crate::db::ids::VolunteerId;
use crate::log_ins::store;
use crate::refusal::Result;
use crate::work::{Reader, actors};

/// The refusals of the log-ins that speak for a person.
pub(super) fn refused(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    let log_ins = actors::log_ins(reader.conn, of)?;
    let subjects: Vec<String> = log_ins.into_iter().map(|(_, subject)| subject).collect();
    let rows = store::of_subjects(reader.conn, &subjects)?;
    Ok(rows.into_iter().map(|row| json!({ "subject": row.subject, "reason": row.reason, "expires_at": row.expires_at, "created_at": row.created_at })).collect())
}
