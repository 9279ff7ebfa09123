//! Multipart forms with a file, written byte by byte as browsers write them.

use std::io::Write;
use std::net::TcpStream;

use super::app::App;
use super::client::{Answer, Client};

/// The smallest file that is detected as a PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n";
/// The beginning of a JPEG.
pub const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xD9";

/// A PDF of this many bytes.
pub fn pdf_of(bytes: usize) -> Vec<u8> {
    let mut pdf = PDF.to_vec();
    pdf.resize(bytes, b' ');
    pdf
}

pub fn sha256(bytes: &[u8]) -> String {
    involvement::digest::sha256_hex(bytes)
}

/// A multipart form.
#[derive(Clone)]
pub struct Form {
    pub border: String,
    pub fields: Vec<(String, String)>,
    /// File name given by the sender.
    pub name: String,
    /// Media type given by the sender.
    pub media_type: String,
    pub file: Option<Vec<u8>>,
}

impl Form {
    /// A form with a receipt for this amount.
    pub fn receipt(file: &[u8], pence: i64) -> Self {
        Self {
            border: "border".to_owned(),
            fields: vec![("amount_pence".to_owned(), pence.to_string())],
            name: "receipt.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            file: Some(file.to_vec()),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, value) in &self.fields {
            let head =
                format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n", self.border);
            bytes.extend_from_slice(head.as_bytes());
        }
        if let Some(file) = &self.file {
            // Browsers percent-encode quotes and line ends in a file name.
            let name = self.name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
            let head = format!(
                "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {}\r\n\r\n",
                self.border, self.media_type
            );
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(file);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{}--\r\n", self.border).as_bytes());
        bytes
    }

    fn media(&self) -> String {
        format!("multipart/form-data; boundary={}", self.border)
    }
}

impl Client<'_> {
    pub fn send_form(&self, path: &str, form: &Form) -> Answer {
        self.send_bytes("POST", path, &[("content-type", &form.media())], form.bytes())
    }

    pub fn send_form_once(&self, path: &str, form: &Form, key: &str) -> Answer {
        self.send_bytes("POST", path, &[("content-type", &form.media()), ("idempotency-key", key)], form.bytes())
    }

    /// Sends the first bytes of a body that claims to be longer, and closes the connection.
    pub fn break_off(&self, path: &str, media_type: &str, first: &[u8], length: usize) {
        let mut stream = TcpStream::connect(self.app.address()).expect("a connection");
        let token = self.token.as_deref().unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("a head");
        stream.write_all(first).expect("half a body");
    }
}

impl App {
    /// Waits until a condition is true.
    #[track_caller]
    pub fn until(&self, done: impl Fn() -> bool, what: &str) {
        let began = std::time::Instant::now();
        while !done() {
            assert!(began.elapsed().as_secs() < 60, "in a minute it did not happen that {what}");
            std::thread::yield_now();
        }
    }
}
