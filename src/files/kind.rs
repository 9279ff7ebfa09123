//! The type of an uploaded file, detected from its first bytes; its name and declared media type are ignored.
//! Only the types in this list are accepted.

/// Number of bytes needed to detect the type.
pub const ENOUGH: usize = 64;

crate::text_enum! {
    /// Media type of an uploaded file.
    pub enum FileKind {
        /// PDF document.
        Pdf = "application/pdf",
        /// JPEG image.
        Jpeg = "image/jpeg",
        /// PNG image.
        Png = "image/png",
        /// HEIC image, as taken by some telephones.
        Heic = "image/heic",
    }
}

impl FileKind {
    /// The type of a file that begins with these bytes; `None` if it is not accepted.
    #[must_use]
    pub fn of(begins: &[u8]) -> Option<Self> {
        match infer::get(begins)?.mime_type() {
            // PDF readers accept other bytes before the header. That could be HTML, so it is not accepted here.
            "application/pdf" if begins.starts_with(b"%PDF-") => Some(Self::Pdf),
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/heif" | "image/heic" => Some(Self::Heic),
            _ => None,
        }
    }

    /// Name of a file whose sender gave no name.
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
