//! Writes what a change leaves behind, all in one statement: audit records, history and events, the answer that is kept for
//! a retry, and the access log of what it shows.
//! They are read in `audit::routes` and sealed into a chain in `audit::seal`.

use crate::db::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use uuid::Uuid;

use crate::access::Actor;
use crate::clock::Instant;
use crate::db::ids::{ActorId, IdSource};
use crate::digest::{fingerprint, sha256};
use crate::refusal::Result;
use crate::work::access_log::SensitiveRead;
use crate::work::change::Change;
use crate::work::context::By;
use crate::work::declared;
use crate::work::idempotency::KeptAnswer;

// The transaction gets its own number before its events draw theirs: `order_events` goes by that.
const WRITE: &str = "\
WITH change AS (
    SELECT * FROM unnest($4::text[], $5::text[], $6::uuid[], $7::integer[], $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[], $13::text[], $25::text[])
        WITH ORDINALITY AS t (action, resource_type, resource_id, version, from_state, to_state, fields, hash, event_id, event_type, digest, place)
), who AS (
    SELECT digest FROM actors WHERE id = $2
), audit AS (
    INSERT INTO audit_records (at, actor_id, action, resource_type, resource_id, version, from_state, to_state, fields, request_id, hash, event, digest, client_request_id)
    SELECT $1, $2, action, resource_type, resource_id, version, from_state, to_state, string_to_array(fields, ','), $3,
        encode(sha256(convert_to(hash || (SELECT digest FROM who), 'UTF8')), 'hex'), split_part(event_type, '.', 3), digest, $26 FROM change ORDER BY place
), history AS (
    INSERT INTO histories (resource_id, version, resource_type, at, actor_id, action, from_state, to_state)
    SELECT resource_id, version, resource_type, $1, $2, action, from_state, to_state FROM change
), answer AS (
    INSERT INTO idempotency_keys (scope, key, fingerprint, status, headers, body, created_at, expires_at, rights)
    SELECT $14::text, $15::text, $16::text, $17::smallint, $18::jsonb, $19::bytea, $1, $20::timestamptz, $27::text WHERE $14::text IS NOT NULL
), looks AS (
    INSERT INTO access_log (id, at, actor_id, volunteer_id, what, thing_id, request_id)
    SELECT l.id, $1, $2, l.volunteer_id, l.what, l.thing_id, $3
    FROM unnest($21::uuid[], $22::uuid[], $23::text[], $24::uuid[]) AS l (id, volunteer_id, what, thing_id)
)
INSERT INTO events (id, at, type, resource_type, resource_id, version, state)
SELECT event_id, $1, event_type, resource_type, resource_id, version, to_state FROM change
WHERE pg_current_xact_id() IS NOT NULL ORDER BY place";

/// How many changes one statement writes: as many values are in memory twice while it is sent.
const BLOCK: usize = 1_000;

/// Writes the audit record, the history and the event of these changes, keeps the answer, and says what it showed.
///
/// # Errors
/// Database errors.
pub(crate) fn write(
    conn: &mut PgConnection,
    changes: &[Change],
    by: By,
    ids: &IdSource,
    (answer, looks): (Option<KeptAnswer<'_>>, &[SensitiveRead]),
) -> Result<()> {
    declared::check(changes)?;
    let (whole, rest) = changes.split_at(changes.len() - changes.len() % BLOCK);
    whole.chunks(BLOCK).try_for_each(|block| write_block(conn, block, by, ids, (None, &[])))?;
    if rest.is_empty() && answer.is_none() && looks.is_empty() {
        return Ok(());
    }
    write_block(conn, rest, by, ids, (answer, looks))
}

fn write_block(
    conn: &mut PgConnection,
    changes: &[Change],
    by: By,
    ids: &IdSource,
    (answer, looks): (Option<KeptAnswer<'_>>, &[SensitiveRead]),
) -> Result<()> {
    let column = |pick: &dyn Fn(&Change) -> String| changes.iter().map(pick).collect::<Vec<_>>();
    let answer = answer.as_ref();
    diesel::sql_query(WRITE)
        .bind::<Timestamptz, _>(by.at)
        .bind::<SqlUuid, _>(by.actor)
        .bind::<SqlUuid, _>(by.request_id)
        .bind::<Array<Text>, _>(changes.iter().map(|c| c.action).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(changes.iter().map(|c| c.resource).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(changes.iter().map(|c| c.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(changes.iter().map(|c| c.version).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(changes.iter().map(|c| c.from).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(changes.iter().map(|c| c.to).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(column(&|c| c.fields.join(",")))
        .bind::<Array<Text>, _>(column(&|c| digest(c, by)))
        .bind::<Array<SqlUuid>, _>(changes.iter().map(|_| ids.next::<Uuid>()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(column(&|c| format!("involvement.{}.{}.v1", c.resource, c.event)))
        .bind::<Nullable<Text>, _>(answer.map(|answer| &answer.key.scope))
        .bind::<Nullable<Text>, _>(answer.map(|answer| &answer.key.key))
        .bind::<Nullable<Text>, _>(answer.map(|answer| &answer.key.fingerprint))
        .bind::<Nullable<SmallInt>, _>(answer.map(|answer| answer.status))
        .bind::<Nullable<Jsonb>, _>(answer.map(|answer| &answer.headers))
        .bind::<Nullable<Binary>, _>(answer.map(|answer| answer.body))
        .bind::<Nullable<Timestamptz>, _>(answer.map(|answer| answer.expires_at))
        .bind::<Array<SqlUuid>, _>(looks.iter().map(|_| ids.next::<Uuid>()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(looks.iter().map(|look| look.volunteer).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(looks.iter().map(|look| look.what).collect::<Vec<_>>())
        .bind::<Array<Nullable<SqlUuid>>, _>(looks.iter().map(|look| look.thing).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(changes.iter().map(|c| c.digest.as_deref()).collect::<Vec<_>>())
        .bind::<Nullable<SqlUuid>, _>(by.client_request_id)
        .bind::<Nullable<Text>, _>(answer.map(|answer| &answer.rights))
        .execute(conn)?;
    Ok(())
}

/// How many of somebody's changes are looked at. More than one, because those made at the same time may become visible in
/// another order than that of their numbers.
const LATEST: &str = "\
SELECT r.seq FROM audit_records r WHERE r.actor_id = (SELECT a.id FROM actors a WHERE a.issuer = $1 AND a.subject = $2)
ORDER BY r.seq DESC LIMIT 20";

#[derive(QueryableByName)]
struct Latest {
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// The numbers of the latest changes that somebody made. A standby that has the same shows everything that they did.
///
/// # Errors
/// Database errors.
pub fn latest(conn: &mut PgConnection, by: &Actor) -> Result<Vec<i64>> {
    let found: Vec<Latest> =
        diesel::sql_query(LATEST).bind::<Text, _>(&by.issuer).bind::<Text, _>(&by.subject).load(conn)?;
    Ok(found.into_iter().map(|change| change.seq).collect())
}

/// The hash of one record, over all of its fields; the database adds who made it.
#[must_use]
pub(crate) fn digest(change: &Change, by: By) -> String {
    let record = AuditedFields {
        at: by.at,
        actor_id: by.actor,
        action: change.action,
        resource_type: change.resource,
        resource_id: change.id,
        version: change.version,
        from_state: change.from,
        to_state: change.to,
        fields: &change.fields.join(","),
        request_id: by.request_id,
        event: change.event,
        digest: change.digest.as_deref(),
        client_request_id: by.client_request_id,
    };
    record.digest()
}

/// All fields of an audit record, before it is written or after it is read.
#[derive(Clone, Copy, Debug)]
pub struct AuditedFields<'r> {
    /// When the change was made.
    pub at: Instant,
    /// Who made it.
    pub actor_id: ActorId,
    /// The action.
    pub action: &'r str,
    /// Kind of the record that changed.
    pub resource_type: &'r str,
    /// Id of the record that changed.
    pub resource_id: Uuid,
    /// Version of the record after the change.
    pub version: i32,
    /// Status before the change, if it had one.
    pub from_state: Option<&'r str>,
    /// Status after the change, if it has one.
    pub to_state: Option<&'r str>,
    /// Names of the changed fields, separated by commas.
    pub fields: &'r str,
    /// Id of the request.
    pub request_id: Uuid,
    /// What its event is called.
    pub event: &'r str,
    /// The digest of values that it vouches for, if it does.
    pub digest: Option<&'r str>,
    /// Id that the caller gave the request, if they did.
    pub client_request_id: Option<Uuid>,
}

impl AuditedFields<'_> {
    /// The hash of the record, made by somebody whose log-in has this digest.
    #[must_use]
    pub fn hash(&self, made_by: &str) -> String {
        hex::encode(sha256(format!("{}{made_by}", self.digest()).as_bytes()))
    }

    /// The hash of its fields.
    #[must_use]
    pub fn digest(&self) -> String {
        fingerprint(&[
            &self.at.as_micros().to_string(),
            &self.actor_id.to_string(),
            self.action,
            self.resource_type,
            &self.resource_id.to_string(),
            &self.version.to_string(),
            self.from_state.unwrap_or_default(),
            self.to_state.unwrap_or_default(),
            self.fields,
            &self.request_id.to_string(),
            self.event,
            self.digest.unwrap_or_default(),
            &self.client_request_id.map(|id| id.to_string()).unwrap_or_default(),
        ])
    }
}
