//! Where a picture was taken, taken out of JPEG files before they are kept: nobody needs it to approve a claim.
//! The picture itself is not touched, and a file that says nothing of a place stays as it is, byte for byte.

/// The most bytes that are looked through for the head of a picture.
pub const MOST_HEAD: usize = 1024 * 1024;

/// The tag of the position in a directory of EXIF, and the length of an entry there.
const POSITION: u16 = 0x8825;
const ENTRY: usize = 12;

/// Whether the head of a JPEG is complete: all of its segments before the picture.
#[must_use]
pub fn is_complete(begins: &[u8]) -> bool {
    segments(begins).1
}

/// The beginning of a JPEG without its position; what was begun and is not complete is looked through as far as it goes.
#[must_use]
pub fn without(begins: &[u8]) -> Vec<u8> {
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

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part == word)
}

/// Takes the position out of each directory of a TIFF: its entry, and zeros for all that it leads to. Lengths stay.
fn blank(tiff: &mut [u8]) {
    let big = tiff.starts_with(b"MM");
    let mut at = long(tiff, 4, big);
    // The picture's directory and its thumbnail's; a few more are looked through, a circle is not followed for ever.
    for _ in 0..8 {
        let Some(directory) = at.filter(|at| *at > 0) else { return };
        let Some(count) = short(tiff, directory, big) else { return };
        let entries = entries(tiff, directory, count);
        let position = entries.clone().find(|entry| short(tiff, *entry, big) == Some(POSITION));
        if let Some(entry) = position {
            if let Some(place) = long(tiff, entry + 8, big) {
                blank_directory(tiff, place, big);
            }
            let next = directory + 2 + usize::from(count) * ENTRY;
            let end = (next + 4).min(tiff.len());
            if entry + ENTRY <= end {
                tiff.copy_within(entry + ENTRY..end, entry);
                zero(tiff, end - ENTRY, ENTRY);
            }
            let fewer = count - 1;
            let bytes = if big { fewer.to_be_bytes() } else { fewer.to_le_bytes() };
            tiff.get_mut(directory..directory + 2).into_iter().for_each(|it| it.copy_from_slice(&bytes));
            at = long(tiff, next - ENTRY, big);
        } else {
            at = long(tiff, directory + 2 + usize::from(count) * ENTRY, big);
        }
    }
}

/// Where the entries of a directory stand, as far as there are any.
fn entries(tiff: &[u8], directory: usize, count: u16) -> impl Iterator<Item = usize> + Clone + use<> {
    let end = tiff.len();
    let all = (0..usize::from(count)).map(move |number| directory + 2 + number * ENTRY);
    all.take_while(move |entry| entry + ENTRY <= end)
}

/// Zeros for a directory, and for the values that stand elsewhere.
fn blank_directory(tiff: &mut [u8], directory: usize, big: bool) {
    let Some(count) = short(tiff, directory, big) else { return };
    // The values of all entries together are no longer than the file.
    let mut left = tiff.len();
    for entry in entries(tiff, directory, count) {
        let size = match short(tiff, entry + 2, big) {
            Some(3 | 8) => 2,
            Some(4 | 9 | 11 | 13) => 4,
            Some(5 | 10 | 12) => 8,
            _ => 1,
        };
        let length = long(tiff, entry + 4, big).unwrap_or_default().saturating_mul(size);
        if let Some(value) = long(tiff, entry + 8, big).filter(|_| length > 4) {
            zero(tiff, value, length.min(left));
            left = left.saturating_sub(length);
        }
        zero(tiff, entry, ENTRY);
    }
    zero(tiff, directory, 2);
}

fn zero(bytes: &mut [u8], from: usize, length: usize) {
    let to = from.saturating_add(length).min(bytes.len());
    bytes.get_mut(from..to).into_iter().for_each(|part| part.fill(0));
}

fn short(bytes: &[u8], at: usize, big: bool) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
}

fn long(bytes: &[u8], at: usize, big: bool) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TIFF with a maker, a position of three fractions, and an orientation.
    fn tiff() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        let entry = |tag: u16, kind: u16, count: u32, value: u32| {
            let four = [count.to_le_bytes(), value.to_le_bytes()].concat();
            [tag.to_le_bytes().as_slice(), &kind.to_le_bytes(), &four].concat()
        };
        tiff.extend_from_slice(&3_u16.to_le_bytes());
        tiff.extend(entry(0x0100, 4, 1, 640));
        tiff.extend(entry(POSITION, 4, 1, 50));
        tiff.extend(entry(0x0112, 3, 1, 6));
        tiff.extend_from_slice(&0_u32.to_le_bytes());
        assert_eq!(tiff.len(), 50);
        tiff.extend_from_slice(&2_u16.to_le_bytes());
        tiff.extend(entry(1, 2, 2, u32::from(b'N')));
        tiff.extend(entry(2, 5, 3, 80));
        tiff.extend_from_slice(&0_u32.to_le_bytes());
        assert_eq!(tiff.len(), 80);
        tiff.extend([52_u32, 1, 12, 1, 987_654, 1000].iter().flat_map(|n| n.to_le_bytes()));
        tiff
    }

    fn jpeg(content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [b"\xFF\xD8\xFF\xE1".as_slice(), &length, content, b"\xFF\xDA\0\x02picture\xFF\xD9"].concat()
    }

    #[test]
    fn a_position_goes_and_all_else_stays() {
        let sent = jpeg(&[b"Exif\0\0".as_slice(), &tiff()].concat());
        let kept = without(&sent);
        assert_eq!(kept.len(), sent.len());
        assert!(contains(&sent, &987_654_u32.to_le_bytes()) && !contains(&kept, &987_654_u32.to_le_bytes()));
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
