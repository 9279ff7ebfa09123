//! The trust that runs the service: its name, logo, address and portal, as documents, e-mails and public pages show them.
//! They come from the settings; nothing of them is kept in the database.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

/// The largest logo, in bytes: it stands in every document.
pub const LARGEST_LOGO: usize = 64 * 1024;
/// The largest width and height of a PNG, in pixels.
const LARGEST_SIDE: u32 = 4_000;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The trust that runs the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Name (`TRUST_NAME`).
    pub name: Option<String>,
    /// Logo (`TRUST_LOGO`).
    pub logo: Option<Logo>,
    /// Postal address, line by line (`TRUST_ADDRESS`).
    pub address: Vec<String>,
    /// Address of the portal where people answer, without a slash at its end (`PORTAL_URL`).
    pub portal: Option<String>,
}

impl Trust {
    /// The name, for use within a sentence.
    #[must_use]
    pub fn named(&self) -> &str {
        self.name.as_deref().unwrap_or("the trust")
    }
}

/// A logo, ready to stand in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo(String);

impl Logo {
    /// Reads a logo: a PNG, or an SVG that runs no scripts and fetches nothing.
    ///
    /// # Errors
    /// What is wrong with the file, as the rest of a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LARGEST_LOGO {
            return Err(format!("must not be larger than {} KiB", LARGEST_LOGO / 1024));
        }
        let media = if bytes.starts_with(PNG) {
            png(bytes)?;
            "image/png"
        } else {
            svg(bytes)?;
            "image/svg+xml"
        };
        Ok(Self(format!("data:{media};base64,{}", STANDARD.encode(bytes))))
    }

    /// The logo as the address of a picture (RFC 2397).
    #[must_use]
    pub fn src(&self) -> &str {
        &self.0
    }
}

/// A PNG begins with its header, which says how large it is.
fn png(bytes: &[u8]) -> Result<(), String> {
    let side = |from: usize| {
        let four: Option<[u8; 4]> = bytes.get(from..from + 4).and_then(|four| four.try_into().ok());
        four.map(u32::from_be_bytes)
    };
    let is_header = bytes.get(12..16) == Some(b"IHDR".as_slice());
    match (side(16), side(20)) {
        (Some(width), Some(height)) if is_header => {
            let fits = (1..=LARGEST_SIDE).contains(&width) && (1..=LARGEST_SIDE).contains(&height);
            if fits { Ok(()) } else { Err(format!("must not be wider or higher than {LARGEST_SIDE} pixels")) }
        }
        _ => Err("is not a PNG that can be read".to_owned()),
    }
}

/// An SVG without scripts, event handlers, foreign content, entities, and references to anything outside itself.
fn svg(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "must be an SVG in UTF-8, or a PNG".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut rooted = false;
    loop {
        match reader.read_event().map_err(|_| "must be a PNG, or an SVG that is well-formed XML".to_owned())? {
            Event::Start(tag) => {
                is_root(&tag, depth, &mut rooted)?;
                harmless(&tag)?;
                depth += 1;
            }
            Event::Empty(tag) => {
                is_root(&tag, depth, &mut rooted)?;
                harmless(&tag)?;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) => fetches_nothing(&text)?,
            Event::CData(text) => fetches_nothing(&text)?,
            Event::DocType(_) | Event::PI(_) | Event::GeneralRef(_) => {
                return Err(
                    "must be an SVG without a document type, instructions and references to characters".to_owned()
                );
            }
            Event::Eof if rooted && depth == 0 => return Ok(()),
            Event::Eof => return Err("must be a PNG or an SVG".to_owned()),
            _ => {}
        }
    }
}

fn is_root(tag: &BytesStart<'_>, depth: usize, rooted: &mut bool) -> Result<(), String> {
    if depth > 0 {
        return Ok(());
    }
    if *rooted || tag.local_name().as_ref() != b"svg" {
        return Err("must be a PNG or an SVG".to_owned());
    }
    *rooted = true;
    Ok(())
}

/// Elements that run, embed or change something.
const REFUSED: [&str; 14] = [
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "handler",
    "listener",
    "animate",
    "set",
    "animatetransform",
    "animatemotion",
    "a",
];

fn harmless(tag: &BytesStart<'_>) -> Result<(), String> {
    let name = String::from_utf8_lossy(tag.local_name().as_ref()).to_lowercase();
    if REFUSED.contains(&name.as_str()) {
        return Err(format!("must be an SVG without scripts and animations, and has <{name}>"));
    }
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| "must be an SVG that is well-formed XML".to_owned())?;
        inert(&attribute)?;
    }
    Ok(())
}

fn inert(attribute: &Attribute<'_>) -> Result<(), String> {
    let name = String::from_utf8_lossy(attribute.key.local_name().as_ref()).to_lowercase();
    if name.starts_with("on") {
        return Err(format!("must be an SVG without scripts, and has the attribute {name}"));
    }
    let value = String::from_utf8_lossy(&attribute.value);
    if matches!(name.as_str(), "href" | "src") && !value.trim().starts_with('#') {
        return Err("must be an SVG that refers to nothing outside itself".to_owned());
    }
    fetches_nothing(value.as_bytes())
}

/// A style fetches nothing: it refers to places within the picture alone.
fn fetches_nothing(text: &[u8]) -> Result<(), String> {
    let text: String = String::from_utf8_lossy(text).to_lowercase().split_whitespace().collect();
    let outside = text.split("url(").skip(1).any(|rest| !rest.trim_start_matches(['"', '\'']).starts_with('#'));
    if outside || text.contains("@import") || text.contains("&#") || text.contains('\\') {
        return Err("must be an SVG that refers to nothing outside itself".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        Logo::read(bytes).unwrap_err()
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        [PNG, &[0, 0, 0, 13], b"IHDR", &width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
    }

    #[test]
    fn a_plain_svg_and_a_png_are_taken() {
        let svg = r##"<?xml version="1.0" encoding="UTF-8"?><!-- ours --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">
            <defs><linearGradient id="g"/></defs><style>.a { fill: url(#g) }</style><path class="a" d="M0 0h8v8z" fill="url('#g')"/><use href="#g"/></svg>"##;
        assert!(Logo::read(svg.as_bytes()).unwrap().src().starts_with("data:image/svg+xml;base64,PD94"));
        assert!(Logo::read(&png_of(4_000, 1)).unwrap().src().starts_with("data:image/png;base64,iVBOR"));
    }

    #[test]
    fn what_runs_fetches_or_is_no_picture_is_refused() {
        let svg = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inner}</svg>").into_bytes();
        for inner in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<x:script xmlns:x=\"http://www.w3.org/2000/svg\"/>",
            "<path onload=\"alert(1)\"/>",
            "<path ONCLICK='x'/>",
            "<foreignObject><p/></foreignObject>",
            "<image href=\"https://elsewhere.example/a.png\"/>",
            "<use xlink:href=\"other.svg#a\"/>",
            "<a href=\"javascript:alert(1)\"/>",
            "<style>@import 'x.css';</style>",
            "<style><![CDATA[ .a { fill: url( //elsewhere.example/a ) } ]]></style>",
            "<path style=\"fill: URL( 'https://elsewhere.example' )\"/>",
            "<path style=\"fill: u&#114;l(//elsewhere.example)\"/>",
            "<style>.a { fill: u&#114;l(//elsewhere.example) }</style>",
            "<set attributeName=\"href\"/>",
            "<p>",
        ] {
            let why = refused(&svg(inner));
            assert!(why.starts_with("must be"), "{inner}: {why}");
        }
        for whole in
            ["", "hello", "<html/>", "<svg/><svg/>", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "<?go?><svg/>", "<svg>"]
        {
            assert!(refused(whole.as_bytes()).starts_with("must be"), "{whole}");
        }
        assert!(refused(b"\xFF\xFE").contains("UTF-8"));
        assert!(refused(&png_of(4_001, 1)).contains("pixels"));
        assert!(refused(&png_of(0, 1)).contains("pixels"));
        assert!(refused(PNG).contains("can't") || refused(PNG).contains("not a PNG"));
        assert_eq!(refused(&vec![b' '; LARGEST_LOGO + 1]), "must not be larger than 64 KiB");
    }
}
