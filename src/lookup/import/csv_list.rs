//! A list as CSV: `;`, `,` or tabs, UTF-8 or Windows-1252, columns in any order.
use super::entry::{Column, Line, Reject, Words};
use super::list::ListError;
use crate::ini::decode;
use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use std::io::{BufRead, Chain, Read};

/// A line this long has a quotation mark that nobody closed.
const MOST_BYTES: usize = 64 << 10;

pub(super) struct CsvList<R> {
    reader: Reader<Chain<R, &'static [u8]>>,
    columns: Vec<Option<Column>>,
    record: ByteRecord,
}

impl<R: BufRead> CsvList<R> {
    /// Read the line with the names of the columns.
    pub(super) fn open(mut input: R) -> Result<Self, ListError> {
        let delimiter = delimiter(input.fill_buf()?);
        // Every line ends the same way, so that the reader's count of lines can be relied upon; the
        // carriage return of other systems is white space.
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(input.chain(b"\n".as_slice()));
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(broken)?;
        let columns: Vec<_> = record.iter().map(|name| Column::parse(&decode(name).0)).collect();
        for (column, name) in Column::NEEDED {
            match columns.iter().filter(|known| **known == Some(column)).count() {
                0 => return Err(ListError::NoColumn(name)),
                1 => {}
                _ => return Err(ListError::ColumnTwice(name)),
            }
        }
        Ok(Self { reader, columns, record })
    }
}

impl<R: Read> CsvList<R> {
    /// The next line that is not empty; its number counts from 1, the names of the columns
    /// included.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ListError> {
        while self.reader.read_byte_record(&mut self.record).map_err(broken)? {
            let line = self.line();
            if self.record.as_slice().len() > MOST_BYTES {
                return Err(ListError::OpenQuote(line));
            }
            if !self.record.as_slice().trim_ascii().is_empty() {
                return Ok(Some((line, self.words())));
            }
        }
        Ok(None)
    }

    /// Where the record begins that was just read: it may hold ends of lines between quotes.
    fn line(&self) -> u64 {
        // A quotation mark that is never closed takes the last end of line in, too.
        let read = self.record.as_slice();
        let read = read.strip_suffix(b"\n").unwrap_or(read);
        let within = read.split(|byte| *byte == b'\n').count() as u64;
        self.reader.position().line().saturating_sub(within)
    }

    fn words(&self) -> Result<Words, Reject> {
        let (found, wanted) = (self.record.len(), self.columns.len());
        if found != wanted {
            return Err(Reject::Columns { found, wanted });
        }
        let mut words = Words::default();
        for (column, value) in self.columns.iter().zip(&self.record) {
            if let Some(column) = column {
                words.set(*column, &decode(value).0);
            }
        }
        Ok(words)
    }
}

/// What parts the names in the first line most often.
fn delimiter(start: &[u8]) -> u8 {
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| first.split(|byte| *byte == wanted).count();
    *b",;\t".iter().max_by_key(|byte| count(**byte)).unwrap_or(&b',')
}

fn broken(error: csv::Error) -> ListError {
    ListError::Read(error.into())
}
