//! The administration of dispatch: files, findings, networks, explanations, audit trail.
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

mod audit;
mod explain;
mod lint;
mod zones;

pub use audit::{AdminAudit, AuditFilter, AuditRow, ChainHead, Checked, EVENTS, event_label};
pub use explain::{AdminExplain, Fact, Question, Step, Verdict};
pub use lint::{AdminLint, LintFilter, LintRow, finding_text};
pub use zones::{AdminZones, SecondFactor, ZoneAnswer, ZoneRow};

/// State of the files. Posts `csrf` to `/admin/reload`.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/admin/home.html")]
pub struct AdminHome {
    /// The frame.
    pub shell: Shell,
    /// Number of the snapshot in use.
    pub generation: u64,
    /// When it was read, as people say it.
    pub loaded: String,
    /// What is in it.
    pub counts: Counts,
    /// The files it was read from.
    pub files: Vec<FileState>,
    /// How the reload went that was just asked for.
    pub reload: Option<Reload>,
}

/// How a reload went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reload {
    /// The new files are in use.
    Done {
        /// Findings in them.
        findings: usize,
    },
    /// The last good files stay in use.
    Refused {
        /// Why, for technicians.
        reason: String,
    },
}

/// What a snapshot holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sections of `etabs.ini`.
    pub schools: usize,
    /// Those of them with a usable portal.
    pub with_portal: usize,
    /// Partners with metadata.
    pub partners: usize,
    /// Networks of `portails.ini`.
    pub zones: usize,
    /// Findings in all files.
    pub findings: usize,
}

/// One file or folder that we read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileState {
    /// As the administrator named it.
    pub name: String,
    /// How it is.
    pub health: Health,
    /// When it was read last, as people say it; empty for never.
    pub read: String,
    /// Usable sections or files.
    pub entries: usize,
    /// Findings in it.
    pub findings: usize,
}

/// How a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// In use.
    Good,
    /// The new one was refused: the last good one is in use.
    Refused,
    /// It cannot be read, or is not there.
    Missing,
}

impl Health {
    fn key(self) -> &'static str {
        match self {
            Self::Good => "file-good",
            Self::Refused => "file-refused",
            Self::Missing => "file-missing",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Good => Tone::Done.class(),
            Self::Refused => Tone::Warning.class(),
            Self::Missing => Tone::Trouble.class(),
        }
    }
}

impl AdminHome {
    fn reload_banner(&self) -> Option<Banner> {
        // A generation is a name, not a quantity: as text it is never grouped.
        let generation = self.generation.to_string();
        Some(match self.reload.as_ref()? {
            Reload::Done { findings } => Banner::new(
                Tone::Done,
                self.shell.t_with(
                    "admin-reloaded",
                    &[("findings", findings), ("generation", &generation)],
                ),
            ),
            Reload::Refused { reason } => Banner::new(
                Tone::Warning,
                self.shell.t_with(
                    "admin-reload-refused",
                    &[("reason", reason), ("generation", &generation)],
                ),
            ),
        })
    }

    fn is_in_order(&self) -> bool {
        self.files.iter().all(|file| file.health == Health::Good)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::web::lang::Lang;

    #[test]
    fn a_finding_speaks_the_language_of_the_reader() {
        let finding = Finding::at("W-INI-DUPKEY", "etabs.ini", 12, "portail");

        assert!(finding_text(&finding, Lang::Fr).starts_with("Cette clé"));
        assert!(finding_text(&finding, Lang::En).starts_with("This key"));
        let unknown = Finding::about("W-?", "x").detail("said in English");
        assert_eq!(finding_text(&unknown, Lang::Fr), "said in English");
    }

    #[test]
    fn no_finding_is_good_news_and_no_hit_is_not() {
        let empty = AdminLint::default();
        let filtered = AdminLint {
            total: 3,
            filter: LintFilter { words: "zzz".into(), ..LintFilter::default() },
            ..AdminLint::default()
        };

        assert!(empty.render().unwrap().contains("Rien à signaler"));
        assert!(filtered.render().unwrap().contains("Aucun signalement ne correspond"));
    }
}
