//! A list as CSV: columns by their names, in any order.
use super::entry::{Column, Line, Reject, Words};
use super::list::ListError;
use crate::rows::CsvRows;
use std::io::{BufRead, Read};

/// A line this long has a quotation mark that nobody closed.
const MOST_BYTES: usize = 64 << 10;

pub(super) struct CsvList<R> {
    rows: CsvRows<R>,
    columns: Vec<Option<Column>>,
}

impl<R: BufRead> CsvList<R> {
    /// Read the line with the names of the columns.
    pub(super) fn open(input: R) -> Result<Self, ListError> {
        let rows = CsvRows::open(input, MOST_BYTES)?;
        let columns: Vec<_> = rows.names().iter().map(|name| Column::parse(name)).collect();
        for (column, name) in Column::NEEDED {
            match columns.iter().filter(|known| **known == Some(column)).count() {
                0 => return Err(ListError::NoColumn(name)),
                1 => {}
                _ => return Err(ListError::ColumnTwice(name)),
            }
        }
        Ok(Self { rows, columns })
    }
}

impl<R: Read> CsvList<R> {
    /// The next line that is not empty.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ListError> {
        let row = self.rows.next_row()?;
        Ok(row.map(|(line, values)| (line, self.words(&values))))
    }

    fn words(&self, values: &[String]) -> Result<Words, Reject> {
        let (found, wanted) = (values.len(), self.columns.len());
        if found != wanted {
            return Err(Reject::Columns { found, wanted });
        }
        let mut words = Words::default();
        for (column, value) in self.columns.iter().zip(values) {
            if let Some(column) = column {
                words.set(*column, value);
            }
        }
        Ok(words)
    }
}
