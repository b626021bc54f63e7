//! Rows of JSON: one object a line.
use super::RowsError;
use crate::ini::decode;
use serde_json::{Map, Value};
use std::io::{BufRead, Read};

/// A row and the line in which it stands, counted from 1; `None` where a line is no object.
pub type JsonRow = (u64, Option<Map<String, Value>>);

/// The rows of one file.
pub struct JsonRows<R> {
    input: R,
    line: u64,
    bytes: Vec<u8>,
    most_bytes: u64,
}

impl<R: BufRead> JsonRows<R> {
    /// Begin to read; a line of more than `most_bytes` is none.
    pub fn open(input: R, most_bytes: u64) -> Self {
        Self { input, line: 0, bytes: Vec::new(), most_bytes }
    }

    /// The next line that is not empty.
    pub fn next_row(&mut self) -> Result<Option<JsonRow>, RowsError> {
        loop {
            self.bytes.clear();
            let mut start = self.input.by_ref().take(self.most_bytes);
            if start.read_until(b'\n', &mut self.bytes)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if self.bytes.last() != Some(&b'\n') && self.bytes.len() as u64 == self.most_bytes {
                self.input.skip_until(b'\n')?;
            }
            if !self.bytes.trim_ascii().is_empty() {
                return Ok(Some((self.line, object(&self.bytes))));
            }
        }
    }
}

fn object(line: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_str(&decode(line).0) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}
