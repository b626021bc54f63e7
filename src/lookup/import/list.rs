//! A file as a sequence of numbered entries.
use super::csv_list::CsvList;
use super::entry::{Entry, Line, Reject};
use super::json_list::JsonList;
use crate::identity::cloud::CloudId;
use crate::rows::{self, Format, Input, RowsError};
use std::io::{self, Read};

/// Why nothing can be made of a list as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file is no list.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// The first line does not name a column that is needed.
    #[error(
        "the first line names no column {0}; it wants username, firstName, lastName, email, nclocator"
    )]
    NoColumn(&'static str),
    /// It names one twice.
    #[error("the first line names the column {0} twice")]
    ColumnTwice(&'static str),
}

impl From<io::Error> for ListError {
    fn from(error: io::Error) -> Self {
        Self::Rows(error.into())
    }
}

/// What a line says, and which line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Counted from 1.
    pub line: u64,
    /// Somebody, or why not.
    pub entry: Result<Entry, Reject>,
    /// Whom it names, though it cannot be used.
    pub named: Option<CloudId>,
}

impl Numbered {
    fn of((line, words): Line) -> Self {
        match words {
            Ok(words) => {
                let entry = words.entry();
                let named = entry.as_ref().err().and_then(|_| words.cloud_id().ok());
                Self { line, entry, named }
            }
            Err(why) => Self { line, entry: Err(why), named: None },
        }
    }
}

/// A list that is being read.
pub struct List(Kind);

enum Kind {
    Csv(Box<CsvList<Input>>),
    Jsonl(JsonList<Input>),
}

impl List {
    /// Begin to read.
    pub fn open(input: Box<dyn Read + Send>, format: Format) -> Result<Self, ListError> {
        let input = rows::input(input)?;
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
        read.map(|line| line.map(Numbered::of)).transpose()
    }
}
