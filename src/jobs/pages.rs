//! Jobs as administrators see them.
use super::store::{self, JobState};
use super::timetable::Rhythm;
use crate::web::lang::Lang;
use crate::web::page::{Banner, Shell, Tone};
use crate::web::query::Fields;
use askama::Template;

/// What runs, what went wrong, what waits, and the timetable.
#[derive(Debug, Default, Template)]
#[template(path = "jobs/pages/admin.html")]
pub struct AdminJobs {
    /// The frame.
    pub shell: Shell,
    /// How many jobs are in each state.
    pub counts: Vec<Count>,
    /// Jobs that are being done.
    pub running: Vec<Row>,
    /// Jobs that somebody has to look at, with those that nobody does.
    pub trouble: Vec<Row>,
    /// What is done again and again.
    pub timetable: Vec<Entry>,
    /// All jobs that the filter lets through.
    pub rows: Vec<Row>,
    /// Kinds to choose from, and their names.
    pub kinds: Vec<(&'static str, String)>,
    /// The filter.
    pub wanted: Filter,
    /// The same jobs as a file.
    pub csv: String,
    /// Where newer rows are.
    pub newer: Option<String>,
    /// Where older rows are.
    pub older: Option<String>,
}

/// How many jobs are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The state.
    pub state: JobState,
    /// How many.
    pub count: u64,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it does, as people say it.
    pub name: String,
    /// Where it stands.
    pub state: JobState,
    /// When it was asked for, as people say it.
    pub asked: String,
    /// When it ended, or is tried next.
    pub at: String,
    /// Tries so far.
    pub attempts: u64,
    /// What was wrong last.
    pub error: String,
    /// Which node does it.
    pub node: String,
    /// Steps done.
    pub done: u64,
    /// Steps in all; 0: nobody knows.
    pub total: u64,
}

/// One entry of the timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in forms.
    pub name: &'static str,
    /// What is done, as people say it.
    pub label: String,
    /// How often.
    pub rhythm: Rhythm,
    /// When it came last.
    pub last: Option<String>,
    /// When it comes next.
    pub next: Option<String>,
}

/// Which jobs are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A state as in the table; empty for all.
    pub state: String,
    /// A kind; empty for all.
    pub kind: String,
    /// `old`: the oldest first.
    pub sort: String,
}

impl Filter {
    pub(super) fn read(query: &Fields) -> Self {
        let field = |name| query.get(name).unwrap_or_default().to_owned();
        Self { state: field("status"), kind: field("kind"), sort: field("sort") }
    }

    pub(super) fn address(&self, path: &str, skip: i64) -> String {
        let (state, kind, sort, skip) = (&self.state, &self.kind, &self.sort, skip.to_string());
        let fields = [("status", state), ("kind", kind), ("sort", sort), ("skip", &skip)];
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    /// The rows that are meant.
    pub(super) fn search(&self, skip: i64, limit: i64) -> store::Filter {
        store::Filter {
            state: JobState::parse(&self.state),
            kind: self.kind.clone(),
            oldest_first: self.sort == "old",
            skip,
            limit,
            ..store::Filter::default()
        }
    }
}

impl Row {
    /// Hundredths that are done, when the end is known.
    fn percent(&self) -> Option<u64> {
        (self.total > 0).then(|| (self.done * 100 / self.total).min(100))
    }
}

impl Entry {
    fn rhythm(&self, lang: Lang) -> String {
        match self.rhythm {
            Rhythm::Every(time) => {
                lang.t_with("jobs-every", &[("minutes", &(time.as_secs() / 60) as _)])
            }
            Rhythm::Nightly(time) => {
                let clock = format!("{:02}:{:02}", time.hour, time.minute);
                lang.t_with("jobs-nightly", &[("time", &clock.as_str() as _)])
            }
        }
    }
}

impl AdminJobs {
    fn banner(&self) -> Option<Banner> {
        let of = |state| self.counts.iter().find(|c| c.state == state).map_or(0, |c| c.count);
        let count = of(JobState::GivenUp) + of(JobState::Uncertain);
        (count > 0).then(|| {
            let text = self.shell.t_with("jobs-need-a-look", &[("count", &count as _)]);
            Banner::new(Tone::Warning, text)
        })
    }

    fn is_state(&self, state: JobState) -> bool {
        self.wanted.state == state.as_str()
    }

    fn is_oldest_first(&self) -> bool {
        self.wanted.sort == "old"
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.wanted.kind == kind
    }
}

/// Key of the name of a state.
pub fn state(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "job-waiting",
        JobState::Running => "job-running",
        JobState::Done => "job-done",
        JobState::GivenUp => "job-given-up",
        JobState::Uncertain => "job-uncertain",
    }
}

/// Class of the badge of a state.
pub fn tone(state: JobState) -> &'static str {
    match state {
        JobState::Waiting | JobState::Running => "",
        JobState::Done => "ok",
        JobState::GivenUp => "danger",
        JobState::Uncertain => "warn",
    }
}
