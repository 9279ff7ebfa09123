//! SQL of webhooks and of attempts to send to them.

use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::{WebhookAttemptId, WebhookId};
use crate::db::page::{Page, Rows};
use crate::db::prelude::*;
use crate::db::schema::{actors, webhook_attempts, webhooks};
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::webhooks::signature::Secret;
use crate::webhooks::status::WebhookStatus;
use crate::webhooks::views::{AttemptOutcome, NewWebhook};
use crate::work::{Reader, Writer};

/// A row of `webhooks`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhooks, check_for_backend(diesel::pg::Pg))]
pub(super) struct WebhookRow {
    pub id: WebhookId,
    pub version: i32,
    pub status: WebhookStatus,
    pub given_up: bool,
    pub url: String,
    pub description: Option<String>,
    pub types: Vec<Option<String>>,
    pub money: bool,
    secret: Vec<u8>,
    previous_secret: Option<Vec<u8>>,
    previous_until: Option<Instant>,
    pub position: i64,
    pub failures: i32,
    pub failing_since: Option<Instant>,
    pub next_at: Instant,
    pub claim: Option<Uuid>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl WebhookRow {
    /// The types of event that are sent; none for all.
    pub fn types(&self) -> Vec<String> {
        self.types.iter().flatten().cloned().collect()
    }

    /// What its messages are signed with at this moment, the newest secret first.
    pub fn secrets(&self, now: Instant) -> Vec<Secret> {
        let previous = self.previous_secret.as_ref().filter(|_| self.previous_until.is_some_and(|until| now < until));
        [Some(&self.secret), previous].into_iter().flatten().cloned().map(Secret::of).collect()
    }
}

pub(super) fn list(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<(WebhookRow, Option<String>)>> {
    let mut query =
        webhooks::table.inner_join(actors::table).select((WebhookRow::as_select(), actors::subject)).into_boxed();
    if !reader.grant().all() {
        query = query.filter(webhooks::money.eq(true));
    }
    Ok(page.load(page_by!(query, page, webhooks::id, webhooks::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: WebhookId) -> Result<(WebhookRow, Option<String>)> {
    let mut query = webhooks::table
        .inner_join(actors::table)
        .filter(webhooks::id.eq(id))
        .select((WebhookRow::as_select(), actors::subject))
        .into_boxed();
    if !reader.grant().all() {
        query = query.filter(webhooks::money.eq(true));
    }
    Ok(query.first(reader.conn).optional()?.ok_or_else(Refusal::not_found)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: WebhookId) -> Result<WebhookRow> {
    // Whether they may see it is asked by the same words as of a reader.
    find(writer, id)?;
    let row = webhooks::table.find(id).select(WebhookRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// How many webhooks there are.
pub(super) fn count(conn: &mut PgConnection) -> Result<i64> {
    Ok(webhooks::table.count().get_result(conn)?)
}

/// Creates a webhook that is sent what comes after a place in the feed.
pub(super) fn create(writer: &mut Writer<'_>, new: &NewWebhook, secret: &Secret, position: i64) -> Result<WebhookId> {
    let (id, now, by): (WebhookId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    let money = !writer.grant().all();
    diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(id),
            webhooks::status.eq(WebhookStatus::Active),
            webhooks::url.eq(&new.url),
            webhooks::description.eq(&new.description),
            webhooks::types.eq(new.types.iter().map(|kind| Some(kind.as_str().to_owned())).collect::<Vec<_>>()),
            webhooks::money.eq(money),
            webhooks::secret.eq(secret.bytes()),
            webhooks::position.eq(position),
            webhooks::next_at.eq(now),
            webhooks::created_at.eq(now),
            webhooks::created_by.eq(by),
            webhooks::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// What a request changes of a webhook. Whatever it is, whoever is sending at the moment stops, and it begins anew at once.
#[derive(Default, AsChangeset)]
#[diesel(table_name = webhooks)]
pub(super) struct Changes {
    pub status: Option<WebhookStatus>,
    pub url: Option<String>,
    pub description: Option<Option<String>>,
    pub types: Option<Vec<Option<String>>>,
    pub position: Option<i64>,
    pub secret: Option<Vec<u8>>,
    pub previous_secret: Option<Option<Vec<u8>>>,
    pub previous_until: Option<Option<Instant>>,
    pub given_up: Option<bool>,
}

impl Changes {
    /// Another secret; the one before signs, too, up to a moment.
    pub fn rotated(row: &WebhookRow, secret: &Secret, until: Instant) -> Self {
        Self {
            secret: Some(secret.bytes().to_vec()),
            previous_secret: Some(Some(row.secret.clone())),
            previous_until: Some(Some(until)),
            ..Self::default()
        }
    }
}

pub(super) fn save(writer: &mut Writer<'_>, row: &WebhookRow, changes: &Changes) -> Result<()> {
    let now = writer.now();
    let anew = (
        webhooks::version.eq(row.version + 1),
        webhooks::updated_at.eq(now),
        webhooks::failures.eq(0),
        webhooks::failing_since.eq(None::<Instant>),
        webhooks::next_at.eq(now),
        webhooks::claim.eq(None::<Uuid>),
        webhooks::claimed_until.eq(None::<Instant>),
    );
    exactly_one(diesel::update(webhooks::table.find(row.id)).set((changes, anew)).execute(writer.conn)?)
}

/// Removes a webhook with its attempts.
pub(super) fn remove(writer: &mut Writer<'_>, id: WebhookId) -> Result<()> {
    diesel::delete(webhook_attempts::table.filter(webhook_attempts::webhook_id.eq(id))).execute(writer.conn)?;
    exactly_one(diesel::delete(webhooks::table.find(id)).execute(writer.conn)?)
}

/// A row of `webhook_attempts`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = webhook_attempts, check_for_backend(diesel::pg::Pg))]
pub(super) struct AttemptRow {
    pub id: WebhookAttemptId,
    pub event_id: Uuid,
    pub event_type: String,
    pub position: i64,
    pub at: Instant,
    pub outcome: AttemptOutcome,
    pub status: Option<i32>,
    pub took_ms: i32,
}

pub(super) fn attempts(reader: &mut Reader<'_>, of: WebhookId, page: &Page) -> Result<Rows<AttemptRow>> {
    let query = webhook_attempts::table
        .filter(webhook_attempts::webhook_id.eq(of))
        .select(AttemptRow::as_select())
        .into_boxed();
    Ok(page.load(page_by!(query, page, webhook_attempts::id), reader.conn)?)
}

/// Takes a webhook to which something is to be sent now, for a while; none if there is none that nobody else has.
const CLAIM: &str = "\
UPDATE webhooks SET claim = $1, claimed_until = $3 WHERE id = (SELECT id FROM webhooks
    WHERE status = $5 AND next_at <= $2 AND position < $4 AND (claimed_until IS NULL OR claimed_until <= $2)
    ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id";

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    id: WebhookId,
}

/// Takes a webhook that has something to be sent, up to the last place of the feed.
pub(super) fn claim(
    conn: &mut PgConnection,
    claim: Uuid,
    now: Instant,
    until: Instant,
    latest: i64,
) -> Result<Option<WebhookRow>> {
    let claimed: Option<Claimed> = diesel::sql_query(CLAIM)
        .bind::<SqlUuid, _>(claim)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(until)
        .bind::<BigInt, _>(latest)
        .bind::<diesel::sql_types::Text, _>(WebhookStatus::Active)
        .get_result(conn)
        .optional()?;
    let Some(Claimed { id }) = claimed else { return Ok(None) };
    Ok(webhooks::table.find(id).select(WebhookRow::as_select()).first(conn).optional()?)
}

/// How it goes on with a webhook after an attempt, or after events that it is not sent.
#[derive(Debug)]
pub(super) struct Next {
    /// Where the feed is read on.
    pub position: i64,
    pub failures: i32,
    pub failing_since: Option<Instant>,
    pub next_at: Instant,
    /// Until when whoever sends has it; none where they are done.
    pub claimed_until: Option<Instant>,
}

/// Writes how it goes on, if it still goes on as it did when it was read: nobody else took it, changed it or removed it.
/// Returns whether it does.
pub(super) fn go_on(conn: &mut PgConnection, row: &WebhookRow, next: &Next) -> Result<bool> {
    let same =
        webhooks::table.find(row.id).filter(webhooks::claim.eq(row.claim)).filter(webhooks::position.eq(row.position));
    let rows = diesel::update(same)
        .set((
            webhooks::position.eq(next.position),
            webhooks::failures.eq(next.failures),
            webhooks::failing_since.eq(next.failing_since),
            webhooks::next_at.eq(next.next_at),
            webhooks::claimed_until.eq(next.claimed_until),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Keeps what became of an attempt.
pub(super) fn attempted(conn: &mut PgConnection, of: WebhookId, attempt: AttemptRow) -> Result<()> {
    let there = webhooks::table.find(of).select(webhooks::id).for_key_share().first::<WebhookId>(conn).optional()?;
    if there.is_none() {
        return Ok(());
    }
    diesel::insert_into(webhook_attempts::table)
        .values((
            webhook_attempts::id.eq(attempt.id),
            webhook_attempts::webhook_id.eq(of),
            webhook_attempts::event_id.eq(attempt.event_id),
            webhook_attempts::event_type.eq(attempt.event_type),
            webhook_attempts::position.eq(attempt.position),
            webhook_attempts::at.eq(attempt.at),
            webhook_attempts::outcome.eq(attempt.outcome),
            webhook_attempts::status.eq(attempt.status),
            webhook_attempts::took_ms.eq(attempt.took_ms),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes attempts from before a moment, a thousand at most.
pub(super) fn forget(conn: &mut PgConnection, before: Instant) -> Result<usize> {
    let old = "DELETE FROM webhook_attempts WHERE id IN (SELECT id FROM webhook_attempts WHERE at < $1 ORDER BY at LIMIT 1000 FOR UPDATE SKIP LOCKED)";
    Ok(diesel::sql_query(old).bind::<Timestamptz, _>(before).execute(conn)?)
}

#[derive(QueryableByName)]
struct Failing {
    #[diesel(sql_type = BigInt)]
    webhooks: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    since: Option<Instant>,
}

/// How many webhooks fail at present, and since when the first of them does.
pub(super) fn failing(conn: &mut PgConnection) -> Result<(i64, Option<Instant>)> {
    let found: Failing = diesel::sql_query(
        "SELECT count(*) AS webhooks, min(failing_since) AS since FROM webhooks WHERE failing_since IS NOT NULL",
    )
    .get_result(conn)?;
    Ok((found.webhooks, found.since))
}
