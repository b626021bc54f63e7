//! A file as a sequence of numbered entries.
use super::csv_list::CsvList;
use super::entry::{Entry, Line, Reject};
use super::json_list::JsonList;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns, their names in the first line.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// What the name of a file says: `.jsonl`, `.ndjson` and `.json` are JSON lines.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("jsonl" | "ndjson" | "json") => Self::Jsonl,
            _ => Self::Csv,
        }
    }
}

/// Why nothing can be made of a list as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file cannot be read.
    #[error("the list cannot be read")]
    Read(#[from] io::Error),
    /// The first line does not name a column that is needed.
    #[error(
        "the first line names no column {0}; it wants username, firstName, lastName, email, nclocator"
    )]
    NoColumn(&'static str),
    /// It names one twice.
    #[error("the first line names the column {0} twice")]
    ColumnTwice(&'static str),
    /// What follows cannot be told apart.
    #[error("a quotation mark that is opened in line {0} is not closed")]
    OpenQuote(u64),
    /// Two bytes a letter.
    #[error("the list is written in UTF-16; save it as UTF-8")]
    Utf16,
}

/// What a line says, and which line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Counted from 1.
    pub line: u64,
    /// Somebody, or why not.
    pub entry: Result<Entry, Reject>,
}

/// A list that is being read.
pub struct List(Kind);

enum Kind {
    Csv(Box<CsvList<BufReader<Box<dyn Read + Send>>>>),
    Jsonl(JsonList<BufReader<Box<dyn Read + Send>>>),
}

impl List {
    /// Begin to read.
    pub fn open(input: Box<dyn Read + Send>, format: Format) -> Result<Self, ListError> {
        let mut input = BufReader::with_capacity(64 << 10, input);
        match input.fill_buf()? {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(ListError::Utf16),
            [0xEF, 0xBB, 0xBF, ..] => input.consume(3),
            _ => {}
        }
        Ok(Self(match format {
            Format::Csv => Kind::Csv(Box::new(CsvList::open(input)?)),
            Format::Jsonl => Kind::Jsonl(JsonList::open(input)),
        }))
    }
}

impl Iterator for List {
    type Item = Result<Numbered, ListError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match &mut self.0 {
            Kind::Csv(list) => list.next(),
            Kind::Jsonl(list) => list.next(),
        };
        let numbered =
            |(line, words): Line| Numbered { line, entry: words.and_then(|words| words.entry()) };
        read.map(|line| line.map(numbered)).transpose()
    }
}
