//! A delivery as it is seen: to whom, about what, by which way, and what that person needs.
//! Nobody writes one; they come of decisions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::deliveries::{About, DeliveryStatus};
use crate::http::{Keyed, Represent};
use crate::volunteers::ContactWay;

/// The filters of the worklist.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeliveryFilter {
    /// In one of these states.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<DeliveryStatus>>,
}

/// What a person is told. It keeps the person's needs in lists, too: whoever tells them must see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Its id.
    pub id: DeliveryId,
    /// Its version.
    pub version: i32,
    /// Its state.
    pub status: DeliveryStatus,
    /// Who is told.
    pub volunteer_id: VolunteerId,
    /// What they are called; null once erased.
    pub volunteer_name: Option<String>,
    /// What they need, in words.
    pub communication_alerts: Vec<String>,
    /// Which service it comes from.
    pub service_id: ServiceId,
    /// What it is about.
    pub about: About,
    /// The kind of thing that it is about.
    pub subject_type: String,
    /// Its id.
    pub subject_id: uuid::Uuid,
    /// By which way the person prefers to be told.
    pub channel: ContactWay,
    /// What to say; null where the thing itself says it.
    pub message: Option<String>,
    /// When the person was told.
    pub done_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for DeliveryView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

impl Keyed for DeliveryView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
