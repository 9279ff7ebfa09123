//! A delivery as it is seen: to whom, about what, by which way, and what that person needs.
//! Nobody writes one; they come of decisions and updates.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::{Day, Instant};
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::deliveries::status::Failed;
use crate::deliveries::{About, DeliveryStatus, Format};
use crate::http::{Keyed, Represent};
use crate::text::Said;
use crate::vocabulary::contact::FeedbackMethod;

/// The filters of the worklist.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeliveryFilter {
    /// In one of these states.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<DeliveryStatus>>,
    /// By one of these ways.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub channel: Option<Vec<FeedbackMethod>>,
    /// Whether the service sends it itself; `false` is the worklist of people.
    #[serde(default)]
    pub automatic: Option<bool>,
    /// To one of these people.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
}

/// How the person was told, where it is not as the delivery says.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct HowTold {
    /// By which way; as the delivery says unless given.
    #[serde(default)]
    pub channel: Option<FeedbackMethod>,
    /// In which formats; those that the person needs by this way unless given.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub formats: Option<BTreeSet<Format>>,
    /// Why it went in a way or format that contradicts what the person needs.
    #[serde(default)]
    pub override_reason: Option<Said>,
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
    /// What people call it: a claim's reference, the title of an opportunity, a plan or an update.
    pub subject_name: Option<String>,
    /// By which way: the one the person prefers, where it suits what they need; once done, the one that was used.
    pub channel: FeedbackMethod,
    /// In which formats: those the person needs by this way; once done, those that were used.
    pub formats: BTreeSet<Format>,
    /// Whether the service sends it itself, as e-mail; otherwise somebody has to do it.
    pub automatic: bool,
    /// Why the service did not send it itself although it meant to.
    pub failure: Option<Failed>,
    /// Why it contradicts what the person needs.
    pub override_reason: Option<Said>,
    /// The day before which it is not sent, for the person wants to hear less often; null is at once.
    pub send_from: Option<Day>,
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
