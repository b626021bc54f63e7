//! Files of rows: CSV and JSON lines, as administrators and other programs write them.
//!
//! Every row has the number of its line, UTF-8 and Windows-1252 are told apart line by line, and a
//! row that cannot be read costs that row and nothing else.
mod csv;
mod json;
mod sheet;
#[cfg(test)]
mod tests;
mod watched;

pub use csv::CsvRows;
pub use json::{JsonRow, JsonRows};
pub use sheet::{Cell, semicolons, sheet};

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// How a file is written.
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

/// Why nothing can be made of a file as a whole.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// It cannot be read.
    #[error("the list cannot be read: {0}")]
    Read(#[from] io::Error),
    /// What follows cannot be told apart.
    #[error("a quotation mark that is opened in line {0} is not closed")]
    OpenQuote(u64),
    /// Nobody has so much to say.
    #[error("line {0} has no end")]
    Endless(u64),
    /// Two bytes a letter.
    #[error("the list is written in UTF-16; save it as UTF-8")]
    Utf16,
}

/// What a row is read from.
pub type Input = BufReader<Box<dyn Read + Send>>;

/// Begin to read, behind the mark that some editors set before the first letter.
pub fn input(file: Box<dyn Read + Send>) -> Result<Input, RowsError> {
    let mut input = BufReader::with_capacity(64 << 10, file);
    match input.fill_buf()? {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(RowsError::Utf16),
        [0xEF, 0xBB, 0xBF, ..] => input.consume(3),
        _ => {}
    }
    Ok(input)
}
