//! The webhooks of the document: every type of event, with what is sent and what a receiver answers.

use serde_json::{Map, Value, json};

use crate::http::EventExample;
use crate::http::schema::reference;

/// The headers of what is sent, each with what it has.
const HEADERS: [(&str, &str, &str); 3] = [
    ("webhook-id", "EventId", "The event's `id`, the same each time that it is sent."),
    ("webhook-timestamp", "EventTimestamp", "When it is sent, in seconds since 1970."),
    (
        "webhook-signature",
        "EventSignature",
        "`v1,` and a signature (HMAC-SHA256, base64) by Standard Webhooks; two of them while a secret is being changed.",
    ),
];

/// Draws what is sent for each type of event, and puts what they share into the document's components.
pub(super) fn draw(types: &[EventExample], components: &mut Value) -> Value {
    for (name, key, what) in HEADERS {
        components["parameters"][key] = json!({ "name": name, "in": "header", "required": true, "description": what, "schema": { "type": "string" } });
    }
    components["responses"]["EventTaken"] = json!({ "description": "Taken. Any 2xx will do." });
    components["responses"]["ReceiverGone"] = json!({
        "description": "The receiver is gone for good: the webhook is disabled. The body is not read.",
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    });
    // Names are written with hyphens, as addresses are; the type itself is in the text and in the example.
    let each = types.iter().map(|one| (kind(one).replace('_', "-"), sent(one)));
    each.collect::<Map<_, _>>().into()
}

/// Lists the types where the feed is asked for some of them. One more breaks nobody who asks for those that are there.
pub(super) fn list_types(types: &[EventExample], document: &mut Value) {
    let known: Vec<String> = types.iter().map(kind).collect();
    let parameters = document["paths"]["/v1/events"]["get"]["parameters"].as_array_mut();
    for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["name"] == "type") {
        parameter["schema"]["items"] = json!({ "type": "string", "enum": known });
    }
}

fn kind(one: &EventExample) -> String {
    format!("involvement.{}.{}.v1", one.resource, one.event)
}

fn sent(one: &EventExample) -> Value {
    let EventExample { resource, event, .. } = one;
    let refer = |to: &str| json!({ "$ref": format!("#/components/{to}") });
    json!({ "post": {
        "operationId": format!("on_{resource}_{event}"),
        "tags": ["Events"],
        "summary": summary(resource, event),
        "description": format!(
            "Sent to webhooks that take `{}`: at least once, and in the order of the record's versions. It has ids and states, and \
             no personal data.",
            kind(one)
        ),
        "parameters": HEADERS.map(|(_, key, _)| refer(&format!("parameters/{key}"))),
        "requestBody": { "required": true, "content": { "application/cloudevents+json": {
            "schema": reference("CloudEvent"),
            "example": example(one),
        } } },
        "responses": { "204": refer("responses/EventTaken"), "410": refer("responses/ReceiverGone") },
        "security": [],
    } })
}

/// Such as "Payment run: results taken".
fn summary(resource: &str, event: &str) -> String {
    let words = format!("{resource}: {event}").replace('_', " ");
    let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}

fn example(one: &EventExample) -> Value {
    let EventExample { resource, state, version, .. } = one;
    let id = "019a0000-0000-7000-8000-000000000007";
    json!({
        "specversion": "1.0",
        "id": "019a0000-0000-7000-8000-00000000002a",
        "source": "https://involvement.trust.example",
        "type": kind(one),
        "subject": format!("{resource}/{id}"),
        "time": "2026-11-23T10:00:00Z",
        "datacontenttype": "application/json",
        "sequence": "0000000000000000042",
        "data": { "resource_type": resource, "resource_id": id, "version": version, "state": state },
    })
}
