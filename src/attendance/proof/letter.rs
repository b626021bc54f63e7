//! Letters to be printed: one file, one letter after the other, each on a page of its own.
use super::error::ProofError;
use super::facts::Establishment;
use super::pdf::{COLUMN, MARGIN, Sheets, Style, WIDTH};
use super::roster::Writing;
use crate::paper::clean;

/// Where the window of an envelope is (110 × 220 mm, window on the right), points.
const WINDOW: (f32, f32) = (WIDTH - 285.0, 130.0);
/// Where the text begins below it.
const BELOW: f32 = 265.0;

/// A letter, written out.
#[derive(Debug, Clone, Default)]
pub struct PaperLetter {
    /// Who writes.
    pub establishment: Establishment,
    /// To whom: name and address, line by line.
    pub to: Vec<String>,
    /// « 1er décembre 2026 »
    pub date: String,
    /// What it is about.
    pub subject: String,
    /// Its text; an empty line parts paragraphs.
    pub text: String,
}

/// All letters as one file: PDF/A-3b, tagged.
pub fn letters_pdf(
    letters: &[PaperLetter],
    title: String,
    writing: &Writing,
) -> Result<Vec<u8>, ProofError> {
    let mut sheets = Sheets::new();
    for (place, letter) in letters.iter().enumerate() {
        if place > 0 {
            sheets.begin();
        }
        letter.draw(&mut sheets);
    }
    let establishment = letters.first().map(|letter| letter.establishment.clone());
    writing.finish(sheets, title, &establishment.unwrap_or_default())
}

impl PaperLetter {
    fn draw(&self, sheets: &mut Sheets) {
        let of = &self.establishment;
        sheets.paragraph(&clean(&of.name), Style::new(12.0).bold());
        for line in [&of.uai, &of.address].into_iter().filter(|line| !line.is_empty()) {
            sheets.paragraph(&clean(line), Style::new(9.0).soft());
        }
        sheets.move_to(WINDOW.1);
        let width = WIDTH - MARGIN - WINDOW.0;
        for line in self.to.iter().filter(|line| !line.is_empty()) {
            sheets.paragraph_in(&clean(line), Style::new(10.5), (WINDOW.0, width));
        }
        let end = sheets.y();
        sheets.move_to(end.max(BELOW - 30.0));
        sheets.paragraph_in(&clean(&self.date), Style::new(10.5), (WINDOW.0, width));
        let end = sheets.y();
        sheets.move_to(end.max(BELOW) + 14.0);
        sheets.heading(1, &clean(&self.subject), Style::new(12.0).bold());
        sheets.space(10.0);
        for line in self.text.lines() {
            match line.trim() {
                "" => sheets.space(7.0),
                line => sheets.paragraph_in(&clean(line), Style::new(10.5), (MARGIN, COLUMN)),
            }
        }
    }
}
