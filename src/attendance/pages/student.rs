//! Pages of those who are called up.
use crate::attendance::rates::{Figures, tenths};
use crate::attendance::record::Status;
use crate::web::lang::Lang;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// After a scan: the séance, and one button. Posts to `/p/confirm`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/confirm.html")]
pub struct Confirm {
    /// The frame.
    pub shell: Shell,
    /// `TD – Sécurité des SI`
    pub title: String,
    /// `08:00 – 10:00`
    pub hours: String,
    /// When the code was scanned.
    pub scanned: String,
}

/// The six digits. Posts `digits` to `/p/code`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/code.html")]
pub struct CodeForm {
    /// The frame.
    pub shell: Shell,
}

/// A séance as a student sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// `TD – Sécurité des SI`
    pub title: String,
    /// `mardi 24 novembre, 8 h 00`
    pub at: String,
    /// What the roll says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// When they were marked, or empty.
    pub marked: String,
    /// Key of the channel, or empty.
    pub channel: &'static str,
    /// Address of the certificate, or empty.
    pub certificate: String,
    /// Where it can be justified, or empty.
    pub justify: String,
}

/// Own presences, absences and rates.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/own.html")]
pub struct Own {
    /// The frame.
    pub shell: Shell,
    /// The séances, the newest first.
    pub rows: Vec<OwnRow>,
    /// What they add up to.
    pub figures: Figures,
    /// Attestations: where each is, and of which school, or empty when there is only one.
    pub attestations: Vec<(String, String)>,
    /// The mark that was just made: key, time, and what.
    pub marked: Option<(&'static str, String, String)>,
}

impl Own {
    fn banner(&self) -> Option<Banner> {
        let (key, at, title) = self.marked.as_ref()?;
        Some(Banner::new(Tone::Done, self.shell.t_with(key, &[("at", at), ("title", title)])))
    }

    /// `42,9 %`, or a dash when nothing was expected.
    fn rate(&self) -> String {
        let comma = if self.shell.lang == Lang::Fr { ',' } else { '.' };
        let value = self.figures.attendance_rate().map(|rate| tenths(rate, comma));
        value.map_or_else(
            || "—".to_owned(),
            |value| self.shell.t_with("roll-percent", &[("value", &value)]),
        )
    }

    /// Hours of absences, begun ones counted.
    fn absent_hours(&self) -> String {
        let minutes = self.figures.absent;
        self.shell.t_with(
            "roll-hours",
            &[("hours", &(minutes / 60).to_string()), ("minutes", &format!("{:02}", minutes % 60))],
        )
    }
}
