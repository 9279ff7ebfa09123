//! Refusals and the services of staff, as clients write and see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Instant;
use crate::db::ids::{RefusedTokenId, StaffServicesId};
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::text::{ServiceCode, ShortText, Subject};

/// A log-in or token to refuse. Give either its subject or the id of the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "names_one"))]
pub struct NewRefusedToken {
    /// Subject of the log-in, as the service sees it: every token with it is refused.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// Id of the token (`jti`, or the claim that its issuer has instead): this token alone is refused.
    #[serde(default)]
    #[schema(example = "b3f1c0de-7a52")]
    pub token_id: Option<ShortText>,
    /// Why it is refused, for the other involvement leads.
    #[schema(example = "The laptop was stolen.")]
    pub reason: ShortText,
    /// When the refusal ends; null if it holds until it is lifted. For a token, the end of its validity is enough.
    #[serde(default)]
    pub expires_at: Option<Instant>,
}

fn names_one(new: &NewRefusedToken) -> Result<(), ValidationError> {
    match (&new.subject, &new.token_id) {
        (Some(_), Some(_)) => Err(rule("/token_id", "not-allowed", "must be left out where `subject` is given")),
        (None, None) => Err(rule("/subject", "required", "must be given, or `token_id`")),
        _ => Ok(()),
    }
}

/// The list of refusals has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RefusedTokenFilter {}

/// A log-in or token that is refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedTokenView {
    /// Unique identifier (UUIDv7).
    pub id: RefusedTokenId,
    /// Version, counted from 1; send it in If-Match to lift the refusal.
    pub version: i32,
    /// Subject of the log-in whose tokens are refused; null where one token is.
    #[schema(example = "nurse.okafor")]
    pub subject: Option<String>,
    /// Id of the token that is refused; null where a log-in is.
    #[schema(example = "b3f1c0de-7a52")]
    pub token_id: Option<String>,
    /// Why it is refused.
    #[schema(example = "The laptop was stolen.")]
    pub reason: String,
    /// When the refusal ends; null if it holds until it is lifted.
    pub expires_at: Option<Instant>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null once erased.
    #[schema(example = "amara.okafor")]
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for RefusedTokenView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/refused-tokens/{}", self.id))
    }
}

impl Keyed for RefusedTokenView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// The services that a member of staff works for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewStaffServices {
    /// Codes of the services; an empty list takes all of them away.
    #[schema(max_items = 100)]
    pub services: Vec<ServiceCode>,
}

/// The list of staff with services has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StaffServicesFilter {}

/// The services that a member of staff was given in this service.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffServicesView {
    /// Unique identifier (UUIDv7).
    pub id: StaffServicesId,
    /// Version, counted from 1; send it in If-Match to replace the services only if nobody else has.
    pub version: i32,
    /// Subject of their token.
    #[schema(example = "nurse.okafor")]
    pub subject: String,
    /// Codes of the services, in alphabetical order.
    #[schema(example = json!(["crisis-cafe"]))]
    pub services: Vec<String>,
    /// When they were first given services.
    pub created_at: Instant,
    /// Who gave them first: the subject of their token; null once erased.
    #[schema(example = "amara.okafor")]
    pub created_by: Option<String>,
    /// When the services were last changed.
    pub updated_at: Instant,
}

impl Represent for StaffServicesView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

impl Keyed for StaffServicesView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
