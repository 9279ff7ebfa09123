//! Sends events to webhooks: of each, one event after the other in the order of the feed, and the next only once the one
//! before was taken. Any number of copies of the service can do so at once; each webhook is one copy's for a while.
//! Sending is at least once: a copy that stops between sending an event and noting it lets the same be sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use uuid::Uuid;

use crate::clock::Instant;
use crate::events::{EventView, Feed, Found, latest};
use crate::refusal::{Failure, Result};
use crate::service::{Service, Shared};
use crate::webhooks::attempt::{Attempted, Message, send};
use crate::webhooks::rules::{is_given_up, next_attempt};
use crate::webhooks::status::{GIVEN_UP, WebhookMove, WebhookStatus};
use crate::webhooks::store::{self, AttemptRow, Changes, Next, WebhookRow};
use crate::webhooks::views::AttemptOutcome;
use crate::work::{Change, Writer};

/// The most webhooks that one copy of the service sends to at a time, each on a thread of its own: one that hangs holds up
/// none of the others.
const AT_ONCE: usize = 16;
/// The most events that are sent to a webhook in one round, and how long no more are begun: then others come first.
const ROUND: usize = 200;
const ROUND_TIME: Duration = Duration::from_secs(20);
/// Events that are read of the feed at once.
const READ: i64 = 50;
/// Minutes for which a webhook is one copy's. An attempt takes ten seconds at most.
const CLAIMED: i64 = 1;
/// How long attempts are kept, in minutes: 30 days.
const KEPT: i64 = 30 * 24 * 60;

/// The threads that send at present.
#[derive(Clone, Debug, Default)]
pub struct Slots(Arc<AtomicUsize>);

/// One of them, which is given back however its thread ends.
#[derive(Debug)]
struct Slot(Slots);

impl Slots {
    fn take(&self) -> Slot {
        self.0.fetch_add(1, Ordering::SeqCst);
        Slot(self.clone())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Begins to send what is due, each webhook on a thread of its own, as far as there are free ones; returns the threads.
///
/// # Errors
/// Database errors; the system has no thread to give.
pub fn send_due(service: &Shared, slots: &Slots) -> Result<Vec<JoinHandle<Result<usize>>>> {
    let mut threads = Vec::new();
    while slots.0.load(Ordering::SeqCst) < AT_ONCE && !service.is_stopping() {
        let Some(row) = take(service)? else { break };
        let (service, slot) = (Arc::clone(service), slots.take());
        let send = move || {
            let _slot = slot;
            let sent = round(&service, row);
            if let Err(failure) = &sent {
                log::warn!("a webhook could not be sent to: {failure}");
            }
            sent
        };
        threads.push(std::thread::Builder::new().name("webhook".to_owned()).spawn(send).map_err(Failure::broken)?);
    }
    Ok(threads)
}

/// Sends what is due and waits until all of it was tried; returns how many events were taken.
///
/// # Errors
/// Database errors.
pub fn send_all(service: &Shared) -> Result<usize> {
    let (slots, mut sent) = (Slots::default(), 0);
    loop {
        let threads = send_due(service, &slots)?;
        if threads.is_empty() {
            break;
        }
        for thread in threads {
            sent += thread.join().map_err(|_| Failure::broken("a thread that sends panicked"))??;
        }
    }
    service.db.with(|conn| store::forget(conn, service.clock.now().plus_minutes(-KEPT)))?;
    Ok(sent)
}

/// How many webhooks fail at present, and for how many seconds the first of them has; forgets old attempts.
///
/// # Errors
/// Database errors.
pub fn look(service: &Service) -> Result<(i64, i64)> {
    let now = service.clock.now();
    let (failing, since) = service.db.with(|conn| {
        store::forget(conn, now.plus_minutes(-KEPT))?;
        store::failing(conn)
    })?;
    Ok((failing, since.map_or(0, |since| now.as_seconds() - since.as_seconds())))
}

fn take(service: &Service) -> Result<Option<WebhookRow>> {
    let now = service.clock.now();
    let claim: Uuid = service.ids.next();
    service.db.unattended(|conn| {
        let latest = latest(conn)?;
        store::claim(conn, claim, now, now.plus_minutes(CLAIMED), latest)
    })
}

/// Sends to a webhook until there is nothing left, it takes one no more, it is somebody else's, or it is others' turn.
fn round(service: &Service, mut row: WebhookRow) -> Result<usize> {
    let (mut sent, began) = (0, std::time::Instant::now());
    let is_over = |sent: usize| sent >= ROUND || began.elapsed() >= ROUND_TIME || service.is_stopping();
    'round: while !is_over(sent) {
        let types = Some(row.types()).filter(|types| !types.is_empty());
        let feed =
            Feed { after: row.position, types, money: row.money, tests_of: Some(row.id.into()), ..Feed::default() };
        let (found, end, _) = service.db.with(|conn| feed.read(conn, READ))?;
        for event in &found {
            let attempt = try_one(service, &row, event);
            if !note(service, &mut row, event, &attempt)? {
                return Ok(sent);
            }
            sent += 1;
            if is_over(sent) {
                break 'round;
            }
        }
        // What it is not sent is dealt with, too.
        let position = end.max(row.position);
        let none = position == row.position && found.is_empty();
        if none || !advance(service, &mut row, position)? {
            break;
        }
    }
    release(service, &row)?;
    Ok(sent)
}

fn try_one(service: &Service, row: &WebhookRow, event: &Found) -> Attempted {
    let now = service.clock.now();
    let (secrets, view) = (row.secrets(now), EventView::of(event.clone(), &service.public_url));
    let body = serde_json::to_vec(&view).unwrap_or_default();
    let message = Message { id: event.id.to_string(), seconds: now.as_seconds(), body: &body, secrets: &secrets };
    send(&row.url, &message, &service.webhook_networks)
}

/// Notes what became of an attempt; returns whether the next event may be sent.
fn note(service: &Service, row: &mut WebhookRow, event: &Found, attempt: &Attempted) -> Result<bool> {
    let now = service.clock.now();
    let kept = AttemptRow {
        id: service.ids.next(),
        event_id: event.id,
        event_type: event.kind.clone(),
        position: event.position,
        at: now,
        outcome: attempt.outcome,
        status: attempt.status.map(i32::from),
        took_ms: i32::try_from(attempt.took.as_millis()).unwrap_or(i32::MAX),
    };
    let taken = attempt.outcome == AttemptOutcome::Taken;
    let next = if taken { after_success(event.position, now) } else { after_failure(row, attempt, now) };
    let goes_on = service.db.unattended(|conn| {
        let goes_on = store::go_on(conn, row, &next)?;
        store::attempted(conn, row.id, kept)?;
        Ok(goes_on)
    })?;
    (row.position, row.failures, row.failing_since) = (next.position, next.failures, next.failing_since);
    if goes_on && !taken {
        let over = row.failing_since.is_some_and(|since| is_given_up(since, now));
        if over || attempt.is_gone() {
            give_up(service, row)?;
        }
    }
    Ok(goes_on && taken)
}

fn after_success(position: i64, now: Instant) -> Next {
    Next { position, failures: 0, failing_since: None, next_at: now, claimed_until: Some(now.plus_minutes(CLAIMED)) }
}

fn after_failure(row: &WebhookRow, attempt: &Attempted, now: Instant) -> Next {
    let failures = row.failures.saturating_add(1);
    // Of the claim, which is drawn anew each time: its last byte is as good as any die.
    let jitter = row.claim.map_or(0, |claim| i64::from(claim.as_bytes()[15]) * 199 / 255);
    Next {
        position: row.position,
        failures,
        failing_since: row.failing_since.or(Some(now)),
        next_at: next_attempt(now, failures, jitter, attempt.wish),
        claimed_until: None,
    }
}

/// How it goes on without an attempt: what failed before is not forgotten by that.
fn untried(row: &WebhookRow, position: i64, now: Instant) -> Next {
    let (failures, failing_since) = (row.failures, row.failing_since);
    Next { failures, failing_since, ..after_success(position, now) }
}

fn advance(service: &Service, row: &mut WebhookRow, position: i64) -> Result<bool> {
    let next = untried(row, position, service.clock.now());
    let goes_on = service.db.with(|conn| store::go_on(conn, row, &next))?;
    row.position = position;
    Ok(goes_on)
}

fn release(service: &Service, row: &WebhookRow) -> Result<()> {
    let next = Next { claimed_until: None, ..untried(row, row.position, service.clock.now()) };
    service.db.with(|conn| store::go_on(conn, row, &next)).map(|_| ())
}

/// Disables a webhook whose receiver takes nothing any more; `GET /v1/me` tells it to those who may enable it.
fn give_up(service: &Service, row: &WebhookRow) -> Result<()> {
    log::warn!("the receiver of the webhook {} takes nothing any more: it was disabled", row.id);
    service.scheduled(&|writer: &mut Writer<'_>| {
        let now = store::lock(writer, row.id)?;
        if now.claim != row.claim {
            // Somebody changed it meanwhile: it begins anew.
            return Ok(());
        }
        let Ok(to) = GIVEN_UP.step(now.status, WebhookMove::GiveUp) else { return Ok(()) };
        store::save(writer, &now, &Changes { status: Some(to), given_up: Some(true), ..Changes::default() })?;
        writer.note(Change::step(&GIVEN_UP, now.id, now.version + 1, (WebhookStatus::Active, WebhookMove::GiveUp, to)));
        Ok(())
    })
}
