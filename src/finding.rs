//! What is wrong, or worth knowing, about a file or a value that we were given.
//!
//! A [`Finding`] never stops anything by itself: whoever reads the file decides what to keep.
//! Codes are stable; their texts in both languages live in `messages/*/findings.ftl` under the
//! code in lower case (`W-INI-QUOTE` → `w-ini-quote`).
use serde::Serialize;
use std::fmt;

/// How much a finding matters, from the first letter of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// `I-…`: worth knowing.
    Info,
    /// `W-…`: something was dropped, repaired or looks wrong.
    Warning,
    /// `E-…`: the file or value cannot be used.
    Error,
}

impl Severity {
    /// How much a finding with this code matters.
    pub fn of(code: &str) -> Self {
        match code.as_bytes().first() {
            Some(b'E') => Self::Error,
            Some(b'W') => Self::Warning,
            _ => Self::Info,
        }
    }
}

/// One thing to report to an administrator, with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Stable code such as `W-INI-QUOTE`.
    pub code: &'static str,
    /// File it was found in, as the administrator named it; empty when it is not about a file.
    pub file: String,
    /// Line, counted from 1.
    pub line: Option<u32>,
    /// What it is about: a section, a key, a value. Shown as it is, in no language.
    pub subject: String,
    /// What we made of it or what to write instead (English; the text of the code says the rest).
    pub detail: String,
}

impl Finding {
    /// A finding that is about a value, not about a line of a file.
    pub fn about(code: &'static str, subject: impl Into<String>) -> Self {
        Self {
            code,
            file: String::new(),
            line: None,
            subject: subject.into(),
            detail: String::new(),
        }
    }

    /// A finding on one line of a file.
    pub fn at(code: &'static str, file: &str, line: u32, subject: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: Some(line), ..Self::about(code, subject) }
    }

    /// The same finding with what we made of it.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        Severity::of(self.code)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
        }
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if !self.file.is_empty() || self.line.is_some() {
            write!(f, " ")?;
        }
        write!(f, "{} {}", self.code, self.subject)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}
