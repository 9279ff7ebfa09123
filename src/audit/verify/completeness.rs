//! Verifies that audit records, histories, events and the resources themselves hold the same changes.
//! Whether rows were edited is checked in `rows`.

use crate::db::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
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

/// Which records are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// All of them.
    All,
    /// Those with the numbers that are bound as `$1`, and what they are about as it is now.
    Some,
}

impl Which {
    /// What stands before each query.
    fn opening(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Some => "WITH records AS MATERIALIZED (SELECT * FROM audit_records WHERE seq = ANY($1))\n",
        }
    }

    fn records(self) -> &'static str {
        match self {
            Self::All => "audit_records",
            Self::Some => "records",
        }
    }

    /// The rows of a resource, as `t`.
    fn rows(self, resource: &Resource) -> String {
        let Resource { name, rows, key, .. } = resource;
        match self {
            Self::All => format!("{rows} t"),
            Self::Some => format!(
                "(SELECT DISTINCT resource_id FROM records WHERE resource_type = '{name}') k JOIN {rows} t ON t.{key} = k.resource_id"
            ),
        }
    }

    /// The histories of a resource, as `h`.
    fn histories(self, resource: &Resource) -> String {
        match self {
            Self::All => "histories h".to_owned(),
            Self::Some => format!(
                "(SELECT DISTINCT resource_id FROM records WHERE resource_type = '{}') k JOIN histories h USING (resource_id)",
                resource.name
            ),
        }
    }
}

/// The first row of a table that has no counterpart in another table.
fn lonely(table: &str, other: &str, seq: &str, order: &str) -> String {
    format!(
        "SELECT {seq} AS seq, t.resource_type, t.resource_id, t.version FROM {table} t WHERE NOT EXISTS (
    SELECT 1 FROM {other} o WHERE o.resource_id = t.resource_id AND o.version = t.version AND o.resource_type = t.resource_type)
ORDER BY {order} LIMIT 1"
    )
}

fn one_version(which: Which, resource: &Resource) -> String {
    let Resource { name, key, .. } = resource;
    let rows = which.rows(resource);
    let history = format!("FROM histories h WHERE h.resource_id = t.{key} AND h.resource_type = '{name}'");
    let lacks = if resource.each_version {
        format!("t.version IS DISTINCT FROM (SELECT max(h.version) {history})")
    } else {
        format!("NOT EXISTS (SELECT {history} AND h.version <= t.version)")
    };
    format!(
        "(SELECT NULL::bigint AS seq, '{name}' AS resource_type, t.{key} AS resource_id, t.version FROM {rows}
    WHERE {lacks} ORDER BY t.{key} LIMIT 1)"
    )
}

/// The first history or event that says something else than its record.
fn differs(which: Which, table: &str, theirs: &str, ours: &str) -> String {
    format!(
        "SELECT r.seq, t.resource_type, t.resource_id, t.version FROM {table} t
JOIN {} r ON r.resource_id = t.resource_id AND r.version = t.version AND r.resource_type = t.resource_type
WHERE ({theirs}) IS DISTINCT FROM ({ours}) ORDER BY r.seq LIMIT 1",
        which.records()
    )
}

fn gone(which: Which, resource: &Resource) -> String {
    let Resource { name, rows, key, gone_by, .. } = resource;
    let gone_by = gone_by.join("', '");
    format!(
        "(SELECT NULL::bigint AS seq, h.resource_type, h.resource_id, h.version FROM {}
    WHERE h.resource_type = '{name}' AND NOT EXISTS (SELECT FROM {rows} t WHERE t.{key} = h.resource_id)
        AND NOT EXISTS (SELECT FROM histories g WHERE g.resource_id = h.resource_id AND g.resource_type = h.resource_type
            AND g.action IN ('{gone_by}'))
    ORDER BY h.resource_id LIMIT 1)",
        which.histories(resource)
    )
}

fn other_values(which: Which, resource: &Resource) -> Option<String> {
    let Resource { name, key, vouched, .. } = resource;
    Some(format!(
        "(SELECT NULL::bigint AS seq, '{name}' AS resource_type, t.{key} AS resource_id, t.version FROM {}
    WHERE {} IS DISTINCT FROM (SELECT r.digest FROM audit_records r WHERE r.resource_id = t.{key} AND r.resource_type = '{name}'
        AND r.digest IS NOT NULL ORDER BY r.version DESC LIMIT 1) ORDER BY t.{key} LIMIT 1)",
        which.rows(resource),
        (*vouched)?
    ))
}

/// One query of several.
fn any(queries: impl Iterator<Item = String>) -> String {
    queries.collect::<Vec<_>>().join(" UNION ALL ")
}

/// What is asked of the records, and what a row of the answer means.
fn questions(which: Which, resources: &[Resource]) -> Vec<(Wrong, String)> {
    let records = which.records();
    vec![
        (Wrong::UnrecordedVersion, any(resources.iter().map(|resource| one_version(which, resource)))),
        (Wrong::MissingHistory, lonely(records, "histories", "t.seq", "t.seq")),
        (
            Wrong::EditedHistory,
            differs(
                which,
                "histories",
                "t.at, t.actor_id, t.action, t.from_state, t.to_state",
                "r.at, r.actor_id, r.action, r.from_state, r.to_state",
            ),
        ),
        (Wrong::MissingRecord, any(resources.iter().map(|resource| gone(which, resource)))),
        (Wrong::EditedValues, any(resources.iter().filter_map(|resource| other_values(which, resource)))),
    ]
}

/// What is asked of events and unrecorded histories. Both are found by no index, so it takes all of them.
fn of_all() -> [(Wrong, String); 4] {
    [
        (Wrong::UnrecordedHistory, lonely("histories", "audit_records", "NULL::bigint", "t.at, t.resource_id")),
        (Wrong::UnrecordedEvent, lonely("events", "audit_records", "NULL::bigint", "t.seq")),
        (Wrong::MissingEvent, lonely("audit_records", "events", "t.seq", "t.seq")),
        (
            Wrong::EditedEvent,
            differs(
                Which::All,
                "events",
                "t.at, t.state, t.type",
                "r.at, r.to_state, format('involvement.%s.%s.v1', r.resource_type, r.event)",
            ),
        ),
    ]
}

pub(super) fn check(conn: &mut PgConnection, resources: &[Resource], report: &mut Report) -> Result<()> {
    // Right after a restore PostgreSQL has no statistics, and would look each row up in the other table by itself.
    conn.batch_execute("SET LOCAL enable_nestloop = off")?;
    for (wrong, query) in of_all().into_iter().chain(questions(Which::All, resources)) {
        let found: Vec<Mismatch> = diesel::sql_query(query).load(conn)?;
        found.iter().for_each(|found| tell(found, wrong, report));
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    wrong: String,
    #[diesel(embed)]
    mismatch: Mismatch,
}

/// The same of the records with these numbers, and of what they are about, in one statement.
pub(super) fn of(conn: &mut PgConnection, resources: &[Resource], seqs: &[i64], report: &mut Report) -> Result<()> {
    let questions = questions(Which::Some, resources);
    let told =
        questions.iter().map(|(wrong, query)| format!("SELECT '{wrong}' AS wrong, found.* FROM ({query}) found"));
    let query = format!("{}{}", Which::Some.opening(), any(told));
    let told: Vec<Told> = diesel::sql_query(query).bind::<Array<BigInt>, _>(seqs).load(conn)?;
    for (wrong, _) in questions {
        for Told { mismatch, .. } in told.iter().filter(|told| told.wrong == wrong.as_str()) {
            tell(mismatch, wrong, report);
        }
    }
    Ok(())
}

fn tell(found: &Mismatch, wrong: Wrong, report: &mut Report) {
    let Mismatch { seq, resource_type, resource_id, version } = found;
    report.found(wrong, *seq, || format!("{resource_type} {resource_id}, version {version}"));
}
