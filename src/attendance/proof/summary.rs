//! Figures on paper: a table over a period, without a signature of ours.
use super::error::ProofError;
use super::facts::Establishment;
use super::pdf::{COLUMN, Sheets, Style};
use super::roster::{Writing, head, known};
use crate::paper::clean;
use chrono::NaiveDate;

/// How wide each column of figures is, points.
const WIDE: f32 = 74.0;

/// Figures of a period. Texts are as people read them.
#[derive(Debug, Clone, Default)]
pub struct FiguresSheet {
    /// Whose; without a name: of several.
    pub establishment: Establishment,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Key of what narrows them, and its value.
    pub filters: Vec<(&'static str, String)>,
    /// Name of the first column, then those of the figures; as many as fit beside each other (5).
    pub heads: Vec<String>,
    /// The name of each row, and its figures.
    pub rows: Vec<Vec<String>>,
}

impl FiguresSheet {
    /// The file: PDF/A-3b, tagged, as many pages as it takes.
    pub fn pdf(&self, writing: &Writing) -> Result<Vec<u8>, ProofError> {
        let lang = writing.lang;
        let title = lang.t("figures-paper");
        let mut sheets = Sheets::new();
        head(&mut sheets, &self.establishment, &title);
        let (first, last) = (lang.day(self.days.0), lang.day(self.days.1));
        let days = lang.t_with("period-days", &[("first", &first), ("last", &last)]);
        let mut facts = vec![("period-when", days)];
        facts.extend(self.filters.iter().cloned());
        facts.push(("figures-made", writing.day(writing.made_at)));
        sheets.table(&known(lang, &facts), 120.0);
        sheets.space(6.0);
        sheets.paragraph(&lang.t("figures-lead"), Style::new(9.0).soft());
        sheets.space(12.0);
        if self.rows.is_empty() {
            sheets.paragraph(&lang.t("figures-none"), Style::new(10.5));
        } else {
            sheets.grid(&self.columns(), &self.lines());
        }
        writing.finish(sheets, title, &self.establishment)
    }

    fn columns(&self) -> Vec<(String, f32)> {
        let figures = u16::try_from(self.heads.len().saturating_sub(1)).unwrap_or_default();
        let name = COLUMN - f32::from(figures) * WIDE;
        let wide = |place| if place == 0 { name } else { WIDE };
        self.heads.iter().enumerate().map(|(place, head)| (head.clone(), wide(place))).collect()
    }

    fn lines(&self) -> Vec<Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect()
    }
}
