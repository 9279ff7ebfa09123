//! Where a picture was taken, taken out of files before they are kept: nobody needs it to approve a claim.
//! The picture itself is not touched, and a file that says nothing of a place stays as it is, byte for byte. What can't be
//! understood is passed on as it came.

mod boxes;
mod heic;
mod jpeg;
mod part;
mod png;
mod tiff;

use bytes::Bytes;

use super::kind::FileKind;

/// The most bytes that are looked through for the head of a picture.
pub const MOST_HEAD: usize = 1024 * 1024;

/// Whether enough of a file is there to say where in it a position may be.
#[must_use]
pub fn is_complete(kind: FileKind, begins: &[u8]) -> bool {
    match kind {
        FileKind::Jpeg => jpeg::is_complete(begins),
        FileKind::Heic => heic::is_complete(begins),
        FileKind::Png | FileKind::Pdf => true,
    }
}

/// Takes the position out of a file on its way, piece by piece.
#[derive(Debug)]
pub enum Remover {
    /// Nothing more is to be taken out.
    Done,
    /// Chunk by chunk, to the end of the file.
    Png(png::Chunks),
    /// In the places that the head of the file names.
    Heic(heic::Places),
}

impl Remover {
    /// Begins with a file of this kind; answers what is to be kept of its beginning, too.
    #[must_use]
    pub fn begin(kind: FileKind, begins: Bytes) -> (Self, Bytes) {
        let mut remover = match kind {
            FileKind::Jpeg => return (Self::Done, jpeg::without(&begins).into()),
            FileKind::Pdf => Self::Done,
            FileKind::Png => Self::Png(png::Chunks::default()),
            FileKind::Heic => Self::Heic(heic::Places::of(&begins)),
        };
        let kept = remover.pass(begins);
        (remover, kept)
    }

    /// What is to be kept of the next piece, or of what was held back so far.
    #[must_use]
    pub fn pass(&mut self, piece: Bytes) -> Bytes {
        match self {
            Self::Done => piece,
            Self::Png(chunks) => chunks.pass(&piece).into(),
            Self::Heic(places) => places.pass(&piece).into(),
        }
    }

    /// What is to be kept of what was held back when the file ends.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        match self {
            Self::Done => Vec::new(),
            Self::Png(chunks) => chunks.end(),
            Self::Heic(places) => places.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that is sent in pieces of a length, as it is kept.
    pub(super) fn sent(kind: FileKind, file: &[u8], piece: usize) -> Vec<u8> {
        let mut begun = piece.min(file.len());
        while !is_complete(kind, &file[..begun]) && begun < file.len() {
            begun = (begun * 2).min(file.len());
        }
        let bytes = Bytes::copy_from_slice;
        let (mut remover, kept) = Remover::begin(kind, bytes(&file[..begun]));
        let mut kept = kept.to_vec();
        file[begun..].chunks(piece).for_each(|piece| kept.extend(remover.pass(bytes(piece))));
        kept.extend(remover.end());
        kept
    }

    #[test]
    fn whatever_a_file_is_it_is_passed_on_in_pieces_of_any_length() {
        let noise: Vec<u8> = (0..4_000_u32).map(|n| u8::try_from(n * 7 % 256).unwrap()).collect();
        for kind in FileKind::ALL.iter().copied() {
            for head in [&b""[..], b"\x89PNG\r\n\x1A\n", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"\xFF\xD8"] {
                let file = [head, &noise].concat();
                for piece in [1, 7, 1_032, 5_000] {
                    assert!(sent(kind, &file, piece) == file, "{kind:?} {piece}");
                }
            }
        }
    }
}
