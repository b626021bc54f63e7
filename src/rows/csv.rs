//! Rows of columns: `;`, `,` or tabs, columns in any order.
use super::RowsError;
use super::watched::Watched;
use crate::ini::decode;
use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, Terminator};
use std::io::{self, BufRead, Chain, Read};

/// The rows of one file.
pub struct CsvRows<R> {
    reader: Reader<Chain<Watched<R>, &'static [u8]>>,
    names: Vec<String>,
    record: ByteRecord,
}

impl<R: BufRead> CsvRows<R> {
    /// Read the line with the names of the columns. A quotation mark that nobody closes, or a row
    /// of more than `most_bytes`, is an error.
    pub fn open(mut input: R, most_bytes: usize) -> Result<Self, RowsError> {
        let delimiter = delimiter(input.fill_buf()?);
        // Every line ends the same way, so that the reader's count of lines can be relied upon; the
        // carriage return of other systems is white space.
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(Watched::new(input, delimiter, most_bytes).chain(b"\n".as_slice()));
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(broken)?;
        let names = texts(&record);
        Ok(Self { reader, names, record })
    }
}

impl<R: Read> CsvRows<R> {
    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The next row that is not empty and the line in which it begins, counted from 1, the names
    /// included. It may have more or fewer values than there are columns.
    pub fn next_row(&mut self) -> Result<Option<(u64, Vec<String>)>, RowsError> {
        while self.reader.read_byte_record(&mut self.record).map_err(broken)? {
            let line = self.line();
            if !self.record.as_slice().trim_ascii().is_empty() {
                return Ok(Some((line, texts(&self.record))));
            }
        }
        Ok(None)
    }

    /// Where the record begins that was just read: it may hold ends of lines between quotes.
    fn line(&self) -> u64 {
        let within = self.record.as_slice().split(|byte| *byte == b'\n').count() as u64;
        self.reader.position().line().saturating_sub(within)
    }
}

fn texts(record: &ByteRecord) -> Vec<String> {
    record.iter().map(|value| decode(value).0.trim().to_owned()).collect()
}

/// What parts the names in the first line most often.
fn delimiter(start: &[u8]) -> u8 {
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| first.split(|byte| *byte == wanted).count();
    *b",;\t".iter().max_by_key(|byte| count(**byte)).unwrap_or(&b',')
}

fn broken(error: csv::Error) -> RowsError {
    match error.into_kind() {
        ErrorKind::Io(error) => error.downcast().unwrap_or_else(RowsError::Read),
        other => RowsError::Read(io::Error::other(format!("{other:?}"))),
    }
}
