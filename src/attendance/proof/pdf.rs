//! Sheets of A4 with a structure that screen readers follow: PDF/A-3b and PDF/UA-1, which krilla
//! checks while it writes. What is on them is decided elsewhere.
pub(super) mod finishing;

use crate::paper::fonts::letters;
use krilla::geom::{Path, PathBuilder, Rect};
use krilla::tagging::Identifier;

/// A4, points.
pub(super) const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// Left, right, top and bottom.
pub(super) const MARGIN: f32 = 56.7;
/// How wide text may run.
pub(super) const COLUMN: f32 = WIDTH - 2.0 * MARGIN;
/// From line to line, in sizes.
const LEADING: f32 = 1.4;

/// How text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
    /// 0 is black.
    pub(super) grey: u8,
}

impl Style {
    pub(super) const fn new(size: f32) -> Self {
        Self { size, bold: false, grey: 0 }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn soft(self) -> Self {
        Self { grey: 85, ..self }
    }
}

/// Something to be drawn.
enum Draw {
    Text { at: (f32, f32), text: String, style: Style },
    Shape { path: Path, grey: u8 },
    Link { area: Rect, address: String, name: String },
}

/// Pieces of one thing, each on a page; and what names them in the structure once they are drawn.
#[derive(Default)]
struct Leaf {
    pieces: Vec<(usize, Draw)>,
    drawn: Vec<Identifier>,
}

/// A row of a table.
struct Row {
    heads: Heads,
    cells: Vec<Leaf>,
}

/// Which cells of a row are names.
#[derive(Clone, Copy)]
enum Heads {
    /// The first: it names the row.
    First,
    /// All: each names a column.
    All,
}

/// What a thing is, for who listens instead of looking.
enum Part {
    Heading { level: u16, text: String, leaf: Leaf },
    Paragraph(Leaf),
    Table(Vec<Row>),
    Figure(String, Leaf),
    Link(Leaf),
    Ornament(Leaf),
}

impl Part {
    fn leaves(&mut self) -> Vec<&mut Leaf> {
        match self {
            Self::Table(rows) => rows.iter_mut().flat_map(|row| &mut row.cells).collect(),
            Self::Heading { leaf, .. }
            | Self::Paragraph(leaf)
            | Self::Figure(_, leaf)
            | Self::Link(leaf)
            | Self::Ornament(leaf) => vec![leaf],
        }
    }
}

/// A document being laid out, from top to bottom.
pub(super) struct Sheets {
    parts: Vec<Part>,
    page: usize,
    y: f32,
    /// Pages on which something new begins, whose pages are counted by themselves.
    begins: Vec<usize>,
}

impl Sheets {
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), page: 0, y: MARGIN, begins: vec![0] }
    }

    /// Where the next thing stands, from the top.
    pub(super) fn y(&self) -> f32 {
        self.y
    }

    /// Go on there.
    pub(super) fn move_to(&mut self, y: f32) {
        self.y = y;
    }

    /// Leave some room.
    pub(super) fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Begin something new, on a page of its own.
    pub(super) fn begin(&mut self) {
        self.page += 1;
        self.y = MARGIN;
        self.begins.push(self.page);
    }

    /// Begin a new page unless so much room is left.
    pub(super) fn need(&mut self, points: f32) {
        if self.y + points > HEIGHT - MARGIN {
            self.page += 1;
            self.y = MARGIN;
        }
    }

    pub(super) fn heading(&mut self, level: u16, text: &str, style: Style) {
        self.heading_in(level, text, style, (MARGIN, COLUMN));
    }

    /// A heading that begins at `left` and is so wide.
    pub(super) fn heading_in(&mut self, level: u16, text: &str, style: Style, place: (f32, f32)) {
        let leaf = self.text(text, style, place);
        self.parts.push(Part::Heading { level, text: text.to_owned(), leaf });
    }

    pub(super) fn paragraph(&mut self, text: &str, style: Style) {
        self.paragraph_in(text, style, (MARGIN, COLUMN));
    }

    /// A paragraph that begins at `left` and is so wide.
    pub(super) fn paragraph_in(&mut self, text: &str, style: Style, place: (f32, f32)) {
        let leaf = self.text(text, style, place);
        self.parts.push(Part::Paragraph(leaf));
    }

    /// Rows of a name and a value.
    pub(super) fn table(&mut self, rows: &[(String, String)], names: f32) {
        let (name, value) = (Style::new(9.0).soft(), Style::new(10.5));
        let mut drawn = Vec::new();
        for (label, text) in rows {
            let cells = [
                (label.as_str(), name, (MARGIN, names - 8.0)),
                (text.as_str(), value, (MARGIN + names, COLUMN - names)),
            ];
            drawn.push(Row { heads: Heads::First, cells: self.row(&cells) });
            self.space(3.5);
        }
        self.parts.push(Part::Table(drawn));
    }

    /// Columns with a name and a width, and rows of as many values. The first value names its row.
    pub(super) fn grid(&mut self, columns: &[(String, f32)], rows: &[Vec<String>]) {
        let mut drawn = vec![Row { heads: Heads::All, cells: self.heads(columns) }];
        for values in rows {
            let page = self.page;
            self.need(Style::new(9.0).size * LEADING * 3.0);
            if page != self.page {
                // Shown again for the eye; who listens knows the columns already.
                let again = self.heads(columns);
                self.parts.extend(again.into_iter().map(Part::Ornament));
            }
            let cells: Vec<_> = places(columns)
                .zip(values)
                .map(|(place, value)| (value.as_str(), Style::new(9.0), place))
                .collect();
            drawn.push(Row { heads: Heads::First, cells: self.row(&cells) });
            self.space(2.0);
            self.rule();
            self.space(3.0);
        }
        self.parts.push(Part::Table(drawn));
    }

    fn heads(&mut self, columns: &[(String, f32)]) -> Vec<Leaf> {
        let style = Style::new(8.0).soft().bold();
        let cells: Vec<_> = places(columns)
            .zip(columns)
            .map(|(place, (name, _))| (name.as_str(), style, place))
            .collect();
        let drawn = self.row(&cells);
        self.space(2.0);
        self.rule();
        self.space(4.0);
        drawn
    }

    /// Cells beside each other, together on one page.
    fn row(&mut self, cells: &[(&str, Style, (f32, f32))]) -> Vec<Leaf> {
        let height = |(text, style, (_, width)): &(&str, Style, (f32, f32))| {
            let lines = letters(style.bold).lines(text, style.size, *width).len();
            f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * style.size * LEADING
        };
        self.need(cells.iter().map(height).fold(0.0, f32::max));
        let (top, mut end) = (self.y, self.y);
        let largest = cells.iter().map(|(_, style, _)| style.size).fold(0.0, f32::max);
        let mut drawn = Vec::new();
        for (text, style, place) in cells {
            // All first lines stand on one base line.
            self.y = top + largest - style.size;
            drawn.push(self.text(text, *style, *place));
            end = end.max(self.y);
        }
        self.y = end;
        drawn
    }

    /// A drawing where it stands, and what it says.
    pub(super) fn figure(&mut self, path: Path, says: String) {
        let leaf =
            Leaf { pieces: vec![(self.page, Draw::Shape { path, grey: 0 })], ..Leaf::default() };
        self.parts.push(Part::Figure(says, leaf));
    }

    /// Words that lead to an address.
    pub(super) fn link(&mut self, text: &str, address: &str, style: Style, left: f32) {
        let top = self.y;
        let width = letters(style.bold).width(text, style.size);
        let mut leaf = self.text(text, style, (left, width + 1.0));
        let below = top + style.size + 1.6;
        leaf.pieces.extend(line((left, below), width, 0).map(|it| (self.page, it)));
        if let Some(area) = Rect::from_ltrb(left, top, left + width, self.y) {
            let (address, name) = (address.to_owned(), text.to_owned());
            leaf.pieces.push((self.page, Draw::Link { area, address, name }));
        }
        self.parts.push(Part::Link(leaf));
    }

    /// A hairline across the column.
    pub(super) fn rule(&mut self) {
        let pieces = line((MARGIN, self.y), COLUMN, 170).map(|it| (self.page, it)).into_iter();
        self.parts.push(Part::Ornament(Leaf { pieces: pieces.collect(), ..Leaf::default() }));
        self.y += 0.6;
    }

    fn text(&mut self, text: &str, style: Style, (left, width): (f32, f32)) -> Leaf {
        let mut leaf = Leaf::default();
        for line in letters(style.bold).lines(text, style.size, width) {
            self.need(style.size * LEADING);
            let at = (left, self.y + style.size);
            leaf.pieces.push((self.page, Draw::Text { at, text: line, style }));
            self.y += style.size * LEADING;
        }
        leaf
    }
}

/// A hairline.
fn line((left, top): (f32, f32), width: f32, grey: u8) -> Option<Draw> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_ltrb(left, top, left + width, top + 0.6)?);
    path.finish().map(|path| Draw::Shape { path, grey })
}

/// Where columns begin, and how wide their text may run.
fn places(columns: &[(String, f32)]) -> impl Iterator<Item = (f32, f32)> {
    let mut left = MARGIN;
    columns.iter().map(move |(_, width)| {
        let place = (left, width - 6.0);
        left += width;
        place
    })
}
