//! Settings that are safe on one's own machine alone: refused where others can reach the service, or told at the start.
//! What a variable must look like is judged where it is read.

use url::Url;

use crate::machine::is_own_host;
use crate::settings::database::{Database, Place};
use crate::settings::variable::{Wrong, wrong};
use crate::settings::{Settings, TokenKeys};

/// The secret of `demo` and `token` when none is set; `serve` has no default secret.
pub const DEMO_SECRET: &str = "demonstration-only-secret-of-32-bytes-or-more";

/// Secrets that stand or stood in the repository, so that anybody can sign with them. A test compares them with its files.
const PUBLISHED: [&str; 6] = [
    DEMO_SECRET,
    "for-development-only-of-32-bytes-or-more",
    "a-secret-for-tests-of-more-than-32-bytes",
    "another-secret-of-more-than-32-bytes-here",
    "a-secret-of-the-benchmark-of-32-bytes-or-more",
    "not-used-by-this-command-but-long-enough",
];
/// Passwords of databases that stood in the repository.
const PUBLISHED_PASSWORDS: [&str; 2] = ["owner-for-development", "service-for-development"];
/// A secret with fewer different bytes is easy to guess.
const FEWEST_DIFFERENT: usize = 3;

const OWN_SECRET: &str = "set one of your own, such as the output of `openssl rand -hex 32`";

impl Settings {
    /// Whether `serve` may start with these settings. Returns what the operator is told at every start.
    ///
    /// # Errors
    /// The first setting that is safe on one's own machine alone, though others can reach the service or its database.
    pub fn safe_to_serve(&self) -> Result<Vec<String>, Wrong> {
        if let TokenKeys::Secret(secret) = &self.keys {
            own_secret(secret)?;
            if let Some(open) = self.open_to_others().filter(|_| !self.hs256_anywhere) {
                let why = format!(
                    "is for your own machine, and {open} is not a loopback address: name a key set in JWT_JWKS, or \
                     set JWT_HS256_ANYWHERE=true to accept that whoever knows the secret can act as anyone"
                );
                return Err(wrong("JWT_HS256_SECRET", why));
            }
        }
        self.own_passwords()?;
        Ok(self.warnings())
    }

    /// Whether `demo` may start with these settings: it is for one's own machine. In a container it must listen on every
    /// address, which takes the same switch and secret as `serve`.
    ///
    /// # Errors
    /// `BIND` or `PUBLIC_URL` is a public address.
    pub fn safe_to_demonstrate(&self) -> Result<Vec<String>, Wrong> {
        let own = "is not a loopback address: the demonstration is for your own machine";
        if !is_own_url(&self.public_url) {
            return Err(wrong("PUBLIC_URL", format!("{own}; use `serve` for others")));
        }
        if let TokenKeys::Secret(secret) = &self.keys
            && !self.bind.ip().is_loopback()
        {
            if !self.hs256_anywhere {
                let why =
                    format!("{own}; in a container, set JWT_HS256_ANYWHERE=true and a JWT_HS256_SECRET of your own");
                return Err(wrong("BIND", why));
            }
            own_secret(secret)?;
        }
        self.own_passwords()?;
        Ok(self.warnings())
    }

    /// The first address of the service that is not of this machine alone.
    fn open_to_others(&self) -> Option<String> {
        let bind = (!self.bind.ip().is_loopback()).then(|| format!("BIND ({})", self.bind));
        bind.or_else(|| (!is_own_url(&self.public_url)).then(|| format!("PUBLIC_URL ({})", self.public_url)))
    }

    fn own_passwords(&self) -> Result<(), Wrong> {
        let published = |place: &Place| {
            place.is_remote() && place.passwords().iter().any(|p| PUBLISHED_PASSWORDS.contains(&p.as_str()))
        };
        match self.remote_databases().find(|(_, place)| published(place)) {
            Some((name, _)) => {
                Err(wrong(name, "has a password that is published with the source code: give the login another one"))
            }
            None => Ok(()),
        }
    }

    fn remote_databases(&self) -> impl Iterator<Item = (&'static str, Place)> {
        let (url, owner_url) = match &self.database {
            Database::Server { url, owner_url } => (Some(url.as_str()), owner_url.as_deref()),
            Database::Embedded(_) => (None, None),
        };
        let read_url = self.read_from.as_ref().map(|from| from.url.as_str());
        let named = [("DATABASE_URL", url), ("DATABASE_OWNER_URL", owner_url), ("DATABASE_READ_URL", read_url)];
        named.into_iter().filter_map(|(name, url)| Some((name, Place::of(url?))))
    }

    fn warnings(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let (TokenKeys::Secret(_), Some(open)) = (&self.keys, self.open_to_others()) {
            told.push(format!(
                "JWT_HS256_SECRET verifies tokens although {open} is not a loopback address: whoever knows the secret \
                 can act as anyone; name a key set in JWT_JWKS"
            ));
        }
        if self.public_url.starts_with("http:") && !is_own_url(&self.public_url) {
            told.push(
                "PUBLIC_URL begins with http://: tokens and personal data would cross the network in the clear"
                    .to_owned(),
            );
        }
        told.extend(self.remote_databases().filter(|(_, place)| place.is_remote() && !place.requires_tls()).map(
            |(name, _)| {
                format!(
                    "{name} reaches a database over the network without sslmode=require, verify-ca or verify-full: what \
                     is read and written may cross the network in the clear"
                )
            },
        ));
        if self.s3_in_the_clear() {
            told.push(
                "AWS_ENDPOINT begins with http:// and AWS_ALLOW_HTTP is set: receipts would cross the network in the clear"
                    .to_owned(),
            );
        }
        told
    }

    /// Whether receipts go to another machine without TLS.
    fn s3_in_the_clear(&self) -> bool {
        let is_endpoint = |name: &str| ["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].contains(&name);
        let mut endpoints = self.s3_options.iter().filter(|(name, _)| is_endpoint(name));
        self.receipts_url.scheme() == "s3"
            && endpoints.any(|(_, url)| url.to_ascii_lowercase().starts_with("http:") && !is_own_url(url))
    }
}

/// A secret that only the operator can know.
fn own_secret(secret: &str) -> Result<(), Wrong> {
    let secret = secret.trim();
    if PUBLISHED.iter().any(|known| known.eq_ignore_ascii_case(secret)) {
        let why = format!("is published with the source code, so anybody can sign with it: {OWN_SECRET}");
        return Err(wrong("JWT_HS256_SECRET", why));
    }
    let mut bytes: Vec<u8> = secret.bytes().collect();
    bytes.sort_unstable();
    bytes.dedup();
    if bytes.len() < FEWEST_DIFFERENT {
        let why = format!("repeats one or a few characters, so it can be guessed: {OWN_SECRET}");
        return Err(wrong("JWT_HS256_SECRET", why));
    }
    Ok(())
}

/// Whether an address of the web is of this machine alone.
fn is_own_url(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(is_own_host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for (url, own) in [
            ("http://localhost:8080", true),
            ("http://involvement.localhost", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.8.8.8", true),
            ("http://[::1]:8080/a", true),
            ("http://localhost.example", false),
            ("http://0.0.0.0:8080", false),
            ("http://[::]:8080", false),
            ("http://192.168.1.7", false),
            ("https://involvement.trust.example", false),
        ] {
            assert_eq!(is_own_url(url), own, "{url}");
        }
    }

    #[test]
    fn a_secret_is_ones_own() {
        for secret in PUBLISHED.iter().copied().chain([
            &*"x".repeat(40),
            &*"ab".repeat(20),
            " FOR-development-only-of-32-bytes-or-more\n",
        ]) {
            assert!(own_secret(secret).is_err(), "{secret}");
        }
        own_secret(&"4c0b9a5f1e6d7283".repeat(4)).unwrap();
    }
}
