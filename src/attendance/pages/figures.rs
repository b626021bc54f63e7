//! The page of figures: a table, and its bars.
use super::Choice;
use crate::web::page::Shell;
use askama::Template;

/// Height of a bar with its space, in the units of the drawing.
const STEP: usize = 26;
/// Where bars begin.
const LEFT: i64 = 230;
/// How long the longest is.
const LENGTH: i64 = 400;
/// Letters of a name beside a bar.
const LETTERS: usize = 22;

/// Head of a column, which leads to the table in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureHead {
    /// Key of its name.
    pub label: &'static str,
    /// The table in its order.
    pub address: String,
    /// `aria-sort`
    pub sorted: &'static str,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureRow {
    /// What it is of.
    pub name: String,
    /// Key of the column's name, and what stands there.
    pub cells: Vec<(&'static str, String)>,
}

/// One bar, in tenths of a percent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bar {
    /// How many stand above it.
    pub place: usize,
    /// What it is of.
    pub name: String,
    /// Its whole length; `None`: nothing was expected.
    pub absence: Option<i64>,
    /// The dark part of it.
    pub unjustified: i64,
    /// `42,9 %`
    pub said: String,
}

/// `/attendance/figures?by=&from=&until=&programme=&subject=&kind=&sort=&way=&skip=`
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/figures.html")]
pub struct FiguresPage {
    /// The frame.
    pub shell: Shell,
    /// By what rows are told apart.
    pub by: Vec<Choice>,
    /// Programmes.
    pub programmes: Vec<Choice>,
    /// Subjects.
    pub subjects: Vec<Choice>,
    /// Kinds of séances.
    pub kinds: Vec<Choice>,
    /// `2026-08-01`
    pub from: String,
    /// The last day.
    pub until: String,
    /// Head of the names.
    pub name_head: FigureHead,
    /// Heads of the figures.
    pub heads: Vec<FigureHead>,
    /// The rows of this page.
    pub rows: Vec<FigureRow>,
    /// All of them as one.
    pub whole: Option<FigureRow>,
    /// The same rows as bars.
    pub bars: Vec<Bar>,
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the page behind.
    pub behind: Option<String>,
    /// Formats and addresses of the table.
    pub tables: Vec<(&'static str, String)>,
    /// Formats and addresses of the lines themselves; empty: they may not be taken.
    pub records: Vec<(&'static str, String)>,
}

impl FiguresPage {
    /// The drawing is as high as it has bars.
    fn height(&self) -> usize {
        self.bars.len() * STEP + 4
    }

    fn take(&self, what: &str, format: &str) -> String {
        let what = self.shell.t(what);
        self.shell.t_with("figures-take", &[("what", &what), ("format", &format)])
    }
}

impl Bar {
    fn top(&self) -> usize {
        self.place * STEP + 4
    }

    fn base(&self) -> usize {
        self.place * STEP + 17
    }

    fn length(&self) -> i64 {
        self.absence.unwrap_or_default() * LENGTH / 1000
    }

    fn dark(&self) -> i64 {
        self.unjustified * LENGTH / 1000
    }

    fn end(&self) -> i64 {
        LEFT + self.length() + 8
    }

    fn short(&self) -> String {
        if self.name.chars().count() <= LETTERS {
            return self.name.clone();
        }
        self.name.chars().take(LETTERS - 1).chain(['…']).collect()
    }
}
