//! A list as JSON lines: one object a line, as the portal's collection is exported.
use super::entry::{Column, Line, Reject, Words};
use super::list::ListError;
use crate::ini::decode;
use serde_json::Value;
use std::io::{BufRead, Read};

/// Longest line, bytes.
const MOST_BYTES: u64 = 64 << 10;

pub(super) struct JsonList<R> {
    input: R,
    line: u64,
    bytes: Vec<u8>,
}

impl<R: BufRead> JsonList<R> {
    pub(super) fn open(input: R) -> Self {
        Self { input, line: 0, bytes: Vec::new() }
    }

    /// The next line that is not empty; its number counts from 1.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ListError> {
        loop {
            self.bytes.clear();
            let mut start = self.input.by_ref().take(MOST_BYTES);
            if start.read_until(b'\n', &mut self.bytes)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if self.bytes.last() != Some(&b'\n') && self.bytes.len() as u64 == MOST_BYTES {
                self.input.skip_until(b'\n')?;
            }
            if !self.bytes.trim_ascii().is_empty() {
                return Ok(Some((self.line, words(&self.bytes))));
            }
        }
    }
}

fn words(line: &[u8]) -> Result<Words, Reject> {
    let Ok(Value::Object(object)) = serde_json::from_str(&decode(line).0) else {
        return Err(Reject::NoObject);
    };
    let mut words = Words::default();
    for (name, value) in &object {
        let column = if name == "emails" { Some(Column::Email) } else { Column::parse(name) };
        if let (Some(column), Some(text)) = (column, text(value)) {
            words.set(column, &text);
        }
    }
    Ok(words)
}

/// A plain value, or the first of a list: mail addresses are objects with an `address`.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => text(list.first()?),
        Value::Object(object) => text(object.get("address")?),
        Value::Null => None,
    }
}
