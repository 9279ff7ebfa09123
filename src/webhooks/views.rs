//! Webhooks and attempts to send to them, as clients write and see them.

use serde::{Deserialize, Serialize};
use url::{Host, Url};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::clock::Instant;
use crate::db::ids::{WebhookAttemptId, WebhookId};
use crate::events::unknown_type;
use crate::http::answer::stands;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::text::{EventType, ReceiverAddress, ShortText};
use crate::webhooks::status::WebhookStatus;

/// Where events are sent, and which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "fits"))]
pub struct NewWebhook {
    /// Address that events are sent to: https, without a user or a fragment. Its host must have public addresses only, or
    /// addresses that the operator has listed.
    #[schema(example = "https://intranet.trust.example/hooks/involvement")]
    pub url: ReceiverAddress,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "The intranet's news about opportunities")]
    pub description: Option<ShortText>,
    /// Types of event that are sent; all that you may see if the list is empty.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["involvement.opportunity.published.v1"]))]
    pub types: Vec<EventType>,
}

fn fits(new: &NewWebhook) -> Result<(), ValidationError> {
    if let Some(place) = unknown_type(&new.types) {
        let pointer = format!("/types/{place}");
        return Err(rule(&pointer, "unknown-event-type", "is a type that no event has: the document lists them"));
    }
    // The form says that there is something; only this says that it is a host.
    match Url::parse(new.url.as_str()) {
        Ok(url) if url.scheme() == "http" && !is_this_machine(&url) => Err(rule(
            "/url",
            "not-allowed",
            "must begin with https: events are sent in the clear to this machine alone",
        )),
        Ok(url) if url.has_host() => Ok(()),
        _ => Err(rule("/url", "not-allowed", "must be an address with a host")),
    }
}

/// Whether an address is written as one of the machine itself; what a name leads to is looked at when something is sent.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The list of webhooks has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WebhookFilter {}

/// An address that events are sent to.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Unique identifier (UUIDv7).
    pub id: WebhookId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the webhook.
    pub status: WebhookStatus,
    /// Address that events are sent to.
    #[schema(example = "https://intranet.trust.example/hooks/involvement")]
    pub url: String,
    /// What it is for.
    #[schema(example = "The intranet's news about opportunities")]
    pub description: Option<String>,
    /// Types of event that are sent; all that its creator may see if the list is empty.
    #[schema(example = json!(["involvement.opportunity.published.v1"]))]
    pub types: Vec<String>,
    /// Place in the feed up to which events were taken, or left out.
    pub after: i64,
    /// Since when its receiver has taken nothing; null while it works.
    pub failing_since: Option<Instant>,
    /// When the next attempt is made, where the last one failed; null while it works.
    pub next_attempt_at: Option<Instant>,
    /// Whether it was disabled because its receiver took nothing for three days, or said that it is gone.
    pub given_up: bool,
    /// Secret to check signatures with. Absent but in the answer to the creation, and to a
    /// change of the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    pub secret: Option<String>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null once erased.
    #[schema(example = "amara.okafor")]
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for WebhookView {
    stands!(|it| it.status);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/webhooks/{}", self.id))
    }
}

impl Keyed for WebhookView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> Uuid {
        self.id.into()
    }
}

crate::text_enum! {
    /// What became of an attempt to send an event.
    pub enum AttemptOutcome {
        /// The receiver answered with a status of success.
        Taken = "taken",
        /// It answered with another status.
        Refused = "refused",
        /// It did not answer within ten seconds.
        TimedOut = "timed_out",
        /// It could not be reached.
        Unreachable = "unreachable",
        /// Its host has an address that nothing may be sent to.
        ForbiddenAddress = "forbidden_address",
    }
}

/// An attempt to send an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookAttemptView {
    /// Unique identifier (UUIDv7).
    pub id: WebhookAttemptId,
    /// Id of the event, `webhook-id` of what was sent.
    pub event_id: Uuid,
    /// Type of the event.
    #[schema(example = "involvement.claim.approved.v1")]
    pub event_type: String,
    /// Place of the event in the feed.
    #[schema(example = "0000000000000000042")]
    pub sequence: String,
    /// When the attempt was made.
    pub at: Instant,
    /// What became of it.
    pub outcome: AttemptOutcome,
    /// HTTP status of the receiver's answer; null if there was none.
    #[schema(example = 204)]
    pub status: Option<i32>,
    /// How long it took, in milliseconds.
    pub took_ms: i32,
}

impl Keyed for WebhookAttemptView {
    fn key(&self) -> Uuid {
        self.id.into()
    }
}

/// The list of attempts has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WebhookAttemptFilter {}

/// From where events are sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct Replay {
    /// Place in the feed after which events are sent again: the `sequence` of the last one that you have.
    #[schema(minimum = 0, maximum = 9000000000000000i64, example = 42)]
    pub after: i64,
}
