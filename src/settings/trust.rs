//! The trust's name, logo, address and portal (`TRUST_NAME`, `TRUST_LOGO`, `TRUST_ADDRESS`, `PORTAL_URL`).

use std::fs::File;
use std::io::Read;

use url::Url;

use crate::settings::variable::{Lookup, Wrong, wrong};
use crate::trust::{LARGEST_LOGO, Logo, Trust};

/// The longest name, in characters.
const LONGEST_NAME: usize = 120;
/// The most lines of an address, and the most characters of each.
const MOST_LINES: usize = 8;

pub(super) fn trust(get: Lookup<'_>) -> Result<Trust, Wrong> {
    Ok(Trust { name: name(get)?, logo: logo(get)?, address: address(get)?, portal: portal(get)? })
}

fn name(get: Lookup<'_>) -> Result<Option<String>, Wrong> {
    let Some(name) = get("TRUST_NAME") else { return Ok(None) };
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(wrong("TRUST_NAME", format!("must be one line of 1 to {LONGEST_NAME} characters")));
    }
    Ok(Some(name))
}

/// Lines are separated by line breaks or by semicolons.
fn address(get: Lookup<'_>) -> Result<Vec<String>, Wrong> {
    let text = get("TRUST_ADDRESS").unwrap_or_default();
    let lines: Vec<String> =
        text.split(['\n', ';']).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let fits = |line: &String| line.chars().count() <= LONGEST_NAME && !line.chars().any(char::is_control);
    if lines.len() > MOST_LINES || !lines.iter().all(fits) {
        return Err(wrong(
            "TRUST_ADDRESS",
            format!("must have at most {MOST_LINES} lines of {LONGEST_NAME} characters, separated by semicolons"),
        ));
    }
    Ok(lines)
}

fn portal(get: Lookup<'_>) -> Result<Option<String>, Wrong> {
    let Some(text) = get("PORTAL_URL") else { return Ok(None) };
    match Url::parse(&text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none() =>
        {
            Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
        }
        _ => {
            Err(wrong("PORTAL_URL", "must be an http or https address without a query, such as https://portal.example"))
        }
    }
}

fn logo(get: Lookup<'_>) -> Result<Option<Logo>, Wrong> {
    let Some(path) = get("TRUST_LOGO") else { return Ok(None) };
    let mut bytes = Vec::new();
    let most = u64::try_from(LARGEST_LOGO + 1).unwrap_or(u64::MAX);
    File::open(&path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| wrong("TRUST_LOGO", format!("names a file that can't be read: {error}")))?;
    Logo::read(&bytes).map(Some).map_err(|why| wrong("TRUST_LOGO", why))
}
