//! A QR code as one filled path: an image of small squares does not survive printing.
use super::error::ProofError;
use krilla::geom::{Path, PathBuilder, Rect};
use qrcode::bits::Bits;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode, Version};

/// A code in the one form that we print: one byte segment, level L, the smallest version.
pub(super) fn code(text: &str) -> Result<QrCode, ProofError> {
    for version in 1..=40 {
        let mut bits = Bits::new(Version::Normal(version));
        let fits = bits.push_byte_data(text.as_bytes()).is_ok()
            && bits.push_terminator(EcLevel::L).is_ok();
        if fits {
            return QrCode::with_bits(bits, EcLevel::L).map_err(ProofError::document);
        }
    }
    Err(ProofError::document("the address is too long for a code"))
}

/// The code as a path, `side` points wide without its quiet zone, with its upper left corner there.
pub(super) fn path(code: &QrCode, (left, top): (f32, f32), side: f32) -> Result<Path, ProofError> {
    let width = code.width();
    let colors = code.to_colors();
    #[expect(clippy::cast_precision_loss, reason = "a code has 177 modules at most")]
    let at = |modules: usize| side * modules as f32 / width as f32;
    let mut path = PathBuilder::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = modules[column..].iter().take_while(|it| **it == Color::Dark).count();
            if run == 0 {
                column += 1;
                continue;
            }
            let (right, bottom) = (left + at(column + run), top + at(row + 1));
            if let Some(rect) = Rect::from_ltrb(left + at(column), top + at(row), right, bottom) {
                path.push_rect(rect);
            }
            column += run;
        }
    }
    path.finish().ok_or_else(|| ProofError::document("an empty code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_and_its_address_fit_version_18() {
        let address = |length: usize| "x".repeat(length);

        assert_eq!(code(&address(718)).expect("a code").version(), Version::Normal(18));
        assert_eq!(code(&address(719)).expect("a code").version(), Version::Normal(19));
        assert!(code(&address(3000)).is_err());
    }
}
