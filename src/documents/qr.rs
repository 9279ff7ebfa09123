//! QR codes (ISO/IEC 18004) as vector pictures within a page: a telephone's camera opens the address that they hold.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Modules of empty space around a code, as the standard asks.
const QUIET: usize = 4;

/// A code for an address, as an inline SVG with a text that says what it holds; empty where the address is too long.
#[must_use]
pub fn svg(address: &str, says: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else { return String::new() };
    let (width, modules) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, line) in modules.chunks(width).enumerate() {
        for (column, color) in line.iter().enumerate() {
            if *color == Color::Dark {
                let _ = write!(path, "M{} {}h1v1h-1z", column + QUIET, row + QUIET);
            }
        }
    }
    format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{says}\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><rect \
         width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_quiet_zone() {
        let svg = svg(
            "https://involvement.trust.example/v1/public/opportunities/019d5fdf-e939-7000-8000-000000000001/advert",
            "Code",
        );
        for corner in ["M4 4h1", "M10 4h1", "M4 10h1"] {
            assert!(svg.contains(corner), "{corner} in {svg}");
        }
        assert!(!svg.contains("M3 ") && !svg.contains(" 3h1"));
        assert!(svg.contains("aria-label=\"Code\"") && !svg.contains("http"));
        assert_eq!(super::svg(&"a".repeat(10_000), "Code"), "");
    }
}
