//! The audit records on given records, with who made each change, for the export of a person's data.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Jsonb, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

use crate::db::Json;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::as_written;

#[derive(QueryableByName)]
struct ChangesOfRecords {
    #[diesel(sql_type = Jsonb)]
    held: Json<Value>,
}

const ABOUT: &str = "\
SELECT COALESCE(jsonb_agg(jsonb_build_object('at', r.at, 'actor', a.subject, 'name', a.name, 'action', r.action, 'resource_type', r.resource_type,
    'resource_id', r.resource_id, 'from_state', r.from_state, 'to_state', r.to_state, 'fields', r.fields) ORDER BY r.seq), '[]') AS held
FROM audit_records r JOIN actors a ON a.id = r.actor_id WHERE r.resource_id = ANY($1)";

/// Every change to these records, oldest first, in one statement.
///
/// # Errors
/// Database errors.
pub fn about(reader: &mut Reader<'_>, things: &[Uuid]) -> Result<Value> {
    let ChangesOfRecords { held: Json(mut held) } =
        diesel::sql_query(ABOUT).bind::<Array<SqlUuid>, _>(things).get_result(reader.conn)?;
    as_written(&mut held);
    Ok(held)
}
