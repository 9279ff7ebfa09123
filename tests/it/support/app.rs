//! A server for one test, on loopback and with a fixed clock, and clients of every role.

use std::sync::Arc;

use involvement::access::Role;
use involvement::access::token::{Mint, Verifier, mint};
use involvement::app::demo::{PEOPLE, SCRIPTS, play};
use involvement::app::{self, Running};
use involvement::clock::{Clock, Instant};
use involvement::db::ids::IdSource;
use involvement::db::pool::Db;
use involvement::files::Files;
use involvement::mail::Mailer;
use involvement::service::Service;

use super::client::Client;
use super::database::Database;
use super::post_office::PostOffice;

pub use super::client::faults;

pub const ISSUER: &str = "https://issuer.test";
pub const AUDIENCE: &str = "involvement";
pub const SECRET: &str = "a-secret-for-tests-of-more-than-32-bytes";
/// Time at the start of every test, unless the test sets another: a Monday, 11:00 in London.
pub const BEGIN: &str = "2026-06-15T10:00:00Z";

pub struct App {
    running: Option<Running>,
    pub clock: Clock,
    pub database: Arc<Database>,
    /// Folder of the server's object store.
    pub files: std::path::PathBuf,
    pub(super) agent: ureq::Agent,
}

impl App {
    /// Starts a server with its own database.
    pub fn start() -> Self {
        Self::with_pool(4)
    }

    /// Starts a server with this many database connections.
    pub fn with_pool(size: u32) -> Self {
        Self::set_up(size, |_| {})
    }

    /// Starts a server that sends its email to this mail server.
    pub fn posting(office: &PostOffice) -> Self {
        let url = office.url().parse().expect("an address");
        Self::set_up(8, |service| service.mail = Some(Mailer::open(&url, "http://involvement.test").expect("a mailer")))
    }

    /// Starts a server that reaches its database at another address than others, as a function of its own one.
    pub fn reaching(size: u32, address: impl FnOnce(&Database) -> String) -> Self {
        let database = Arc::new(Database::new());
        let url = address(&database);
        Self::on(database, instant(BEGIN), size, |service| service.db = Db::new(&url, size))
    }

    /// Sends every email that is due.
    pub fn post(&self) {
        app::post(&self.running().service).expect("the post");
    }

    /// Starts a server that allows each caller this many requests a minute.
    pub fn limited(a_minute: u32) -> Self {
        Self::set_up(4, |service| service.limit = Some(involvement::service::limit::Limit::of(a_minute)))
    }

    /// A server with the data of the demonstration, as it is on the day from which those data count.
    pub fn demonstration() -> Self {
        Self::demonstration_at("2026-11-23T10:00:00Z")
    }

    /// A server with the data of the demonstration, loaded at another time.
    pub fn demonstration_at(at: &str) -> Self {
        let now = instant(at);
        Self::on(Arc::new(Database::new()), now, 4, |service| {
            play(service, PEOPLE, &SCRIPTS).expect("every step of the demonstration");
            service.demonstrates(now.london_day());
        })
    }

    /// Starts a second copy of the service on the same database, without the first copy's caches.
    pub fn another(&self) -> Self {
        Self::on(Arc::clone(&self.database), self.clock.now(), 4, |_| {})
    }

    /// Starts a server on a database that others may use, too, set up as the test wants it.
    pub fn beside(database: &Arc<Database>, more: impl FnOnce(&mut Service)) -> Self {
        Self::on(Arc::clone(database), instant(BEGIN), 4, more)
    }

    /// The same, changed before it starts.
    pub fn another_with(&self, more: impl FnOnce(&mut Service)) -> Self {
        Self::on(Arc::clone(&self.database), self.clock.now(), 4, more)
    }

    /// Starts a server that is changed before.
    pub fn changed(more: impl FnOnce(&mut Service)) -> Self {
        Self::set_up(4, more)
    }

    fn set_up(size: u32, more: impl FnOnce(&mut Service)) -> Self {
        Self::on(Arc::new(Database::new()), instant(BEGIN), size, more)
    }

    fn on(database: Arc<Database>, now: Instant, size: u32, more: impl FnOnce(&mut Service)) -> Self {
        let clock = Clock::fixed(now);
        let files = std::env::temp_dir().join(format!("involvement-files-{}", uuid::Uuid::now_v7()));
        let verifier = Verifier::with_secret(ISSUER, AUDIENCE, SECRET).expect("a verifier");
        let db = Db::new(&database.url(), size);
        let mut service = Service::new(
            app::routes(),
            db,
            clock.clone(),
            IdSource::default(),
            verifier,
            Files::in_folder(files.clone()).expect("a folder"),
            "http://involvement.test".to_owned(),
        );
        more(&mut service);
        let running = app::start(service, ([127, 0, 0, 1], 0).into(), 1).expect("a server");
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .build();
        Self { running: Some(running), clock, database, files, agent: config.into() }
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("a running server")
    }

    pub fn address(&self) -> std::net::SocketAddr {
        self.running().address
    }

    /// Sets the clock.
    pub fn now_is(&self, at: &str) {
        self.clock.set(instant(at));
    }

    /// A client without a token.
    pub fn public(&self) -> Client<'_> {
        Client { app: self, token: None }
    }

    /// A client with exactly this token.
    pub fn bearer(&self, token: impl Into<String>) -> Client<'_> {
        Client { app: self, token: Some(token.into()) }
    }

    pub fn with(&self, what: Mint) -> Client<'_> {
        self.bearer(token(what))
    }

    pub fn lead(&self) -> Client<'_> {
        self.lead_called("lead.ann")
    }

    pub fn lead_called(&self, subject: &str) -> Client<'_> {
        self.with(Mint { roles: vec![Role::InvolvementLead], subject: subject.to_owned(), ..mint_defaults() })
    }

    pub fn staff(&self, services: &[&str]) -> Client<'_> {
        let services = services.iter().map(|code| (*code).to_owned()).collect();
        self.with(Mint { roles: vec![Role::Staff], subject: "nurse.ben".to_owned(), services, ..mint_defaults() })
    }

    pub fn finance(&self) -> Client<'_> {
        self.finance_called("finance.cara")
    }

    pub fn finance_called(&self, subject: &str) -> Client<'_> {
        self.with(Mint { roles: vec![Role::Finance], subject: subject.to_owned(), ..mint_defaults() })
    }

    pub fn volunteer(&self, id: &str) -> Client<'_> {
        let volunteer_id = Some(id.parse::<uuid::Uuid>().expect("an id").into());
        self.with(Mint {
            roles: vec![Role::Volunteer],
            subject: format!("volunteer.{id}"),
            volunteer_id,
            ..mint_defaults()
        })
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
        std::fs::remove_dir_all(&self.files).ok();
    }
}

pub fn mint_defaults() -> Mint {
    Mint { subject: "somebody".to_owned(), ttl_seconds: 3600, ..Mint::default() }
}

pub fn token(what: Mint) -> String {
    mint(&what, ISSUER, AUDIENCE, SECRET).expect("a token")
}

pub fn instant(text: &str) -> Instant {
    text.parse().expect("an instant")
}
