//! HEIC: boxes, of which `meta` says what items a file has and where their bytes are (ISO 14496-12, 8.11). EXIF and XMP
//! are items; the position is overwritten where it is, so that nothing moves.

use std::collections::{BTreeMap, VecDeque};

use super::boxes::{Boxed, Read, nibble, number};
use super::part::{MOST_PART, contains};
use super::tiff::blank;

/// The most places of one file that are looked at.
const MOST_PLACES: usize = 32;

/// What the bytes of an item are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Exif,
    Xmp,
    /// A part that is not looked through: all of it is overwritten.
    Unread,
}

/// A part of the file.
#[derive(Clone, Copy, Debug)]
struct Place {
    from: u64,
    to: u64,
    what: What,
}

/// The places that may hold a position, and how far the file has come.
#[derive(Debug)]
pub struct Places {
    at: u64,
    left: VecDeque<Place>,
    held: Vec<u8>,
}

/// Whether the box that says where items are is there, or none will come.
pub(super) fn is_complete(begins: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = Boxed::at(begins, at) {
        if &found.kind == b"meta" || found.end <= at {
            return found.end <= begins.len();
        }
        at = found.end;
    }
    false
}

impl Places {
    pub(super) fn of(begins: &[u8]) -> Self {
        let mut places = meta(begins).map(|meta| places(begins, &meta)).unwrap_or_default();
        places.sort_by_key(|place| place.from);
        Self { at: 0, left: places.into(), held: Vec::new() }
    }

    pub(super) fn pass(&mut self, mut piece: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(piece.len());
        while let (Some(place), false) = (self.left.front().copied(), piece.is_empty()) {
            let next = if self.at < place.from { place.from } else { place.to };
            let most = usize::try_from(next.saturating_sub(self.at)).unwrap_or(usize::MAX);
            let (now, rest) = piece.split_at(most.min(piece.len()));
            let begun = self.at >= place.from;
            self.at += u64::try_from(now.len()).unwrap_or(u64::MAX);
            piece = rest;
            match place.what {
                _ if !begun => kept.extend_from_slice(now),
                What::Unread => kept.resize(kept.len() + now.len(), 0),
                What::Exif | What::Xmp => self.held.extend_from_slice(now),
            }
            if self.at >= place.to {
                self.left.pop_front();
                overwrite(&mut self.held, place.what);
                kept.append(&mut self.held);
            }
        }
        self.at += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        kept.extend_from_slice(piece);
        kept
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        if let Some(place) = self.left.front() {
            overwrite(&mut self.held, place.what);
        }
        self.held
    }
}

/// Takes the position out of an item; its length stays.
fn overwrite(item: &mut [u8], what: What) {
    match what {
        What::Exif => {
            // The item begins with where, after these four bytes, the TIFF begins.
            let after = number(item, 0, 4).and_then(|after| usize::try_from(after).ok()?.checked_add(4));
            let Some(begins) = after else { return };
            let named = item.get(begins..).is_some_and(|rest| rest.starts_with(b"Exif\0\0"));
            item.get_mut(if named { begins + 6 } else { begins }..).into_iter().for_each(blank);
        }
        What::Xmp if contains(item, b"GPS") => item.fill(b' '),
        What::Xmp | What::Unread => {}
    }
}

fn meta(begins: &[u8]) -> Option<Boxed> {
    let all = Boxed::within(begins, 0, begins.len());
    all.into_iter().find(|found| &found.kind == b"meta")
}

/// The places of a file's EXIF and XMP, as its `meta` says.
fn places(begins: &[u8], meta: &Boxed) -> Vec<Place> {
    // Versions and flags stand first.
    let parts = Boxed::within(begins, meta.content + 4, meta.end);
    let part = |kind: &[u8; 4]| parts.iter().find(|part| &part.kind == kind);
    let items = part(b"iinf").map(|infos| items(begins, infos)).unwrap_or_default();
    let inside = part(b"idat").map(|data| data.content);
    let mut found = Vec::new();
    if let Some(locations) = part(b"iloc") {
        // As far as they can be read.
        let _ = locate(begins, locations, (&items, inside), &mut found);
    }
    found
}

/// The ids of the items that are EXIF or XMP.
fn items(bytes: &[u8], infos: &Boxed) -> BTreeMap<u64, What> {
    let counted = if bytes.get(infos.content) == Some(&0) { 2 } else { 4 };
    let entries = Boxed::within(bytes, infos.content + 4 + counted, infos.end);
    let item = |entry: &Boxed| {
        let wide = match bytes.get(entry.content)? {
            2 => 2,
            3 => 4,
            _ => return None,
        };
        let id = number(bytes, entry.content + 4, wide)?;
        let kind = entry.content + 4 + wide + 2;
        match bytes.get(kind..kind + 4)? {
            b"Exif" => Some((id, What::Exif)),
            b"mime" if contains(bytes.get(kind..entry.end)?, b"rdf+xml") => Some((id, What::Xmp)),
            _ => None,
        }
    };
    entries.iter().filter_map(item).collect()
}

/// Finds where these items are: in the file, or in a box of `meta` itself.
fn locate(
    bytes: &[u8],
    locations: &Boxed,
    (items, inside): (&BTreeMap<u64, What>, Option<usize>),
    found: &mut Vec<Place>,
) -> Option<()> {
    let mut read = Read { bytes: bytes.get(..locations.end)?, at: locations.content };
    let version = read.next(1)?;
    read.next(3)?;
    let (sizes, more) = (read.next(1)?, read.next(1)?);
    let (offset, length, base) = (nibble(sizes >> 4), nibble(sizes), nibble(more >> 4));
    let index = if version == 0 { 0 } else { nibble(more) };
    let wide = if version < 2 { 2 } else { 4 };
    for _ in 0..read.next(wide)? {
        let id = read.next(wide)?;
        let method = if version == 0 { 0 } else { read.next(2)? & 0xF };
        let elsewhere = read.next(2)? != 0;
        let base = read.next(base)?;
        let count = read.next(2)?;
        let start = match (method, inside) {
            (0, _) => Some(0),
            (1, Some(data)) => u64::try_from(data).ok(),
            _ => None,
        };
        let (Some(what), Some(start), false) = (items.get(&id), start, elsewhere || length == 0) else {
            read.at += usize::try_from(count).ok()? * (index + offset + length);
            continue;
        };
        for _ in 0..count {
            read.next(index)?;
            let from = start.checked_add(base)?.checked_add(read.next(offset)?)?;
            let to = from.checked_add(read.next(length)?)?;
            // An item in several parts is not put together.
            let long = count > 1 || to - from > u64::try_from(MOST_PART).unwrap_or(0);
            found.push(Place { from, to, what: if long { What::Unread } else { *what } });
            if found.len() == MOST_PLACES {
                return None;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::sent;
    use super::super::tiff::tests::{PLACE, tiff};
    use super::*;
    use crate::files::kind::FileKind;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [length.as_slice(), kind, content].concat()
    }

    fn item(id: u16, kind: &[u8]) -> Vec<u8> {
        boxed(b"infe", &[b"\x02\0\0\0".as_slice(), &id.to_be_bytes(), b"\0\0", kind].concat())
    }

    /// An entry of `iloc`, version 1: an item's method and its parts.
    fn entry(id: u16, method: u16, parts: &[(u32, usize)]) -> Vec<u8> {
        let count = u16::try_from(parts.len()).unwrap();
        let head = [id, method, 0, count].map(u16::to_be_bytes).concat();
        let part =
            |(from, length): &(u32, usize)| [*from, u32::try_from(*length).unwrap()].map(u32::to_be_bytes).concat();
        [head, parts.iter().flat_map(part).collect()].concat()
    }

    /// A picture, then EXIF and XMP in the file, and EXIF in `meta`. What is given decides where `iloc` says that they are.
    fn heic(parts: usize) -> Vec<u8> {
        let exif = [b"\0\0\0\x06Exif\0\0".as_slice(), &tiff()].concat();
        let xmp = b"<x:xmpmeta><exif:GPSLatitude>52,12N</exif:GPSLatitude></x:xmpmeta>".to_vec();
        let infos =
            [item(1, b"hvc1\0"), item(2, b"Exif\0"), item(3, b"mime\0application/rdf+xml\0"), item(4, b"Exif\0")];
        let infos = boxed(b"iinf", &[b"\0\0\0\0\0\x04".to_vec(), infos.concat()].concat());
        let meta = |start: u32| {
            let (picture, length) = (start, u32::try_from(exif.len()).unwrap());
            let exif_at = picture + 900;
            let half = exif.len() / 2;
            let exif_parts = match parts {
                1 => vec![(exif_at, exif.len())],
                _ => vec![(exif_at, half), (exif_at + u32::try_from(half).unwrap(), exif.len() - half)],
            };
            let entries = [
                entry(1, 0, &[(picture, 900)]),
                entry(2, 0, &exif_parts),
                entry(3, 0, &[(exif_at + length, xmp.len())]),
                entry(4, 1, &[(0, exif.len())]),
            ];
            let locations = boxed(b"iloc", &[b"\x01\0\0\0\x44\0\0\x04".to_vec(), entries.concat()].concat());
            boxed(b"meta", &[b"\0\0\0\0".to_vec(), infos.clone(), locations, boxed(b"idat", &exif)].concat())
        };
        let before = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
        let start = u32::try_from(before.len() + meta(0).len() + 8).unwrap();
        [before, meta(start), boxed(b"mdat", &[vec![9; 900], exif.clone(), xmp].concat())].concat()
    }

    #[test]
    fn a_position_is_overwritten_where_it_is_and_nothing_moves() {
        for (parts, piece) in [(1, 1), (1, 7), (1, 1_032), (1, 9_000), (2, 1), (2, 1_032), (2, 9_000)] {
            let file = heic(parts);
            assert_eq!(file.windows(4).filter(|part| *part == PLACE).count(), 2);
            let kept = sent(FileKind::Heic, &file, piece);
            assert_eq!(kept.len(), file.len());
            assert!(
                !contains(&kept, &PLACE) && !contains(&kept, b"GPS") && contains(&kept, &[9; 900]),
                "{parts} {piece}"
            );
            // What is no position stays: of EXIF in one part, all but the position and its entry.
            let changed = file.iter().zip(&kept).filter(|(before, after)| before != after).count();
            assert!(changed < 400, "{changed}");
            assert!(sent(FileKind::Heic, &kept, piece) == kept, "a second time nothing changes");
        }
    }

    #[test]
    fn whatever_a_head_says_the_file_keeps_its_length_and_the_rest_its_bytes() {
        let file = heic(1);
        for cut in 0..file.len() {
            assert_eq!(sent(FileKind::Heic, &file[..cut], 64).len(), cut);
        }
        // Every byte of the head in turn says something else.
        let head = file.len() - 1_200;
        for at in 0..head {
            for byte in [0, 1, 0x7F, 0xFF] {
                let mut other = file.clone();
                other[at] = byte;
                assert_eq!(sent(FileKind::Heic, &other, 512).len(), file.len(), "{at} {byte}");
            }
        }
    }
}
