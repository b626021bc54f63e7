//! A QR code as one filled path: an image of small squares does not survive printing.
use krilla::geom::{Path, PathBuilder, Rect};
use qrcode::QrCode;
use qrcode::types::Color;

/// The code as a path, `side` points wide without its quiet zone, with its upper left corner there;
/// `None`: it has no dark module.
pub fn path(code: &QrCode, (left, top): (f32, f32), side: f32) -> Option<Path> {
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
    path.finish()
}
