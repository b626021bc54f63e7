//! One line of a roll: what it says of one student, and what it may say next (4.2).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// The roll is open, nothing is known yet.
    Expected,
    /// There.
    Present,
    /// There, with minutes.
    Late,
    /// Not there when the clock closed the roll; nobody said so yet.
    AbsentProvisional,
    /// Not there.
    Absent,
    /// Not there, with an accepted reason.
    Excused,
    /// Not expected.
    Exempt,
    /// Sent out by the teacher.
    Excluded,
}

/// By what a line changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The student's own mark.
    Own,
    /// The teacher, while the roll is open.
    Hand,
    /// Afterwards, or against a mark; with a reason.
    Correction,
    /// A justification was decided.
    Decision,
    /// The secretariat exempts.
    Exemption,
    /// The roll was closed: by somebody, or by the clock.
    Closing,
    /// What the clock closed was validated.
    Validation,
    /// The roll was opened again.
    Reopening,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Expected,
        Self::Present,
        Self::Late,
        Self::AbsentProvisional,
        Self::Absent,
        Self::Excused,
        Self::Exempt,
        Self::Excluded,
    ];

    /// Its word in tables and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Present => "present",
            Self::Late => "late",
            Self::AbsentProvisional => "absent_provisional",
            Self::Absent => "absent",
            Self::Excused => "excused",
            Self::Exempt => "exempt",
            Self::Excluded => "excluded",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Its letter on rolls.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Expected => "–",
            Self::Present => "P",
            Self::Late => "R",
            Self::AbsentProvisional => "?",
            Self::Absent => "A",
            Self::Excused => "J",
            Self::Exempt => "D",
            Self::Excluded => "E",
        }
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Expected => "roll-status-expected",
            Self::Present => "roll-status-present",
            Self::Late => "roll-status-late",
            Self::AbsentProvisional => "roll-status-absent-provisional",
            Self::Absent => "roll-status-absent",
            Self::Excused => "roll-status-excused",
            Self::Exempt => "roll-status-exempt",
            Self::Excluded => "roll-status-excluded",
        }
    }

    /// How it looks.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Present => "ok",
            Self::Late | Self::AbsentProvisional | Self::Excluded => "warn",
            Self::Absent => "danger",
            Self::Expected | Self::Excused | Self::Exempt => "",
        }
    }

    /// Whether somebody was there: such a line owns a presence.
    pub fn is_there(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }

    /// Whether a line may go from this to that in this way.
    pub fn may_become(self, to: Self, by: By) -> bool {
        use Status::{
            Absent, AbsentProvisional, Excluded, Excused, Exempt, Expected, Late, Present,
        };
        match by {
            By::Own => matches!((self, to), (Expected, Present | Late)),
            By::Hand => matches!(
                (self, to),
                (Expected, Present | Late | Absent | Exempt | Excluded)
                    | (Present, Late)
                    | (Late, Present)
                    // A slip of the finger.
                    | (Exempt | Excluded, Expected)
            ),
            By::Correction => matches!(
                (self, to),
                (Present, Late | Absent)
                    | (Late, Present | Absent)
                    | (Absent | AbsentProvisional, Present | Late)
            ),
            By::Decision => matches!((self, to), (Absent, Excused) | (Excused, Absent)),
            By::Exemption => to == Exempt && self != Exempt,
            By::Closing => matches!((self, to), (Expected, Absent | AbsentProvisional | Excused)),
            By::Validation => matches!((self, to), (AbsentProvisional, Absent | Excused)),
            By::Reopening => {
                matches!((self, to), (Absent | AbsentProvisional | Excused, Expected))
            }
        }
    }

    /// How a teacher gets from this to that: by hand while the roll is open, else by a correction.
    pub fn way(self, to: Self, is_open: bool) -> Option<By> {
        if is_open && self.may_become(to, By::Hand) {
            return Some(By::Hand);
        }
        self.may_become(to, By::Correction).then_some(By::Correction)
    }
}

/// How a mark came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Channel {
    /// The student scanned the code on the wall.
    Qr,
    /// The student typed the six digits.
    Code,
    /// A card at a reader.
    Card,
    /// The teacher scanned the student's own code.
    StudentQr,
    /// The teacher ticked.
    Manual,
    /// A list.
    Import,
    /// A remote séance.
    Remote,
}

impl Channel {
    /// Its word in tables and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Code => "code",
            Self::Card => "card",
            Self::StudentQr => "student_qr",
            Self::Manual => "manual",
            Self::Import => "import",
            Self::Remote => "remote",
        }
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Qr => "roll-channel-qr",
            Self::Code => "roll-channel-code",
            Self::Card => "roll-channel-card",
            Self::StudentQr => "roll-channel-student-qr",
            Self::Manual => "roll-channel-manual",
            Self::Import => "roll-channel-import",
            Self::Remote => "roll-channel-remote",
        }
    }
}

/// Shortest reason of a correction.
const REASON: usize = 5;

/// A reason that says something; `None`: it does not.
pub fn reason(text: &str) -> Option<String> {
    let plain = |c: &char| {
        !c.is_control() && !matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text: String = text.trim().chars().filter(plain).take(300).collect();
    (text.chars().count() >= REASON).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From, to, and the ways that lead there.
    fn ways(from: Status, to: Status) -> Vec<By> {
        use Status::{
            Absent, AbsentProvisional, Excluded, Excused, Exempt, Expected, Late, Present,
        };
        let mut ways = match (from, to) {
            (Expected, Present | Late) => vec![By::Own, By::Hand],
            (Expected, Absent) => vec![By::Hand, By::Closing],
            (Expected, AbsentProvisional | Excused) => vec![By::Closing],
            (Expected, Exempt | Excluded) | (Exempt | Excluded, Expected) => vec![By::Hand],
            (Present, Late) | (Late, Present) => vec![By::Hand, By::Correction],
            (Present | Late, Absent) | (Absent | AbsentProvisional, Present | Late) => {
                vec![By::Correction]
            }
            (AbsentProvisional, Absent | Excused) => vec![By::Validation],
            (Absent | AbsentProvisional | Excused, Expected) => vec![By::Reopening],
            (Absent, Excused) | (Excused, Absent) => vec![By::Decision],
            _ => vec![],
        };
        if to == Exempt && from != Exempt {
            ways.push(By::Exemption);
        }
        ways
    }

    #[test]
    fn every_move_is_allowed_or_refused_as_the_table_says() {
        let every = [
            By::Own,
            By::Hand,
            By::Correction,
            By::Decision,
            By::Exemption,
            By::Closing,
            By::Validation,
            By::Reopening,
        ];
        for from in Status::ALL {
            for to in Status::ALL {
                for by in every {
                    let expected = ways(from, to).contains(&by);
                    assert_eq!(from.may_become(to, by), expected, "{from:?} {to:?} {by:?}");
                }
            }
        }
    }

    #[test]
    fn against_a_mark_or_afterwards_it_takes_a_reason() {
        assert_eq!(Status::Expected.way(Status::Present, true), Some(By::Hand));
        assert_eq!(Status::Expected.way(Status::Present, false), None);
        assert_eq!(Status::Present.way(Status::Absent, true), Some(By::Correction));
        assert_eq!(Status::Absent.way(Status::Present, false), Some(By::Correction));
        assert_eq!(Status::Present.way(Status::Late, false), Some(By::Correction));
        assert_eq!(Status::Excused.way(Status::Present, false), None);
        assert_eq!(reason(" non\u{202e} "), None);
        assert_eq!(reason("appelé, absent").as_deref(), Some("appelé, absent"));
    }
}
