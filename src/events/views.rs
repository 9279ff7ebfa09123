//! Events as other systems get them: CloudEvents 1.0 in JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::audit::ResourceType;
use crate::clock::Instant;
use crate::events::feed::Found;
use crate::events::types::EVENT_TYPES;
use crate::http::Represent;
use crate::text::EventType;

/// What is asked of the feed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EventFilter {
    /// Only events after this place in the feed: `after` of the last answer, or `sequence` of an event. Left out, the feed
    /// is read from its beginning.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9000000000000000i64)]
    pub after: Option<i64>,
    /// Only events of these types; several separated by commas.
    #[serde(default, rename = "type")]
    #[schema(max_items = 50, example = json!(["involvement.claim.approved.v1"]))]
    pub types: Option<Vec<EventType>>,
    /// Only events of records of these kinds; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub resource_type: Option<Vec<ResourceType>>,
    /// The most events of one answer, 100 if it is left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
    /// How many seconds the service may wait for an event, where there is none yet: at most 30. Left out, it answers at once.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 30)]
    #[expect(dead_code, reason = "the service waits, before and after the feed is read")]
    pub wait: Option<i64>,
}

/// Where the first of these types is that no event has.
#[must_use]
pub fn unknown_type(types: &[EventType]) -> Option<usize> {
    let is_known = |kind: &EventType| {
        let name: Vec<&str> = kind.as_str().split('.').collect();
        EVENT_TYPES.iter().any(|(resource, event)| name == ["involvement", *resource, *event, "v1"])
    };
    types.iter().position(|kind| !is_known(kind))
}

/// A change that was made, as a CloudEvent (version 1.0). It has ids and states only: ask for the record to see more.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CloudEvent)]
pub struct EventView {
    /// Version of CloudEvents: 1.0.
    #[schema(example = "1.0")]
    pub specversion: &'static str,
    /// Unique identifier (UUIDv7) of the event. An event that is sent again has the same.
    pub id: Uuid,
    /// The service that it is from: its public address.
    #[schema(example = "https://involvement.trust.example")]
    pub source: String,
    /// Type of the event.
    #[serde(rename = "type")]
    #[schema(example = "involvement.claim.approved.v1")]
    pub kind: String,
    /// The record that it is about: its kind and its id.
    #[schema(example = "claim/019a0000-0000-7000-8000-000000000007")]
    pub subject: String,
    /// When the change was made.
    pub time: Instant,
    /// Media type of `data`.
    #[schema(example = "application/json")]
    pub datacontenttype: &'static str,
    /// Place in the feed, without gaps: 19 digits, so that texts sort as numbers do.
    #[schema(example = "0000000000000000042")]
    pub sequence: String,
    /// What the event says.
    pub data: EventData,
}

/// What an event says of a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventData {
    /// Kind of the record.
    #[schema(example = "claim")]
    pub resource_type: String,
    /// Id of the record.
    pub resource_id: Uuid,
    /// Version of the record after the change.
    #[schema(example = 3)]
    pub version: i32,
    /// Status that the change gave the record; null if it left the status as it was, or the record has none.
    #[schema(example = "approved")]
    pub state: Option<String>,
}

impl EventView {
    /// An event of the feed of the service at this address.
    #[must_use]
    pub fn of(found: Found, home: &str) -> Self {
        let Found { position, id, at, kind, resource_type, resource_id, version, state, .. } = found;
        Self {
            specversion: "1.0",
            id,
            source: home.to_owned(),
            kind,
            subject: format!("{resource_type}/{resource_id}"),
            time: at,
            datacontenttype: "application/json",
            sequence: format!("{position:019}"),
            data: EventData { resource_type, resource_id, version, state },
        }
    }
}

/// Events in the order of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// The events, oldest first; of one record, always in the order of its versions.
    pub items: Vec<EventView>,
    /// What to send as `after` next time, also where there are no events. It goes on past events that the filter leaves out.
    #[schema(example = 42)]
    pub after: i64,
    /// Whether there is more at once: ask again without waiting. `items` may be empty even so.
    pub more: bool,
}

impl Represent for EventPage {
    fn has_news(&self) -> bool {
        self.more || !self.items.is_empty()
    }
}
