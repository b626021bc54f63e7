//! Pictures are decoded within limits and written anew: what is no picture is gone then.
use super::Unfit;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Most points of a picture.
const PIXELS: u64 = 40_000_000;
/// Most memory of one that is unpacked, bytes: 40 million points of 4 bytes, twice. While it is turned
/// there are two of it, and what is written may be as long as what is read.
const MEMORY: u64 = 336 * 1024 * 1024;
/// How good a photograph stays; papers must remain legible.
const QUALITY: u8 = 85;

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A photograph.
    Jpeg,
    /// A picture of a screen, mostly.
    Png,
}

impl Format {
    /// By the first bytes; names and declared types say nothing.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else {
            bytes.starts_with(b"\x89PNG\r\n\x1a\n").then_some(Self::Png)
        }
    }
}

/// Unpack a picture, and turn it upright.
pub fn unpack(format: Format, bytes: &[u8]) -> Result<DynamicImage, Unfit> {
    let broken = |_| Unfit::Broken;
    let kind = if format == Format::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let reader = || ImageReader::with_format(Cursor::new(bytes), kind);
    // Only the head is read for this.
    let (width, height) = reader().into_dimensions().map_err(broken)?;
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(Unfit::Pixels);
    }
    let mut reader = reader();
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    if decoder.total_bytes() > MEMORY / 2 {
        return Err(Unfit::Pixels);
    }
    let upright = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(upright);
    Ok(picture)
}

/// The same picture, upright, without whatever else was in the file.
pub fn anew(format: Format, bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    write(format, &unpack(format, bytes)?)
}

/// Write a picture; of a photograph nothing but its colours is left.
pub fn write(format: Format, picture: &DynamicImage) -> Result<Vec<u8>, Unfit> {
    let mut out = Cursor::new(Vec::new());
    let written = if format == Format::Png {
        picture.write_to(&mut out, ImageFormat::Png)
    } else {
        let plain = DynamicImage::ImageRgb8(picture.to_rgb8());
        plain.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))
    };
    written.map_err(|_| Unfit::Broken)?;
    Ok(out.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(format: Format, width: u32, height: u32) -> Vec<u8> {
        write(format, &DynamicImage::new_rgb8(width, height)).expect("a picture")
    }

    #[test]
    fn what_hangs_on_a_picture_is_gone_afterwards() {
        let mut png = picture(Format::Png, 8, 4);
        png.extend(b"PK\x03\x04 <?php evil(); ?>");
        let kept = anew(Format::Png, &png).expect("a picture");
        assert!(!kept.windows(4).any(|piece| piece == b"evil"));

        let whole = picture(Format::Jpeg, 8, 4);
        // A comment behind the first marker, as cameras and attackers write it.
        let text = b"%PDF-1.4 GPS <script>evil()</script>";
        let mut jpeg = whole[..2].to_vec();
        jpeg.extend([0xff, 0xfe, 0, u8::try_from(text.len() + 2).expect("short")]);
        jpeg.extend(text);
        jpeg.extend(&whole[2..]);
        let kept = anew(Format::Jpeg, &jpeg).expect("a picture");
        assert!(!kept.windows(4).any(|piece| piece == b"evil" || piece == b"%PDF"));
        let size = image::load_from_memory(&kept).expect("still one");
        assert_eq!((size.width(), size.height()), (8, 4));
    }

    #[test]
    fn a_photograph_that_lies_on_its_side_stands_upright_afterwards() {
        let whole = picture(Format::Jpeg, 8, 4);
        // Exif, little endian, one entry: orientation 6.
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0".to_vec();
        exif.extend([0; 4]);
        let mut jpeg = whole[..2].to_vec();
        jpeg.extend([0xff, 0xe1, 0, u8::try_from(exif.len() + 2).expect("short")]);
        jpeg.extend(&exif);
        jpeg.extend(&whole[2..]);
        let kept = anew(Format::Jpeg, &jpeg).expect("a picture");
        let size = image::load_from_memory(&kept).expect("still one");
        assert_eq!((size.width(), size.height()), (4, 8));
        assert!(!kept.windows(4).any(|piece| piece == b"Exif"));
    }

    /// The head of a picture, and nothing else: points, bits of a colour, kind of colours.
    fn head(width: u32, height: u32, bits: u8, colours: u8) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut head = b"IHDR".to_vec();
        head.extend(width.to_be_bytes());
        head.extend(height.to_be_bytes());
        head.extend([bits, colours, 0, 0, 0]);
        png.extend(13_u32.to_be_bytes());
        png.extend(&head);
        png.extend(crc(&head).to_be_bytes());
        png.extend(b"\0\0\0\x01IDAT\0");
        png.extend(crc(b"IDAT\0").to_be_bytes());
        png
    }

    #[test]
    fn a_picture_of_sixty_million_points_is_not_unpacked() {
        assert_eq!(anew(Format::Png, &head(60_000, 1_000, 1, 0)), Err(Unfit::Pixels));
    }

    #[test]
    fn a_picture_of_which_two_do_not_fit_into_memory_is_not_unpacked() {
        // 22 million points of eight bytes are 176 million, and that twice.
        let (eight, four) = (head(5_500, 4_080, 16, 6), head(5_500, 4_080, 8, 6));
        assert_eq!(anew(Format::Png, &eight), Err(Unfit::Pixels));
        assert_eq!(
            anew(Format::Png, &four),
            Err(Unfit::Broken),
            "small enough, but nothing is there"
        );
    }

    #[test]
    fn a_picture_that_breaks_off_is_refused() {
        let whole = picture(Format::Png, 64, 64);
        assert_eq!(anew(Format::Png, &whole[..40]), Err(Unfit::Broken));
    }

    fn crc(bytes: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum()
    }
}
