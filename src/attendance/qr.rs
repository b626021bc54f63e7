//! A code as one filled path, for screens of any size.
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Light modules around a code.
pub const QUIET: usize = 4;

/// A code to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawing {
    /// Modules of one side, the quiet zone included.
    pub side: usize,
    /// The dark modules, as the `d` of a path; one unit a module.
    pub path: String,
}

impl Drawing {
    /// The code of an address, at level M; `None`: it is too long for any code.
    pub fn of(address: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
        let (width, colours) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (y, row) in colours.chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let run = row[x..].iter().take_while(|colour| **colour == Color::Dark).count();
                if run > 0 {
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run.max(1);
            }
        }
        Some(Self { side: width + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_address_fits_a_small_code() {
        let address =
            "https://presence.univ-exemple.fr/p/AZDzsmxOSxqcVS9vXwp9EA/2yvtyp.LgQBFf03e2ObGugQ";
        let drawing = Drawing::of(address).expect("a code");
        assert_eq!(drawing.side, 37 + 2 * QUIET, "version 5");
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "the corner: {}", &drawing.path[..20]);
        assert_eq!(Drawing::of(&"x".repeat(5_000)), None);
    }
}
