//! Cards as pages: ID-1 (85.60 × 53.98 mm), front and back of each after one another.
use super::design::{Colour, Design};
use super::said::Said;
use crate::keys::Cause;
use crate::paper::fonts::letters;
use crate::paper::qr;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::TextDirection;
use qrcode::{EcLevel, QrCode};

/// Points of a millimetre.
const MM: f32 = 72.0 / 25.4;
/// The sides of a card, millimetres.
const LONG: f32 = 85.6;
const SHORT: f32 = 53.98;
/// White around everything that is not a band.
const EDGE: f32 = 4.0;
const BLACK: Colour = [0, 0, 0];
const SOFT: Colour = [0x55, 0x55, 0x55];
const WHITE: Colour = [255, 255, 255];

/// One card to be drawn.
#[derive(Debug, Clone, Default)]
pub struct Face {
    /// What it says.
    pub said: Said,
    /// Its day, as it is written on it; or empty.
    pub due: String,
    /// The photo, a JPEG.
    pub photo: Vec<u8>,
}

/// Where things stand on a front, millimetres.
struct Places {
    page: (f32, f32),
    /// Height of the band.
    band: f32,
    /// Left, top, width; a photo is 3 to 4.
    photo: (f32, f32, f32),
    /// Left, top, side.
    code: (f32, f32, f32),
    /// Left, top, width of the name.
    name: (f32, f32, f32),
    /// Width of what stands below it.
    lines: f32,
}

const LYING: Places = Places {
    page: (LONG, SHORT),
    band: 12.0,
    photo: (EDGE, 15.5, 25.8),
    code: (LONG - EDGE - 16.0, SHORT - EDGE - 16.0, 16.0),
    name: (34.0, 15.2, LONG - EDGE - 34.0),
    // Four modules of white stay before the code.
    lines: LONG - EDGE - 16.0 - 2.6 - 34.0,
};

const UPRIGHT: Places = Places {
    page: (SHORT, LONG),
    band: 14.0,
    photo: (EDGE, 17.5, 25.8),
    code: (SHORT - EDGE - 16.0, 17.5 + 34.4 - 16.0, 16.0),
    name: (EDGE, 54.5, SHORT - 2.0 * EDGE),
    lines: SHORT - 2.0 * EDGE,
};

/// The file: two pages for each card, in this order.
pub fn pdf(design: &Design, faces: &[Face]) -> Result<Vec<u8>, Cause> {
    let places = if design.is_upright { &UPRIGHT } else { &LYING };
    let logo = design.logo.as_ref().map(std::fs::read).transpose()?.map(picture).transpose()?;
    let (width, height) = places.page;
    let size = PageSettings::from_wh(width * MM, height * MM).ok_or("a card has no size")?;
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(design.title.clone()));
    for face in faces {
        // Each page ends with its block, its surface before it.
        {
            let mut page = document.start_page_with(size.clone());
            Sheet { surface: page.surface(), places }.front(design, face, logo.as_ref())?;
        }
        {
            let mut page = document.start_page_with(size.clone());
            Sheet { surface: page.surface(), places }.back(design, face);
        }
    }
    document.finish().map_err(|error| format!("{error:?}").into())
}

fn picture(bytes: Vec<u8>) -> Result<Image, Cause> {
    let is_png = bytes.starts_with(b"\x89PNG");
    let read = if is_png { Image::from_png } else { Image::from_jpeg };
    Ok(read(bytes.into(), true)?)
}

/// One side of a card.
struct Sheet<'a> {
    surface: Surface<'a>,
    places: &'static Places,
}

/// Letters of a size and a colour; sizes are points.
#[derive(Clone, Copy)]
struct Ink {
    size: f32,
    bold: bool,
    colour: Colour,
}

impl Sheet<'_> {
    fn front(&mut self, design: &Design, face: &Face, logo: Option<&Image>) -> Result<(), Cause> {
        let said = &face.said;
        self.band(0.0, self.places.band, said.colour);
        let left = logo.map_or(EDGE, |logo| self.sign(logo));
        let width = self.places.page.0 - EDGE - left;
        let title = Ink { size: 10.0, bold: true, colour: WHITE };
        let (title, lines) = fitted(&design.title, title, (width, 2));
        let room = height(title.size) * count(&lines);
        self.rows((left, (self.places.band - room) / 2.0), title, &lines);

        let (left, top, width) = self.places.photo;
        self.image(&picture(face.photo.clone())?, (left, top), (width, width / 3.0 * 4.0));
        let (left, top, side) = self.places.code;
        let code = QrCode::with_error_correction_level(&said.code, EcLevel::M)?;
        let path = qr::path(&code, (left * MM, top * MM), side * MM).ok_or("an empty code")?;
        self.fill(BLACK);
        self.surface.draw_path(&path);
        self.words(face);
        Ok(())
    }

    /// The name, and what stands below it.
    fn words(&mut self, face: &Face) {
        let said = &face.said;
        let (left, top, width) = self.places.name;
        let name = Ink { size: 11.5, bold: true, colour: BLACK };
        let (name, lines) = fitted(&said.name, name, (width, 2));
        let mut top = self.rows((left, top), name, &lines);
        let kind = Ink { size: 8.0, bold: true, colour: said.colour };
        let (kind, lines) = fitted(&said.kind, kind, (width, 1));
        top = self.rows((left, top + 0.4), kind, &lines) + 1.6;
        let bottom = self.places.page.1 - EDGE - height(7.0) * 1.6;
        let plain = Ink { size: 7.0, bold: false, colour: BLACK };
        for (label, value) in &said.recto {
            if top + height(plain.size) > bottom {
                break;
            }
            let text = format!("{label} {value}");
            let (ink, lines) = fitted(text.trim(), plain, (self.places.lines, 1));
            top = self.rows((left, top), ink, &lines);
        }
        let due = Ink { colour: SOFT, ..plain };
        let (due, lines) = fitted(&face.due, due, (self.places.lines, 1));
        self.rows((left, self.places.page.1 - EDGE - height(due.size)), due, &lines);
    }

    fn back(&mut self, design: &Design, face: &Face) {
        let said = &face.said;
        let ((width, page), room) = (self.places.page, self.places.page.0 - 2.0 * EDGE);
        self.band(0.0, 3.0, said.colour);
        let mut top = 3.0 + EDGE;
        let plain = Ink { size: 8.0, bold: false, colour: BLACK };
        for line in &said.verso {
            let (ink, lines) = fitted(line, plain, (room, 1));
            top = self.rows((EDGE, top), ink, &lines) + 0.4;
        }
        let small = Ink { size: 6.5, bold: false, colour: SOFT };
        let least = if width > page { 4 } else { 8 };
        let (notice, lines) = fitted(&design.notice, small, (room, least));
        let bottom = page - EDGE - height(6.0) * 1.5;
        self.rows((EDGE, bottom - height(notice.size) * count(&lines)), notice, &lines);
        let escn = Ink { size: 6.0, ..small };
        let (escn, lines) = fitted(&said.escn, escn, (room, 1));
        self.rows((EDGE, page - EDGE - height(escn.size)), escn, &lines);
    }

    /// The sign of the institution in the band; where words may begin.
    fn sign(&mut self, logo: &Image) -> f32 {
        let (wide, high) = logo.size();
        let part = |side: u32| f32::from(u16::try_from(side.min(60_000)).unwrap_or(1));
        let high_mm = self.places.band - 4.0;
        let wide_mm = (high_mm * part(wide) / part(high).max(1.0)).min(28.0);
        self.image(logo, (EDGE, 2.0), (wide_mm, wide_mm * part(high) / part(wide).max(1.0)));
        EDGE + wide_mm + 2.5
    }

    fn image(&mut self, image: &Image, (left, top): (f32, f32), (width, height): (f32, f32)) {
        let Some(size) = Size::from_wh(width * MM, height * MM) else { return };
        self.surface.push_transform(&Transform::from_translate(left * MM, top * MM));
        self.surface.draw_image(image.clone(), size);
        self.surface.pop();
    }

    /// A band across the card.
    fn band(&mut self, top: f32, height: f32, colour: Colour) {
        let mut path = PathBuilder::new();
        let (width, bottom) = (self.places.page.0 * MM, (top + height) * MM);
        if let Some(rect) = Rect::from_ltrb(0.0, top * MM, width, bottom) {
            path.push_rect(rect);
        }
        self.fill(colour);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn fill(&mut self, [red, green, blue]: Colour) {
        let paint = rgb::Color::new(red, green, blue).into();
        let fill = Fill { paint, opacity: NormalizedF32::ONE, ..Fill::default() };
        self.surface.set_fill(Some(fill));
    }

    /// Rows of text from there on, millimetres; where the next thing may stand.
    fn rows(&mut self, (left, mut top): (f32, f32), ink: Ink, lines: &[String]) -> f32 {
        self.fill(ink.colour);
        let letters = letters(ink.bold);
        for line in lines {
            let at = Point::from_xy(left * MM, top * MM + ink.size);
            let (font, text) = (letters.font.clone(), letters.shown(line));
            self.surface.draw_text(at, font, ink.size, &text, false, TextDirection::Auto);
            top += height(ink.size);
        }
        top
    }
}

/// From row to row, millimetres.
fn height(size: f32) -> f32 {
    size * 1.25 / MM
}

fn count(lines: &[String]) -> f32 {
    f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX))
}

/// A text in at most so many rows of this width: smaller where it must be, and at last cut off.
fn fitted(text: &str, ink: Ink, (width, most): (f32, usize)) -> (Ink, Vec<String>) {
    if text.is_empty() {
        return (ink, Vec::new());
    }
    let letters = letters(ink.bold);
    let width = width * MM;
    let mut size = ink.size;
    while size > ink.size * 0.65 {
        let lines = letters.lines(text, size, width);
        let breaks_word = lines.len() > text.split(' ').count();
        if lines.len() <= most && !breaks_word {
            return (Ink { size, ..ink }, lines);
        }
        size -= 0.5;
    }
    let mut lines = letters.lines(text, size, width);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && letters.width(&format!("{last}…"), size) > width {
                last.pop();
            }
            last.push('…');
        }
    }
    (Ink { size, ..ink }, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_shrink_and_then_are_cut_off() {
        let ink = Ink { size: 11.5, bold: true, colour: BLACK };
        let of = |text: &str| fitted(text, ink, (47.6, 2));
        assert_eq!(of("Léa Martin").1, ["Léa Martin"]);
        let (smaller, lines) = of("Inès Robert de la Tour d’Auvergne-Lauraguais");
        assert!(smaller.size <= ink.size && lines.len() == 2 && !lines.concat().contains('…'));
        let (_, lines) = of(&"Inès Robert de la Tour d’Auvergne-Lauraguais ".repeat(4));
        assert!(lines.len() == 2 && lines[1].ends_with('…'), "{lines:?}");
        assert!(of("").1.is_empty());
    }
}
