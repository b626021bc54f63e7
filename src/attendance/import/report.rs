//! What a list does, or would do, line by line.
use super::How;
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
    pub fn label(&self) -> &'static str {
        match self.code.as_ref() {
            "empty" => "import-wrong-empty",
            "missing_column" => "import-wrong-missing-column",
            "not_a_day" => "import-wrong-not-a-day",
            "not_a_time" => "import-wrong-not-a-time",
            "before_start" => "import-wrong-before-start",
            "no_match" => "import-wrong-no-match",
            "not_understood" => "import-wrong-not-understood",
            "unknown" => "import-wrong-unknown",
            "ambiguous" => "import-wrong-ambiguous",
            "several_sessions" => "import-wrong-several-sessions",
            "twice" => "import-wrong-twice",
            "not_plain" => "import-wrong-not-plain",
            "no_code" => "import-wrong-no-code",
            "no_kind" => "import-wrong-no-kind",
            "too_long" => "import-wrong-too-long",
            "of_directory" => "import-wrong-of-directory",
            "too_many" => "import-wrong-too-many",
            "no_session" => "import-wrong-no-session",
            "no_status" => "import-wrong-no-status",
            "no_reason" => "import-wrong-no-reason",
            "not_on_roll" => "import-wrong-not-on-roll",
            "not_now" => "import-wrong-not-now",
            "too_late" => "import-wrong-too-late",
            _ => "import-wrong-unreadable",
        }
    }
}

impl Report {
    /// Add a line that changes something; its place in `lines`.
    pub(super) fn tell(
        &mut self,
        place: &str,
        outcome: Outcome,
        what: String,
        was: String,
    ) -> usize {
        *match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Orphan => &mut self.orphans,
            Outcome::Conflict => &mut self.conflicts,
        } += 1;
        self.lines.push(Told { place: place.to_owned(), outcome, what, was });
        self.lines.len() - 1
    }

    /// Somebody opened the roll of a line since it was compared: it is not touched.
    pub(super) fn turn(&mut self, line: usize) {
        let Some(told) = self.lines.get_mut(line) else { return };
        match told.outcome {
            Outcome::Updated => self.updated -= 1,
            Outcome::Orphan => self.orphans -= 1,
            Outcome::Created | Outcome::Conflict => return,
        }
        told.outcome = Outcome::Conflict;
        self.conflicts += 1;
    }

    /// Hold what would change of what may change against all that may.
    pub(super) fn weigh(&mut self, changed: usize, kept: usize) {
        self.is_sweeping = changed * 5 > kept;
    }

    /// Whether it is brought in as somebody wishes.
    pub fn may_be_kept(&self, how: &How) -> bool {
        (self.wrong.is_empty() || how.skips) && (!self.is_sweeping || how.is_sure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_fifth_of_what_may_change_is_sweeping() {
        let sweeping = |changed, kept| {
            let mut report = Report { created: 90, ..Report::default() };
            report.weigh(changed, kept);
            report.is_sweeping
        };
        assert!(!sweeping(0, 0), "what is new counts for nothing");
        assert!(!sweeping(2, 10));
        assert!(sweeping(3, 10));
        assert!(sweeping(1, 1));
    }

    #[test]
    fn a_roll_that_was_opened_meanwhile_is_told_as_called() {
        let mut report = Report::default();
        report.tell("1", Outcome::Created, String::new(), String::new());
        report.tell("2", Outcome::Updated, String::new(), String::new());
        report.tell("3", Outcome::Orphan, String::new(), String::new());
        for line in 0..4 {
            report.turn(line);
        }
        let counts = (report.created, report.updated, report.orphans, report.conflicts);
        assert_eq!(counts, (1, 0, 0, 2));
    }
}
