//! What somebody sends and how it is to be read.
use super::{IcalRules, List, Wrong, read_ical, read_marks, read_members, read_planned};
use crate::attendance::catalogue::is_plain;
use crate::rows;
use chrono_tz::Tz;
use regex::RegexBuilder;
use serde::{Deserialize, Serialize};
use std::io::Cursor;

/// How the title of an event is read unless somebody says something else.
pub const SUMMARY: &str =
    r"^(?<type>CM|TD|TP|EX|RE|ST) - (?<subject>.+) - (?<programme>\w+) (?<group>\w+)$";
/// Bytes that a compiled expression may take.
const EXPRESSION: usize = 1 << 20;

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Séances of an iCalendar.
    Calendar,
    /// Séances as a list.
    Sessions,
    /// Groups and their members.
    Members,
    /// Marks.
    Marks,
}

/// What somebody sends and how it is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// What is in it.
    pub kind: Kind,
    /// Name of the timetable.
    pub source: String,
    /// How titles of events are read.
    pub summary: String,
    /// Logins of those who teach all of a calendar.
    pub teachers: Vec<String>,
}

impl Kind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Calendar, Self::Sessions, Self::Members, Self::Marks];

    /// Its word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Sessions => "sessions",
            Self::Members => "members",
            Self::Marks => "marks",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Calendar => "import-calendar",
            Self::Sessions => "import-sessions",
            Self::Members => "import-members",
            Self::Marks => "import-marks",
        }
    }
}

impl Wish {
    /// Key of what is wrong with it, if anything is.
    pub fn wrong(&self) -> Option<&'static str> {
        let is_name = (1..=64).contains(&self.source.chars().count())
            && self.source.chars().all(|it| it.is_alphanumeric() || " ._-".contains(it));
        if !is_name {
            return Some("import-wrong-source");
        }
        if !self.teachers.iter().all(|login| is_plain(login)) {
            return Some("import-wrong-teachers");
        }
        (self.kind == Kind::Calendar && self.expression().is_none())
            .then_some("import-wrong-summary")
    }

    /// Read a file; and its lines that cannot be used.
    pub fn read(&self, file: Vec<u8>, zone: Tz) -> (List, Vec<Wrong>) {
        let planned = |(read, wrong)| (List::Planned(self.source.clone(), read), wrong);
        if self.kind == Kind::Calendar {
            let Some(summary) = self.expression() else {
                return planned((Vec::new(), vec![Wrong::new(&1, "SUMMARY", "no_match")]));
            };
            let rules = IcalRules { summary, zone, teachers: self.teachers.clone() };
            return planned(read_ical(&String::from_utf8_lossy(&file), &rules));
        }
        let read = rows::input(Box::new(Cursor::new(file))).and_then(|input| {
            Ok(match self.kind {
                Kind::Calendar | Kind::Sessions => planned(read_planned(input, zone)?),
                Kind::Members => {
                    read_members(input).map(|(it, wrong)| (List::Members(it), wrong))?
                }
                Kind::Marks => read_marks(input).map(|(it, wrong)| (List::Marks(it), wrong))?,
            })
        });
        read.unwrap_or_else(|_| planned((Vec::new(), vec![Wrong::new(&1, "file", "unreadable")])))
    }

    fn expression(&self) -> Option<regex::Regex> {
        RegexBuilder::new(&self.summary).size_limit(EXPRESSION).build().ok()
    }
}
