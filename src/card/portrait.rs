//! The photo on a card: upright, three to four, always of the same size (5).
use super::refusal::CardRefusal;
use crate::uploads::picture::{Format, unpack, write};
use image::DynamicImage;
use image::imageops::FilterType;

/// Longest photo that is taken in, bytes.
pub const LONGEST: usize = 10 * 1024 * 1024;
/// Size of every photo that is kept.
pub const SIZE: (u32, u32) = (600, 800);
/// Smallest part of a photo of which a card can be made.
const SMALLEST: (u32, u32) = (150, 200);

/// Make the photo of a card of what somebody sent. Nothing of the file is left but its colours.
pub fn portrait(bytes: &[u8]) -> Result<Vec<u8>, CardRefusal> {
    if bytes.is_empty() {
        return Err(CardRefusal::NoPhoto);
    }
    let format = Format::of(bytes).ok_or(CardRefusal::PhotoType)?;
    let whole = unpack(format, bytes)?;
    let (left, top, width, height) = frame(whole.width(), whole.height());
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return Err(CardRefusal::PhotoSmall);
    }
    let part = whole.crop_imm(left, top, width, height);
    let plain = DynamicImage::ImageRgb8(part.to_rgb8());
    Ok(write(Format::Jpeg, &plain.resize_exact(SIZE.0, SIZE.1, FilterType::Triangle))?)
}

/// The largest part of three to four: in the middle from side to side, and near the top, where heads
/// are.
fn frame(width: u32, height: u32) -> (u32, u32, u32, u32) {
    let (wide, high) = (u64::from(width) * 4, u64::from(height) * 3);
    let part = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
    if wide > high {
        let narrow = part(high / 4);
        ((width - narrow) / 2, 0, narrow, height)
    } else {
        let low = part(wide / 3);
        (0, (height - low) / 4, width, low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn photo(width: u32, height: u32) -> Vec<u8> {
        let half = RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) }
        });
        write(Format::Png, &DynamicImage::ImageRgb8(half)).expect("a picture")
    }

    #[test]
    fn every_photo_has_one_size_and_its_middle_stays_in_the_middle() {
        for (width, height) in [(3000, 1000), (1000, 3000), (600, 800), (200, 200)] {
            let made = portrait(&photo(width, height)).expect("a portrait");
            assert!(made.starts_with(&[0xff, 0xd8, 0xff]));
            let read = image::load_from_memory(&made).expect("a picture").to_rgb8();
            assert_eq!((read.width(), read.height()), SIZE);
            let (left, right) = (read.get_pixel(290, 400), read.get_pixel(310, 400));
            assert!(left[0] > 150 && right[2] > 150, "{width} × {height}: {left:?} {right:?}");
        }
    }

    #[test]
    fn the_frame_is_three_to_four_and_lies_inside() {
        assert_eq!(frame(4000, 3000), (875, 0, 2250, 3000));
        assert_eq!(frame(3000, 4000), (0, 0, 3000, 4000));
        assert_eq!(frame(3000, 8000), (0, 1000, 3000, 4000));
    }

    #[test]
    fn what_is_no_portrait_is_refused() {
        assert_eq!(portrait(b""), Err(CardRefusal::NoPhoto));
        assert_eq!(portrait(b"%PDF-1.7"), Err(CardRefusal::PhotoType));
        assert_eq!(portrait(b"GIF89a"), Err(CardRefusal::PhotoType));
        assert_eq!(portrait(&photo(100, 100)), Err(CardRefusal::PhotoSmall));
        assert_eq!(portrait(&photo(600, 800)[..300]), Err(CardRefusal::PhotoBroken));
    }
}
