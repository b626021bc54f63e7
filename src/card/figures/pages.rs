//! The page of figures: bars, each chart with its table.
use crate::web::page::Shell;
use askama::Template;

/// Height of a bar, in the units of the drawing.
const BAR: usize = 14;
/// Between rows.
const GAP: usize = 12;
/// Above the first row.
const TOP: usize = 5;
/// Where bars begin.
const LEFT: i64 = 160;
/// How long the longest is.
const LENGTH: i64 = 230;
/// Letters of a name beside its bars.
const LETTERS: usize = 20;

/// One row of a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartRow {
    /// What it is of.
    pub label: String,
    /// One figure for each series.
    pub values: Vec<i64>,
    /// What part of the whole that is, or empty: `62 %`
    pub share: String,
}

/// A chart and its table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its name in the page.
    pub id: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// Keys of the names of its figures.
    pub series: Vec<&'static str>,
    /// What it shows.
    pub rows: Vec<ChartRow>,
}

/// Something to pick from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its value.
    pub id: String,
    /// Its words.
    pub label: String,
    /// Whether it is picked.
    pub is_on: bool,
}

/// `/cards/office/statistics?year=&type=`
#[derive(Debug, Default, Template)]
#[template(path = "card/figures/pages/statistics.html")]
pub struct Statistics {
    /// The frame.
    pub shell: Shell,
    /// Academic years.
    pub years: Vec<Choice>,
    /// Types of cards.
    pub types: Vec<Choice>,
    /// What there is to show.
    pub charts: Vec<Chart>,
    /// The same as a table.
    pub csv: String,
}

/// A bar where it stands.
struct Bar {
    top: usize,
    base: usize,
    length: i64,
    end: i64,
    /// Which series, from 0.
    series: usize,
    said: String,
}

impl ChartRow {
    /// A row.
    pub fn new(label: String, values: Vec<i64>) -> Self {
        Self { label, values, share: String::new() }
    }

    fn short(&self) -> String {
        if self.label.chars().count() <= LETTERS {
            return self.label.clone();
        }
        self.label.chars().take(LETTERS - 1).chain(['…']).collect()
    }
}

impl Chart {
    /// A chart of one series.
    pub fn plain(id: &'static str, title: &'static str, rows: Vec<ChartRow>) -> Self {
        Self { id, title, series: vec!["card-stat-count"], rows }
    }

    /// The largest figure.
    pub fn most(&self) -> i64 {
        self.rows.iter().flat_map(|row| &row.values).copied().max().unwrap_or(0)
    }

    fn has_legend(&self) -> bool {
        self.series.len() > 1
    }

    /// Height of a row.
    fn step(&self) -> usize {
        self.series.len() * BAR + GAP
    }

    fn height(&self) -> usize {
        self.rows.len() * self.step() + TOP
    }

    /// Where the name of a row stands: beside the middle of its bars.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates lend what they pass")]
    fn base(&self, place: &usize) -> usize {
        TOP + place * self.step() + self.series.len() * BAR / 2 + 5
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates lend what they pass")]
    fn bars(&self, place: &usize, row: &ChartRow) -> Vec<Bar> {
        let most = self.most().max(1);
        let bar = |(series, value): (usize, &i64)| {
            let top = TOP + place * self.step() + series * BAR;
            let length = (value * LENGTH + most / 2) / most;
            let said = match row.share.as_str() {
                // Beside others an empty bar says it well enough.
                "" if *value == 0 && self.has_legend() => String::new(),
                "" => value.to_string(),
                share => format!("{value} · {share}"),
            };
            Bar { top, base: top + 11, length, end: LEFT + length + 8, series, said }
        };
        row.values.iter().enumerate().map(bar).collect()
    }
}
