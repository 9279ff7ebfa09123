//! Every environment variable, read once at the start. A wrong one stops the start with one line that says which
//! variable is wrong, why, and what to set. Nothing else in the service reads the environment.

use std::env;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use url::Url;

use crate::access::token::Verifier;
use crate::files::Files;
use crate::mail::Mailer;

/// The PostgreSQL database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A server that the trust runs.
    Server {
        /// Address with the service's login (`DATABASE_URL`).
        url: String,
        /// Address with the login that owns the tables, for migrations (`DATABASE_OWNER_URL`); `url` when not set.
        owner_url: Option<String>,
    },
    /// An embedded PostgreSQL whose data is in this folder (`DATA_DIR`).
    Embedded(PathBuf),
}

/// The keys that verify tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKeys {
    /// A shared secret, for development and tests (`JWT_HS256_SECRET`).
    Secret(String),
    /// A file with a JSON Web Key Set (`JWT_JWKS`).
    JwksFile(PathBuf),
}

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
    /// Keys that verify tokens (`JWT_JWKS` or `JWT_HS256_SECRET`).
    pub keys: TokenKeys,
    /// Object store for receipts and other uploaded files, `file://` or `s3://` (`RECEIPTS_URL`).
    pub receipts_url: Url,
    /// Options of S3: every variable whose name begins with `AWS_`.
    pub s3_options: Vec<(String, String)>,
    /// Mail server (`SMTP_URL`); without one, emails go to the work list of staff.
    pub smtp_url: Option<Url>,
    /// Separate address and port for `/metrics` (`METRICS_BIND`); on `bind` when not set.
    pub metrics_bind: Option<SocketAddr>,
    /// Maximum number of database connections (`POOL_SIZE`).
    pub pool_size: u32,
    /// Number of threads that answer requests (`WORKERS`).
    pub workers: usize,
    /// Maximum number of requests a minute from one caller (`RATE_LIMIT`); unlimited when not set.
    pub rate_limit: Option<u32>,
    /// Whether `serve` migrates a database that is not embedded (`MIGRATE`).
    pub migrate: bool,
}

/// A setting that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {why}")]
pub struct Wrong {
    /// Name of the environment variable.
    pub name: &'static str,
    /// What is wrong and what to set, as the rest of a sentence that begins with the name.
    pub why: String,
}

fn wrong(name: &'static str, why: impl Into<String>) -> Wrong {
    Wrong { name, why: why.into() }
}

/// The source of the variables: the environment, or a list given by a test.
pub type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Looks up a variable in the environment; an empty one counts as not set.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn secret(get: Lookup<'_>, name: &'static str, file: &'static str) -> Result<Option<String>, Wrong> {
    match (get(name), get(file)) {
        (Some(_), Some(_)) => Err(wrong(file, format!("and {name} are both set: set only one of them"))),
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

/// The folder for the database of `demo` when `DATA_DIR` is not set.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    let home = environment("HOME").map(PathBuf::from);
    let data = environment("XDG_DATA_HOME").map(PathBuf::from);
    crate::embedded_postgres::default_data_dir(is_root(), data.as_deref(), home.as_deref())
}

/// Whether the process runs as root, by the owner of its entry in `/proc`; `false` on systems without `/proc`.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
    }
    #[cfg(not(unix))]
    false
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
                Some(_) => return Err(wrong("RATE_LIMIT", "must be a whole number of requests a minute, 1 or more")),
            },
            migrate: match get("MIGRATE").as_deref() {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(wrong("MIGRATE", "must be true or false")),
            },
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
        (Some(_), Some(_)) => Err(wrong("DATA_DIR", "and DATABASE_URL are both set: set only one of them")),
        (Some(url), None) if !postgres(&url) => Err(wrong("DATABASE_URL", "must begin with postgresql://")),
        (Some(url), None) => Ok(Database::Server { url, owner_url }),
        (None, Some(dir)) => Ok(Database::Embedded(dir)),
        (None, None) => default_data_dir.map(|dir| Database::Embedded(dir.to_owned())).ok_or_else(|| {
            wrong(
                "DATABASE_URL",
                "is not set: set it to a PostgreSQL server, or set DATA_DIR to a folder for an embedded one",
            )
        }),
    }
}

/// `RECEIPTS_URL`; when not set, a folder beside the embedded database or in the user's data folder.
fn receipts_url(get: Lookup<'_>, database: &Database) -> Result<Url, Wrong> {
    let Some(text) = get("RECEIPTS_URL") else {
        let folder = match database {
            Database::Embedded(dir) => dir.join("receipts"),
            Database::Server { .. } => default_data_dir().join("receipts"),
        };
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        return Url::from_directory_path(&folder)
            .map_err(|()| wrong("RECEIPTS_URL", "is not set: set a file:/// or s3:// address"));
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
        _ => Err(wrong("SMTP_URL", "must begin with smtp:// or smtps://, such as smtp://mail.example:25")),
    }
}

fn public_url(get: Lookup<'_>, bind: SocketAddr) -> Result<String, Wrong> {
    let url = get("PUBLIC_URL").unwrap_or_else(|| format!("http://{bind}"));
    match url::Url::parse(&url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.query().is_none() => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err(wrong("PUBLIC_URL", "must be an http or https address without a query")),
    }
}

/// The keys that verify tokens.
///
/// # Errors
/// None or both of `JWT_JWKS` and `JWT_HS256_SECRET` are set, or the secret is too short.
pub fn token_keys(get: Lookup<'_>) -> Result<TokenKeys, Wrong> {
    match (secret(get, "JWT_HS256_SECRET", "JWT_HS256_SECRET_FILE")?, get("JWT_JWKS")) {
        (Some(_), Some(_)) => Err(wrong("JWT_JWKS", "and JWT_HS256_SECRET are both set: set only one of them")),
        (Some(secret), None) if secret.len() < 32 => Err(wrong("JWT_HS256_SECRET", "must be at least 32 bytes long")),
        (Some(secret), None) => Ok(TokenKeys::Secret(secret)),
        (None, Some(jwks)) if jwks.starts_with("http://") || jwks.starts_with("https://") => {
            Err(wrong("JWT_JWKS", "must be the path of a file: key sets at a URL are not supported yet"))
        }
        (None, Some(jwks)) => Ok(TokenKeys::JwksFile(PathBuf::from(jwks.trim_start_matches("file://")))),
        (None, None) => Err(wrong("JWT_JWKS", "is not set: name a JWKS file, or set JWT_HS256_SECRET for development")),
    }
}
