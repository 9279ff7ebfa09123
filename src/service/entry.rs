//! Lets callers in: whose token it is, whether it is refused all the same, and which services they were given here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use crate::access::{Actor, LogIns};
use crate::clock::Instant;
use crate::db::budget::Budget;
use crate::http::call;
use crate::refusal::{Failure, Kind, Refusal};
use crate::service::blocking::at_database;
use crate::service::{Service, Shared};
use crate::work::log_ins;

/// How old what is known of log-ins may be, in microseconds: a refusal is in force after this at the latest, on every copy
/// of the service.
const FRESH: i64 = 2_000_000;

/// What this copy of the service knows of the decisions about log-ins.
#[derive(Debug, Default)]
pub(super) struct Entry {
    known: RwLock<Option<Known>>,
    turn: tokio::sync::Mutex<()>,
    /// How often they could not be read.
    failures: AtomicU64,
}

#[derive(Clone, Debug)]
struct Known {
    revision: i64,
    log_ins: Arc<LogIns>,
    /// When it was begun to be read, and how many connections had been lost by then.
    at: Instant,
    lost: u64,
}

impl Entry {
    fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh(&self, service: &Service) -> Option<Arc<LogIns>> {
        let (now, lost) = (service.clock.now(), service.db.lost());
        let fresh = |known: &Known| known.lost == lost && (0..FRESH).contains(&known.at.micros_until(now));
        self.known().filter(fresh).map(|known| known.log_ins)
    }

    /// Has what is known read again before the next caller is let in.
    pub(super) fn is_outdated(&self) {
        if let Some(known) = self.known.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            known.at = known.at.plus_minutes(-1);
        }
    }
}

/// The decisions about log-ins, as they were two seconds ago at most.
async fn current(service: &Shared) -> Result<Arc<LogIns>, Failure> {
    if let Some(log_ins) = service.entry.fresh(service) {
        return Ok(log_ins);
    }
    let failures = service.entry.failures.load(Ordering::SeqCst);
    let _turn = service.entry.turn.lock().await;
    // Somebody else may have read them while this one waited, or could not: then all who waited are told, at once.
    if let Some(log_ins) = service.entry.fresh(service) {
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
    let known = Known { revision, log_ins: Arc::clone(&log_ins), at, lost };
    *service.entry.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
    Ok(log_ins)
}

/// The caller named by the `Authorization` header; `None` if there is no header. Where the operation is of the API itself,
/// they must not be refused.
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
