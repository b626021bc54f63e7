//! The pages of alerts and letters.
use crate::attendance::pages::Choice;
use crate::web::page::Shell;
use askama::Template;

/// A rule in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `4 demi-journées sans motif ou plus, par mois`
    pub what: String,
    /// Whom it counts.
    pub scope: String,
    /// Keys of those who are told.
    pub to: Vec<&'static str>,
    /// Fixed addresses.
    pub addresses: String,
    /// Whether it is looked at every night.
    pub is_active: bool,
    /// Raised by each change.
    pub version: i64,
}

/// `/attendance/alerts?school=`
#[derive(Debug, Default, Template)]
#[template(path = "attendance/notice/pages/rules.html")]
pub struct Rules {
    /// The frame.
    pub shell: Shell,
    /// Code of the school.
    pub rne: String,
    /// What it is called.
    pub school: String,
    /// Codes and names of the others.
    pub others: Vec<(String, String)>,
    /// Its rules, the active ones first.
    pub rows: Vec<RuleRow>,
}

/// A rule to be written. Posts to where it is.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/notice/pages/rule.html")]
pub struct RuleForm {
    /// The frame.
    pub shell: Shell,
    /// Code of the school.
    pub rne: String,
    /// Its id; empty: it is new.
    pub id: String,
    /// Raised by each change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// School, programmes, groups, subjects.
    pub scopes: Vec<Choice>,
    /// Kinds of séances.
    pub kinds: Vec<Choice>,
    /// Counted in each subject by itself.
    pub is_per_subject: bool,
    /// What can be measured.
    pub metrics: Vec<Choice>,
    /// Against what.
    pub comparators: Vec<Choice>,
    /// As it was typed.
    pub threshold: String,
    /// As it was typed.
    pub after_days: String,
    /// In which stretch of time.
    pub spans: Vec<Choice>,
    /// As it was typed.
    pub after_sessions: String,
    /// As it was typed.
    pub repeat_max: String,
    /// Who can be told.
    pub to: Vec<Choice>,
    /// Fixed addresses.
    pub addresses: String,
    /// Whether it is looked at every night.
    pub is_active: bool,
    /// Key of what is wrong with it.
    pub wrong: Option<&'static str>,
}

/// Somebody whom a rule names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HitRow {
    /// Their name.
    pub name: String,
    /// `4 demi-journées`
    pub value: String,
    /// `novembre 2026`
    pub days: String,
    /// How often the threshold was reached.
    pub step: i64,
    /// Whether nobody was told of this step yet.
    pub is_new: bool,
    /// Whether the student can be written to.
    pub has_address: bool,
}

/// `/attendance/alerts/ID/preview`
#[derive(Debug, Default, Template)]
#[template(path = "attendance/notice/pages/preview.html")]
pub struct Preview {
    /// The frame.
    pub shell: Shell,
    /// The rule.
    pub rule: RuleRow,
    /// Code of its school.
    pub rne: String,
    /// Whom it names.
    pub rows: Vec<HitRow>,
    /// How many of them nobody was told of yet.
    pub fresh: usize,
    /// How many are not shown.
    pub more: usize,
}

/// To whom an alert went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeLine {
    /// Key of what they are.
    pub kind: &'static str,
    /// Name, address, or both.
    pub who: String,
    /// Key of what became of it.
    pub state: &'static str,
    /// How that looks.
    pub tone: &'static str,
    /// The version of its text, once it left.
    pub wording: Option<u64>,
}

/// An alert that was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentLine {
    /// Its id.
    pub id: String,
    /// Whom.
    pub name: String,
    /// By which rule.
    pub rule: String,
    /// `4 demi-journées`
    pub value: String,
    /// `novembre 2026`
    pub days: String,
    /// When, as people say it.
    pub at: String,
    /// To whom.
    pub notices: Vec<NoticeLine>,
    /// When letters were written, and with which version of the text.
    pub letters: Vec<(String, u64)>,
}

/// `/attendance/alerts/sent?skip=`
#[derive(Debug, Default, Template)]
#[template(path = "attendance/notice/pages/sent.html")]
pub struct Sent {
    /// The frame.
    pub shell: Shell,
    /// The newest first.
    pub rows: Vec<SentLine>,
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the page behind.
    pub behind: Option<String>,
}

/// A student who can get a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddresseeRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// How long they were absent.
    pub absent: String,
    /// How long without an excuse.
    pub unexcused: String,
    /// Whether they get one.
    pub is_on: bool,
}

/// `/attendance/letters?from=&until=&programme=&alert=`
#[derive(Debug, Default, Template)]
#[template(path = "attendance/notice/pages/letters.html")]
pub struct Letters {
    /// The frame.
    pub shell: Shell,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Programmes to choose from.
    pub programmes: Vec<Choice>,
    /// The programme, or empty.
    pub programme: String,
    /// The alert that they are of, or empty.
    pub alert: String,
    /// Languages.
    pub langs: Vec<Choice>,
    /// Students with absences.
    pub rows: Vec<AddresseeRow>,
    /// Students behind these, for whom one file has no room.
    pub more: usize,
    /// What the first letter says: to whom, subject, text.
    pub preview: Option<(Vec<String>, String, String)>,
    /// How many letters there will be, and how many of them have no address.
    pub counts: (usize, usize),
    /// Key of what is wrong.
    pub wrong: Option<&'static str>,
}

impl RuleForm {
    fn action(&self) -> String {
        let id = if self.id.is_empty() { "new" } else { &self.id };
        format!("/attendance/alerts/{id}")
    }
}

impl NoticeLine {
    fn tone(&self) -> &'static str {
        self.tone
    }
}

impl RuleRow {
    fn at(&self, what: &str) -> String {
        format!("/attendance/alerts/{}{what}", self.id)
    }
}
