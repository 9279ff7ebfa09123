//! Verifies that no row was edited: its hash, computed again from its columns and the digest of whoever made it.
//! Whether a row is missing is checked in `chain` and `completeness`.

use crate::db::prelude::*;
use uuid::Uuid;

use crate::audit::verify::report::{Report, Wrong};
use crate::clock::Instant;
use crate::db::ids::ActorId;
use crate::db::schema::{actors, audit_records};
use crate::refusal::Result;
use crate::work::record::AuditedFields;

/// Number of rows in memory at a time.
const BATCH: u16 = 5_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_records, check_for_backend(diesel::pg::Pg))]
pub(super) struct AuditRow {
    pub(super) seq: i64,
    at: Instant,
    actor_id: ActorId,
    action: String,
    resource_type: String,
    resource_id: Uuid,
    version: i32,
    from_state: Option<String>,
    to_state: Option<String>,
    fields: Vec<Option<String>>,
    request_id: Uuid,
    hash: String,
    event: Option<String>,
    digest: Option<String>,
    client_request_id: Option<Uuid>,
}

impl AuditRow {
    /// Its hash, if it was made by somebody whose log-in has this digest.
    fn hash_by(&self, made_by: &str) -> String {
        let fields: Vec<&str> = self.fields.iter().map(|field| field.as_deref().unwrap_or_default()).collect();
        let record = AuditedFields {
            at: self.at,
            actor_id: self.actor_id,
            action: &self.action,
            resource_type: &self.resource_type,
            resource_id: self.resource_id,
            version: self.version,
            from_state: self.from_state.as_deref(),
            to_state: self.to_state.as_deref(),
            fields: &fields.join(","),
            request_id: self.request_id,
            event: self.event.as_deref().unwrap_or_default(),
            digest: self.digest.as_deref(),
            client_request_id: self.client_request_id,
        };
        record.hash(made_by)
    }
}

pub(super) fn check(conn: &mut PgConnection, report: &mut Report) -> Result<()> {
    let mut last = 0;
    loop {
        let rows: Vec<(AuditRow, Option<String>)> = audit_records::table
            .left_join(actors::table)
            .filter(audit_records::seq.gt(last))
            .order_by(audit_records::seq)
            .select((AuditRow::as_select(), actors::digest.nullable()))
            .load_at_most(BATCH, conn)?;
        let Some((end, _)) = rows.last() else { return Ok(()) };
        last = end.seq;
        for (row, made_by) in rows {
            one(&row, made_by.as_deref(), report);
        }
    }
}

/// Whether a record is as it was written, by somebody whose log-in has this digest.
pub(super) fn one(row: &AuditRow, made_by: Option<&str>, report: &mut Report) {
    report.checked += 1;
    if row.hash_by(made_by.unwrap_or_default()) != row.hash {
        report.found(Wrong::EditedRow, Some(row.seq), || {
            "its hash does not match its columns and who made it".to_owned()
        });
    }
}
