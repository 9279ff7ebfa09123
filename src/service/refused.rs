//! What the log is told of those who are refused: who it was, by the key that the audit record knows them by, and what they
//! asked for. Nothing personal.

use crate::access::Actor;
use crate::db::budget::Budget;
use crate::db::ids::ActorId;
use crate::http::answer::Answer;
use crate::http::problem;
use crate::refusal::{Failure, Kind, Result};
use crate::service::Shared;
use crate::service::blocking::at_database;
use crate::service::request_id::RequestId;
use crate::work::became::became_of;

/// Writes a line where a token was not accepted, or somebody may not do what they asked for.
pub(super) async fn tell(
    service: &Shared,
    outcome: &Result<Answer>,
    sent: Option<Actor>,
    operation: &'static str,
    id: RequestId,
) {
    let Err(Failure::Refused(refusal)) = outcome else { return };
    let code = refusal.kind.as_str();
    match sent {
        None if refusal.kind == Kind::Unauthenticated => {
            log::info!(request_id:% = id.own, operation; "no token, or one that is not accepted");
        }
        Some(actor) if problem::of(refusal.kind).status == 403 => {
            let actor = key(service, actor).await.map_or_else(|| "unknown".to_owned(), |key| key.to_string());
            log::info!(request_id:% = id.own, operation, actor:% = actor, code; "refused to somebody who may not do this");
        }
        _ => {}
    }
}

/// The key of somebody; made for those who have none yet and are still there. Unknown while the database is away.
async fn key(service: &Shared, actor: Actor) -> Option<ActorId> {
    let lost = service.db.lost();
    if let Some(key) = service.actors.known(&actor, lost) {
        return Some(key);
    }
    let budget = Budget::of_write(false);
    let found = at_database(service, budget, move |service| {
        service.db.within(&budget, |conn| match actor.volunteer_id {
            Some(volunteer) if became_of(conn, volunteer)?.erased => Ok(None),
            _ => service.actors.id(conn, &actor, &service.ids, lost).map(Some),
        })
    });
    found.await.ok()?
}
