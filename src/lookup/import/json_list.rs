//! A list as JSON lines, as the portal's collection is exported.
use super::entry::{Column, Line, Words};
use super::list::ListError;
use crate::lookup::import::Reject;
use crate::rows::JsonRows;
use serde_json::{Map, Value};
use std::io::BufRead;

/// Further addresses of one person that are read.
const MOST_MAILS: usize = 10;
/// Longest line, bytes.
const MOST_BYTES: u64 = 64 << 10;

pub(super) struct JsonList<R>(JsonRows<R>);

impl<R: BufRead> JsonList<R> {
    pub(super) fn open(input: R) -> Self {
        Self(JsonRows::open(input, MOST_BYTES))
    }

    /// The next line that is not empty.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ListError> {
        let row = self.0.next_row()?;
        Ok(row.map(|(line, object)| (line, object.as_ref().map(words).ok_or(Reject::NoObject))))
    }
}

fn words(object: &Map<String, Value>) -> Words {
    let mut words = Words::default();
    for (name, value) in object {
        let is_mails = name == "emails";
        let column = if is_mails { Some(Column::Email) } else { Column::parse(name) };
        if let (Some(column), Some(text)) = (column, text(value)) {
            words.set(column, &text);
        }
        if let Some(list) = value.as_array().filter(|_| is_mails) {
            let others = list.iter().skip(1).take(MOST_MAILS).filter_map(text);
            words.mails = others.collect::<Vec<_>>().join("\n");
        }
    }
    words
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
