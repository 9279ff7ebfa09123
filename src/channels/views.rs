//! Channels and placements in requests and answers.
//! `rules` decides whether it suits an opportunity.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{ChannelId, OpportunityId, PlacementId, ServiceId};
use crate::db::schema::{channels, placements};
use crate::http::body::rule;
use crate::http::{Fields, Keyed, Represent};
use crate::plans::Channel;
use crate::services::views::Domain;
use crate::text::{LongText, Person, ShortText, WebAddress};
use crate::vocabulary::opportunity::Audience;

crate::text_enum! {
    /// Conditions under which a channel is recommended.
    pub enum Occasion {
        /// The opportunity requires a DBS check or occupational health clearance.
        ClearanceNeeded = "clearance_needed",
        /// The opportunity wants lived experience of a service.
        ExperienceWanted = "experience_wanted",
        /// The opportunity is for people who use services.
        ServiceUsersSought = "service_users_sought",
        /// The opportunity is for carers.
        CarersSought = "carers_sought",
        /// Anybody can take part in the opportunity.
        PublicSought = "public_sought",
        /// The opportunity concerns the whole trust: its service is a corporate one.
        TrustWide = "trust_wide",
        /// Every opportunity.
        Always = "always",
    }
}

/// Rule of a channel: which opportunities it allows, and for which it is recommended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ChannelRule {
    /// Kinds of service that the channel allows; all of them if the list is empty.
    pub domains: BTreeSet<Domain>,
    /// Audiences that the channel allows; all if empty. `service_users` and `carers` each also allow `both`.
    pub audiences: BTreeSet<Audience>,
    /// Conditions under which the channel is recommended; one of them is enough.
    pub recommended_when: BTreeSet<Occasion>,
}

/// What a channel is and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = channels, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct ChannelDetails {
    /// Name of the channel.
    /// Example: Waiting room
    pub name: ShortText,
    /// Whom the channel reaches, and how.
    /// Example: A poster where people wait. It reaches those who use the service now.
    pub description: LongText,
    /// Person to ask about placing an advert; null if there is none.
    #[serde(default)]
    #[schema(value_type = Option<Person>)]
    pub contact: Option<Json<Person>>,
    /// Address of the channel's web page; null if there is none.
    #[serde(default)]
    pub link: Option<WebAddress>,
}

/// Fields of a channel that can be written.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, AsChangeset,
)]
#[diesel(table_name = channels, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewChannel)]
pub struct ChannelContent {
    /// What it is and how to reach it.
    #[serde(flatten)]
    #[diesel(embed)]
    pub details: ChannelDetails,
    /// Whether the channel is in use.
    pub active: bool,
    /// Rule: which opportunities the channel allows, and for which it is recommended.
    #[serde(default)]
    #[schema(value_type = ChannelRule)]
    pub rule: Json<ChannelRule>,
}

/// The list of channels has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChannelFilter {}

/// What a channel is and how to reach it, in answers.
pub(super) type DetailFields = Fields<ChannelDetails>;

/// A place where opportunities are advertised.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelView {
    /// Unique identifier (UUIDv7).
    pub id: ChannelId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Code of the channel; it can't be changed.
    pub code: Channel,
    /// What it is and how to reach it.
    #[serde(flatten)]
    pub details: DetailFields,
    /// Whether the channel is in use.
    pub active: bool,
    /// Rule: which opportunities the channel allows, and for which it is recommended.
    pub rule: ChannelRule,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null for the ten channels that are built in.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for ChannelView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/channels/{}", self.id))
    }
}

impl Keyed for ChannelView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// Fields of a placement that can be written.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = placements, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
#[schema(as = NewPlacement)]
#[validate(schema(function = "days_in_order"))]
pub struct PlacementContent {
    /// Channel in which the opportunity is advertised.
    pub channel_code: Channel,
    /// First day of the placement.
    pub placed_on: Day,
    /// Last day of the placement, inclusive; null if the end is open.
    #[serde(default)]
    pub until: Option<Day>,
    /// Where exactly, or in which issue. Never anything about people.
    /// Example: The board by the lift.
    #[serde(default)]
    pub note: Option<LongText>,
}

fn days_in_order(new: &PlacementContent) -> Result<(), ValidationError> {
    match new.until {
        Some(until) if until < new.placed_on => Err(rule("/until", "unordered", "must not be before placed_on")),
        _ => Ok(()),
    }
}

/// The list of placements has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlacementFilter {}

type PlacementFields = Fields<PlacementContent>;

/// An opportunity advertised in a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacementView {
    /// Unique identifier (UUIDv7).
    pub id: PlacementId,
    /// Version, counted from 1.
    pub version: i32,
    /// Opportunity that is advertised.
    pub opportunity_id: OpportunityId,
    /// Service of the opportunity.
    pub service_id: ServiceId,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: PlacementFields,
    /// Number of expressions of interest through this channel from `placed_on` until the next placement in the channel.
    pub responses: i64,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for PlacementView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // A placement has no address of its own; this is the list that shows it.
        Some(format!("/v1/opportunities/{}/placements", self.opportunity_id))
    }
}

impl Keyed for PlacementView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
