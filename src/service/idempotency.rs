//! Idempotency keys: an answer is kept in the transaction of its effect, and given again to a retry.
//! A refusal keeps nothing, so the key stays free.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Timestamptz};

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::idempotency_keys as keys;
use crate::http::answer::Answer;
use crate::refusal::{Kind, Refusal, Result};
use crate::work::IdempotencyKey;

/// Minutes for which an answer is kept.
const KEPT_MINUTES: i64 = 24 * 60;

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

#[derive(Queryable)]
struct Kept {
    fingerprint: String,
    status: i16,
    headers: Json<Vec<(String, String)>>,
    body: Vec<u8>,
    expires_at: Instant,
}

/// The answer that was given under this key, where there is one.
///
/// # Errors
/// `idempotency-in-progress`, `idempotency-key-reused`.
pub fn replay(conn: &mut PgConnection, key: &IdempotencyKey, now: Instant) -> Result<Option<Answer>> {
    let lock = "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 7)) AS locked";
    let Locked { locked } =
        diesel::sql_query(lock).bind::<Text, _>(&key.scope).bind::<Text, _>(&key.key).get_result(conn)?;
    if !locked {
        return Err(Refusal::new(Kind::IdempotencyInProgress, "A request with this key has not finished.").into());
    }
    let kept: Option<Kept> = keys::table
        .find((&key.scope, &key.key))
        .select((keys::fingerprint, keys::status, keys::headers, keys::body, keys::expires_at))
        .first(conn)
        .optional()?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.expires_at <= now {
        diesel::delete(keys::table.find((&key.scope, &key.key))).execute(conn)?;
        return Ok(None);
    }
    if kept.fingerprint != key.fingerprint {
        return Err(Refusal::new(Kind::IdempotencyKeyReused, "This key was used for another request.").into());
    }
    let status = u16::try_from(kept.status).unwrap_or(200);
    let answer = Answer { headers: kept.headers.0, ..Answer::of(status, kept.body) };
    Ok(Some(answer.header("idempotency-replayed", "true")))
}

/// Keeps an answer under its key, in the transaction of its effect.
///
/// # Errors
/// Database errors; a fault of ours where the answer comes in pieces.
pub fn keep(conn: &mut PgConnection, key: &IdempotencyKey, answer: &Answer, now: Instant) -> Result<()> {
    diesel::insert_into(keys::table)
        .values((
            keys::scope.eq(&key.scope),
            keys::key.eq(&key.key),
            keys::fingerprint.eq(&key.fingerprint),
            keys::status.eq(i16::try_from(answer.status).unwrap_or(200)),
            keys::headers.eq(Json(answer.headers.clone())),
            keys::body.eq(answer.body.whole()?),
            keys::created_at.eq(now),
            keys::expires_at.eq(now.plus_minutes(KEPT_MINUTES)),
        ))
        .execute(conn)?;
    Ok(())
}

const ERASE: &str = "\
DELETE FROM idempotency_keys WHERE scope = ANY($1) OR position(convert_to($2, 'UTF8') IN body) > 0";

/// Removes the answers to these log-ins, and those in which a person stands. A retry is then a request like the first.
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
