//! The service: its operations, database, clock and files, and how a request is run as a read or a write.
//! Requests come from the HTTP server, from the demonstration and from scheduled work.

mod blocking;
mod bodies;
mod caller;
mod cors;
mod deprecation;
mod entry;
mod file_name;
mod known_log_ins;
pub mod limit;
pub mod local;
mod merged;
mod news;
mod page;
mod problem;
mod refused;
mod request_id;
mod run;
pub mod server;
mod shared_look;
mod standby;
mod streaming;
mod upload;
mod waiting;
mod wire;

pub use cors::cors;
pub use news::News;
pub use page::page;
pub use run::Job;
pub use wire::careful;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::access::proxies::{Networks, Proxies};
use crate::access::token::Verifier;
use crate::clock::{Clock, Day};
use crate::db::ids::IdSource;
use crate::db::pool::Db;
use crate::db::standby::Standby;
use crate::files::{Files, Scanner};
use crate::http::Routes;
use crate::http::home;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::openapi::ServedDocument;
use crate::service::known_log_ins::Entry;
use crate::service::limit::{AnonymousTurns, Limit};
use crate::service::shared_look::SharedLook;
use crate::trust::Trust;
use crate::work::access_log::WrittenToday;
use crate::work::actors;

/// Somebody of the demonstration, with a token.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Their name.
    pub name: String,
    /// Their roles, in words.
    pub roles: String,
    /// A token of theirs.
    pub token: String,
}

/// Everything that all requests share.
#[derive(Debug)]
pub struct Service {
    /// Every operation.
    pub routes: Routes,
    /// Connection pool of the database.
    pub db: Db,
    /// A standby for reads that may be a few seconds old, if one is set.
    pub standby: Option<Standby>,
    /// Source of the time.
    pub clock: Clock,
    /// Source of new ids.
    pub ids: IdSource,
    /// Verifier of tokens.
    pub verifier: Verifier,
    /// Whether staff whose token names no service have those that leads gave them here.
    pub gives_services: bool,
    /// Address that clients use.
    pub public_url: Arc<str>,
    /// The trust that runs it, as documents and e-mails show it.
    pub trust: Arc<Trust>,
    /// Object store for uploaded files.
    pub files: Files,
    /// Scanner of uploaded files, if one is set.
    pub scanner: Option<Scanner>,
    /// Mailer, if a mail server is set.
    pub mail: Option<Mailer>,
    /// Days before a session on which people are reminded of it; 0 for never.
    pub remind_days: u16,
    /// Metrics for Prometheus.
    pub metrics: Metrics,
    /// Whether Swagger UI is served.
    pub swagger_ui: bool,
    /// Whether `/metrics` is served on the same address as the API.
    pub metrics_here: bool,
    /// Who can be signed in as with a click on the start page: the people of the demonstration, and nobody elsewhere.
    pub sign_ins: Vec<SignIn>,
    /// Origins whose pages may call the service from a browser.
    pub origins: Vec<String>,
    /// The OpenAPI document as it is served.
    pub document: ServedDocument,
    /// Limit on the requests of a caller, if one is set.
    pub limit: Option<Limit>,
    /// Limit on what an address sends without a token to be written, if there is one.
    pub anonymous_writes: Option<Limit>,
    /// Networks of the trust itself to which webhooks may be sent.
    pub webhook_networks: Networks,
    /// What is told to requests that wait for events.
    pub news: News,
    /// Proxies whose word on where a request comes from is believed.
    pub proxies: Proxies,
    /// Turns at the database of requests without a token: fewer than there are.
    anonymous: AnonymousTurns,
    stopping: AtomicBool,
    actors: actors::Known,
    looks: WrittenToday,
    entry: Entry,
    readiness: SharedLook,
}

impl Service {
    /// A service with these parts, without a mailer, a standby or a limit on requests.
    #[must_use]
    pub fn new(
        routes: Routes,
        db: Db,
        clock: Clock,
        ids: IdSource,
        verifier: Verifier,
        files: Files,
        public_url: String,
    ) -> Self {
        let anonymous = AnonymousTurns::beside(&db);
        let document = ServedDocument::of(home::prefix(&public_url));
        Self {
            routes,
            db,
            standby: None,
            clock,
            ids,
            verifier,
            gives_services: false,
            files,
            scanner: None,
            mail: None,
            remind_days: 3,
            public_url: public_url.into(),
            trust: Arc::default(),
            metrics: Metrics::new(),
            swagger_ui: false,
            sign_ins: Vec::new(),
            origins: Vec::new(),
            document,
            metrics_here: true,
            limit: None,
            anonymous_writes: None,
            webhook_networks: Networks::default(),
            news: News::default(),
            proxies: Proxies::default(),
            anonymous,
            stopping: AtomicBool::new(false),
            actors: actors::Known::default(),
            looks: WrittenToday::default(),
            entry: Entry::default(),
            readiness: SharedLook::default(),
        }
    }

    /// Says under which address clients reach it, for every address that it tells them.
    pub fn reached_at(&mut self, public_url: &str) {
        self.document = ServedDocument::of(home::prefix(public_url));
        self.public_url = public_url.into();
    }

    /// Makes it the demonstration of a day: with pages to try the document, whose examples are near that day.
    pub fn demonstrates(&mut self, today: Day) {
        self.swagger_ui = true;
        self.document = ServedDocument::of_a_demonstration(home::prefix(&self.public_url), today);
    }

    /// Makes `/health/ready` report that no more requests should be sent.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.news.end();
    }

    /// Whether the service is about to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// A service shared by several threads.
pub type Shared = Arc<Service>;
