//! Sheets without a signature of ours: who was at a séance, and how somebody attended over a period.
use super::error::ProofError;
use super::facts::{Establishment, Student};
use super::pdf::finishing::About;
use super::pdf::{COLUMN, Sheets, Style};
use super::words::day;
use crate::attendance::record::Status;
use crate::paper::clean;
use crate::web::lang::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// In which words and whose time a sheet is written, and when.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// Language.
    pub lang: Lang,
    /// Time of the place.
    pub zone: Tz,
    /// When it was written.
    pub made_at: DateTime<Utc>,
}

/// The attendance sheet of a séance.
#[derive(Debug, Clone)]
pub struct SessionSheet {
    /// Whose.
    pub establishment: Establishment,
    /// Programme, subject, type, group, room, teachers: as people read them; empty: not known.
    pub about: SessionAbout,
    /// Planned beginning and end.
    pub times: (DateTime<Utc>, DateTime<Utc>),
    /// In the order in which they are shown.
    pub rows: Vec<SheetRow>,
    /// Digest of the records, in small print; empty: none.
    pub digest: String,
}

/// What a séance is.
#[derive(Debug, Clone, Default)]
pub struct SessionAbout {
    /// `Master 1 MIAGE, 2026-2027`
    pub programme: String,
    /// `Sécurité des SI`
    pub subject: String,
    /// `TD`
    pub kind: String,
    /// `B-214, Valrose`
    pub room: String,
    /// `NDIAYE Awa`
    pub teachers: String,
}

/// Somebody on the sheet.
#[derive(Debug, Clone)]
pub struct SheetRow {
    /// Who.
    pub student: Student,
    /// `TD 2`
    pub group: String,
    /// Whether they were there.
    pub state: Status,
    /// When it was noted.
    pub at: Option<DateTime<Utc>>,
}

/// How somebody attended over a period. Minutes are planned ones.
#[derive(Debug, Clone)]
pub struct PeriodSheet {
    /// Who says so.
    pub establishment: Establishment,
    /// About whom.
    pub student: Student,
    /// `Master 1 MIAGE, 2026-2027`
    pub programme: String,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Of all séances that count.
    pub expected: u32,
    /// Absent with a good reason.
    pub justified: u32,
    /// Absent without one.
    pub unjustified: u32,
    /// Each absence: beginning, minutes, what it was, whether it was justified.
    pub absences: Vec<(DateTime<Utc>, u32, String, bool)>,
}

impl Writing {
    pub(super) fn day(&self, time: DateTime<Utc>) -> String {
        day(self.lang, time.with_timezone(&self.zone).fixed_offset())
    }

    fn hour(&self, time: DateTime<Utc>) -> String {
        time.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// « 7 h 30 »
    fn hours(&self, minutes: u32) -> String {
        let rest = format!("{:02}", minutes % 60);
        self.lang.t_with("proof-length", &[("hours", &(minutes / 60)), ("minutes", &rest)])
    }

    pub(super) fn finish(
        &self,
        sheets: Sheets,
        title: String,
        establishment: &Establishment,
    ) -> Result<Vec<u8>, ProofError> {
        sheets.finish(About {
            id: format!("{title} {}", self.made_at.timestamp_millis()),
            title,
            author: &establishment.name,
            language: if self.lang == Lang::Fr { "fr-FR" } else { "en-GB" },
            made_at: self.made_at,
            attached: None,
        })
    }
}

pub(super) fn head(sheets: &mut Sheets, establishment: &Establishment, title: &str) {
    if !establishment.name.is_empty() {
        sheets.paragraph(&clean(&establishment.name), Style::new(12.0).bold());
    }
    let place = [&establishment.uai, &establishment.address].map(|word| clean(word));
    let place: Vec<_> = place.into_iter().filter(|word| !word.is_empty()).collect();
    if !place.is_empty() {
        sheets.paragraph(&place.join(" · "), Style::new(9.0).soft());
    }
    sheets.space(8.0);
    sheets.rule();
    sheets.space(16.0);
    sheets.heading(1, title, Style::new(18.0).bold());
    sheets.space(10.0);
}

/// Rows whose value is known, by the key of their name.
pub(super) fn known(lang: Lang, rows: &[(&str, String)]) -> Vec<(String, String)> {
    let rows = rows.iter().filter(|(_, value)| !value.is_empty());
    rows.map(|(key, value)| (lang.t(key), clean(value))).collect()
}

impl SessionSheet {
    /// The file: PDF/A-3b, tagged, as many pages as it takes.
    pub fn pdf(&self, writing: &Writing) -> Result<Vec<u8>, ProofError> {
        let lang = writing.lang;
        let mut sheets = Sheets::new();
        head(&mut sheets, &self.establishment, &lang.t("sheet-title"));
        let (begins, ends) = self.times;
        let hours = format!("{}–{}", writing.hour(begins), writing.hour(ends));
        let about = &self.about;
        let rows = [
            ("proof-programme", about.programme.clone()),
            ("proof-subject", [about.subject.as_str(), &about.kind].join(" — ")),
            ("proof-when", format!("{}, {hours}", writing.day(begins))),
            ("proof-place", about.room.clone()),
            ("proof-teacher", about.teachers.clone()),
        ];
        sheets.table(&known(lang, &rows), 120.0);
        sheets.space(12.0);
        let (columns, lines) = self.grid(writing);
        sheets.grid(&columns, &lines);
        let there = self.rows.iter().filter(|row| row.state.is_there()).count();
        sheets.space(6.0);
        let totals = [("there", there), ("all", self.rows.len())];
        let totals = lang.t_with("sheet-totals", &totals.each_ref().map(|(k, v)| (*k, v as _)));
        sheets.paragraph(&totals, Style::new(10.5).bold());
        sheets.need(60.0);
        sheets.space(18.0);
        sheets.paragraph(&lang.t("sheet-teacher-signs"), Style::new(9.0).soft());
        if !self.digest.is_empty() {
            sheets.space(24.0);
            let digest = lang.t_with("sheet-digest", &[("digest", &self.digest)]);
            sheets.paragraph(&digest, Style::new(6.5).soft());
        }
        writing.finish(sheets, lang.t("sheet-title"), &self.establishment)
    }

    /// Columns that say something, and their rows.
    fn grid(&self, writing: &Writing) -> (Vec<(String, f32)>, Vec<Vec<String>>) {
        let lang = writing.lang;
        let has = |of: fn(&SheetRow) -> bool| self.rows.iter().any(of);
        let has_number = has(|row| !row.student.number.is_empty());
        let has_group = has(|row| !row.group.is_empty());
        let wide = [has_number, has_group].map(|it| if it { 70.0 } else { 0.0 });
        let name = COLUMN - wide[0] - wide[1] - 95.0 - 50.0 - 90.0;
        let shown = [
            ("sheet-name", name, true),
            ("proof-number", wide[0], has_number),
            ("proof-group", wide[1], has_group),
            ("sheet-state", 95.0, true),
            ("sheet-at", 50.0, true),
            ("sheet-signature", 90.0, true),
        ];
        let columns = shown.iter().filter(|it| it.2).map(|it| (lang.t(it.0), it.1)).collect();
        let line = |row: &SheetRow| {
            let at = row.at.map(|at| writing.hour(at)).unwrap_or_default();
            let (name, number) = (clean(&row.student.name()), clean(&row.student.number));
            let values =
                [name, number, clean(&row.group), lang.t(row.state.label()), at, String::new()];
            let values = values.into_iter().zip(&shown).filter(|(_, it)| it.2);
            values.map(|(value, _)| value).collect()
        };
        (columns, self.rows.iter().map(line).collect())
    }
}

impl PeriodSheet {
    /// The file: PDF/A-3b, tagged, as many pages as it takes.
    pub fn pdf(&self, writing: &Writing) -> Result<Vec<u8>, ProofError> {
        let lang = writing.lang;
        let mut sheets = Sheets::new();
        head(&mut sheets, &self.establishment, &lang.t("period-title"));
        let (first, last) = (lang.day(self.days.0), lang.day(self.days.1));
        let days = lang.t_with("period-days", &[("first", &first), ("last", &last)]);
        let absent = self.justified.saturating_add(self.unjustified);
        let rows = [
            ("proof-student", self.student.name()),
            ("proof-number", self.student.number.clone()),
            ("proof-programme", self.programme.clone()),
            ("period-when", days),
            ("period-expected", writing.hours(self.expected)),
            ("period-attended", writing.hours(self.expected.saturating_sub(absent))),
            ("period-justified", writing.hours(self.justified)),
            ("period-unjustified", writing.hours(self.unjustified)),
        ];
        sheets.table(&known(lang, &rows), 150.0);
        sheets.space(12.0);
        sheets.heading(2, &lang.t("period-absences"), Style::new(12.0).bold());
        sheets.space(4.0);
        if self.absences.is_empty() {
            sheets.paragraph(&lang.t("period-none"), Style::new(10.5));
        } else {
            let columns = [
                (lang.t("proof-when"), 190.0),
                (lang.t("period-length"), 60.0),
                (lang.t("proof-subject"), COLUMN - 340.0),
                (lang.t("period-reason"), 90.0),
            ];
            sheets.grid(&columns, &self.lines(writing));
        }
        writing.finish(sheets, lang.t("period-title"), &self.establishment)
    }

    fn lines(&self, writing: &Writing) -> Vec<Vec<String>> {
        let line = |(begins, minutes, what, justified): &(DateTime<Utc>, u32, String, bool)| {
            let when = format!("{}, {}", writing.day(*begins), writing.hour(*begins));
            let key = if *justified { "period-is-justified" } else { "period-is-not" };
            vec![when, writing.hours(*minutes), clean(what), writing.lang.t(key)]
        };
        self.absences.iter().map(line).collect()
    }
}
