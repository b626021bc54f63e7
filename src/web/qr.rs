//! A QR code as a picture that stands in the page itself.
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Modules of white around the code (ISO/IEC 18004).
pub const MARGIN: usize = 4;

/// A square of modules; its dark ones are one path of SVG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Modules along a side, the margin included.
    pub side: usize,
    /// The dark ones.
    pub path: String,
}

impl Qr {
    /// The code of a text. `None`: it is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let (width, colors) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (y, row) in colors.chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
                if run > 0 {
                    let (left, top) = (x + MARGIN, y + MARGIN);
                    let _ = write!(path, "M{left} {top}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        Some(Self { side: width + 2 * MARGIN, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_margin() {
        let qr = Qr::of("https://sso.example/device?user_code=ABCD-EFGH").expect("a code");
        let far = qr.side - MARGIN - 7;
        for corner in ["M4 4h7v1h-7z".to_owned(), format!("M{far} 4h7v1"), format!("M4 {far}h7v1")]
        {
            assert!(qr.path.contains(&corner), "{corner}: {}", qr.path);
        }
        assert!(!qr.path.contains("M3 ") && Qr::of(&"x".repeat(5_000)).is_none());
    }
}
