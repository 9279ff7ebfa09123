//! A point of the advice as leads write it and as everybody sees it.
//! No personal data but the contact's work details.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::http::Represent;
use crate::text::{Line, Person, Said, WebAddress};

/// A link to more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// What it leads to.
    pub title: Line,
    /// Where it leads.
    pub url: WebAddress,
}

/// What leads write of a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewGuidance {
    /// The point in a few words.
    pub title: Line,
    /// The advice.
    pub text: Said,
    /// Whom to ask, at work.
    #[serde(default)]
    pub contact: Option<Person>,
    /// Where there is more.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub links: Vec<Link>,
}

/// A point of the advice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GuidanceView {
    /// Which of the ten.
    pub number: i16,
    /// Its version.
    pub version: i32,
    /// The point in a few words.
    pub title: Line,
    /// The advice.
    pub text: Said,
    /// Whom to ask, at work.
    pub contact: Option<Person>,
    /// Where there is more.
    pub links: Vec<Link>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for GuidanceView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

/// The ten points, in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Guidance {
    /// The points.
    pub items: Vec<GuidanceView>,
    /// Always null: there are ten.
    pub next_cursor: Option<String>,
}

impl Represent for Guidance {
    fn etag(&self) -> Option<String> {
        // Every change counts one version up, so their sum names one state of all ten.
        Some(self.items.iter().map(|point| i64::from(point.version)).sum::<i64>().to_string())
    }
}
