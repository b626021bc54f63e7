//! Until when a card is good, and what becomes of it then (6.4, step 8).
use super::state::State;
use chrono::{DateTime, Utc};

/// Whether rights are over.
pub fn is_over(due: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    due <= now
}

/// Where time leads a card; `None`: it stays.
pub fn follow(state: State, due: DateTime<Utc>, now: DateTime<Utc>) -> Option<State> {
    match (state, is_over(due, now)) {
        (State::Caduc, false) => Some(State::Disabled),
        (State::Enabled | State::Disabled | State::Encoded, true) => Some(State::Caduc),
        (State::New | State::Rejected, true) => Some(State::Canceled),
        _ => None,
    }
}

/// Whether a card takes on the end of its holder's rights.
pub fn takes_due(state: State) -> bool {
    state.is_request() || state == State::Enabled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::state::Actor;
    use chrono::TimeDelta;

    #[test]
    fn time_leads_cards_where_the_table_says_and_only_ways_that_are_open_to_it() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (past, future) = (now - TimeDelta::seconds(1), now + TimeDelta::seconds(1));
        for state in State::ALL {
            let late = match state {
                State::Enabled | State::Disabled | State::Encoded => Some(State::Caduc),
                State::New | State::Rejected => Some(State::Canceled),
                _ => None,
            };
            let early = (state == State::Caduc).then_some(State::Disabled);
            assert_eq!(follow(state, past, now), late, "{state:?}");
            assert_eq!(follow(state, now, now), late, "{state:?}: the very moment");
            assert_eq!(follow(state, future, now), early, "{state:?}");
            for to in [late, early].into_iter().flatten() {
                assert!(state.after(Actor::System).contains(&to), "{state:?} → {to:?}");
            }
        }
    }
}
