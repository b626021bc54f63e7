//! The letters of documents: `DejaVu Sans`, built in, and how wide they run.
use krilla::text::Font;
use rustybuzz::{Face, UnicodeBuffer};
use std::sync::LazyLock;

static REGULAR: &[u8] = include_bytes!("fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("fonts/DejaVuSans-Bold.ttf");

/// Shown instead of a letter that the font has not.
const BOX: char = '□';

/// A font that writes and measures.
pub struct Letters {
    /// As krilla writes with it.
    pub font: Font,
    face: Face<'static>,
}

static LETTERS: LazyLock<[Letters; 2]> =
    LazyLock::new(|| [Letters::of(REGULAR), Letters::of(BOLD)]);

/// The regular letters, or the bold ones.
pub fn letters(bold: bool) -> &'static Letters {
    &LETTERS[usize::from(bold)]
}

impl Letters {
    fn of(file: &'static [u8]) -> Self {
        let font = Font::new(file.into(), 0).expect("the built-in font is one");
        Self { font, face: Face::from_slice(file, 0).expect("the built-in font is one") }
    }

    /// How wide a line runs at this size, points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let glyphs = rustybuzz::shape(&self.face, &[], buffer);
        let units: i32 = glyphs.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        #[expect(clippy::cast_precision_loss, reason = "lines are no millions of units wide")]
        let width = units as f32 / self.font.units_per_em() * size;
        width
    }

    /// The text with a box for each letter that the font has not: a document never fails for one.
    pub fn shown(&self, text: &str) -> String {
        let has = |letter: &char| self.face.glyph_index(*letter).is_some_and(|glyph| glyph.0 != 0);
        text.chars().map(|letter| if has(&letter) { letter } else { BOX }).collect()
    }

    /// Lines of at most this width. A word that is too long is broken where it must be.
    pub fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if self.width(&line, size) > width {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.push(line);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_the_paper() {
        let letters = letters(false);
        let text = format!("un {} mot", "œuvre".repeat(60));
        let lines = letters.lines(&text, 10.0, 200.0);

        assert!(lines.len() > 5, "{lines:?}");
        assert!(lines.iter().all(|line| letters.width(line, 10.0) <= 200.0));
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn a_letter_that_is_missing_becomes_a_box() {
        assert_eq!(letters(true).shown("Żółć Ωμέγα 王"), "Żółć Ωμέγα □");
    }
}
