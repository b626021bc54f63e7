//! A séance: one dated meeting of groups, and what may become of its roll (4.1).
use crate::config::Attendance;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a séance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    /// Nobody called the roll yet.
    Planned,
    /// The roll is being called.
    Open,
    /// It was called.
    Closed,
    /// Nothing changes any more.
    Locked,
    /// It did not take place.
    Cancelled,
}

/// What can be done with a roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Begin.
    Open,
    /// End: whoever is still expected is absent.
    Close,
    /// Say that what the clock closed is right.
    Validate,
    /// Go on after the end.
    Reopen,
    /// It does not take place.
    Cancel,
    /// For good.
    Lock,
}

/// When a séance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The planned beginning.
    pub starts_at: DateTime<Utc>,
    /// The planned end.
    pub ends_at: DateTime<Utc>,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Planned, Self::Open, Self::Closed, Self::Locked, Self::Cancelled];

    /// Its word in tables, events and keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Locked => "locked",
            Self::Cancelled => "cancelled",
        }
    }

    /// What becomes of it by an act; `None`: this cannot be done now.
    pub fn after(self, act: Act, is_provisional: bool) -> Option<Self> {
        match (self, act) {
            (Self::Planned, Act::Open) | (Self::Closed, Act::Reopen) => Some(Self::Open),
            (Self::Open, Act::Close) => Some(Self::Closed),
            (Self::Closed, Act::Validate) if is_provisional => Some(Self::Closed),
            (Self::Closed, Act::Lock) if !is_provisional => Some(Self::Locked),
            (Self::Planned | Self::Open, Act::Cancel) => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// Whether the séance counts in rates, once what the clock closed is validated.
    pub fn is_called(self) -> bool {
        matches!(self, Self::Closed | Self::Locked)
    }
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Close, Self::Validate, Self::Reopen, Self::Cancel, Self::Lock];

    /// Its word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Close => "close",
            Self::Validate => "validate",
            Self::Reopen => "reopen",
            Self::Cancel => "cancel",
            Self::Lock => "lock",
        }
    }

    /// The act of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }

    /// Its event in the audit record.
    pub fn event(self) -> &'static str {
        match self {
            Self::Open => "roll.opened",
            Self::Close => "roll.closed",
            Self::Validate => "roll.validated",
            Self::Reopen => "roll.reopened",
            Self::Cancel => "roll.cancelled",
            Self::Lock => "roll.locked",
        }
    }
}

impl Times {
    /// Whether its roll may be opened now.
    pub fn may_open(self, rules: &Attendance, now: DateTime<Utc>) -> bool {
        self.starts_at - rules.early <= now && now <= self.ends_at + rules.grace
    }

    /// Whether the clock closes it now.
    pub fn is_over(self, rules: &Attendance, now: DateTime<Utc>) -> bool {
        now > self.ends_at + rules.grace
    }

    /// Whether teachers may still correct.
    pub fn is_recent(self, rules: &Attendance, now: DateTime<Utc>) -> bool {
        now <= self.ends_at + rules.correction
    }

    /// How long it is planned to be, in minutes.
    pub fn minutes(self) -> i64 {
        (self.ends_at - self.starts_at).num_minutes()
    }
}

/// Whether nobody called the roll though it is over: « appel non fait ». No absence comes of that.
pub fn is_uncalled(state: State, times: Times, rules: &Attendance, now: DateTime<Utc>) -> bool {
    state == State::Planned && times.is_over(rules, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_is_allowed_or_refused_as_the_table_says() {
        use Act::{Cancel, Close, Lock, Open, Reopen, Validate};
        let allowed = [
            (State::Planned, Open, false, State::Open),
            (State::Planned, Cancel, false, State::Cancelled),
            (State::Open, Close, false, State::Closed),
            (State::Open, Cancel, false, State::Cancelled),
            (State::Closed, Reopen, false, State::Open),
            (State::Closed, Reopen, true, State::Open),
            (State::Closed, Validate, true, State::Closed),
            (State::Closed, Lock, false, State::Locked),
        ];
        for state in State::ALL {
            for act in Act::ALL {
                for is_provisional in [false, true] {
                    if is_provisional && state != State::Closed {
                        continue;
                    }
                    let row = allowed.iter().find(|(from, by, provisional, _)| {
                        (*from, *by, *provisional) == (state, act, is_provisional)
                    });
                    let expected = row.map(|(_, _, _, to)| *to);
                    let became = state.after(act, is_provisional);
                    assert_eq!(became, expected, "{state:?} {act:?} {is_provisional}");
                }
            }
        }
    }

    #[test]
    fn a_roll_is_opened_around_its_time_and_is_uncalled_afterwards() {
        let rules = Attendance::default();
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let times =
            Times { starts_at: at("2026-11-21T07:00:00Z"), ends_at: at("2026-11-21T09:00:00Z") };
        let table = [
            ("2026-11-21T06:44:59Z", false, false),
            ("2026-11-21T06:45:00Z", true, false),
            ("2026-11-21T09:15:00Z", true, false),
            ("2026-11-21T09:15:01Z", false, true),
        ];
        for (now, may_open, is_missed) in table {
            assert_eq!(times.may_open(&rules, at(now)), may_open, "{now}");
            assert_eq!(is_uncalled(State::Planned, times, &rules, at(now)), is_missed, "{now}");
            for called in [State::Open, State::Closed, State::Cancelled, State::Locked] {
                assert!(!is_uncalled(called, times, &rules, at(now)), "{called:?}");
            }
        }
        assert_eq!(times.minutes(), 120);
    }
}
