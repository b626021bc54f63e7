//! The pages by which lists are brought in.
use crate::attendance::import::{Kind, Report, Told, Wrong};
use crate::attendance::store::Upload;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// Lines of a report that are shown.
const SHOWN: usize = 200;

/// A list is sent. Posts `rne`, `kind`, `source`, `summary`, `teachers` and `file` to
/// `/attendance/import`.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/import.html")]
pub struct Import {
    /// The frame.
    pub shell: Shell,
    /// Schools to be picked; empty: the code is typed.
    pub schools: Vec<String>,
    /// The school of the form.
    pub rne: String,
    /// What is in the file.
    pub kind: Kind,
    /// Name of the timetable.
    pub source: String,
    /// How titles of events are read.
    pub summary: String,
    /// Logins of those who teach all of a calendar.
    pub teachers: String,
    /// Key of what is wrong.
    pub wrong: Option<&'static str>,
}

impl Import {
    fn is_school(&self, school: &str) -> bool {
        self.rne == school
    }
}

/// What a list would do, or did. Posts `skip` and `sure`.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/import_report.html")]
pub struct ImportReport {
    /// The frame.
    pub shell: Shell,
    /// The list.
    pub id: String,
    /// What its owner calls the file.
    pub name: String,
    /// What is in it.
    pub kind: Kind,
    /// Into which school.
    pub rne: String,
    /// What it does.
    pub report: Report,
    /// Somebody tried to bring it in, and it was not.
    pub was_tried: bool,
}

impl ImportReport {
    /// Of a list.
    pub fn new(of: &Upload, report: &Report, shell: Shell) -> Self {
        Self {
            shell,
            id: of.id.to_string(),
            name: of.name.clone(),
            kind: of.wish.kind,
            rne: of.rne.to_string(),
            report: report.clone(),
            was_tried: false,
        }
    }

    /// Figures and keys of what they count.
    fn counts(&self) -> [(usize, &'static str); 6] {
        let it = &self.report;
        [
            (it.created, "import-created"),
            (it.updated, "import-updated"),
            (it.orphans, "import-orphan"),
            (it.conflicts, "import-conflict"),
            (it.unchanged, "import-unchanged"),
            (it.wrong.len(), "import-wrong"),
        ]
    }

    fn banner(&self) -> Option<Banner> {
        let say = |tone, key| Some(Banner::new(tone, self.shell.t(key)));
        match &self.report {
            it if it.is_kept => say(Tone::Done, "import-kept"),
            _ if self.was_tried => say(Tone::Trouble, "import-not-kept"),
            _ if !self.may_keep() => say(Tone::Info, "import-nothing"),
            _ => say(Tone::Info, "import-dry"),
        }
    }

    /// Whether there is anything to be brought in.
    fn may_keep(&self) -> bool {
        !self.report.is_kept && !self.report.lines.is_empty()
    }

    fn lines(&self) -> &[Told] {
        &self.report.lines[..self.report.lines.len().min(SHOWN)]
    }

    fn wrong(&self) -> &[Wrong] {
        &self.report.wrong[..self.report.wrong.len().min(SHOWN)]
    }

    /// How many lines that change something are not shown.
    fn more_lines(&self) -> usize {
        self.report.lines.len().saturating_sub(SHOWN)
    }

    /// How many lines that cannot be used are not shown.
    fn more_wrong(&self) -> usize {
        self.report.wrong.len().saturating_sub(SHOWN)
    }
}
