//! A point of the guidance in requests and answers.
//! The only personal data are the work details of the contact.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::http::Represent;
use crate::text::{Person, RequiredText, ShortText, WebAddress};

/// A link to more information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// Title of the page.
    /// Example: 4Pi national involvement standards
    pub title: ShortText,
    /// Address of the page.
    pub url: WebAddress,
}

/// Fields of a point of the guidance that can be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewGuidance {
    /// Title of the point.
    /// Example: Relationships come first
    pub title: ShortText,
    /// Text of the advice.
    /// Example: Name one person whom people can turn to, and another for when that person is away.
    pub text: RequiredText,
    /// Member of staff who answers questions about this point; null if there is none.
    #[serde(default)]
    pub contact: Option<Person>,
    /// Links to more information.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub links: Vec<Link>,
}

/// One of the ten points of the guidance.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GuidanceView {
    /// Number of the point, from 1 to 10.
    pub number: i16,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Title of the point.
    /// Example: Relationships come first
    pub title: ShortText,
    /// Text of the advice.
    /// Example: Name one person whom people can turn to, and another for when that person is away.
    pub text: RequiredText,
    /// Member of staff who answers questions about this point; null if there is none.
    pub contact: Option<Person>,
    /// Links to more information.
    pub links: Vec<Link>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for GuidanceView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

/// The guidance: all ten points in order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Guidance {
    /// The points, from 1 to 10.
    pub items: Vec<GuidanceView>,
    /// Always null: all ten points are on one page.
    pub next_cursor: Option<String>,
}

impl Represent for Guidance {
    fn etag(&self) -> Option<String> {
        // Every change raises one version by one, so the sum of the versions identifies the state of all ten points.
        Some(self.items.iter().map(|point| i64::from(point.version)).sum::<i64>().to_string())
    }
}
