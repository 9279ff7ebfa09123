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
        Ok(parsed)
            if matches!(parsed.scheme(), "http" | "https")
                && parsed.query().is_none()
                && parsed.fragment().is_none()
                && parsed.username().is_empty() =>
        {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err(wrong(
            "PUBLIC_URL",
            "must be an http or https address without a query, such as https://trust.example/involvement",
        )),
    }
}

/// `CORS_ORIGINS`: exact origins, separated by commas. A browser writes an origin in one way only, so any other way of
/// writing it would never fit.
pub(super) fn cors_origins(get: Lookup<'_>) -> Result<Vec<String>, Wrong> {
    let Some(text) = get("CORS_ORIGINS") else { return Ok(Vec::new()) };
    let origins = text.split(',').map(str::trim).map(|origin| {
        let written = Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        match written.map(|url| url.origin().ascii_serialization()) {
            Some(written) if written == origin => Ok(written),
            Some(written) => Err(wrong("CORS_ORIGINS", format!("{origin} must be written as {written}"))),
            None => {
                let why = format!("{origin} is no origin of a web page, such as https://intranet.trust.example");
                Err(wrong("CORS_ORIGINS", why))
            }
        }
    });
    origins.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(text: &str) -> Result<Vec<String>, Wrong> {
        cors_origins(&|_| Some(text.to_owned()))
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        assert_eq!(
            origins("https://intranet.trust.example, http://localhost:5173").unwrap(),
            ["https://intranet.trust.example", "http://localhost:5173"]
        );
        for (wrong, said) in [
            ("*", "is no origin"),
            ("null", "is no origin"),
            ("intranet.trust.example", "is no origin"),
            ("ftp://intranet.trust.example", "is no origin"),
            ("https://intranet.trust.example/", "must be written as https://intranet.trust.example"),
            ("https://Intranet.trust.example:443", "must be written as https://intranet.trust.example"),
            ("https://a.example,", "is no origin"),
        ] {
            let why = origins(wrong).unwrap_err().why;
            assert!(why.contains(said), "{wrong}: {why}");
        }
    }
}
