//! Verifies that audit records, histories, events and the versions of the resources hold the same changes.
//! Whether rows were edited is checked in `rows`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::audit::verify::{Report, Wrong};
use crate::refusal::Done;

/// Every resource that has a version, with its table and key. Payments are left out: a payment run changes very many at
/// once, and its own audit record stands for all of them.
const VERSIONED: &[(&str, &str, &str)] = &[
    ("service", "services", "id"),
    ("plan", "plans", "id"),
    ("plan_member", "plan_members", "id"),
    ("plan_comment", "plan_comments", "id"),
    ("opportunity", "opportunities", "id"),
    ("expression", "expressions", "id"),
    ("agreement", "agreements", "id"),
    ("support_contact", "support_contacts", "id"),
    ("induction", "inductions", "id"),
    ("session", "sessions", "id"),
    ("volunteer", "volunteers", "id"),
    ("experience", "experiences", "id"),
    ("clearance", "clearances", "id"),
    ("clearance_reminder", "clearance_reminders", "id"),
    ("payee", "payees", "volunteer_id"),
    ("policy", "reimbursement_policies", "id"),
    ("claim", "claims", "id"),
    ("payment_run", "payment_runs", "id"),
    ("feedback", "feedback", "id"),
    ("delivery", "deliveries", "id"),
    ("update", "updates", "id"),
    // The ten channels come with the installation; their history begins with the first change.
    ("channel", "(SELECT id, version FROM channels WHERE version > 1)", "id"),
    ("placement", "placements", "id"),
    ("retention_period", "(SELECT id, version FROM retention_periods WHERE version > 1)", "id"),
];

#[derive(QueryableByName)]
struct Found {
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

fn one_version((word, table, key): (&str, &str, &str)) -> String {
    format!(
        "(SELECT NULL::bigint AS seq, '{word}' AS resource_type, t.{key} AS resource_id, t.version FROM {table} t
    WHERE t.version IS DISTINCT FROM (SELECT max(h.version) FROM histories h WHERE h.resource_id = t.{key} AND h.resource_type = '{word}')
    ORDER BY t.{key} LIMIT 1)"
    )
}

/// The first record of each resource that is at another version than its history, and the first payment without a
/// history.
fn other_version() -> String {
    let mut each: Vec<String> = VERSIONED.iter().copied().map(one_version).collect();
    each.push(
        "(SELECT NULL::bigint AS seq, 'payment' AS resource_type, t.id AS resource_id, t.version FROM payments t
    WHERE NOT EXISTS (SELECT 1 FROM histories h WHERE h.resource_id = t.id AND h.resource_type = 'payment' AND h.version <= t.version)
    ORDER BY t.id LIMIT 1)"
            .to_owned(),
    );
    each.join(" UNION ALL ")
}

pub(super) fn check(conn: &mut PgConnection, report: &mut Report) -> Done<()> {
    let asked = [
        (Wrong::UnrecordedHistory, lonely("histories", "audit_records", "NULL::bigint", "t.at, t.resource_id")),
        (Wrong::UnrecordedEvent, lonely("events", "audit_records", "NULL::bigint", "t.seq")),
        (Wrong::UnrecordedVersion, other_version()),
        (Wrong::MissingHistory, lonely("audit_records", "histories", "t.seq", "t.seq")),
        (Wrong::MissingEvent, lonely("audit_records", "events", "t.seq", "t.seq")),
    ];
    for (wrong, query) in asked {
        let found: Vec<Found> = diesel::sql_query(query).load(conn)?;
        for Found { seq, resource_type, resource_id, version } in found {
            report.found(wrong, seq, || format!("{resource_type} {resource_id}, version {version}"));
        }
    }
    Ok(())
}
