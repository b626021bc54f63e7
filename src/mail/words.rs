//! Words that become a message: `minijinja`, shut in (D45).
//!
//! Texts come from administrators and are read while the service runs. So there is nothing in the engine
//! but values, conditions, loops and a few harmless filters: no files, no other texts, no names of
//! their own, no switching off of escapes; steps and length have an end.
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, filters};
use serde_json::Value;
use std::io::{self, Write};

mod faults;

pub use faults::{Fault, Why};

/// Steps that a text may take to be written.
const FUEL: u64 = 100_000;
/// Longest part of a message that is written, bytes.
const MOST_WRITTEN: usize = 256 * 1024;

/// A message before the values are put in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML; values are escaped in it.
    pub html: String,
}

/// A message in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One line.
    Subject,
    /// Plain text.
    Text,
    /// HTML.
    Html,
}

/// Why a message could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The engine says why.
    #[error("the text cannot be written")]
    Text(#[from] Error),
    /// A subject is one line.
    #[error("the subject has several lines")]
    Subject,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// Its name in forms, and for the engine, which escapes by it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "mail_text",
            Self::Html => "mail_html",
        }
    }

    /// Longest words, characters.
    fn most(self) -> usize {
        match self {
            Self::Subject => 200,
            Self::Text => 20_000,
            Self::Html => 40_000,
        }
    }
}

impl Words {
    /// One of the three.
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Subject => &self.subject,
            Part::Text => &self.text,
            Part::Html => &self.html,
        }
    }

    /// Write them with these values. A value that is missing is an error.
    pub(super) fn write(&self, values: &Value) -> Result<Written, WordsError> {
        let subject = write(Part::Subject, &self.subject, values)?;
        if subject.contains(char::is_control) {
            return Err(WordsError::Subject);
        }
        let text = write(Part::Text, &self.text, values)?;
        Ok(Written { subject, text, html: write(Part::Html, &self.html, values)? })
    }

    /// What is wrong with these parts, the first of each; `values` are all that there will be.
    pub(super) fn faults(&self, parts: &[Part], values: &Value) -> Vec<Fault> {
        let fault = |part: &Part| faults::fault(*part, self.part(*part), values);
        parts.iter().filter_map(fault).collect()
    }
}

fn engine<'a>() -> Environment<'a> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_auto_escape_callback(|name| {
        if name == Part::Html.as_str() { AutoEscape::Html } else { AutoEscape::None }
    });
    engine.add_filter("upper", filters::upper);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("capitalize", filters::capitalize);
    engine.add_filter("trim", filters::trim);
    engine
}

fn write(part: Part, words: &str, values: &Value) -> Result<String, Error> {
    let mut written = Bounded(Vec::new());
    let values = minijinja::Value::from_serialize(values);
    let engine = engine();
    engine
        .template_from_named_str(part.as_str(), words)?
        .render_captured_to(values, &mut written)?;
    let garbled = |_| Error::new(ErrorKind::WriteFailure, "no text");
    String::from_utf8(written.0).map_err(garbled)
}

/// What is written, up to where it becomes too long.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_WRITTEN {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
