//! How far a justification is, and what may come next (10.3).
use serde::{Deserialize, Serialize};

/// How far a justification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    /// Being written; nobody else sees it.
    Draft,
    /// It waits for a decision.
    Submitted,
    /// The secretariat wants to know more.
    MoreInfo,
    /// Absences are excused by it.
    Accepted,
    /// They stay what they are.
    Refused,
    /// It was accepted, and that was taken back.
    Cancelled,
    /// Its student took it back before it was decided.
    Withdrawn,
}

/// What somebody does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The student sends it, or answers.
    Send,
    /// The student takes it back.
    Withdraw,
    /// The secretariat asks for more.
    Ask,
    /// It excuses.
    Accept,
    /// It does not.
    Refuse,
    /// It does not any more.
    Cancel,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Submitted,
        Self::MoreInfo,
        Self::Accepted,
        Self::Refused,
        Self::Cancelled,
        Self::Withdrawn,
    ];

    /// Where a step leads; `None`: it cannot be made.
    pub fn after(self, step: Step) -> Option<Self> {
        let waits = matches!(self, Self::Submitted | Self::MoreInfo);
        match step {
            Step::Send if matches!(self, Self::Draft | Self::MoreInfo) => Some(Self::Submitted),
            Step::Withdraw if waits || self == Self::Draft => Some(Self::Withdrawn),
            Step::Ask if self == Self::Submitted => Some(Self::MoreInfo),
            Step::Accept if waits => Some(Self::Accepted),
            Step::Refuse if waits => Some(Self::Refused),
            Step::Cancel if self == Self::Accepted => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// Whether its student may still add to it.
    pub fn is_being_written(self) -> bool {
        self.after(Step::Send).is_some()
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "excuse-state-draft",
            Self::Submitted => "excuse-state-submitted",
            Self::MoreInfo => "excuse-state-more-info",
            Self::Accepted => "excuse-state-accepted",
            Self::Refused => "excuse-state-refused",
            Self::Cancelled => "excuse-state-cancelled",
            Self::Withdrawn => "excuse-state-withdrawn",
        }
    }

    /// How it looks.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Accepted => "ok",
            Self::MoreInfo => "warn",
            Self::Refused | Self::Cancelled => "danger",
            Self::Draft | Self::Submitted | Self::Withdrawn => "",
        }
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 6] =
        [Self::Send, Self::Withdraw, Self::Ask, Self::Accept, Self::Refuse, Self::Cancel];

    /// Its word in forms, events and letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Withdraw => "withdraw",
            Self::Ask => "ask",
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Cancel => "cancel",
        }
    }

    /// The step of the secretariat that has this word.
    pub fn decision(word: &str) -> Option<Self> {
        let own = |step: &Self| matches!(step, Self::Send | Self::Withdraw);
        Self::ALL.into_iter().find(|step| step.as_str() == word && !own(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_leads_where_the_table_says_and_nowhere_else() {
        use State::{Accepted, Cancelled, Draft, MoreInfo, Refused, Submitted, Withdrawn};
        let table = [
            (Draft, Step::Send, Submitted),
            (Draft, Step::Withdraw, Withdrawn),
            (Submitted, Step::Withdraw, Withdrawn),
            (Submitted, Step::Ask, MoreInfo),
            (Submitted, Step::Accept, Accepted),
            (Submitted, Step::Refuse, Refused),
            (MoreInfo, Step::Send, Submitted),
            (MoreInfo, Step::Withdraw, Withdrawn),
            (MoreInfo, Step::Accept, Accepted),
            (MoreInfo, Step::Refuse, Refused),
            (Accepted, Step::Cancel, Cancelled),
        ];
        for from in State::ALL {
            for step in Step::ALL {
                let row = table.iter().find(|(state, by, _)| (*state, *by) == (from, step));
                assert_eq!(from.after(step), row.map(|row| row.2), "{from:?} {step:?}");
            }
        }
    }

    #[test]
    fn the_secretariat_neither_sends_nor_withdraws() {
        assert_eq!(Step::decision("accept"), Some(Step::Accept));
        assert_eq!(Step::decision("send"), None);
        assert_eq!(Step::decision("withdraw"), None);
    }
}
