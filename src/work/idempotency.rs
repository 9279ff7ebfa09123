//! Idempotency keys: an answer is kept in the transaction of its effect (`record`), and given again to a retry.
//! A refusal keeps nothing, so the key stays free. What an answer is, is known in `service::run`.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::idempotency_keys as keys;
use crate::refusal::{Kind, Refusal, Result};
use crate::work::became::Became;
use crate::work::context::IdempotencyKey;

/// Minutes for which an answer is kept.
const KEPT_MINUTES: i64 = 24 * 60;

const TAKE: &str = "\
SELECT k.*, became.erased, became.merged_into FROM take_idempotency_key($1, $2) k, became_of($3::uuid) became";

/// A key that was taken for this transaction, with what was kept under it.
#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
    #[diesel(sql_type = Nullable<Text>)]
    fingerprint: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    status: Option<i16>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    headers: Option<Json<Vec<(String, String)>>>,
    #[diesel(sql_type = Nullable<Binary>)]
    body: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Text>)]
    rights: Option<String>,
    #[diesel(embed)]
    became: Became,
}

/// What stands at the beginning of a write under a key.
#[derive(Debug)]
pub struct Opening {
    /// The answer that was given under the key, where there is one.
    pub replay: Option<Replay>,
    /// What became of the person whose login asks.
    pub became: Became,
}

/// An answer that is given again.
#[derive(Debug)]
pub struct Replay {
    /// HTTP status.
    pub status: u16,
    /// Headers beside those that every answer has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the caller might reach and see then (`Grant::rights`).
    pub rights: String,
}

/// Takes a key for this transaction and reads, in the same statement, what was answered under it and what became of the
/// person whose login asks.
///
/// # Errors
/// `idempotency-in-progress`, `idempotency-key-reused`, `erased` where the answer was about somebody who was erased since.
pub fn take(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
    person: Option<VolunteerId>,
    now: Instant,
) -> Result<Opening> {
    let asked = diesel::sql_query(TAKE).bind::<Text, _>(&key.scope).bind::<Text, _>(&key.key);
    let found: Taken = asked.bind::<Nullable<SqlUuid>, _>(person).get_result(conn)?;
    if !found.taken {
        return Err(Refusal::new(Kind::IdempotencyInProgress, "A request with this key has not finished.").into());
    }
    Ok(Opening { became: found.became, replay: replay(conn, key, found, now)? })
}

fn replay(conn: &mut PgConnection, key: &IdempotencyKey, found: Taken, now: Instant) -> Result<Option<Replay>> {
    let Some(expires_at) = found.expires_at else { return Ok(None) };
    if expires_at <= now {
        diesel::delete(keys::table.find((&key.scope, &key.key))).execute(conn)?;
        return Ok(None);
    }
    if found.fingerprint.as_deref() == Some("") {
        let detail =
            "What was answered under this key was about a person whose data has been erased. It was done once.";
        return Err(Refusal::new(Kind::Erased, detail).into());
    }
    if found.fingerprint.as_ref() != Some(&key.fingerprint) {
        return Err(Refusal::new(Kind::IdempotencyKeyReused, "This key was used for another request.").into());
    }
    Ok(Some(Replay {
        status: found.status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
        headers: found.headers.map(|Json(headers)| headers).unwrap_or_default(),
        body: found.body.unwrap_or_default(),
        rights: found.rights.unwrap_or_default(),
    }))
}

/// An answer that is kept under its key, in the transaction of its effect.
#[derive(Debug)]
pub struct KeptAnswer<'a> {
    /// The key.
    pub key: &'a IdempotencyKey,
    /// HTTP status.
    pub status: i16,
    /// Headers beside those that every answer has.
    pub headers: Json<Vec<(String, String)>>,
    /// The body.
    pub body: &'a [u8],
    /// When it is forgotten.
    pub expires_at: Instant,
    /// What the caller may reach and see (`Grant::rights`).
    pub rights: String,
}

/// Until when an answer of this moment is kept.
#[must_use]
pub fn kept_until(now: Instant) -> Instant {
    now.plus_minutes(KEPT_MINUTES)
}

const ERASE: &str = "\
WITH own AS (DELETE FROM idempotency_keys WHERE scope = ANY($1))
UPDATE idempotency_keys SET fingerprint = '', status = 410, headers = '[]', body = '', rights = ''
    WHERE scope <> ALL($1) AND EXISTS (
        SELECT FROM (SELECT $2 AS id UNION ALL SELECT m.from_id::text FROM merged_records m WHERE m.into_id = $2::uuid) own
        WHERE position(convert_to(own.id, 'UTF8') IN body) > 0)";

/// Removes the answers to these log-ins, which are refused from now on. Of the answers to others in which a person stands,
/// the key alone stays until its day is over: what was done under it, such as recording a repayment, is not done again.
///
/// # Errors
/// Database errors.
pub fn erase(conn: &mut PgConnection, of: VolunteerId, log_ins: &[(String, String)]) -> Result<()> {
    let scopes: Vec<String> =
        log_ins.iter().map(|(issuer, subject)| IdempotencyKey::scope_of(issuer, subject)).collect();
    diesel::sql_query(ERASE).bind::<Array<Text>, _>(scopes).bind::<Text, _>(of.to_string()).execute(conn)?;
    Ok(())
}

const EXPIRED: &str = "\
DELETE FROM idempotency_keys WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// Removes answers whose day is over, a thousand at most.
///
/// # Errors
/// Database errors.
pub fn expire(conn: &mut PgConnection, now: Instant) -> Result<usize> {
    Ok(diesel::sql_query(EXPIRED).bind::<Timestamptz, _>(now).execute(conn)?)
}
