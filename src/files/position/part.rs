//! A part of a file that is looked through for a position.

/// The most bytes of one; longer parts are not needed for the picture.
pub(super) const MOST_PART: usize = 256 * 1024;

/// Whether a word stands somewhere in a text.
pub(super) fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part == word)
}
