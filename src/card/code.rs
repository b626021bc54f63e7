//! The code on a card as a picture (10): level M, and no margin, which the design of the card gives.
use crate::uploads::picture::{Format, write};
use crate::web::qr::{MARGIN, Qr};
use crate::web::{self, Error};
use actix_web::HttpResponse;
use image::{DynamicImage, GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

/// Points of a module in a PNG.
const POINTS: u32 = 10;

/// A code as it is answered, `svg` or `png`.
pub fn answer(text: &str, format: &str) -> web::Result<HttpResponse> {
    let (kind, body) = match format {
        "svg" => ("image/svg+xml", svg(text).map(String::into_bytes)),
        "png" => ("image/png", png(text)),
        _ => return Err(Error::NotFound),
    };
    Ok(HttpResponse::Ok().content_type(kind).body(body.ok_or(Error::NotFound)?))
}

/// As SVG; `None`: the text is too long for a code.
pub fn svg(text: &str) -> Option<String> {
    let Qr { side, path } = Qr::of(text)?;
    let width = side - 2 * MARGIN;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{MARGIN} {MARGIN} {width} {width}\" \
         width=\"{0}\" height=\"{0}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>",
        width * 10
    ))
}

/// As PNG; `None`: the text is too long for a code.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let side = u32::try_from(width).ok()? * POINTS;
    let module = |x: u32, y: u32| {
        let at = usize::try_from(y / POINTS).ok()? * width + usize::try_from(x / POINTS).ok()?;
        colors.get(at).copied()
    };
    let picture = GrayImage::from_fn(side, side, |x, y| {
        Luma([if module(x, y) == Some(Color::Dark) { 0 } else { 255 }])
    });
    write(Format::Png, &DynamicImage::ImageLuma8(picture)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_of_the_size_that_their_texts_take() {
        let side = |text: &str| {
            let png = png(text).expect("a code");
            image::load_from_memory(&png).expect("a picture").width() / POINTS
        };
        // In bytes alone it would take version 4: its last digits are written as digits.
        assert_eq!(side("http://esc.gg/14625400-9326-103f-8abc-001123456789"), 29, "version 3");
        assert_eq!(side("lea.martin.de.la.tour@univ-ville.example"), 29, "version 3");
        let drawn = svg("lea@univ-ville.example").expect("a code");
        assert!(drawn.contains("viewBox=\"4 4 25 25\""), "{drawn}");
        assert_eq!((svg(&"x".repeat(5_000)), png(&"x".repeat(5_000))), (None, None));
    }
}
