//! The committed document as clients get it: with the path under which they reach the service, and packed once.

use bytes::Bytes;

use crate::digest::sha256_hex;
use crate::http::answer::Answer;
use crate::http::packed::Packed;
use crate::openapi::COMMITTED;

/// The server that the committed document names.
const COMMITTED_SERVER: &str = "\"url\": \"/\"";

/// The document as it is served.
#[derive(Clone, Debug)]
pub struct ServedDocument {
    packed: Packed,
    etag: String,
}

impl ServedDocument {
    /// The document of a service that is reached under a path; the empty one where there is none.
    #[must_use]
    pub fn of(prefix: &str) -> Self {
        let plain = match std::str::from_utf8(COMMITTED) {
            Ok(text) if !prefix.is_empty() => {
                let server = format!("\"url\": {}", serde_json::Value::from(prefix));
                Bytes::from(text.replacen(COMMITTED_SERVER, &server, 1))
            }
            _ => Bytes::from_static(COMMITTED),
        };
        let etag = format!("\"{}\"", sha256_hex(&plain).get(..16).unwrap_or_default());
        Self { packed: Packed::of(plain), etag }
    }

    /// The answer with it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let answer = Answer::of(200, self.packed.clone()).header("content-type", "application/json");
        answer.header("etag", self.etag.clone()).header("cache-control", "public, max-age=300")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_service_is_that_of_the_server() {
        for (prefix, url) in [("", "/"), ("/involvement", "/involvement")] {
            let document: serde_json::Value =
                serde_json::from_slice(&ServedDocument::of(prefix).packed.plain).expect("JSON");
            assert_eq!(document["servers"][0]["url"], url);
        }
    }
}
