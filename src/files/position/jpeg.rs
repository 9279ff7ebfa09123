//! JPEG: the position is in the EXIF or the XMP of a segment before the picture.

use super::part::contains;
use super::tiff::blank;

/// Whether the head of a JPEG is complete: all of its segments before the picture.
pub(super) fn is_complete(begins: &[u8]) -> bool {
    segments(begins).1
}

/// The beginning of a JPEG without its position; what was begun and is not complete is looked through as far as it goes.
pub(super) fn without(begins: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(begins.len());
    let mut from = 0;
    for Segment { start, data, end } in segments(begins).0 {
        let (Some(before), Some(head), Some(content)) =
            (begins.get(from..start), begins.get(start..data), begins.get(data..end))
        else {
            break;
        };
        kept.extend_from_slice(before);
        from = end;
        if let Some(tiff) = content.strip_prefix(b"Exif\0\0") {
            let mut tiff = tiff.to_vec();
            blank(&mut tiff);
            kept.extend_from_slice(head);
            kept.extend_from_slice(b"Exif\0\0");
            kept.extend_from_slice(&tiff);
        } else if !(content.starts_with(b"http://ns.adobe.com/") && contains(content, b"GPS")) {
            kept.extend_from_slice(head);
            kept.extend_from_slice(content);
        }
    }
    kept.extend_from_slice(begins.get(from..).unwrap_or_default());
    kept
}

/// A segment of data that programs add: where it starts, where its data do, and where it ends.
struct Segment {
    start: usize,
    data: usize,
    end: usize,
}

/// The segments that may hold EXIF or XMP, and whether everything before the picture is there.
fn segments(begins: &[u8]) -> (Vec<Segment>, bool) {
    let (mut found, mut at) = (Vec::new(), 2);
    loop {
        let (Some(0xFF), Some(marker)) = (begins.get(at), begins.get(at + 1)) else {
            return (found, begins.get(at).is_some_and(|byte| *byte != 0xFF));
        };
        match marker {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD7 => at += 2,
            0xD9 | 0xDA => return (found, true),
            marker => {
                let Some(length) = begins.get(at + 2..at + 4).and_then(|it| it.try_into().ok()).map(u16::from_be_bytes)
                else {
                    return (found, false);
                };
                let end = at + 2 + usize::from(length).max(2);
                if end > begins.len() {
                    return (found, false);
                }
                if *marker == 0xE1 {
                    found.push(Segment { start: at, data: at + 4, end });
                }
                at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tiff::tests::{PLACE, tiff};
    use super::super::tiff::{POSITION, long, short};
    use super::*;

    fn jpeg(content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [b"\xFF\xD8\xFF\xE1".as_slice(), &length, content, b"\xFF\xDA\0\x02picture\xFF\xD9"].concat()
    }

    #[test]
    fn a_position_goes_and_all_else_stays() {
        let sent = jpeg(&[b"Exif\0\0".as_slice(), &tiff()].concat());
        let kept = without(&sent);
        assert_eq!(kept.len(), sent.len());
        assert!(contains(&sent, &PLACE) && !contains(&kept, &PLACE));
        assert!(!contains(&kept, &POSITION.to_le_bytes()));
        let inside = &kept[12..];
        assert_eq!(short(inside, 8, false), Some(2));
        assert_eq!((short(inside, 10, false), short(inside, 22, false)), (Some(0x0100), Some(0x0112)));
        assert_eq!(long(inside, 34, false), Some(0), "no next directory");
        assert!(kept.ends_with(b"picture\xFF\xD9"));
        assert_eq!(without(&kept), kept);
    }

    #[test]
    fn what_names_no_place_stays_byte_for_byte() {
        for content in
            [&b"JFIF"[..], b"Exif\0\0MM", b"Exif\0\0II*\0\xFF\xFF\xFF\xFF", b"http://ns.adobe.com/xap/1.0/\0<x/>"]
        {
            assert_eq!(without(&jpeg(content)), jpeg(content));
        }
        let xmp = jpeg(b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>52,12N");
        assert!(!contains(&without(&xmp), b"GPS") && without(&xmp).ends_with(b"picture\xFF\xD9"));
        for cut in 0..xmp.len() {
            assert!(without(&xmp[..cut]).len() <= cut);
        }
        assert!(is_complete(&xmp) && !is_complete(&xmp[..30]));
    }
}
