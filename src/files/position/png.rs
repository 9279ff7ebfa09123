//! PNG: a row of chunks, of which some may have EXIF, XMP or a text of a place, before the picture or after it.

use super::part::{MOST_PART, contains};
use super::tiff::blank;

/// The chunks of a file, as they come.
#[derive(Debug, Default)]
pub struct Chunks {
    /// What was not passed on yet: a head, or a chunk that is looked through once all of it is there.
    held: Vec<u8>,
    state: State,
}

/// What comes next.
#[derive(Debug, Default)]
enum State {
    /// The signature of the file.
    #[default]
    Signature,
    /// A chunk's length and kind.
    Head,
    /// So many bytes that are passed on.
    Passed(usize),
    /// A chunk that is held until it has this length.
    Held(usize),
    /// So many bytes that are left out.
    LeftOut(usize),
    /// Nothing more to look at: the rest is passed on.
    Rest,
}

/// The bytes before the content of a chunk, and after it.
const HEAD: usize = 8;
const SUM: usize = 4;

impl Chunks {
    pub(super) fn pass(&mut self, mut piece: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(piece.len());
        while !piece.is_empty() {
            let most = match self.state {
                State::Signature | State::Head => HEAD - self.held.len(),
                State::Passed(left) | State::LeftOut(left) => left,
                State::Held(length) => length - self.held.len(),
                State::Rest => piece.len(),
            };
            let (now, rest) = piece.split_at(most.min(piece.len()));
            piece = rest;
            self.take(now, &mut kept);
        }
        kept
    }

    pub(super) fn end(self) -> Vec<u8> {
        // A chunk that broke off is none.
        if matches!(self.state, State::Held(_)) { Vec::new() } else { self.held }
    }

    /// Takes bytes, no more than the state asks for.
    fn take(&mut self, now: &[u8], kept: &mut Vec<u8>) {
        match &mut self.state {
            State::Signature | State::Head | State::Held(_) => self.held.extend_from_slice(now),
            State::Passed(left) => {
                kept.extend_from_slice(now);
                *left -= now.len();
            }
            State::LeftOut(left) => *left -= now.len(),
            State::Rest => kept.extend_from_slice(now),
        }
        match self.state {
            State::Signature if self.held.len() == HEAD => {
                kept.append(&mut self.held);
                self.state = State::Head;
            }
            State::Head if self.held.len() == HEAD => self.head(kept),
            State::Held(length) if self.held.len() == length => {
                kept.extend(without(std::mem::take(&mut self.held)));
                self.state = State::Head;
            }
            State::Passed(0) | State::LeftOut(0) => self.state = State::Head,
            _ => {}
        }
    }

    /// Decides about a chunk, from its head.
    fn head(&mut self, kept: &mut Vec<u8>) {
        let (length, kind) = self.held.split_at(4);
        let length = length.try_into().map(u32::from_be_bytes).ok().and_then(|length| usize::try_from(length).ok());
        let rest =
            length.and_then(|length| length.checked_add(SUM)).filter(|_| kind.iter().all(u8::is_ascii_alphabetic));
        self.state = match (rest, kind) {
            (None, _) | (_, b"IEND") => State::Rest,
            (Some(rest), b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt") if rest <= MOST_PART => State::Held(HEAD + rest),
            (Some(rest), b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt") => State::LeftOut(rest),
            (Some(rest), _) => State::Passed(rest),
        };
        match self.state {
            State::Held(_) => {}
            State::LeftOut(_) => self.held.clear(),
            _ => kept.append(&mut self.held),
        }
    }
}

/// A chunk without its position: nothing of it, where it can't be parted from the rest.
fn without(mut chunk: Vec<u8>) -> Vec<u8> {
    let end = chunk.len() - SUM;
    let says_a_place = match chunk.get(4..HEAD) {
        Some(b"eXIf") => {
            let before = chunk.clone();
            chunk.get_mut(HEAD..end).into_iter().for_each(blank);
            if chunk != before {
                let sum = crc(chunk.get(4..end).unwrap_or_default());
                chunk.get_mut(end..).into_iter().for_each(|it| it.copy_from_slice(&sum.to_be_bytes()));
            }
            false
        }
        Some(kind) => is_place(kind == b"iTXt", chunk.get(HEAD..end).unwrap_or_default()),
        None => false,
    };
    if says_a_place { Vec::new() } else { chunk }
}

/// Whether a text says a place: by its keyword, or as XMP that can't be read or has one.
fn is_place(international: bool, content: &[u8]) -> bool {
    let keyword = content.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = content.get(keyword.len() + 1..).unwrap_or_default();
    let keyword = String::from_utf8_lossy(keyword).to_ascii_lowercase();
    match keyword.as_str() {
        "raw profile type exif" | "raw profile type app1" | "raw profile type xmp" => true,
        "xml:com.adobe.xmp" => (international && text.first() != Some(&0)) || contains(text, b"GPS"),
        "location" | "latitude" | "longitude" | "coordinates" => true,
        other => other.contains("gps") || other.starts_with("geo"),
    }
}

/// The sum that ends a chunk (ISO/IEC 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::super::tests::sent;
    use super::super::tiff::tests::{PLACE, tiff};
    use super::*;
    use crate::files::kind::FileKind;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        let inside = [kind, content].concat();
        [length.as_slice(), &inside, &crc(&inside).to_be_bytes()].concat()
    }

    fn png(more: &[Vec<u8>]) -> Vec<u8> {
        let head = [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &[0; 13])].concat();
        [head, more.concat(), chunk(b"IEND", b""), b"trailer".to_vec()].concat()
    }

    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_position_goes_before_and_after_the_picture_and_all_else_stays() {
        let picture = chunk(b"IDAT", &[7; 3_000]);
        let mut clean = tiff();
        blank(&mut clean);
        for piece in [1, 5, 8, 1_032, 100_000] {
            let exif = png(&[picture.clone(), chunk(b"eXIf", &tiff())]);
            let kept = sent(FileKind::Png, &exif, piece);
            assert!(contains(&exif, &PLACE));
            assert!(kept == png(&[picture.clone(), chunk(b"eXIf", &clean)]), "{piece}");
            for said in [
                chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 20\n4949"),
                chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<exif:GPSLatitude>52,12N"),
                chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0packed"),
                chunk(b"tEXt", b"exif:GPSLatitude\x0052/1"),
                chunk(b"zTXt", b"Location\0\0packed"),
                chunk(b"eXIf", &vec![0; MOST_PART]),
            ] {
                let file = png(&[said.clone(), picture.clone(), said]);
                assert!(sent(FileKind::Png, &file, piece) == png(std::slice::from_ref(&picture)), "{piece}");
            }
            for said in [
                chunk(b"tEXt", b"Title\0A ticket"),
                chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<dc:title>A ticket"),
                chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\0"),
                chunk(b"iCCP", &[1; 40]),
            ] {
                let file = png(&[said, picture.clone()]);
                assert!(sent(FileKind::Png, &file, piece) == file, "{piece}");
            }
        }
    }

    #[test]
    fn a_file_that_breaks_off_loses_at_most_a_chunk_that_is_no_picture() {
        let file = png(&[chunk(b"IDAT", &[7; 50]), chunk(b"eXIf", &tiff())]);
        let picture = file.len() - chunk(b"IEND", b"trailer").len() - chunk(b"eXIf", &tiff()).len();
        for cut in 0..file.len() {
            let kept = sent(FileKind::Png, &file[..cut], 16);
            assert!(kept.len() <= cut && kept[..cut.min(picture)] == file[..cut.min(picture)], "{cut}");
        }
    }
}
