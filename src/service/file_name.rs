//! What a file that is sent is called: the last part of its path, on one line, in any of the ways in which programs say
//! it. What it is called when it is given out is decided by what it is (`files::kind`).

use actix_web::http::header::{Charset, ContentDisposition, DispositionParam};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::text::tidy::{Lines, tidy};

/// The most characters of a file's name.
const MOST: usize = 150;

/// The name in the head of a part: `filename*` (RFC 8187) before `filename`, with encoded words read (RFC 2047).
pub(super) fn of(disposition: &ContentDisposition) -> Option<String> {
    let exact = disposition.parameters.iter().find_map(|parameter| match parameter {
        DispositionParam::FilenameExt(name) if name.charset == Charset::Ext("UTF-8".to_owned()) => {
            String::from_utf8(name.value.clone()).ok()
        }
        _ => None,
    });
    match exact {
        Some(exact) => plain(&exact),
        None => plain(&decoded(disposition.get_filename()?)),
    }
}

/// The last part of a file's name, on one line; none where nothing is left of it.
fn plain(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = tidy(last, Lines::One).chars().filter(|c| !c.is_control()).take(MOST).collect();
    let name = name.trim().trim_start_matches('.').to_owned();
    (!name.is_empty()).then_some(name)
}

/// A name whose encoded words, such as `=?UTF-8?B?…?=`, are read; one that can't be read stays as it is.
fn decoded(sent: &str) -> String {
    let words: Option<Vec<String>> = sent.split_ascii_whitespace().map(word).collect();
    words.filter(|words| !words.is_empty()).map_or_else(|| sent.to_owned(), |words| words.concat())
}

fn word(text: &str) -> Option<String> {
    let mut parts = text.strip_prefix("=?")?.strip_suffix("?=")?.split('?');
    let (charset, coding, content) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = match coding {
        "B" | "b" => STANDARD.decode(content).ok()?,
        "Q" | "q" => {
            percent_encoding::percent_decode_str(&content.replace('%', "=25").replace('_', " ").replace('=', "%"))
                .collect()
        }
        _ => return None,
    };
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        return Some(bytes.into_iter().map(char::from).collect());
    }
    if charset.eq_ignore_ascii_case("utf-8") { String::from_utf8(bytes).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_name_is_one_line_without_a_path() {
        for (sent, kept) in [
            ("bus.pdf", Some("bus.pdf")),
            ("/etc/passwd", Some("passwd")),
            ("C:\\Users\\Bo\\taxi.jpg", Some("taxi.jpg")),
            ("a\r\nSet-Cookie: x=1.pdf", Some("aSet-Cookie: x=1.pdf")),
            ("receipt\u{202E}gpj.exe", Some("receiptgpj.exe")),
            ("..", None),
            ("\u{200B}", None),
            ("", None),
            ("reçu \"1\".pdf", Some("reçu \"1\".pdf")),
        ] {
            assert_eq!(plain(sent).as_deref(), kept, "{sent:?}");
        }
        assert_eq!(plain(&"x".repeat(500)).map(|name| name.len()), Some(MOST));
    }

    #[test]
    fn the_exact_name_goes_before_the_other() {
        for (head, name) in [
            ("form-data; name=\"file\"; filename=\"x.exe\"; filename*=UTF-8''re%C3%A7u.pdf", Some("reçu.pdf")),
            ("form-data; name=\"file\"; filename=\"bus.pdf\"", Some("bus.pdf")),
            ("form-data; name=\"file\"", None),
        ] {
            let head = ContentDisposition::from_raw(&HeaderValue::from_str(head).unwrap()).unwrap();
            assert_eq!(of(&head).as_deref(), name, "{head}");
        }
    }

    #[test]
    fn encoded_words_are_read() {
        for (sent, name) in [
            ("=?UTF-8?B?cmXDp3UucGRm?=", "reçu.pdf"),
            ("=?utf-8?q?re=C3=A7u_1.pdf?=", "reçu 1.pdf"),
            ("=?iso-8859-1?Q?re=E7u.pdf?=", "reçu.pdf"),
            ("=?UTF-8?B?cmXD?= =?UTF-8?B?p3U=?=", "=?UTF-8?B?cmXD?= =?UTF-8?B?p3U=?="),
            ("a =?UTF-8?B?cmXDp3U=?=", "a =?UTF-8?B?cmXDp3U=?="),
            ("bus 1.pdf", "bus 1.pdf"),
        ] {
            assert_eq!(decoded(sent), name);
        }
    }
}
