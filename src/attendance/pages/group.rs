//! The page of a group.
use crate::web::page::Shell;
use askama::Template;

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberLine {
    /// Who.
    pub id: String,
    /// Their name.
    pub name: String,
    /// The first day.
    pub since: String,
    /// The last day, or empty.
    pub until: String,
    /// Whether that was before today.
    pub is_over: bool,
}

/// Who is in a group. Posts `add` and `since`, or `end` and `until`, to `/attendance/groups/ID`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/group.html")]
pub struct GroupPage {
    /// The frame.
    pub shell: Shell,
    /// The group.
    pub id: String,
    /// Programme and name.
    pub title: String,
    /// The school.
    pub rne: String,
    /// What was searched for.
    pub words: String,
    /// Ids and names of people who were found.
    pub found: Vec<(String, String)>,
    /// Today, `2026-11-24`.
    pub today: String,
    /// Whoever is or was in it.
    pub members: Vec<MemberLine>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
    /// The directory that fills it.
    pub filling: Filling,
    /// Key of what was just done.
    pub notice: Option<&'static str>,
}

/// Which directory fills a group, and what came of the last reading. Posts `source` and `filter` to
/// `…/directory`, `sure` to `…/read`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filling {
    /// Whether somebody may choose.
    pub may_set: bool,
    /// Directories to be picked.
    pub sources: Vec<String>,
    /// The one that fills the group; empty: none.
    pub source: String,
    /// Whom it is asked for.
    pub filter: String,
    /// When it was read; empty: never.
    pub read_at: String,
    /// Key of what came of it.
    pub outcome: &'static str,
    /// Found, joined, ended.
    pub counts: (usize, usize, usize),
    /// How many people it names whom nobody knows here.
    pub strangers: usize,
    /// What it calls them, for those who may choose.
    pub unknown: Vec<String>,
}

impl Filling {
    fn is_picked(&self, source: &str) -> bool {
        self.source == source
    }
}
