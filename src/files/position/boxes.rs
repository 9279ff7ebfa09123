//! The boxes of which some files are made (ISO 14496-12), and the numbers in them.

/// A box: its kind, and where its content is.
pub(super) struct Boxed {
    pub(super) kind: [u8; 4],
    pub(super) content: usize,
    pub(super) end: usize,
}

impl Boxed {
    pub(super) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let kind = bytes.get(at.checked_add(4)?..at.checked_add(8)?)?.try_into().ok()?;
        let (length, head) = match number(bytes, at, 4)? {
            0 => (u64::try_from(bytes.len().checked_sub(at)?).ok()?, 8),
            1 => (number(bytes, at + 8, 8)?, 16),
            length => (length, 8),
        };
        let end = at.checked_add(usize::try_from(length).ok()?)?;
        Some(Self { kind, content: at + head, end })
    }

    /// The boxes in a part of the file.
    pub(super) fn within(bytes: &[u8], from: usize, to: usize) -> Vec<Self> {
        let (mut found, mut at) = (Vec::new(), from);
        while let Some(one) = Self::at(bytes, at).filter(|one| one.end <= to && one.content <= one.end && one.end > at)
        {
            at = one.end;
            found.push(one);
        }
        found
    }
}

pub(super) fn nibble(byte: u64) -> usize {
    usize::try_from(byte & 0xF).unwrap_or(0)
}

/// Reads numbers one after the other.
pub(super) struct Read<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
}

impl Read<'_> {
    pub(super) fn next(&mut self, length: usize) -> Option<u64> {
        let value = number(self.bytes, self.at, length)?;
        self.at += length;
        Some(value)
    }
}

/// A number of at most eight bytes, the most significant first.
pub(super) fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let digits = bytes.get(at..at.checked_add(length)?).filter(|digits| digits.len() <= 8)?;
    Some(digits.iter().fold(0, |value, digit| (value << 8) | u64::from(*digit)))
}
