//! What a list does, or would do, line by line.
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wrong {
    /// In which line, or of which event.
    pub place: String,
    /// In which column or property.
    pub column: Cow<'static, str>,
    /// What is wrong: a stable word.
    pub code: Cow<'static, str>,
}

/// What becomes of a line that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// New.
    Created,
    /// Changed.
    Updated,
    /// Gone from the list.
    Orphan,
    /// The roll was called already: not touched.
    Conflict,
}

/// A line that changes something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// In which line, or of which event.
    pub place: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What it says now.
    pub what: String,
    /// What was kept before; may be empty.
    pub was: String,
}

/// What a list does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// New ones.
    pub created: usize,
    /// Changed ones.
    pub updated: usize,
    /// As they were.
    pub unchanged: usize,
    /// Gone from the list.
    pub orphans: usize,
    /// The roll was called already: not touched.
    pub conflicts: usize,
    /// Each line that changes something.
    pub lines: Vec<Told>,
    /// Lines that cannot be used.
    pub wrong: Vec<Wrong>,
    /// More than a fifth of what is kept would change: somebody has to say that this is meant.
    pub is_sweeping: bool,
    /// Whether it was kept.
    pub is_kept: bool,
}

impl Outcome {
    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Created => "import-created",
            Self::Updated => "import-updated",
            Self::Orphan => "import-orphan",
            Self::Conflict => "import-conflict",
        }
    }

    /// How it looks.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Created => "ok",
            Self::Updated => "",
            Self::Orphan | Self::Conflict => "warn",
        }
    }
}

impl Wrong {
    pub(super) fn new(place: &impl ToString, column: &'static str, code: &'static str) -> Self {
        Self { place: place.to_string(), column: column.into(), code: code.into() }
    }

    /// Key of what is wrong.
    pub fn label(&self) -> String {
        format!("import-wrong-{}", self.code.replace('_', "-"))
    }
}

impl Report {
    /// Add a line that changes something.
    pub(super) fn tell(&mut self, place: &str, outcome: Outcome, what: String, was: String) {
        *match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Orphan => &mut self.orphans,
            Outcome::Conflict => &mut self.conflicts,
        } += 1;
        self.lines.push(Told { place: place.to_owned(), outcome, what, was });
    }

    /// Hold what would change against how much is kept.
    pub(super) fn weigh(&mut self, kept: usize) {
        self.is_sweeping = kept > 0 && (self.updated + self.orphans) * 5 > kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_fifth_is_sweeping_and_what_is_new_is_not() {
        let sweeping = |created, updated, orphans, kept| {
            let mut report = Report { created, updated, orphans, ..Report::default() };
            report.weigh(kept);
            report.is_sweeping
        };
        assert!(!sweeping(90, 0, 0, 0));
        assert!(!sweeping(90, 1, 1, 10));
        assert!(sweeping(0, 2, 1, 10));
        assert!(sweeping(0, 0, 3, 10));
        assert!(sweeping(0, 1, 0, 1));
    }
}
