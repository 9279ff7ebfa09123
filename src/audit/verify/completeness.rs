//! Verifies that audit records, histories, events and the versions of the resources hold the same changes.
//! Whether rows were edited is checked in `rows`.

use crate::db::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::audit::verify::report::{Report, Wrong};
use crate::refusal::Result;
use crate::work::feature::Resource;

#[derive(QueryableByName)]
struct Mismatch {
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
    #[diesel(sql_type = Text)]
    resource_type: String,
    #[diesel(sql_type = SqlUuid)]
    resource_id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
}

/// The first row of a table that has no counterpart in another table.
fn lonely(table: &str, other: &str, seq: &str, order: &str) -> String {
    format!(
        "SELECT {seq} AS seq, t.resource_type, t.resource_id, t.version FROM {table} t WHERE NOT EXISTS (
    SELECT 1 FROM {other} o WHERE o.resource_id = t.resource_id AND o.version = t.version AND o.resource_type = t.resource_type)
ORDER BY {order} LIMIT 1"
    )
}

fn one_version(resource: &Resource) -> String {
    let Resource { name, rows, key, .. } = resource;
    let history = format!("FROM histories h WHERE h.resource_id = t.{key} AND h.resource_type = '{name}'");
    let lacks = if resource.each_version {
        format!("t.version IS DISTINCT FROM (SELECT max(h.version) {history})")
    } else {
        format!("NOT EXISTS (SELECT {history} AND h.version <= t.version)")
    };
    format!(
        "(SELECT NULL::bigint AS seq, '{name}' AS resource_type, t.{key} AS resource_id, t.version FROM {rows} t
    WHERE {lacks} ORDER BY t.{key} LIMIT 1)"
    )
}

/// The first thing of each kind that is at another version than its history.
fn other_version(resources: &[Resource]) -> String {
    resources.iter().map(one_version).collect::<Vec<_>>().join(" UNION ALL ")
}

pub(super) fn check(conn: &mut PgConnection, resources: &[Resource], report: &mut Report) -> Result<()> {
    let asked = [
        (Wrong::UnrecordedHistory, lonely("histories", "audit_records", "NULL::bigint", "t.at, t.resource_id")),
        (Wrong::UnrecordedEvent, lonely("events", "audit_records", "NULL::bigint", "t.seq")),
        (Wrong::UnrecordedVersion, other_version(resources)),
        (Wrong::MissingHistory, lonely("audit_records", "histories", "t.seq", "t.seq")),
        (Wrong::MissingEvent, lonely("audit_records", "events", "t.seq", "t.seq")),
    ];
    // Right after a restore PostgreSQL has no statistics, and would look each row up in the other table by itself.
    conn.batch_execute("SET LOCAL enable_nestloop = off")?;
    for (wrong, query) in asked {
        let found: Vec<Mismatch> = diesel::sql_query(query).load(conn)?;
        for Mismatch { seq, resource_type, resource_id, version } in found {
            report.found(wrong, seq, || format!("{resource_type} {resource_id}, version {version}"));
        }
    }
    Ok(())
}
