//! Every environment variable, read once at the start; a wrong one stops it with one line that says which and why.
//! Nothing else in the service reads the environment.

use std::env;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use url::Url;

use crate::access::token::Verifier;
use crate::files::Files;
use crate::mail::Mailer;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A server of the trust's: the service's role, and the owner for migrations.
    Server {
        /// The service's role.
        url: String,
        /// The owner of the tables; the service's role where it is not given.
        owner_url: Option<String>,
    },
    /// An embedded PostgreSQL of the service's own, kept in this folder.
    Embedded(PathBuf),
}

/// What verifies tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKeys {
    /// A shared secret, for development and tests.
    Secret(String),
    /// A file with a JWKS.
    JwksFile(PathBuf),
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The service's configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the database is.
    pub database: Database,
    /// Where `PG_BINDIR` says PostgreSQL's programs are.
    pub pg_bindir: Option<PathBuf>,
    /// The search path for programs.
    pub path: Option<OsString>,
    /// The address to listen on.
    pub bind: SocketAddr,
    /// The address under which clients know the service, without a slash at the end.
    pub public_url: String,
    /// Who vouches for tokens.
    pub issuer: String,
    /// Whom tokens are for.
    pub audience: String,
    /// What verifies them.
    pub keys: TokenKeys,
    /// Where files that people send are kept: `file://` or `s3://`.
    pub receipts_url: Url,
    /// What S3 needs beside its address: every variable that begins with `AWS_`.
    pub s3_options: Vec<(String, String)>,
    /// The mail server; without one what would be e-mailed is left to people.
    pub smtp_url: Option<Url>,
    /// Where `/metrics` is answered, if not on `bind`.
    pub metrics_bind: Option<SocketAddr>,
    /// The most connections to the database.
    pub pool_size: u32,
    /// The threads that answer requests.
    pub workers: usize,
    /// The most requests a minute from one caller; no limit where it is not set.
    pub rate_limit: Option<u32>,
    /// Whether `serve` migrates a database that is not embedded.
    pub migrate: bool,
}

/// A variable that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {why}")]
pub struct Wrong {
    /// Which.
    pub name: &'static str,
    /// Why.
    pub why: String,
}

fn wrong(name: &'static str, why: impl Into<String>) -> Wrong {
    Wrong { name, why: why.into() }
}

/// Where variables come from: the environment, or a test's own list.
pub type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Looks a variable up in the environment; an empty one counts as absent.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn secret(get: Lookup<'_>, name: &'static str, file: &'static str) -> Result<Option<String>, Wrong> {
    match (get(name), get(file)) {
        (Some(_), Some(_)) => Err(wrong(file, format!("and {name} are both set: set one"))),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => std::fs::read_to_string(&path)
            .map(|text| Some(text.trim_end().to_owned()))
            .map_err(|error| wrong(file, format!("names a file that can't be read: {error}"))),
        (None, None) => Ok(None),
    }
}

fn parsed<T: std::str::FromStr>(get: Lookup<'_>, name: &'static str, otherwise: T, what: &str) -> Result<T, Wrong> {
    get(name).map_or(Ok(otherwise), |text| text.parse().map_err(|_| wrong(name, format!("must be {what}"))))
}

/// The folder that `demo` keeps its database in unless `DATA_DIR` says otherwise.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    let home = environment("HOME").map(PathBuf::from);
    let data = environment("XDG_DATA_HOME").map(PathBuf::from);
    crate::embedded_postgres::default_data_dir(is_root(), data.as_deref(), home.as_deref())
}

/// Whether the process runs as root, by the owner of its own entry in `/proc`, or of nothing at all elsewhere.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

/// Sets the log up: `LOG_FORMAT` and `RUST_LOG`.
///
/// # Errors
/// Where `LOG_FORMAT` is neither `text` nor `json`.
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
    /// The first one that is missing or wrong.
    pub fn read(get: Lookup<'_>, default_data_dir: Option<&Path>) -> Result<Self, Wrong> {
        let bind: SocketAddr =
            parsed(get, "BIND", SocketAddr::from(([127, 0, 0, 1], 8080)), "an address and port, like 127.0.0.1:8080")?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: usize = parsed(get, "WORKERS", cores, "a whole number from 1 to 256")?;
        let pool_size: u32 =
            parsed(get, "POOL_SIZE", u32::try_from(cores * 4).unwrap_or(8).max(4), "a whole number from 1 to 1000")?;
        if !(1..=256).contains(&workers) {
            return Err(wrong("WORKERS", "must be a whole number from 1 to 256"));
        }
        if !(1..=1000).contains(&pool_size) {
            return Err(wrong("POOL_SIZE", "must be a whole number from 1 to 1000"));
        }
        let metrics_bind = match get("METRICS_BIND") {
            None => None,
            Some(text) => Some(
                text.parse().map_err(|_| wrong("METRICS_BIND", "must be an address and port, like 127.0.0.1:9090"))?,
            ),
        };
        let database = database(get, default_data_dir)?;
        Ok(Self {
            receipts_url: receipts_url(get, &database)?,
            smtp_url: smtp_url(get)?,
            s3_options: env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect(),
            database,
            pg_bindir: get("PG_BINDIR").map(PathBuf::from),
            path: env::var_os("PATH"),
            bind,
            public_url: public_url(get, bind)?,
            issuer: get("JWT_ISSUER").unwrap_or_else(|| "involvement".to_owned()),
            audience: get("JWT_AUDIENCE").unwrap_or_else(|| "involvement".to_owned()),
            keys: token_keys(get)?,
            metrics_bind,
            pool_size,
            workers,
            rate_limit: match get("RATE_LIMIT").map(|text| text.parse::<u32>()) {
                None => None,
                Some(Ok(limit)) if limit > 0 => Some(limit),
                Some(_) => return Err(wrong("RATE_LIMIT", "must be a whole number of requests a minute, at least 1")),
            },
            migrate: match get("MIGRATE").as_deref() {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(wrong("MIGRATE", "must be true or false")),
            },
        })
    }

    /// The store of files, ready for use.
    ///
    /// # Errors
    /// Where `RECEIPTS_URL` or an option of S3 is wrong, or the folder can't be used.
    pub fn files(&self) -> Result<Files, Wrong> {
        Files::open(&self.receipts_url, self.s3_options.clone())
            .map_err(|error| wrong("RECEIPTS_URL", format!("can't be used: {error}")))
    }

    /// What sends e-mail, where a mail server is set.
    ///
    /// # Errors
    /// Where `SMTP_URL` can't be used.
    pub fn mail(&self) -> Result<Option<Mailer>, Wrong> {
        let Some(url) = &self.smtp_url else { return Ok(None) };
        Mailer::open(url, &self.public_url).map(Some).map_err(|why| wrong("SMTP_URL", why))
    }

    /// What verifies tokens, ready for use.
    ///
    /// # Errors
    /// Where the secret is too short or the key set can't be used.
    pub fn verifier(&self) -> Result<Verifier, Wrong> {
        match &self.keys {
            TokenKeys::Secret(secret) => Verifier::with_secret(&self.issuer, &self.audience, secret)
                .map_err(|error| wrong("JWT_HS256_SECRET", error.to_string())),
            TokenKeys::JwksFile(path) => Verifier::with_jwks_file(&self.issuer, &self.audience, path)
                .map_err(|error| wrong("JWT_JWKS", format!("can't be used: {error}"))),
        }
    }
}

fn database(get: Lookup<'_>, default_data_dir: Option<&Path>) -> Result<Database, Wrong> {
    let url = secret(get, "DATABASE_URL", "DATABASE_URL_FILE")?;
    let owner_url = secret(get, "DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE")?;
    let postgres = |url: &str| url.starts_with("postgres://") || url.starts_with("postgresql://");
    if owner_url.as_deref().is_some_and(|url| !postgres(url)) {
        return Err(wrong("DATABASE_OWNER_URL", "must begin with postgresql://"));
    }
    match (url, get("DATA_DIR").map(PathBuf::from)) {
        (Some(_), Some(_)) => {
            Err(wrong("DATA_DIR", "and DATABASE_URL are both set: the database is either embedded or not"))
        }
        (Some(url), None) if !postgres(&url) => Err(wrong("DATABASE_URL", "must begin with postgresql://")),
        (Some(url), None) => Ok(Database::Server { url, owner_url }),
        (None, Some(dir)) => Ok(Database::Embedded(dir)),
        (None, None) => default_data_dir.map(|dir| Database::Embedded(dir.to_owned())).ok_or_else(|| {
            wrong(
                "DATABASE_URL",
                "is not set: set it to a PostgreSQL server, or DATA_DIR to a folder for an embedded one",
            )
        }),
    }
}

/// Beside the embedded database, or in the folder of the user's data, unless it is set.
fn receipts_url(get: Lookup<'_>, database: &Database) -> Result<Url, Wrong> {
    let Some(text) = get("RECEIPTS_URL") else {
        let folder = match database {
            Database::Embedded(dir) => dir.join("receipts"),
            Database::Server { .. } => default_data_dir().join("receipts"),
        };
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        return Url::from_directory_path(&folder).map_err(|()| wrong("RECEIPTS_URL", "is not set, and no folder fits"));
    };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "file" | "s3") => Ok(url),
        _ => Err(wrong("RECEIPTS_URL", "must begin with file:/// or s3://")),
    }
}

fn smtp_url(get: Lookup<'_>) -> Result<Option<Url>, Wrong> {
    let Some(text) = secret(get, "SMTP_URL", "SMTP_URL_FILE")? else { return Ok(None) };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "smtp" | "smtps") && url.has_host() => Ok(Some(url)),
        _ => Err(wrong("SMTP_URL", "must begin with smtp:// or smtps://")),
    }
}

fn public_url(get: Lookup<'_>, bind: SocketAddr) -> Result<String, Wrong> {
    let url = get("PUBLIC_URL").unwrap_or_else(|| format!("http://{bind}"));
    match url::Url::parse(&url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.query().is_none() => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err(wrong("PUBLIC_URL", "must be an http or https address")),
    }
}

/// What verifies tokens.
///
/// # Errors
/// Where nothing, or both kinds, or a short secret is set.
pub fn token_keys(get: Lookup<'_>) -> Result<TokenKeys, Wrong> {
    match (secret(get, "JWT_HS256_SECRET", "JWT_HS256_SECRET_FILE")?, get("JWT_JWKS")) {
        (Some(_), Some(_)) => {
            Err(wrong("JWT_JWKS", "and JWT_HS256_SECRET are both set: tokens are verified by one of them"))
        }
        (Some(secret), None) if secret.len() < 32 => Err(wrong("JWT_HS256_SECRET", "must have at least 32 bytes")),
        (Some(secret), None) => Ok(TokenKeys::Secret(secret)),
        (None, Some(jwks)) if jwks.starts_with("http://") || jwks.starts_with("https://") => {
            Err(wrong("JWT_JWKS", "must name a file: key sets by URL are not supported yet"))
        }
        (None, Some(jwks)) => Ok(TokenKeys::JwksFile(PathBuf::from(jwks.trim_start_matches("file://")))),
        (None, None) => Err(wrong("JWT_JWKS", "is not set: name a key set, or set JWT_HS256_SECRET for development")),
    }
}
