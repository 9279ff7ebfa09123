//! Addresses: of the object store, of the mail server and of the service itself.

use std::net::SocketAddr;

use url::Url;

use crate::settings::database::{Database, default_data_dir};
use crate::settings::variable::{Lookup, Wrong, secret, wrong};

/// `RECEIPTS_URL`; when not set, a folder beside the embedded database or in the user's data folder.
pub(super) fn receipts_url(get: Lookup<'_>, database: &Database) -> Result<Url, Wrong> {
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

pub(super) fn smtp_url(get: Lookup<'_>) -> Result<Option<Url>, Wrong> {
    let Some(text) = secret(get, "SMTP_URL", "SMTP_URL_FILE")? else { return Ok(None) };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "smtp" | "smtps") && url.has_host() => Ok(Some(url)),
        _ => Err(wrong("SMTP_URL", "must begin with smtp:// or smtps://, such as smtps://mail.example")),
    }
}

pub(super) fn public_url(get: Lookup<'_>, bind: SocketAddr) -> Result<String, Wrong> {
    let url = get("PUBLIC_URL").unwrap_or_else(|| format!("http://{bind}"));
    match url::Url::parse(&url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.query().is_none() => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err(wrong("PUBLIC_URL", "must be an http or https address without a query")),
    }
}
