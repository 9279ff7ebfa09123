//! What a file is, told from its first bytes: what its sender or its name says counts for nothing.
//! Which kinds are taken at all is this list.

/// How many bytes are enough to tell.
pub const ENOUGH: usize = 64;

crate::text_enum! {
    /// The kinds of file that are taken.
    pub enum FileKind {
        /// A PDF.
        Pdf = "application/pdf",
        /// A JPEG.
        Jpeg = "image/jpeg",
        /// A PNG.
        Png = "image/png",
        /// A HEIC, as telephones take them.
        Heic = "image/heic",
    }
}

impl FileKind {
    /// The kind of a file that begins with these bytes; none where it is no kind that is taken.
    #[must_use]
    pub fn of(begins: &[u8]) -> Option<Self> {
        match infer::get(begins)?.mime_type() {
            // Readers forgive what stands before a PDF's head; a page of HTML could stand there, so it isn't forgiven here.
            "application/pdf" if begins.starts_with(b"%PDF-") => Some(Self::Pdf),
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/heif" | "image/heic" => Some(Self::Heic),
            _ => None,
        }
    }

    /// What a file of this kind is called where its sender gave no name.
    #[must_use]
    pub const fn plain_name(self) -> &'static str {
        match self {
            Self::Pdf => "receipt.pdf",
            Self::Jpeg => "receipt.jpg",
            Self::Png => "receipt.png",
            Self::Heic => "receipt.heic",
        }
    }
}
