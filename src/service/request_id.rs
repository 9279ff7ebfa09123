//! The ids of a request: the service's own, which stands in the log and the record, and the caller's beside it. Anybody
//! can send the id of somebody else's request, so it never takes the place of the own one.

use actix_web::http::header::HeaderMap;
use uuid::Uuid;

use crate::http::check::uuid;

/// The ids of a request.
#[derive(Clone, Copy, Debug)]
pub struct RequestId {
    /// The service's own.
    pub own: Uuid,
    /// The caller's, where they sent a UUID in `X-Request-Id`.
    pub theirs: Option<Uuid>,
}

impl RequestId {
    /// The ids of a request with these headers.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        Self { own: Uuid::now_v7(), theirs: given.and_then(uuid) }
    }

    /// The one that is answered: the caller's, by which they know it.
    #[must_use]
    pub fn shown(self) -> Uuid {
        self.theirs.unwrap_or(self.own)
    }

    /// The caller's, for the log.
    pub(super) fn theirs(self) -> String {
        self.theirs.map(|id| id.to_string()).unwrap_or_default()
    }
}
