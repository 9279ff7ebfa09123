//! A delivery in answers: to whom, about what, by which contact method, and what that person needs.
//! Clients can't create one; decisions and updates do.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::deliveries::status::Failed;
use crate::deliveries::{About, DeliveryStatus, Format};
use crate::http::answer::{shows, stands};
use crate::http::{Keyed, Represent};
use crate::text::RequiredText;
use crate::vocabulary::contact::FeedbackMethod;

/// Filters of the list of deliveries.
#[derive(Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct DeliveryFilter {
    /// Only deliveries with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<DeliveryStatus>>,
    /// Only deliveries by one of these contact methods; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub channel: Option<Vec<FeedbackMethod>>,
    /// Only deliveries that the service sends itself (`true`), or that are on the work list for staff (`false`).
    #[serde(default)]
    pub automatic: Option<bool>,
    /// Only deliveries to one of these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only deliveries about these records: an expression of interest, agreement, session, claim and so on; several separated
    /// by commas.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Option<Vec<Uuid>>)]
    pub subject_id: Option<Vec<Uuid>>,
}

impl DeliveryFilter {
    /// The one state that is asked for, where nothing else is.
    pub(super) fn status_alone(&self) -> Option<DeliveryStatus> {
        let [only] = self.status.as_deref()? else { return None };
        (*self == Self { status: self.status.clone(), ..Self::default() }).then_some(*only)
    }
}

/// How the volunteer was told, where it differs from the delivery.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[schema(as = DeliveryOutcome)]
pub struct HowTold {
    /// Contact method that was used; that of the delivery by default.
    #[serde(default)]
    pub channel: Option<FeedbackMethod>,
    /// Formats that were used; by default those that the volunteer needs by this contact method.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub formats: Option<BTreeSet<Format>>,
    /// Why a contact method or format was used that contradicts the volunteer's needs.
    /// Example: She asked to be told by telephone this time.
    #[serde(default)]
    pub override_reason: Option<RequiredText>,
}

/// Deliveries that are done.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct DeliveryIds {
    /// Ids of the deliveries.
    #[schema(min_items = 1, max_items = 100, value_type = BTreeSet<DeliveryId>)]
    pub ids: Vec<DeliveryId>,
}

/// How many deliveries were marked as done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DeliveriesDone {
    /// Number of deliveries that are done now.
    pub done_count: i64,
}

impl Represent for DeliveriesDone {}

/// Why a delivery came back.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct BouncedDelivery {
    /// What is known of why it came back.
    /// Example: Addressee has gone away
    #[serde(default)]
    pub reason: Option<RequiredText>,
}

/// That a delivery came back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bounced {
    /// When that was recorded.
    pub at: Instant,
    /// Contact method that did not reach the volunteer.
    pub channel: FeedbackMethod,
    /// Why it came back, where known.
    /// Example: Addressee has gone away
    pub reason: Option<RequiredText>,
}

/// A message that a volunteer must get. Lists include the volunteer's needs, since whoever tells them must see those.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Unique identifier (UUIDv7).
    pub id: DeliveryId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the delivery.
    pub status: DeliveryStatus,
    /// The volunteer who is told.
    pub volunteer_id: VolunteerId,
    /// Name that the volunteer goes by; null once erased.
    #[schema(example = "Grace")]
    pub volunteer_name: Option<String>,
    /// Communication needs, in words.
    pub communication_alerts: Vec<String>,
    /// The service that it comes from; null if it comes from the trust.
    pub service_id: Option<ServiceId>,
    /// Name of that service; null if it comes from the trust.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
    /// What it is about.
    pub about: About,
    /// Kind of the record that it is about.
    #[schema(example = "claim")]
    pub subject_type: String,
    /// Id of the record that it is about.
    pub subject_id: Uuid,
    /// Reference of the claim, or title of the opportunity, plan or update that it is about; null if there is none.
    #[schema(example = "CLM-2026-000123")]
    pub subject_name: Option<String>,
    /// Contact method: the volunteer's preferred one where it meets their needs; once done, the one that was used.
    pub channel: FeedbackMethod,
    /// E-mail address, telephone number or postal address that this contact method needs, for whoever makes the delivery; null
    /// once it is done or superseded, where the method needs none, and where none is recorded. Absent for
    /// the volunteer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "01223 555 0199")]
    pub contact: Option<Option<String>>,
    /// Name of the person who acts with the volunteer and is told instead, as the volunteer wishes; `contact` is theirs. Null if
    /// the volunteer is told.
    #[schema(example = "Ruth Ellery")]
    pub tell_instead: Option<String>,
    /// Formats that the volunteer needs by this contact method; once done, those that were used.
    pub formats: BTreeSet<Format>,
    /// Whether the service sends it itself, as e-mail; otherwise it is on the work list for staff.
    pub automatic: bool,
    /// Why the service did not send it itself although it should have; null otherwise.
    pub failure: Option<Failed>,
    /// That it came back by another contact method, the last time; null if it never did.
    pub bounced: Option<Bounced>,
    /// Why it contradicts the volunteer's needs; null if it does not.
    /// Example: She asked to be told by telephone this time.
    pub override_reason: Option<RequiredText>,
    /// Day before which it is not sent, since the volunteer wants to hear less often; null for at once.
    pub send_from: Option<Day>,
    /// Text of the message; null where the record itself says everything.
    #[schema(example = "We have done this.")]
    pub message: Option<String>,
    /// When the volunteer was told; null until then.
    pub done_at: Option<Instant>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of the token of whoever made the decision.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! {
    DeliveryView {
        CONTACT = contact: [Lead, Service],
    }
}

impl Represent for DeliveryView {
    shows!(Delivery, |it| [(it.volunteer_id, None)]);
    stands!(|it| it.status);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

impl Keyed for DeliveryView {
    shows!(Delivery, |it| [(it.volunteer_id, None)]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> Uuid {
        self.id.into()
    }
}
