//! A template file in requests and answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::TemplateFileId;
use crate::files::kind::FileKind;
use crate::http::body::FormFile;
use crate::http::{Keyed, Represent};
use crate::text::ShortText;

crate::text_enum! {
    /// What a template is for.
    pub enum TemplatePurpose {
        /// Advert.
        Advert = "advert",
        /// Agreement.
        Agreement = "agreement",
        /// Booklet for people on an interview panel.
        InterviewBooklet = "interview_booklet",
        /// Something else.
        Other = "other",
    }
}

/// A template file to be added, as form data.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewTemplate {
    /// The file.
    #[expect(dead_code, reason = "the check of the schema reads it; the file is in the store")]
    pub file: FormFile,
    /// What it is for.
    pub purpose: TemplatePurpose,
    /// Title of the template. Never anything about people.
    /// Example: Booklet for interview panels
    pub title: ShortText,
}

/// The list of templates has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TemplateFilter {}

/// A template file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateView {
    /// Unique identifier (UUIDv7).
    pub id: TemplateFileId,
    /// Always 1: a template never changes. Add another one, and remove this one.
    pub version: i32,
    /// Point of the guidance that it belongs to, from 1 to 10.
    pub number: i16,
    /// What it is for.
    pub purpose: TemplatePurpose,
    /// Title of the template.
    /// Example: Booklet for interview panels
    pub title: ShortText,
    /// Media type, as found in the contents of the file.
    pub media_type: FileKind,
    /// Length of the file, in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// When it was added.
    pub created_at: Instant,
    /// When it was added; a template never changes.
    pub updated_at: Instant,
}

impl Represent for TemplateView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/public/templates/{}/content", self.id))
    }
}

impl Keyed for TemplateView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
