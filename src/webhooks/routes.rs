//! The operations on webhooks.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::WebhookId;
use crate::db::page::{Page, Rows};
use crate::events::latest;
use crate::http::{Nothing, Patch, Routes};
use crate::refusal::{Kind, Refusal, Result};
use crate::text::{EventType, ReceiverAddress, ShortText};
use crate::webhooks::signature::Secret;
use crate::webhooks::status::{LIFE, WebhookVerb};
use crate::webhooks::store::{self, AttemptRow, Changes, WebhookRow};
use crate::webhooks::views::{
    NewWebhook, Replay, WebhookAttemptFilter, WebhookAttemptView, WebhookFilter, WebhookView,
};
use crate::work::{Change, Changed, Reader, Writer};

/// The most webhooks.
const MOST: i64 = 50;
/// Minutes for which the secret before signs, too: a day.
const OVERLAP: i64 = 24 * 60;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    reading(routes.within("Events"));
    writing(routes);
    steps(routes);
}

fn reading(routes: &mut Routes) {
    routes.list("/v1/webhooks", Some(Action::ReadWebhooks), list_webhooks).describe(
        "List webhooks",
        "Newest first. Finance gets those that finance created, which are sent events of money alone.",
    );
    routes
        .get("/v1/webhooks/{id}", Action::ReadWebhooks, read_webhook)
        .describe("Get a webhook", "Where events are sent, which, and whether the receiver takes them.");
    routes.list("/v1/webhooks/{id}/deliveries", Some(Action::ReadWebhooks), list_webhook_deliveries).describe(
        "List what was sent to a webhook",
        "Every attempt to send an event, newest first, with what became of it. Attempts are kept for 30 days; what the \
         receiver answered is not kept.",
    );
}

fn writing(routes: &mut Routes) {
    routes
        .create("/v1/webhooks", Action::WriteWebhooks, create_webhook)
        .describe(
            "Create a webhook",
            "Events from now on are sent to the address, one after the other in the order of the feed, signed by Standard \
             Webhooks. The answer has the secret to check signatures with, which is not shown again. An event that is not \
             taken is sent again for three days, less and less often; then the webhook is disabled, which `GET /v1/me` \
             tells. Redirects are not followed.",
        )
        .refuses(&["too-many-webhooks"])
        .example("news for the intranet", json!({ "url": "https://intranet.trust.example/hooks/involvement", "description": "The intranet's news about opportunities", "types": ["involvement.opportunity.published.v1"] }));
    routes
        .patch("/v1/webhooks/{id}", Action::WriteWebhooks, change_webhook)
        .describe(
            "Change a webhook",
            "Its address, what it is for, and which types of event are sent. Sending is tried at once.",
        )
        .example(
            "claims, too",
            json!({ "types": ["involvement.opportunity.published.v1", "involvement.claim.approved.v1"] }),
        );
    routes
        .delete("/v1/webhooks/{id}", Action::WriteWebhooks, remove_webhook)
        .describe("Remove a webhook", "Nothing more is sent, and the list of what was sent is removed, too.")
        .requires_match();
}

fn steps(routes: &mut Routes) {
    routes.post("/v1/webhooks/{id}/test", Action::WriteWebhooks, test_webhook).describe(
        "Test a webhook",
        "Sends the event `involvement.webhook.tested.v1`, whatever types it is sent otherwise. `GET \
         /v1/webhooks/{id}/deliveries` tells what became of it.",
    );
    routes.post("/v1/webhooks/{id}/rotate-secret", Action::WriteWebhooks, rotate_webhook_secret).describe(
        "Change the secret of a webhook",
        "The answer has the new secret, which is not shown again. For a day each event has two signatures, by the new \
         secret and by the one before, so that the receiver can change over.",
    );
    routes
        .post("/v1/webhooks/{id}/replay", Action::WriteWebhooks, replay_webhook)
        .describe("Send events again", "Sends everything after a place in the feed again, with the same ids.")
        .example("all of it", json!({ "after": 0 }));
    routes
        .post("/v1/webhooks/{id}/enable", Action::WriteWebhooks, enable_webhook)
        .verb(&LIFE, WebhookVerb::Enable)
        .describe("Enable a webhook", "Events are sent again, from where it stopped: none is left out.");
    routes
        .post("/v1/webhooks/{id}/disable", Action::WriteWebhooks, disable_webhook)
        .verb(&LIFE, WebhookVerb::Disable)
        .describe("Disable a webhook", "Nothing is sent until it is enabled again.");
}

fn list_webhooks(reader: &mut Reader<'_>, (): (), _: &WebhookFilter, page: &Page) -> Result<Rows<WebhookView>> {
    Ok(store::list(reader, page)?.map(view))
}

fn read_webhook(reader: &mut Reader<'_>, id: WebhookId) -> Result<WebhookView> {
    Ok(view(store::find(reader, id)?))
}

fn list_webhook_deliveries(
    reader: &mut Reader<'_>,
    id: WebhookId,
    _: &WebhookAttemptFilter,
    page: &Page,
) -> Result<Rows<WebhookAttemptView>> {
    store::find(reader, id)?;
    Ok(store::attempts(reader, id, page)?.map(|row| {
        let AttemptRow { id, event_id, event_type, position, at, outcome, status, took_ms } = row;
        let sequence = format!("{position:019}");
        WebhookAttemptView { id, event_id, event_type, sequence, at, outcome, status, took_ms }
    }))
}

fn create_webhook(writer: &mut Writer<'_>, (): (), new: NewWebhook) -> Result<Changed<WebhookView>> {
    if store::count(writer.conn)? >= MOST {
        let detail = format!("There are {MOST} webhooks already. Remove one that nobody needs.");
        return Err(Refusal::new(Kind::TooManyWebhooks, detail).into());
    }
    let (secret, after) = (Secret::new()?, latest(writer.conn)?);
    let id = store::create(writer, &new, &secret, after)?;
    let view = WebhookView { secret: Some(secret.shown()), ..read_webhook(writer, id)? };
    Ok(writer.changed(Change::created(LIFE.resource, id).to(view.status), view))
}

fn change_webhook(writer: &mut Writer<'_>, id: WebhookId, patch: Patch<NewWebhook>) -> Result<Changed<WebhookView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let current = NewWebhook {
        url: ReceiverAddress::from(row.url.as_str()),
        description: row.description.as_deref().map(ShortText::from),
        types: row.types().iter().map(|kind| EventType::from(kind.as_str())).collect(),
    };
    let (new, fields) = patch.onto(&current)?;
    if fields.is_empty() {
        let view = read_webhook(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let changes = Changes {
        url: Some(new.url.as_str().to_owned()),
        description: Some(new.description.map(|text| text.as_str().to_owned())),
        types: Some(new.types.iter().map(|kind| Some(kind.as_str().to_owned())).collect()),
        ..Changes::default()
    };
    saved(writer, &row, &changes, Change::changed(LIFE.resource, id, row.version + 1).fields(fields))
}

fn remove_webhook(writer: &mut Writer<'_>, id: WebhookId) -> Result<Changed<()>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    store::remove(writer, id)?;
    Ok(writer.changed(Change::new(LIFE.resource, id, row.version + 1, "remove", "removed"), ()))
}

/// Saves what a request changes, and answers the webhook as it is then.
fn saved(writer: &mut Writer<'_>, row: &WebhookRow, changes: &Changes, change: Change) -> Result<Changed<WebhookView>> {
    store::save(writer, row, changes)?;
    let view = read_webhook(writer, row.id)?;
    Ok(writer.changed(change, view))
}

fn test_webhook(writer: &mut Writer<'_>, id: WebhookId, _: Nothing) -> Result<Changed<WebhookView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let change = Change::new(LIFE.resource, id, row.version + 1, "test", "tested");
    saved(writer, &row, &Changes { position: Some(row.position), ..Changes::default() }, change)
}

fn rotate_webhook_secret(writer: &mut Writer<'_>, id: WebhookId, _: Nothing) -> Result<Changed<WebhookView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let secret = Secret::new()?;
    let changes = Changes::rotated(&row, &secret, writer.now().plus_minutes(OVERLAP));
    let change = Change::new(LIFE.resource, id, row.version + 1, "rotate-secret", "secret_rotated").fields(["secret"]);
    let changed = saved(writer, &row, &changes, change)?;
    Ok(changed.map(|view| WebhookView { secret: Some(secret.shown()), ..view }))
}

fn replay_webhook(writer: &mut Writer<'_>, id: WebhookId, replay: Replay) -> Result<Changed<WebhookView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let after = replay.after.min(latest(writer.conn)?);
    let change = Change::new(LIFE.resource, id, row.version + 1, "replay", "replayed").fields(["after"]);
    saved(writer, &row, &Changes { position: Some(after), ..Changes::default() }, change)
}

fn enable_webhook(writer: &mut Writer<'_>, id: WebhookId, _: Nothing) -> Result<Changed<WebhookView>> {
    step(writer, id, WebhookVerb::Enable)
}

fn disable_webhook(writer: &mut Writer<'_>, id: WebhookId, _: Nothing) -> Result<Changed<WebhookView>> {
    step(writer, id, WebhookVerb::Disable)
}

fn step(writer: &mut Writer<'_>, id: WebhookId, verb: WebhookVerb) -> Result<Changed<WebhookView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, verb)?;
    let changes = Changes { status: Some(to), given_up: Some(false), ..Changes::default() };
    saved(writer, &row, &changes, Change::step(&LIFE, id, row.version + 1, (row.status, verb, to)))
}

fn view((row, created_by): (WebhookRow, Option<String>)) -> WebhookView {
    let types = row.types();
    WebhookView {
        id: row.id,
        version: row.version,
        status: row.status,
        url: row.url,
        description: row.description,
        types,
        after: row.position,
        failing_since: row.failing_since,
        next_attempt_at: row.failing_since.map(|_| row.next_at),
        given_up: row.given_up,
        secret: None,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
