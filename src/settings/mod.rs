//! Every environment variable, read once at the start. A wrong one stops the start with one line that says which
//! variable is wrong, why, and what to set. Only `environment` reads the environment.

mod addresses;
mod database;
mod encryption;
mod environment;
mod exposure;
mod token_keys;
mod trust;
mod variable;

pub use database::{Database, ReadFrom, default_data_dir};
pub use environment::environment;
pub use exposure::DEMO_SECRET;
pub use token_keys::{TokenKeys, token_keys};
pub use variable::{Lookup, Wrong};

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::access::actor::BUILT_IN;
use crate::access::issuers::IssuerRules;
use crate::access::proxies::{Networks, Proxies};
use crate::access::token::Verifier;
use crate::files::{Files, Scanner};
use crate::mail::Mailer;
use crate::settings::addresses::{cors_origins, public_url, receipts_url, smtp_url};
use crate::settings::database::{database, read_from};
use crate::settings::environment::{s3_options, search_path};
use crate::settings::token_keys::gives_services;
use crate::settings::variable::{parsed, wrong};
use crate::trust::Trust;

/// What an address may send without a token in a minute to be written, where nothing is set: many times what a form is
/// used by people, also where all of them come through one proxy.
const ANONYMOUS_WRITES: u32 = 60;

/// The format of the log (`LOG_FORMAT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line an entry.
    Text,
    /// One JSON object an entry.
    Json,
}

/// The settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The PostgreSQL database (`DATABASE_URL`, `DATABASE_OWNER_URL`, `DATA_DIR`).
    pub database: Database,
    /// A standby of it, for reads that may be a few seconds old (`DATABASE_READ_URL`, `DATABASE_READ_MAX_AGE`).
    pub read_from: Option<ReadFrom>,
    /// Folder of PostgreSQL's programs, for an embedded PostgreSQL (`PG_BINDIR`).
    pub pg_bindir: Option<PathBuf>,
    /// Search path for programs (`PATH`).
    pub path: Option<OsString>,
    /// Address and port to listen on (`BIND`).
    pub bind: SocketAddr,
    /// Address that clients use, without a slash at the end (`PUBLIC_URL`).
    pub public_url: String,
    /// Required issuer of tokens (`JWT_ISSUER`).
    pub issuer: String,
    /// Required audience of tokens (`JWT_AUDIENCE`).
    pub audience: String,
    /// Keys that verify tokens (`JWT_ISSUERS`, `JWT_JWKS` or `JWT_HS256_SECRET`).
    pub keys: TokenKeys,
    /// Whether leads give staff their services here where a token names none (`STAFF_SERVICES`).
    pub gives_services: bool,
    /// Whether `JWT_HS256_SECRET` may be used where others can reach the service (`JWT_HS256_ANYWHERE`).
    pub hs256_anywhere: bool,
    /// Object store for receipts and other uploaded files, `file://` or `s3://` (`RECEIPTS_URL`).
    pub receipts_url: Url,
    /// Scanner of uploaded files (`FILE_SCANNER`, `FILE_SCANNER_SECONDS`).
    pub file_scanner: Option<Scanner>,
    /// Options of S3: every variable whose name begins with `AWS_`.
    pub s3_options: Vec<(String, String)>,
    /// Mail server (`SMTP_URL`); without one, emails go to the work list of staff.
    pub smtp_url: Option<Url>,
    /// Whether `serve` has Swagger UI (`SWAGGER_UI`); `demo` always has it.
    pub swagger_ui: bool,
    /// Separate address and port for `/metrics` (`METRICS_BIND`); when not set, on `bind` where that is loopback.
    pub metrics_bind: Option<SocketAddr>,
    /// Maximum number of database connections (`POOL_SIZE`).
    pub pool_size: u32,
    /// Number of threads that answer requests (`WORKERS`).
    pub workers: usize,
    /// Maximum number of requests a minute from one caller (`RATE_LIMIT`); unlimited when not set.
    pub rate_limit: Option<u32>,
    /// Seconds for which requests are still taken after a SIGTERM (`STOP_DELAY`).
    pub stop_delay: u64,
    /// The most connections of clients at a time (`MAX_CONNECTIONS`).
    pub max_connections: usize,
    /// The share of records, in percent, that retention removes at once without asking (`RETENTION_SHARE`).
    pub retention_share: u8,
    /// Days before a session on which people are reminded of it; 0 for never (`REMIND_DAYS`).
    pub remind_days: u16,
    /// Maximum number of requests a minute without a token that would write something, from one address
    /// (`ANONYMOUS_WRITE_LIMIT`).
    pub anonymous_write_limit: u32,
    /// Proxies whose word on where a request comes from is believed (`TRUSTED_PROXIES`).
    pub trusted_proxies: Proxies,
    /// Networks of the trust itself to which webhooks may be sent (`WEBHOOK_NETWORKS`).
    pub webhook_networks: Networks,
    /// Origins whose pages may call the service from a browser (`CORS_ORIGINS`).
    pub cors_origins: Vec<String>,
    /// Whether `serve` migrates a database that is not embedded (`MIGRATE`).
    pub migrate: bool,
    /// The trust: its name, logo, address and portal (`TRUST_NAME`, `TRUST_LOGO`, `TRUST_ADDRESS`, `PORTAL_URL`).
    pub trust: Trust,
}

/// The format of the log, from `LOG_FORMAT`.
///
/// # Errors
/// `LOG_FORMAT` is neither `text` nor `json`.
pub fn log_format(get: Lookup<'_>) -> Result<LogFormat, Wrong> {
    match get("LOG_FORMAT").as_deref() {
        None | Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(wrong("LOG_FORMAT", "must be text or json")),
    }
}

impl Settings {
    /// Reads every variable.
    ///
    /// # Errors
    /// The first variable that is missing or wrong.
    pub fn read(get: Lookup<'_>, default_data_dir: Option<&Path>) -> Result<Self, Wrong> {
        let bind: SocketAddr =
            parsed(get, "BIND", SocketAddr::from(([127, 0, 0, 1], 8080)), "an address and port, like 127.0.0.1:8080")?;
        let workers = workers(get)?;
        let pool_size = pool_size(get)?;
        let metrics_bind = metrics_bind(get)?;
        let database = database(get, default_data_dir)?;
        let read_from = read_from(get, &database)?;
        encryption::check(get, &database, read_from.as_ref())?;
        Ok(Self {
            receipts_url: receipts_url(get, &database)?,
            smtp_url: smtp_url(get)?,
            s3_options: s3_options(),
            file_scanner: file_scanner(get)?,
            read_from,
            database,
            pg_bindir: get("PG_BINDIR").map(PathBuf::from),
            path: search_path(),
            bind,
            public_url: public_url(get, bind)?,
            issuer: issuer(get)?,
            audience: get("JWT_AUDIENCE").unwrap_or_else(|| "involvement".to_owned()),
            keys: token_keys(get)?,
            gives_services: gives_services(get)?,
            hs256_anywhere: switch(get, "JWT_HS256_ANYWHERE")?,
            swagger_ui: switch(get, "SWAGGER_UI")?,
            metrics_bind,
            pool_size,
            workers,
            rate_limit: a_minute(get, "RATE_LIMIT")?,
            anonymous_write_limit: a_minute(get, "ANONYMOUS_WRITE_LIMIT")?.unwrap_or(ANONYMOUS_WRITES),
            trusted_proxies: networks(get, "TRUSTED_PROXIES")?,
            webhook_networks: networks(get, "WEBHOOK_NETWORKS")?,
            cors_origins: cors_origins(get)?,
            migrate: switch(get, "MIGRATE")?,
            trust: trust::trust(get)?,
            stop_delay: within(get, "STOP_DELAY", 5, 0..=300, "a whole number of seconds from 0 to 300")?,
            max_connections: within(
                get,
                "MAX_CONNECTIONS",
                4_096,
                16..=1_000_000,
                "a whole number from 16 to 1000000",
            )?,
            remind_days: within(get, "REMIND_DAYS", 3, 0..=60, "a whole number of days from 0 to 60")?,
            retention_share: within(get, "RETENTION_SHARE", 10, 0..=100, "a whole number of percent from 0 to 100")?,
        })
    }

    /// Opens the object store for files.
    ///
    /// # Errors
    /// `RECEIPTS_URL` or an option of S3 is wrong, or the folder can't be used.
    pub fn files(&self) -> Result<Files, Wrong> {
        Files::open(&self.receipts_url, self.s3_options.clone()).map_err(|error| {
            wrong("RECEIPTS_URL", format!("can't be used, set a writable folder or an S3 address: {error}"))
        })
    }

    /// The mailer, if a mail server is set.
    ///
    /// # Errors
    /// `SMTP_URL` is wrong.
    pub fn mail(&self) -> Result<Option<Mailer>, Wrong> {
        let Some(url) = &self.smtp_url else { return Ok(None) };
        Mailer::open(url, &self.public_url).map(Some).map_err(|why| wrong("SMTP_URL", why))
    }

    /// The verifier of tokens.
    ///
    /// # Errors
    /// The secret is too short, or the key set can't be used.
    pub fn verifier(&self) -> Result<Verifier, Wrong> {
        match &self.keys {
            TokenKeys::Secret(secret) => Verifier::with_secret(&self.issuer, &self.audience, secret)
                .map_err(|error| wrong("JWT_HS256_SECRET", error.to_string())),
            TokenKeys::JwksFile(path) => Verifier::with_jwks_file(&self.issuer, &self.audience, path)
                .map_err(|error| wrong("JWT_JWKS", format!("must be the path of a JWKS file: {error}"))),
            TokenKeys::JwksUrl(url) => {
                let rules = IssuerRules { jwks: url.to_string(), ..IssuerRules::only(&self.issuer, &self.audience) };
                Verifier::of(vec![rules]).map_err(|error| wrong("JWT_JWKS", error.to_string()))
            }
            TokenKeys::Issuers(issuers) => Verifier::of(issuers.clone())
                .map_err(|error| wrong("JWT_ISSUERS", format!("names keys that can't be read: {error}"))),
        }
    }
}

fn issuer(get: Lookup<'_>) -> Result<String, Wrong> {
    match get("JWT_ISSUER") {
        None => Ok("involvement".to_owned()),
        Some(issuer) if issuer == BUILT_IN => {
            Err(wrong("JWT_ISSUER", "is that of the service's own actors: set the issuer of your tokens"))
        }
        Some(issuer) => Ok(issuer),
    }
}

fn workers(get: Lookup<'_>) -> Result<usize, Wrong> {
    let workers: usize = parsed(get, "WORKERS", cores(), "a whole number from 1 to 256")?;
    if !(1..=256).contains(&workers) {
        return Err(wrong("WORKERS", "must be a whole number from 1 to 256"));
    }
    Ok(workers)
}

fn pool_size(get: Lookup<'_>) -> Result<u32, Wrong> {
    let default = u32::try_from(cores() * 4).unwrap_or(8).max(4);
    let pool_size: u32 = parsed(get, "POOL_SIZE", default, "a whole number from 1 to 1000")?;
    if !(1..=1000).contains(&pool_size) {
        return Err(wrong("POOL_SIZE", "must be a whole number from 1 to 1000"));
    }
    Ok(pool_size)
}

/// A number within bounds.
fn within<T: std::str::FromStr + PartialOrd>(
    get: Lookup<'_>,
    name: &'static str,
    otherwise: T,
    bounds: std::ops::RangeInclusive<T>,
    what: &str,
) -> Result<T, Wrong> {
    let value = parsed(get, name, otherwise, what)?;
    if bounds.contains(&value) { Ok(value) } else { Err(wrong(name, format!("must be {what}"))) }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn metrics_bind(get: Lookup<'_>) -> Result<Option<SocketAddr>, Wrong> {
    match get("METRICS_BIND") {
        None => Ok(None),
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|_| wrong("METRICS_BIND", "must be an address and port, like 127.0.0.1:9090")),
    }
}

fn a_minute(get: Lookup<'_>, name: &'static str) -> Result<Option<u32>, Wrong> {
    match get(name).map(|text| text.parse::<u32>()) {
        None => Ok(None),
        Some(Ok(limit)) if limit > 0 => Ok(Some(limit)),
        Some(_) => Err(wrong(name, "must be a whole number of requests a minute, 1 or more")),
    }
}

fn file_scanner(get: Lookup<'_>) -> Result<Option<Scanner>, Wrong> {
    let seconds: u64 = parsed(get, "FILE_SCANNER_SECONDS", 30, "a whole number from 1 to 300")?;
    if !(1..=300).contains(&seconds) {
        return Err(wrong("FILE_SCANNER_SECONDS", "must be a whole number from 1 to 300"));
    }
    let scanner = get("FILE_SCANNER").map(|command| Scanner::of(&command, Duration::from_secs(seconds)));
    scanner.transpose().map_err(|why| wrong("FILE_SCANNER", why))
}

fn networks(get: Lookup<'_>, name: &'static str) -> Result<Networks, Wrong> {
    let parsed = get(name).map(|text| text.parse());
    parsed
        .unwrap_or_else(|| Ok(Networks::default()))
        .map_err(|why| wrong(name, format!("must be addresses or networks, separated by commas: {why}")))
}

fn switch(get: Lookup<'_>, name: &'static str) -> Result<bool, Wrong> {
    match get(name).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(wrong(name, "must be true or false")),
    }
}
