//! Which format is answered: the one that the parameter `format` names, else the one that `Accept` likes best.
//! What `Accept` leaves nothing of is refused.

use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::mime::{self, Mime};
use serde_json::{Value, json};

use crate::http::operation::Operation;
use crate::refusal::{Kind, Refusal};

/// Settles the format of an answer, and writes it into the query where the operation has a choice.
///
/// # Errors
/// `not-acceptable` if `Accept` excludes it.
pub fn negotiate(operation: &Operation, headers: &HeaderMap, query: &mut Value) -> Result<(), Refusal> {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).map(Accept::read).unwrap_or_default();
    let asked = query.get("format").filter(|format| !format.is_null()).cloned();
    if let (Some(format), [_, ..]) = (&asked, operation.formats) {
        let answered = operation.media(Some(query));
        if answered.iter().any(|media| accept.takes(media) > 0) {
            return Ok(());
        }
        let word = format.as_str().unwrap_or_default();
        let detail = format!(
            "With `format={word}` this operation answers {}, which Accept excludes. Leave out one of the two.",
            answered.join(", ")
        );
        return Err(Refusal::new(Kind::NotAcceptable, detail));
    }
    let liking = |(word, media): &(&'static str, &'static str)| (*word, accept.takes(media));
    // Of what is liked equally, the first is answered.
    let best = operation.formats.iter().map(liking).rev().max_by_key(|(_, liked)| *liked);
    let fits = match best {
        Some((word, liked)) => {
            // Whatever is answered without a word, such as the CSV of a run's own route, stays the handler's choice.
            if liked > 0 && query.is_object() && !operation.is_default_media(word) {
                query["format"] = json!(word);
            }
            liked > 0
        }
        None => operation.media(None).iter().any(|media| accept.takes(media) > 0),
    };
    if fits || operation.media(None).is_empty() {
        return Ok(());
    }
    let detail = format!("This operation answers {}.", operation.media(None).join(", "));
    Err(Refusal::new(Kind::NotAcceptable, detail))
}

/// Whether a client likes pages better than JSON, as browsers do.
pub fn likes_pages(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).map(Accept::read).unwrap_or_default();
    accept.takes("text/html") > accept.takes("application/problem+json").max(accept.takes("application/json"))
}

/// The ranges of an `Accept` header, each with how much it is liked, in thousandths. Without any, everything is.
#[derive(Debug, Default)]
struct Accept(Vec<(Mime, u16)>);

impl Accept {
    fn read(header: &str) -> Self {
        let range = |range: &str| {
            let (range, parameters) = range.split_once(';').unwrap_or((range, ""));
            let range = range.trim().parse::<Mime>().ok()?;
            let quality =
                parameters.split(';').find_map(|it| it.trim().to_ascii_lowercase().strip_prefix("q=").map(thousandths));
            Some((range, quality.unwrap_or(1_000)))
        };
        // A list may have empty items (RFC 9110); with nothing else in it, it excludes nothing.
        let ranges: Vec<&str> = header.split(',').map(str::trim).filter(|range| !range.is_empty()).collect();
        let read: Vec<(Mime, u16)> = ranges.iter().filter_map(|it| range(it)).collect();
        // What nobody can read excludes everything, as it names nothing that is here.
        if read.is_empty() && !ranges.is_empty() { Self(vec![(mime::STAR_STAR, 0)]) } else { Self(read) }
    }

    /// How much a media type is liked: by the range that names it most closely.
    fn takes(&self, media: &str) -> u16 {
        let Ok(media) = media.parse::<Mime>() else { return 1_000 };
        if self.0.is_empty() {
            return 1_000;
        }
        let closeness = |range: &Mime| match (range.type_(), range.subtype()) {
            (kind, sub) if kind == media.type_() && sub == media.subtype() => Some(2),
            (kind, sub) if kind == media.type_() && sub == mime::STAR => Some(1),
            (kind, _) if kind == mime::STAR => Some(0),
            _ => None,
        };
        let close = self.0.iter().filter_map(|(range, liked)| Some((closeness(range)?, *liked)));
        close.max().map_or(0, |(_, liked)| liked)
    }
}

/// `0.8` as 800. By hand, since the parsers at hand refuse `.2`, which Java's old client sends.
fn thousandths(quality: &str) -> u16 {
    let (whole, part) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    if whole == "1" {
        return 1_000;
    }
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_range_says_how_much_a_media_type_is_liked() {
        for (header, json, csv) in [
            ("", 1_000, 1_000),
            (" , ", 1_000, 1_000),
            ("*/*", 1_000, 1_000),
            ("text/csv", 0, 1_000),
            ("text/*;q=.2, application/json;q=0.1", 100, 200),
            ("application/json;q=0, */*", 0, 1_000),
            ("text/html, application/xhtml+xml, */*;q=0.8", 800, 800),
            ("text/csv; header=present; Q=0.500", 0, 500),
            ("nonsense", 0, 0),
        ] {
            let accept = Accept::read(header);
            let liked = (accept.takes("application/json"), accept.takes("text/csv; charset=utf-8"));
            assert_eq!(liked, (json, csv), "{header}");
        }
    }
}
