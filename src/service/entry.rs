//! Lets callers in: whose token it is, whether it is refused all the same, and which services they were given here.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use crate::access::{Actor, LogIns};
use crate::db::budget::Budget;
use crate::http::call;
use crate::refusal::{Failure, Kind, Refusal};
use crate::service::blocking::at_database;
use crate::service::known_log_ins::Known;
use crate::service::{Service, Shared};
use crate::work::log_ins;

/// The decisions about log-ins, as they were two seconds ago at most.
async fn current(service: &Shared) -> Result<Arc<LogIns>, Failure> {
    let fresh = || service.entry.fresh(service.clock.now(), service.db.lost());
    if let Some(log_ins) = fresh() {
        return Ok(log_ins);
    }
    let failures = service.entry.failures.load(Ordering::SeqCst);
    let _turn = service.entry.turn.lock().await;
    // Somebody else may have read them while this one waited, or could not: then all who waited are told, at once.
    if let Some(log_ins) = fresh() {
        return Ok(log_ins);
    }
    if service.entry.failures.load(Ordering::SeqCst) != failures {
        return Err(Failure::Unavailable("the decisions about log-ins could not be read".to_owned()));
    }
    let (at, lost) = (service.clock.now(), service.db.lost());
    let before = service.entry.known().filter(|known| known.lost == lost);
    let revision = before.as_ref().map(|known| known.revision);
    let looking = move |service: &Service| service.db.with(|conn| log_ins::look(conn, revision));
    let looked = at_database(service, Budget::of_read(), looking).await;
    let (revision, read) = looked.inspect_err(|_| _ = service.entry.failures.fetch_add(1, Ordering::SeqCst))?;
    let log_ins = match (read, before) {
        (Some(read), _) => Arc::new(read),
        (None, Some(before)) => before.log_ins,
        (None, None) => return Err(Failure::broken("the decisions about log-ins were not read")),
    };
    service.entry.keep(Known { revision, log_ins: Arc::clone(&log_ins), at, lost });
    Ok(log_ins)
}

/// The caller named by the `Authorization` header; `None` if there is no header. Where the operation is of the API itself,
/// they must not be refused. `path` is the decoded one, by which requests are routed: `/%761/me` is `/v1/me`.
///
/// # Errors
/// `unauthenticated`, without the reason, which is only logged; `unavailable` while nobody knows who is refused.
pub(super) async fn caller(service: &Shared, headers: &HeaderMap, path: &str) -> Result<Option<Actor>, Refusal> {
    let mut given = headers.get_all(AUTHORIZATION);
    let Some(value) = given.next() else { return Ok(None) };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    let Some((_, token)) = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") && given.next().is_none())
    else {
        return Err(call::unauthenticated());
    };
    let actor = service.verifier.verify_with_newest_keys(token.trim()).await.map_err(|why| {
        log::debug!("a token was not accepted: {why}");
        call::unauthenticated()
    })?;
    if !path.starts_with("/v1/") {
        return Ok(Some(actor));
    }
    let log_ins = current(service).await.map_err(|failure| {
        log::warn!("nobody is let in while it is not known who is refused: {failure}");
        Refusal::new(Kind::Unavailable, "The service can't do this at the moment. Try again in a few seconds.")
    })?;
    let services = (!service.gives_services).then(|| actor.services.clone());
    match log_ins.admit(actor, service.clock.now()) {
        Some(actor) => Ok(Some(Actor { services: services.unwrap_or_else(|| actor.services.clone()), ..actor })),
        None => {
            log::info!("a token was refused, as was decided about it or its log-in");
            Err(call::unauthenticated())
        }
    }
}
