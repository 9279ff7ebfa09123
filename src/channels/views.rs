//! A channel as leads maintain it and as everybody at work sees it.
//! Whether it suits an opportunity is decided in `rules`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::ChannelId;
use crate::http::{Keyed, Represent};
use crate::plans::Channel;
use crate::services::views::Domain;
use crate::text::{Line, Person, Prose, WebAddress};
use crate::vocabulary::opportunity::Audience;

crate::text_enum! {
    /// What makes a channel recommended.
    pub enum Occasion {
        /// A DBS check or occupational health clearance is required.
        ClearanceNeeded = "clearance_needed",
        /// Lived experience of a service is looked for.
        ExperienceWanted = "experience_wanted",
        /// People who use services are sought.
        ServiceUsersSought = "service_users_sought",
        /// Carers are sought.
        CarersSought = "carers_sought",
        /// Anybody may take part.
        PublicSought = "public_sought",
        /// It concerns the trust as a whole: its service is a corporate one.
        TrustWide = "trust_wide",
        /// Whatever it is.
        Always = "always",
    }
}

/// Which opportunities a channel takes, and for which it is recommended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ChannelRule {
    /// The kinds of service that it takes; every one where the list is empty.
    pub domains: BTreeSet<Domain>,
    /// Whom an opportunity must seek; anybody where the list is empty. One that seeks both is for people who use services and for carers.
    pub audiences: BTreeSet<Audience>,
    /// What makes it recommended: any one of these.
    pub recommended_when: BTreeSet<Occasion>,
}

/// A channel, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewChannel {
    /// What it is called.
    pub name: Line,
    /// Whom it reaches, and how.
    pub description: Prose,
    /// Whom to ask about placing something.
    #[serde(default)]
    pub contact: Option<Person>,
    /// Where it is on the web.
    #[serde(default)]
    pub link: Option<WebAddress>,
    /// Whether it is in use.
    pub active: bool,
    /// Which opportunities it takes, and for which it is recommended.
    #[serde(default)]
    pub rule: ChannelRule,
}

/// The filters of the list of channels.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChannelFilter {}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelView {
    /// Its id.
    pub id: ChannelId,
    /// Its version.
    pub version: i32,
    /// Which of the ten it is, for good.
    pub code: Channel,
    /// What it is called.
    pub name: Line,
    /// Whom it reaches, and how.
    pub description: Prose,
    /// Whom to ask about placing something.
    pub contact: Option<Person>,
    /// Where it is on the web.
    pub link: Option<WebAddress>,
    /// Whether it is in use.
    pub active: bool,
    /// Which opportunities it takes, and for which it is recommended.
    pub rule: ChannelRule,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it; null for the ten that come with the service.
    pub created_by: Option<String>,
    /// When it last changed.
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
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
