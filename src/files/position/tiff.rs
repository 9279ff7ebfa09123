//! The position in a TIFF, as which EXIF is written in files of every kind.

/// The tag of the position in a directory, and the length of an entry there.
pub(super) const POSITION: u16 = 0x8825;
const ENTRY: usize = 12;

/// Takes the position out of each directory of a TIFF: its entry, and zeros for all that it leads to. Lengths stay.
pub(super) fn blank(tiff: &mut [u8]) {
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

pub(super) fn short(bytes: &[u8], at: usize, big: bool) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
}

pub(super) fn long(bytes: &[u8], at: usize, big: bool) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A part of the position in [`tiff`].
    pub const PLACE: [u8; 4] = 987_654_u32.to_le_bytes();

    /// A TIFF with a maker, a position of three fractions, and an orientation.
    pub fn tiff() -> Vec<u8> {
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

    #[test]
    fn nothing_of_the_position_is_left_and_a_second_time_nothing_changes() {
        let mut once = tiff();
        blank(&mut once);
        assert!(!once.windows(4).any(|part| part == PLACE) && once.len() == tiff().len());
        let mut twice = once.clone();
        blank(&mut twice);
        assert_eq!(once, twice);
        for cut in 0..once.len() {
            let mut part = tiff()[..cut].to_vec();
            blank(&mut part);
            assert_eq!(part.len(), cut);
        }
    }
}
