//! The committed document as clients get it: with the path under which they reach the service, and packed once, when
//! it is first asked for: packing three megabytes takes longer than all else of a start.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::clock::Day;
use crate::digest::sha256_hex;
use crate::http::answer::Answer;
use crate::http::packed::Packed;
use crate::openapi::COMMITTED;

/// The server that the committed document names.
const COMMITTED_SERVER: &str = "\"url\": \"/\"";
/// The day of the demonstration that the committed examples are from: on it they work as they are.
const DAY: &str = "2026-11-23";
/// What begins the numbers of claims, payment runs and recoveries, before their year.
const NUMBERED: [&str; 3] = ["CLM", "RUN", "REC"];

/// The document as it is served.
#[derive(Clone, Debug)]
pub struct ServedDocument {
    plain: Bytes,
    ready: Arc<OnceLock<Ready>>,
}

/// The document as it goes over the wire.
#[derive(Debug)]
struct Ready {
    packed: Packed,
    etag: String,
}

impl ServedDocument {
    /// The document of a service that is reached under a path; the empty one where there is none.
    #[must_use]
    pub fn of(prefix: &str) -> Self {
        let plain = match std::str::from_utf8(COMMITTED) {
            Ok(text) if !prefix.is_empty() => Bytes::from(under(text, prefix)),
            _ => Bytes::from_static(COMMITTED),
        };
        Self::not_yet_packed(plain)
    }

    /// The document of a demonstration on a day. The data of a demonstration is made relative to the day on which it is
    /// loaded, so the dates of examples are, too: they work as they are on any day.
    #[must_use]
    pub fn of_a_demonstration(prefix: &str, today: Day) -> Self {
        let text = under(&String::from_utf8_lossy(COMMITTED), prefix);
        Self::not_yet_packed(Bytes::from(moved(&text, today)))
    }

    fn not_yet_packed(plain: Bytes) -> Self {
        Self { plain, ready: Arc::default() }
    }

    /// The answer with it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let ready = self.ready.get_or_init(|| Ready {
            packed: Packed::of(self.plain.clone()),
            etag: format!("\"{}\"", sha256_hex(&self.plain).get(..16).unwrap_or_default()),
        });
        let answer = Answer::of(200, ready.packed.clone()).header("content-type", "application/json");
        answer.header("etag", ready.etag.clone()).header("cache-control", "public, max-age=300")
    }
}

/// The document with this path before those of its operations.
fn under(text: &str, prefix: &str) -> String {
    if prefix.is_empty() {
        return text.to_owned();
    }
    text.replacen(COMMITTED_SERVER, &format!("\"url\": {}", serde_json::Value::from(prefix)), 1)
}

/// The document with every date and time in it as far from today as it is from the day of the examples, and numbers of
/// this year. Texts that only mention a date stay as they are.
fn moved(text: &str, today: Day) -> String {
    let Ok(then) = DAY.parse::<Day>() else { return text.to_owned() };
    let days = then.days_until(today);
    let mut moved = String::with_capacity(text.len());
    let mut pieces = text.split("\"20");
    moved.extend(pieces.next());
    for piece in pieces {
        // A date is all of a text, or is followed by a time.
        let day = piece.get(..8).and_then(|rest| format!("20{rest}").parse::<Day>().ok());
        let after = piece.get(8..).filter(|after| after.starts_with(['"', 'T']));
        match day.zip(after) {
            Some((day, after)) => moved.extend(["\"", &day.plus_days(days).to_string(), after]),
            None => moved.extend(["\"20", piece]),
        }
    }
    let (year_then, year) = (year_of(then), year_of(today));
    let renumbered =
        |text: String, kind: &&str| text.replace(&format!("{kind}-{year_then}-"), &format!("{kind}-{year}-"));
    NUMBERED.iter().fold(moved, renumbered)
}

fn year_of(day: Day) -> String {
    day.to_string().chars().take(4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dates_of_a_demonstration_move_with_its_day() {
        let text = r#"{ "on": "2026-11-23", "at": ["2026-12-01T09:30:00Z"], "said": "2026-11-23 or later", "id": "CLM-2026-000012-A1" }"#;
        let wanted = r#"{ "on": "2027-01-02", "at": ["2027-01-10T09:30:00Z"], "said": "2026-11-23 or later", "id": "CLM-2027-000012-A1" }"#;
        assert_eq!(moved(text, "2027-01-02".parse().expect("a day")), wanted);
        let committed = String::from_utf8_lossy(COMMITTED);
        assert!(moved(&committed, DAY.parse().expect("a day")) == committed);
    }

    #[test]
    fn the_path_of_the_service_is_that_of_the_server() {
        for (prefix, url) in [("", "/"), ("/involvement", "/involvement")] {
            let document: serde_json::Value = serde_json::from_slice(&ServedDocument::of(prefix).plain).expect("JSON");
            assert_eq!(document["servers"][0]["url"], url);
        }
    }
}
