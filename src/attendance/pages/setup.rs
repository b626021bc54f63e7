//! The pages on which rolls are set up.
use crate::attendance::catalogue::{Catalogue, Draft};
use crate::attendance::store::Entry;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;
use uuid::Uuid;

/// An entry of another list, to be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupChoice {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub label: String,
}

/// A list and its form. Posts `rne`, `id`, `of`, `a`, `b` and `c` to `/attendance/setup/LIST`.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/setup.html")]
pub struct Setup {
    /// The frame.
    pub shell: Shell,
    /// Which list.
    pub list: Catalogue,
    /// Its entries.
    pub rows: Vec<Entry>,
    /// What an entry may name.
    pub others: Vec<SetupChoice>,
    /// Schools to be picked; empty: the code is typed.
    pub schools: Vec<String>,
    /// The school of the form.
    pub rne: String,
    /// What was typed.
    pub typed: Draft,
    /// The entry that is being changed.
    pub changed: Option<Entry>,
    /// Key of what is wrong.
    pub wrong: Option<&'static str>,
    /// Key of what was just done.
    pub notice: Option<&'static str>,
}

impl Setup {
    /// An empty page of a list.
    pub fn of(list: Catalogue) -> Self {
        Self {
            shell: Shell::default(),
            list,
            rows: Vec::new(),
            others: Vec::new(),
            schools: Vec::new(),
            rne: String::new(),
            typed: Draft::default(),
            changed: None,
            wrong: None,
            notice: None,
        }
    }

    fn banner(&self) -> Option<Banner> {
        let wrong = self.wrong.map(|key| Banner::new(Tone::Trouble, self.shell.t(key)));
        wrong.or_else(|| self.notice.map(|key| Banner::new(Tone::Done, self.shell.t(key))))
    }

    fn value(&self, name: &str) -> &str {
        match name {
            "a" => &self.typed.a,
            "b" => &self.typed.b,
            _ => &self.typed.c,
        }
    }

    fn is_group_kind(&self, name: &str) -> bool {
        self.list == Catalogue::Groups && name == "a"
    }

    fn has_members(&self) -> bool {
        self.list == Catalogue::Groups
    }

    fn is_school(&self, school: &str) -> bool {
        self.rne == school
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.typed.a == kind
    }

    fn picks(&self, id: &Uuid) -> bool {
        self.typed.of == Some(*id)
    }
}
