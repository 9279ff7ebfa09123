//! The type of an uploaded file, detected from its first bytes; its name and declared media type are ignored.
//! Only the types in this list are accepted.

use crate::text::tidy::{Lines, tidy};

/// Number of bytes needed to detect the type: a byte order mark, 1,024 bytes in which readers of PDF look for its head, and
/// the head.
pub const ENOUGH: usize = 1_032;
/// Brands of pictures, and bursts of them, in a HEIF container coded by HEVC (ISO 23008-12).
const HEIC: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"];

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
        if is_pdf(begins) {
            return Some(Self::Pdf);
        }
        if is_heic(begins) {
            return Some(Self::Heic);
        }
        match infer::get(begins)?.mime_type() {
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            _ => None,
        }
    }

    /// The endings that a name of such a file may have; the first is its own.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg", "jpe"],
            Self::Png => &["png"],
            Self::Heic => &["heic", "heif", "hif"],
        }
    }

    /// The name under which a file is given out: as it was called, but with the ending of what it is, because the
    /// ending decides what opens it.
    #[must_use]
    pub fn named(self, sent: Option<&str>) -> String {
        let Some(sent) = sent else { return self.plain_name().to_owned() };
        let sent = tidy(sent, Lines::One);
        let sent = sent.trim_end_matches(['.', ' ']);
        let ended = sent.rsplit_once('.').filter(|(_, ending)| {
            (1..=5).contains(&ending.len()) && ending.chars().all(|letter| letter.is_ascii_alphanumeric())
        });
        match ended {
            Some((_, ending)) if self.endings().iter().any(|own| ending.eq_ignore_ascii_case(own)) => sent.to_owned(),
            Some((stem, ending)) if !stem.is_empty() && ending.chars().any(char::is_alphabetic) => {
                format!("{stem}.{}", self.endings()[0])
            }
            _ if sent.is_empty() => self.plain_name().to_owned(),
            _ => format!("{sent}.{}", self.endings()[0]),
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

/// Whether a PDF begins here, or after a byte order mark or white space within its first 1,024 bytes, where readers look
/// for its head (ISO 32000-1, annex H). They accept other bytes there, too; those could be HTML, so they are not taken.
fn is_pdf(begins: &[u8]) -> bool {
    let begins = begins.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(begins);
    let blank = begins.iter().take_while(|byte| matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0C' | b'\r' | b' ')).count();
    blank <= 1_024 && begins.get(blank..).is_some_and(|rest| rest.starts_with(b"%PDF-"))
}

/// Whether a HEIF container says that it holds pictures coded by HEVC, in the first of its brands or another.
fn is_heic(begins: &[u8]) -> bool {
    let Some((size, rest)) = begins.split_first_chunk::<4>() else { return false };
    let Some(brands) = rest.strip_prefix(b"ftyp") else { return false };
    let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
    let brands = brands.get(..size.saturating_sub(8)).unwrap_or(brands);
    // The second four bytes are a version.
    brands.chunks_exact(4).enumerate().any(|(position, brand)| position != 1 && HEIC.contains(&brand))
}
