//! The pages of justifications.
use super::state::State;
use super::store::ReasonFlags;
use crate::attendance::record::Status;
use crate::web::page::Shell;
use askama::Template;

/// A justification on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// Whose.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Whether that tells something of their health.
    pub is_health: bool,
    /// The first day.
    pub since: String,
    /// The last day.
    pub until: String,
    /// What the student says, or empty.
    pub comment: String,
    /// How far it is.
    pub state: State,
    /// Sent after its deadline.
    pub is_late: bool,
    /// When it was sent, or empty.
    pub sent: String,
    /// When it was decided, or empty.
    pub decided: String,
    /// What was answered, or empty.
    pub note: String,
    /// Raised by each change.
    pub version: i64,
}

/// An absence that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceLine {
    /// The line.
    pub record: String,
    /// `TD – Sécurité des SI`
    pub title: String,
    /// `mardi 24 novembre, 8 h 00`
    pub at: String,
    /// What the roll says.
    pub status: Status,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLine {
    /// Its id.
    pub id: String,
    /// What its owner called it.
    pub name: String,
    /// Its size.
    pub kib: u32,
    /// Key of what the scanner says.
    pub state: &'static str,
    /// Whether it can be read.
    pub is_readable: bool,
}

/// One of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The justification.
    pub case: Case,
    /// Where it is.
    pub address: String,
}

/// The student begins one. Posts to `/attendance/me/justify`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/excuse/pages/form.html")]
pub struct ExcuseForm {
    /// The frame.
    pub shell: Shell,
    /// The absence that it began with.
    pub record: String,
    /// Reasons: id and name.
    pub reasons: Vec<(String, String)>,
    /// The one that was chosen.
    pub chosen: String,
    /// The first day.
    pub since: String,
    /// The last day.
    pub until: String,
    /// What the student says.
    pub comment: String,
    /// Key of what is wrong.
    pub wrong: Option<&'static str>,
}

/// The student looks at one, adds papers and sends it.
#[derive(Debug, Template)]
#[template(path = "attendance/excuse/pages/own_case.html")]
pub struct OwnCase {
    /// The frame.
    pub shell: Shell,
    /// The justification.
    pub case: Case,
    /// The absences that it is about, or would be.
    pub absences: Vec<AbsenceLine>,
    /// Its papers.
    pub papers: Vec<PaperLine>,
    /// Whether it can be sent.
    pub may_send: bool,
    /// Whether it can be taken back.
    pub may_withdraw: bool,
}

/// Those of one student.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/excuse/pages/own_cases.html")]
pub struct OwnCases {
    /// The frame.
    pub shell: Shell,
    /// The newest first.
    pub rows: Vec<CaseRow>,
}

/// Those that somebody decides.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/excuse/pages/waiting.html")]
pub struct Waiting {
    /// The frame.
    pub shell: Shell,
    /// Waiting ones first.
    pub rows: Vec<CaseRow>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
}

/// The secretariat decides one. Posts to `…/decide`.
#[derive(Debug, Template)]
#[template(path = "attendance/excuse/pages/decide.html")]
pub struct DecideCase {
    /// The frame.
    pub shell: Shell,
    /// The justification.
    pub case: Case,
    /// The absences that it is about.
    pub absences: Vec<AbsenceLine>,
    /// Its papers.
    pub papers: Vec<PaperLine>,
    /// What was changed on these lines.
    pub history: Vec<String>,
    /// Whether it can be accepted or refused.
    pub may_accept: bool,
    /// Whether more can be asked for.
    pub may_ask: bool,
    /// Whether it can be taken back.
    pub may_cancel: bool,
}

/// A reason on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its stable code.
    pub code: String,
    /// What it says besides.
    pub flags: ReasonFlags,
}

/// The reasons of a school. Posts to `/attendance/reasons`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/excuse/pages/reasons.html")]
pub struct Reasons {
    /// The frame.
    pub shell: Shell,
    /// Code of the school.
    pub rne: String,
    /// Its name.
    pub school: String,
    /// Other schools: code and name.
    pub others: Vec<(String, String)>,
    /// The reasons.
    pub rows: Vec<ReasonRow>,
}

impl OwnCase {
    /// Where something is done with it.
    fn at(&self, what: &str) -> String {
        format!("/attendance/me/justifications/{}/{what}", self.case.id)
    }
}

/// Somebody who is not expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwayLine {
    /// Its id.
    pub id: String,
    /// Who.
    pub name: String,
    /// From what.
    pub what: String,
    /// Why.
    pub reason: String,
    /// The first day.
    pub since: String,
    /// The last day.
    pub until: String,
    /// Whether they come all the same.
    pub is_on_site: bool,
    /// Announced, not exempt.
    pub is_planned: bool,
}

impl AwayLine {
    /// The word of the form.
    fn kind(&self) -> &'static str {
        if self.is_planned { "planned" } else { "exempt" }
    }
}

/// Exemptions and announced absences. Posts to `/attendance/exemptions`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/excuse/pages/exemptions.html")]
pub struct Exemptions {
    /// The frame.
    pub shell: Shell,
    /// Today, `2026-11-24`.
    pub today: String,
    /// What was searched for.
    pub words: String,
    /// Address and name of students who were found.
    pub found: Vec<(String, String)>,
    /// Id, school and name of the student that the form is for.
    pub student: Option<(String, String, String)>,
    /// Subjects: id and name.
    pub subjects: Vec<(String, String)>,
    /// Kinds of séances: word and name.
    pub kinds: Vec<(String, String)>,
    /// Reasons: id and name.
    pub reasons: Vec<(String, String)>,
    /// Those that last.
    pub rows: Vec<AwayLine>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
}
