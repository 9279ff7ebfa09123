//! Bytes that can go over the wire packed by gzip: which are worth it, and those that never change, packed once.

use std::io::{self, Write};
use std::mem;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Fewer bytes than this go as they are: packing them would save less than the headers take.
pub const FEWEST: usize = 1_024;

/// Bytes that never change while the service runs, as they are and packed.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The bytes as they are.
    pub plain: Bytes,
    /// The same by gzip.
    pub gzip: Bytes,
}

impl Packed {
    /// Packs bytes as small as they get.
    #[must_use]
    pub fn of(plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        Self { gzip: gzip(&plain, Compression::best()).into(), plain }
    }
}

/// Packs an answer that comes piece by piece. What was put in so far can be read at once.
#[derive(Debug)]
pub struct Packing(GzEncoder<Vec<u8>>);

impl Packing {
    /// Begins an answer.
    #[must_use]
    pub fn begin() -> Self {
        Self(GzEncoder::new(Vec::new(), Compression::fast()))
    }

    /// The next piece.
    ///
    /// # Errors
    /// None: a vector takes everything.
    pub fn piece(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.0.write_all(bytes)?;
        self.0.flush()?;
        Ok(mem::take(self.0.get_mut()))
    }

    /// What ends the answer: without it, nobody takes it for whole.
    ///
    /// # Errors
    /// None: a vector takes everything.
    pub fn end(self) -> io::Result<Vec<u8>> {
        self.0.finish()
    }
}

/// Packs bytes quickly, for one answer.
#[must_use]
pub fn quickly(bytes: &[u8]) -> Vec<u8> {
    gzip(bytes, Compression::fast())
}

fn gzip(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), level);
    // A vector takes everything that is written to it.
    packing.write_all(bytes).and_then(|()| packing.finish()).unwrap_or_default()
}

/// Whether a media type is text, which packs well; pictures and PDFs are packed already.
#[must_use]
pub fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || ["json", "xml", "javascript"].iter().any(|kind| essence.ends_with(kind))
        || essence == "image/svg+xml"
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let text = "You said, we did. ".repeat(1_000);
        for packed in [Packed::of(text.clone()).gzip.to_vec(), quickly(text.as_bytes())] {
            assert!(packed.len() * 20 < text.len(), "{}", packed.len());
            let mut out = String::new();
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut out).unwrap();
            assert_eq!(out, text);
        }
    }

    #[test]
    fn what_is_packed_piece_by_piece_comes_out_as_it_was_and_each_piece_at_once() {
        let pieces = ["You said, ", "", "we did. ", &"Thank you. ".repeat(10_000)];
        let mut packing = Packing::begin();
        let mut sent = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            sent.extend(packing.piece(piece.as_bytes()).unwrap());
            let mut out = vec![0; pieces[..=number].concat().len()];
            flate2::read::GzDecoder::new(sent.as_slice()).read_exact(&mut out).unwrap();
            assert_eq!(out, pieces[..=number].concat().as_bytes());
        }
        let mut out = String::new();
        flate2::read::GzDecoder::new(sent.as_slice()).read_to_string(&mut out).unwrap_err();
        sent.extend(packing.end().unwrap());
        let mut out = String::new();
        flate2::read::GzDecoder::new(sent.as_slice()).read_to_string(&mut out).unwrap();
        assert_eq!(out, pieces.concat());
    }

    #[test]
    fn text_is_told_from_what_is_packed_already() {
        for (media, text) in [
            ("application/json", true),
            ("application/problem+json", true),
            ("text/csv; charset=utf-8", true),
            ("application/atom+xml; charset=utf-8", true),
            ("text/javascript", true),
            ("image/png", false),
            ("application/pdf", false),
        ] {
            assert_eq!(is_text(media), text, "{media}");
        }
    }
}
