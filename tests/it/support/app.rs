//! A server for one test, on loopback and with a fixed clock, and clients that send JSON to it.

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
use serde_json::Value;

use super::database::Database;
use super::post_office::PostOffice;

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
    agent: ureq::Agent,
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
        let now = instant("2026-11-23T10:00:00Z");
        Self::on(Arc::new(Database::new()), now, 4, |service| {
            play(service, PEOPLE, &SCRIPTS).expect("every step of the demonstration");
        })
    }

    /// Starts a second copy of the service on the same database, without the first copy's caches.
    pub fn another(&self) -> Self {
        Self::on(Arc::clone(&self.database), self.clock.now(), 4, |_| {})
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
        let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build();
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

/// A client of the server.
#[derive(Clone)]
pub struct Client<'a> {
    pub app: &'a App,
    pub token: Option<String>,
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
    pub text: String,
    pub json: Value,
    asked: String,
}

impl Client<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], Some(body.to_string()))
    }

    /// A POST without a body.
    pub fn ask(&self, path: &str) -> Answer {
        self.send("POST", path, &[], None)
    }

    /// A POST with an `Idempotency-Key`.
    pub fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send("POST", path, &[("idempotency-key", key)], Some(body.to_string()))
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &[], Some(body.to_string()))
    }

    /// A merge patch with this version in `If-Match`.
    pub fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send("PATCH", path, &[("if-match", &format!("\"{version}\""))], Some(body.to_string()))
    }

    /// A merge patch of the current version.
    pub fn change(&self, path: &str, body: Value) -> Answer {
        let version = self.get(path).expect(200)["version"].as_i64().expect("a version");
        self.patch(path, version, body)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Answer {
        let mut all = headers.to_vec();
        if body.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            all.push(("content-type", "application/json"));
        }
        self.send_bytes(method, path, &all, body.map(String::into_bytes).unwrap_or_default())
    }

    /// A request with exactly these headers and bytes, and the token.
    pub fn send_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let url = format!("http://{}{path}", self.app.address());
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sends = !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH");
        let asked = format!("{method} {path} {}", String::from_utf8_lossy(&body[..body.len().min(2_000)]));
        let answer = if sends {
            self.app.agent.run(request.body(body).expect("a request"))
        } else {
            self.app.agent.run(request.body(()).expect("a request"))
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{asked}: {error}"));
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let bytes = answer.body_mut().with_config().limit(200 << 20).read_to_vec().expect("a whole answer");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { status, headers, bytes, text, json, asked };
        answer.must_be_well_formed(method);
        answer
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body; panics unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}\n{}", self.asked, self.text);
        self.json
    }

    /// The problem; panics unless it has this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.json["code"].as_str().unwrap_or_default()),
            (status, code),
            "{}\n{}",
            self.asked,
            self.text
        );
        self.json
    }

    /// Checks what every answer and every problem must have.
    #[track_caller]
    fn must_be_well_formed(&self, method: &str) {
        assert!(self.header("x-request-id").is_some() || self.status == 400, "no request id: {}", self.asked);
        assert_ne!(self.status, 500, "{}\n{}", self.asked, self.text);
        if self.status >= 400 && method != "HEAD" && self.header("x-request-id").is_some() {
            assert_eq!(self.header("content-type"), Some("application/problem+json"), "{} {}", self.asked, self.text);
            assert_eq!(self.json["status"].as_u64(), Some(u64::from(self.status)), "{}", self.text);
            for member in ["type", "title", "detail", "instance", "code", "request_id"] {
                assert!(self.json[member].is_string(), "a problem without {member}: {}", self.text);
            }
        }
    }
}

/// The `(pointer, code)` pairs of a problem's errors.
pub fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    problem["errors"]
        .as_array()
        .map(|errors| errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect())
        .unwrap_or_default()
}
