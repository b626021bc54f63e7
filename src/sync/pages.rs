//! Sources and their runs, for administrators.
use super::store::RunSearch;
use crate::web::page::{Banner, Shell, Tone};
use crate::web::query::Fields;
use askama::Template;

/// Every source that is kept in step.
#[derive(Debug, Default, Template)]
#[template(path = "sync/pages/sources.html")]
pub struct AdminSources {
    /// The frame.
    pub shell: Shell,
    /// Those that the filter lets through.
    pub sources: Vec<SourceRow>,
    /// The filter.
    pub wanted: RunFilter,
    /// The same sources as a file.
    pub csv: String,
}

/// How newest runs may stand, and runs.
pub const STATES: [(&str, &str); 5] = [
    ("running", "sync-running"),
    ("done", "sync-done"),
    ("refused", "sync-refused"),
    ("failed", "sync-failed"),
    ("interrupted", "sync-interrupted"),
];

/// Which runs are looked at, or sources by their newest run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// A state, or `never`; empty for all.
    pub state: String,
    /// `new` or `old`; empty for the usual order.
    pub sort: String,
}

impl RunFilter {
    pub(super) fn read(query: &Fields) -> Self {
        let field = |name| query.get(name).unwrap_or_default().to_owned();
        Self { state: field("status"), sort: field("sort") }
    }

    pub(super) fn address(&self, path: &str, skip: i64) -> String {
        let skip = skip.to_string();
        let fields = [("status", &self.state), ("sort", &self.sort), ("skip", &skip)];
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    pub(super) fn search(&self, skip: i64, limit: i64) -> RunSearch {
        RunSearch { state: self.state.clone(), oldest_first: self.sort == "old", skip, limit }
    }

    fn is_state(&self, state: &str) -> bool {
        self.state == state
    }

    fn is_sort(&self, sort: &str) -> bool {
        self.sort == sort
    }

    /// Whether anything was asked for.
    fn is_set(&self) -> bool {
        !self.state.is_empty()
    }
}

/// A source and its newest run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceRow {
    /// NAME of `[source:NAME]`.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// `csv`, `jsonl`, `ldap`, `sql`, `push`.
    pub kind: &'static str,
    /// Its newest run.
    pub last: Option<RunRow>,
}

impl SourceRow {
    /// Whether it can be read: nobody reads what a program pushes.
    fn is_read(&self) -> bool {
        self.kind != "push"
    }
}

/// One source. Posts `csrf`, perhaps `dry` and `force`, to `/admin/sources/NAME`.
#[derive(Debug, Default, Template)]
#[template(path = "sync/pages/source.html")]
pub struct AdminSource {
    /// The frame.
    pub shell: Shell,
    /// The source.
    pub source: SourceRow,
    /// An order waits for the service to carry it out.
    pub is_wanted: bool,
    /// Those of its runs that the filter lets through.
    pub runs: Vec<RunRow>,
    /// The filter.
    pub wanted: RunFilter,
    /// Where newer rows are.
    pub newer: Option<String>,
    /// Where older rows are.
    pub older: Option<String>,
    /// The same runs as a file.
    pub csv: String,
    /// The run whose report is shown.
    pub report: Option<Report>,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunRow {
    /// Its id.
    pub id: String,
    /// When it began, as people say it.
    pub started: String,
    /// `running`, `done`, `refused`, `failed`, `interrupted`.
    pub state: String,
    /// Nothing was written.
    pub is_dry: bool,
    /// Who asked for it: a word of ours, or a name.
    pub asked_by: String,
    /// Entries.
    pub read: u64,
    /// New people.
    pub appeared: u64,
    /// People with something else than before, or who are there again.
    pub changed: u64,
    /// People who left.
    pub vanished: u64,
    /// Entries that cannot be used.
    pub rejected: u64,
    /// Stable code of what was wrong.
    pub code: String,
    /// What exactly, for technicians.
    pub trouble: String,
}

/// What a run met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The run.
    pub run: RunRow,
    /// Who appeared, changed or vanished, the first ones.
    pub differences: Vec<DifferenceRow>,
    /// Entries that cannot be used, the first ones.
    pub findings: Vec<FindingRow>,
}

/// What became of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DifferenceRow {
    /// `appears`, `changes`, `returns`, `vanishes`.
    pub kind: String,
    /// Name and id in the source.
    pub name: String,
    /// The source's name for them.
    pub source_id: String,
    /// What is different.
    pub fields: String,
}

/// An entry that cannot be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingRow {
    /// Line, or digest of the DN.
    pub place: String,
    /// Why, in the reader's language.
    pub text: String,
    /// Stable code.
    pub code: String,
}

impl RunRow {
    /// Key of the state's name.
    pub fn state_key(&self) -> &'static str {
        match (self.state.as_str(), self.is_dry) {
            ("running", _) => "sync-running",
            ("done", true) => "sync-tried",
            ("done", false) => "sync-done",
            ("refused", _) => "sync-refused",
            ("interrupted", _) => "sync-interrupted",
            _ => "sync-failed",
        }
    }

    /// Class of its badge.
    pub fn tone(&self) -> &'static str {
        match self.state.as_str() {
            "done" => "ok",
            "running" => "info",
            "interrupted" => "warn",
            _ => "danger",
        }
    }

    /// Key of what went wrong, in the reader's words.
    pub fn trouble_key(&self) -> &'static str {
        match self.code.as_str() {
            "E-SYNC-VANISH" => "e-sync-vanish",
            "E-SYNC-READ" => "e-sync-read",
            "E-SYNC-LOST" => "e-sync-lost",
            "E-SYNC-SPOOL" => "e-sync-spool",
            "E-SYNC-BUSY" => "e-sync-busy",
            _ => "e-sync-database",
        }
    }
}

impl DifferenceRow {
    /// Key of what became of them.
    pub fn kind_key(&self) -> &'static str {
        match self.kind.as_str() {
            "appears" => "sync-appears",
            "changes" => "sync-changes",
            "returns" => "sync-returns",
            _ => "sync-vanishes",
        }
    }
}

impl AdminSource {
    fn banner(&self) -> Option<Banner> {
        if self.is_wanted {
            return Some(Banner::new(Tone::Info, self.shell.t("sync-asked")));
        }
        let last = self.source.last.as_ref()?;
        match last.state.as_str() {
            "refused" | "failed" => {
                Some(Banner::new(Tone::Trouble, self.shell.t(last.trouble_key())))
            }
            "running" => {
                let read = [("count", &last.read as _)];
                Some(Banner::new(Tone::Info, self.shell.t_with("sync-goes-on", &read)))
            }
            _ => None,
        }
    }

    /// Too many would vanish: somebody may insist.
    fn may_insist(&self) -> bool {
        self.source.last.as_ref().is_some_and(|run| run.code == "E-SYNC-VANISH")
    }
}

impl AdminSource {
    fn address(&self) -> String {
        format!("/admin/sources/{}", self.source.name)
    }
}
