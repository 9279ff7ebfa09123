//! What is known of a request before it reaches the database: who asks, what they may reach, and when.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::{Actor, Grant};
use crate::clock::Instant;
use crate::db::ids::ActorId;
use crate::digest::fingerprint;
use crate::trust::Trust;
use crate::work::next_steps::NextSteps;

/// What is known of a request before it reaches the database.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Who asks; none for operations open to all.
    pub actor: Option<Actor>,
    /// What they may reach.
    pub grant: Grant,
    /// When.
    pub now: Instant,
    /// Address under which clients reach the service (`PUBLIC_URL`), without a slash at its end.
    pub home: Arc<str>,
    /// The trust that runs the service, as documents show it.
    pub trust: Arc<Trust>,
    /// The request's id, in the log and the audit record: the service's own, so that nobody chooses it.
    pub request_id: Uuid,
    /// The id that the caller gave the request, if they did: beside it.
    pub client_request_id: Option<Uuid>,
    /// Whether the answer is read at the standby.
    pub at_standby: bool,
    /// The version that `If-Match` names.
    pub if_match: Option<Vec<i32>>,
    /// The key under which the answer is kept, and the request's fingerprint.
    pub idempotency: Option<IdempotencyKey>,
    /// The steps that can be taken with the resource that the operation answers.
    pub next: NextSteps,
}

impl RequestContext {
    /// Whether somebody answers by the secret address of a message, without having signed in.
    #[must_use]
    pub fn has_secret_address(&self) -> bool {
        self.actor.as_ref().is_some_and(Actor::has_secret_address)
    }
}

/// An `Idempotency-Key`, whose it is, and what it was used for.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Issuer and subject.
    pub scope: String,
    /// The key itself.
    pub key: String,
    /// A digest of method, path and body.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// Whose keys they are: a digest of the log-in, so that no subject stands in the table of keys.
    #[must_use]
    pub fn scope_of(issuer: &str, subject: &str) -> String {
        fingerprint(&[issuer, subject])
    }
}

/// Who did something, when and in which request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    pub actor: ActorId,
    pub at: Instant,
    pub request_id: Uuid,
    pub client_request_id: Option<Uuid>,
}
