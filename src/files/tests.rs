//! The store in a folder, and the detection of file types.
//! The store on S3 is not tested here, because that needs an S3 server.

use super::*;
use crate::files::kind::FileKind;

#[test]
fn the_first_bytes_say_what_a_file_is() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    for (bytes, kind) in [
        (&b"%PDF-1.7\n"[..], Some(FileKind::Pdf)),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some(FileKind::Jpeg)),
        (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", Some(FileKind::Png)),
        (heic, Some(FileKind::Heic)),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heix", Some(FileKind::Heic)),
        (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc", Some(FileKind::Heic)),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", None),
        (b"\0\0\0\x10ftypmif1\0\0\0\0heic", None),
        (b"\xEF\xBB\xBF%PDF-1.7", Some(FileKind::Pdf)),
        (b"\r\n%PDF-1.7", Some(FileKind::Pdf)),
        (b"\xEF\xBB\xBF<html>%PDF-1.7", None),
        (b"GIF89a", None),
        (b"<html><script>", None),
        (b"PK\x03\x04", None),
        (b"MZ\x90\0", None),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", None),
        (b" %PDF-1.7", Some(FileKind::Pdf)),
        (b"", None),
    ] {
        assert_eq!(FileKind::of(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_pdf_begins_within_its_first_bytes() {
    for (blank, kind) in [(100, Some(FileKind::Pdf)), (1_024, Some(FileKind::Pdf)), (1_025, None)] {
        let file = [vec![b'\n'; blank], b"%PDF-1.7".to_vec()].concat();
        assert_eq!(FileKind::of(&file[..file.len().min(crate::files::kind::ENOUGH)]), kind, "{blank}");
    }
}

#[test]
fn a_file_is_given_out_under_the_ending_of_what_it_is() {
    for (kind, sent, name) in [
        (FileKind::Pdf, Some("receipt.html"), "receipt.pdf"),
        (FileKind::Jpeg, Some("invoice.exe"), "invoice.jpg"),
        (FileKind::Jpeg, Some("receipt\u{202E}gpj.exe"), "receiptgpj.jpg"),
        (FileKind::Jpeg, Some("Bus.JPEG"), "Bus.JPEG"),
        (FileKind::Heic, Some("IMG_1.HEIC"), "IMG_1.HEIC"),
        (FileKind::Png, Some("scan 2026.05"), "scan 2026.05.png"),
        (FileKind::Pdf, Some("Quittung"), "Quittung.pdf"),
        (FileKind::Pdf, Some("receipt.pdf."), "receipt.pdf"),
        (FileKind::Pdf, None, "receipt.pdf"),
    ] {
        assert_eq!(kind.named(sent), name);
    }
}

#[tokio::test]
async fn a_file_is_what_was_sent_and_is_removed_once_and_again() {
    let folder = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
    let files = Files::in_folder(folder.clone()).expect("a folder");
    let id = FileId::from(uuid::Uuid::now_v7());
    let mut keeping = files.begin(id).await.expect("a store");
    let sent: Vec<u8> = (0..1_000_000_u32).map(|n| u8::try_from(n % 251).expect("small")).collect();
    for piece in sent.chunks(70_001) {
        keeping.add(Bytes::copy_from_slice(piece)).await.expect("room");
    }
    let (size, sha256) = keeping.finish().await.expect("stored");
    assert_eq!(size, 1_000_000);
    assert_eq!(sha256, crate::digest::sha256_hex(&sent));
    let mode = |path: &std::path::Path| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777
    };
    assert_eq!((mode(&folder), mode(&folder.join(id.to_string()))), (0o700, 0o600), "whatever the umask");
    assert_eq!(files.open_folder(), None);
    let pieces: Vec<Bytes> = files.read(id).await.expect("there").try_collect().await.expect("bytes");
    assert_eq!(pieces.concat(), sent);
    files.remove(id).await.expect("removed");
    files.remove(id).await.expect("still removed");
    assert!(files.read(id).await.is_err());
    std::fs::remove_dir_all(folder).expect("cleared");
}

#[tokio::test]
async fn what_a_killed_process_left_half_written_goes_with_its_file() {
    let folder = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
    let files = Files::in_folder(folder.clone()).expect("a folder");
    let id = FileId::from(uuid::Uuid::now_v7());
    let mut keeping = files.begin(id).await.expect("a store");
    keeping.add(Bytes::from_static(b"half")).await.expect("room");
    // As if the process was killed: nothing cleans up.
    std::mem::forget(keeping);
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1);
    files.remove(id).await.expect("removed");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
    std::fs::remove_dir_all(folder).expect("cleared");
}
