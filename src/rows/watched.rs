//! Watches quotation marks and ends of lines while a file of columns is read.
//!
//! A parser takes the end of the file for the end of a value in quotation marks: one odd row, and
//! everybody behind the open mark is gone. And it would keep a row without an end as a whole.
use super::RowsError;
use std::io::{self, Read};

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The beginning of a value.
    Start,
    /// A value without quotation marks, or what follows those of one.
    Plain,
    /// A value in quotation marks.
    Quoted,
    /// Behind the second mark: closed, unless a third one follows.
    Closed,
}

/// An input that fails where no sense can be made of what follows.
pub(super) struct Watched<R> {
    input: R,
    delimiter: u8,
    most_bytes: usize,
    place: Place,
    line: u64,
    /// Bytes of this row until now.
    length: usize,
    /// Line of the last mark that opened a value.
    opened: u64,
}

impl<R: Read> Watched<R> {
    /// Rows are at most so long.
    pub(super) fn new(input: R, delimiter: u8, most_bytes: usize) -> Self {
        Self { input, delimiter, most_bytes, place: Place::Start, line: 1, length: 0, opened: 0 }
    }

    fn see(&mut self, byte: u8) -> Result<(), RowsError> {
        self.length += 1;
        if self.length > self.most_bytes {
            let is_open = self.place == Place::Quoted;
            let why = if is_open { RowsError::OpenQuote } else { RowsError::Endless };
            return Err(why(if is_open { self.opened } else { self.line }));
        }
        self.place = match (self.place, byte) {
            (Place::Start, b'"') => {
                self.opened = self.line;
                Place::Quoted
            }
            (Place::Quoted, b'"') => Place::Closed,
            (Place::Quoted, _) | (Place::Closed, b'"') => Place::Quoted,
            (_, b'\n') => {
                self.length = 0;
                Place::Start
            }
            (_, byte) if byte == self.delimiter => Place::Start,
            // The mark that closed it lines below was the first one of another value.
            (Place::Closed, byte) if self.opened < self.line && !byte.is_ascii_whitespace() => {
                return Err(RowsError::OpenQuote(self.opened));
            }
            _ => Place::Plain,
        };
        self.line += u64::from(byte == b'\n');
        Ok(())
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && self.place == Place::Quoted {
            return Err(io::Error::other(RowsError::OpenQuote(self.opened)));
        }
        buffer.iter().take(read).try_for_each(|byte| self.see(*byte)).map_err(io::Error::other)?;
        Ok(read)
    }
}
