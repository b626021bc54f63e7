//! XLSX files that grow on the disk, row by row, and are sent from there.
use crate::rows::Cell;
use crate::web::{self, Error};
use actix_web::web::{Bytes, block};
use futures_util::{Stream, stream};
use rust_xlsxwriter as xlsx;
use std::fs::File;
use std::io::{self, Seek};
use tokio::io::AsyncReadExt;

/// How they are called on the way.
pub(super) const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows of one sheet, as many as programs read.
const ROWS: u32 = 1_048_576;
/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// A workbook that is written.
pub(super) struct Workbook {
    book: Box<xlsx::Workbook>,
    head: Vec<String>,
    sheets: usize,
    row: u32,
}

impl Workbook {
    /// With a head over each sheet.
    pub(super) fn begin(head: Vec<String>) -> web::Result<Self> {
        let book = Box::new(xlsx::Workbook::new());
        let mut it = Self { book, head, sheets: 0, row: 0 };
        it.turn()?;
        Ok(it)
    }

    /// A new sheet.
    fn turn(&mut self) -> web::Result<()> {
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(Error::internal)?;
        for (column, name) in (0_u16..).zip(&self.head) {
            sheet.write_string(0, column, name.as_str()).map_err(Error::internal)?;
        }
        (self.sheets, self.row) = (self.sheets + 1, 1);
        Ok(())
    }

    /// One row more. A text stays a text, whatever it begins with.
    pub(super) fn add(&mut self, cells: impl IntoIterator<Item = Cell>) -> web::Result<()> {
        if self.row >= ROWS {
            self.turn()?;
        }
        let sheet = self.book.worksheet_from_index(self.sheets - 1).map_err(Error::internal)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) => sheet.write_string(self.row, column, text),
                Cell::Number(value) => sheet.write_number(self.row, column, plain(value)),
                Cell::Tenths(value) => sheet.write_number(self.row, column, plain(value) / 10.0),
            }
            .map_err(Error::internal)?;
        }
        self.row += 1;
        Ok(())
    }

    /// The file in pieces.
    pub(super) async fn end(
        mut self,
    ) -> web::Result<impl Stream<Item = io::Result<Bytes>> + use<>> {
        let write = move || -> Result<File, xlsx::XlsxError> {
            let mut file = tempfile::tempfile()?;
            self.book.save_to_writer(&mut file)?;
            file.rewind()?;
            Ok(file)
        };
        let file = block(write).await.map_err(Error::internal)?.map_err(Error::internal)?;
        let file = tokio::fs::File::from_std(file);
        Ok(stream::try_unfold(file, async |mut file| {
            let mut piece = Vec::with_capacity(PIECE);
            let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
            Ok((read > 0).then(|| (Bytes::from(piece), file)))
        }))
    }
}

/// Minutes and counts are far below what a float tells apart.
fn plain(value: i64) -> f64 {
    i32::try_from(value).map_or(f64::MAX, f64::from)
}
