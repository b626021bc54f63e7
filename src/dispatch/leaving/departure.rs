//! Somebody on the way out: who has to hear of it, who has, and where the person goes at the end.
//!
//! Portals hear by the browser, one after the other (D28): a page of the person's own browser is the
//! only place that holds their cookies. A portal that never sends the browser back is passed over
//! as soon as the person comes back by themselves.
use super::party::Side;
use crate::sso::pages::Farewell;
use crate::sso::store::Visit;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Everything that a way out consists of; kept as a flow while the browser is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Departure {
    /// Portals, and the identity provider behind them, in the order in which they are asked.
    pub(super) hops: Vec<Hop>,
    /// Applications that are still to be told from server to server.
    pub(super) visits: Vec<Visit>,
    /// Those that were, and with what success.
    pub(super) applications: Vec<(String, State)>,
    /// What comes at the end.
    pub(super) onward: Onward,
    /// The identity provider that vouched for the person, until it is known where that is left.
    pub(super) source: Option<String>,
    /// The identity provider by which the person came: its name, and where they leave it.
    pub(super) upstream: Option<(String, String)>,
}

/// A portal that knows of the session, or the identity provider behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hop {
    #[serde(default)]
    pub(super) side: Side,
    pub(super) entity_id: String,
    /// What people call it.
    pub(super) label: String,
    /// By what it knows the person.
    pub(super) name_id: String,
    /// What kind of name that is; empty: nobody says.
    #[serde(default)]
    pub(super) name_format: String,
    /// Within what that name is unique.
    #[serde(default)]
    pub(super) name_qualifiers: [Option<String>; 2],
    /// By what it knows the session.
    pub(super) session_index: String,
    pub(super) state: State,
}

/// How far somebody who knows of the session has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Not asked yet.
    #[default]
    Waiting,
    /// The browser is there.
    Asked,
    /// It has ended its session.
    Done,
    /// It did not answer, or said no.
    NotReached,
    /// It cannot be asked.
    NotOffered,
}

/// What comes at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Onward {
    /// Our own page.
    Page,
    /// An application that wanted the person back.
    Service {
        /// Its name.
        label: String,
        /// Its address.
        address: String,
    },
    /// Another school, in a session that goes on.
    School {
        /// The session.
        session: Uuid,
        /// The way into its portal: a path of ours, or the portal's own address.
        address: String,
    },
    /// A portal at which the person signed out, and which wants an answer.
    Portal(Asked),
}

/// A portal's own request, or that of an identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(super) side: Side,
    /// Whose.
    pub(super) entity_id: String,
    /// Its `ID`.
    pub(super) request_id: String,
    /// To be sent back as it came.
    pub(super) relay_state: Option<String>,
    /// Whether it came in a form.
    pub(super) by_post: bool,
}

impl Departure {
    /// Whether a portal is still to be asked.
    pub(super) fn goes_on(&self) -> bool {
        self.hops.iter().any(|hop| hop.state == State::Waiting)
    }

    /// Whether the browser has not come to the last page yet.
    pub(super) fn is_under_way(&self) -> bool {
        let asked = self.hops.iter().any(|hop| hop.state == State::Asked);
        asked || self.goes_on() || !self.visits.is_empty()
    }

    /// The browser is here again: whoever was asked and did not answer is passed over, the next
    /// one is asked. Its number; `None`: everybody was.
    pub(super) fn step(&mut self) -> Option<usize> {
        for hop in &mut self.hops {
            if hop.state == State::Asked {
                hop.state = State::NotReached;
            }
        }
        let next = self.hops.iter().position(|hop| hop.state == State::Waiting)?;
        self.hops[next].state = State::Asked;
        Some(next)
    }

    /// A portal answers. It may have been passed over in the meantime: better late than never.
    pub(super) fn hear(
        &mut self,
        number: usize,
        (side, entity_id): (Side, &str),
        is_done: bool,
    ) -> bool {
        let hop = self.hops.get_mut(number);
        let hop = hop.filter(|hop| hop.side == side && hop.entity_id == entity_id);
        let Some(hop) = hop.filter(|hop| matches!(hop.state, State::Asked | State::NotReached))
        else {
            return false;
        };
        hop.state = if is_done { State::Done } else { State::NotReached };
        true
    }

    /// Whether only a school is left, and the session goes on.
    pub(super) fn is_switch(&self) -> bool {
        matches!(self.onward, Onward::School { .. })
    }

    /// The session of the browser on this way; a way out is known by it.
    pub(super) fn session(&self, id: Uuid) -> Uuid {
        match self.onward {
            Onward::School { session, .. } => session,
            Onward::Page | Onward::Service { .. } | Onward::Portal(_) => id,
        }
    }

    /// Whether nobody is left who still believes in the session.
    pub(super) fn is_complete(&self) -> bool {
        self.left().all(|(_, state)| state == State::Done)
    }

    /// Everybody with what became of them, portals first.
    pub(super) fn left(&self) -> impl Iterator<Item = (&str, State)> {
        let portals = self.hops.iter().map(|hop| (hop.label.as_str(), hop.state));
        let applications = self.applications.iter();
        portals.chain(applications.map(|(label, state)| (label.as_str(), *state)))
    }
}

impl State {
    /// As the page shows it.
    pub(super) fn farewell(self) -> Farewell {
        match self {
            Self::Done => Farewell::Done,
            Self::Waiting | Self::Asked | Self::NotReached => Farewell::NotReached,
            Self::NotOffered => Farewell::NotOffered,
        }
    }
}

/// `ID` of the request to a portal: it names the departure and the portal's number in it.
pub(super) fn request_id(departure: Uuid, number: usize) -> String {
    format!("_{}-{number}", departure.simple())
}

/// What such an identifier names.
pub(super) fn parse_request_id(id: &str) -> Option<(Uuid, usize)> {
    let (departure, number) = id.strip_prefix('_')?.split_once('-')?;
    Some((Uuid::parse_str(departure).ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn departure(states: &[State]) -> Departure {
        let hop = |(number, state): (usize, &State)| Hop {
            entity_id: format!("https://{number}.example"),
            label: number.to_string(),
            name_id: "n".to_owned(),
            session_index: "s".to_owned(),
            state: *state,
            ..Hop::default()
        };
        Departure {
            hops: states.iter().enumerate().map(hop).collect(),
            visits: Vec::new(),
            applications: Vec::new(),
            onward: Onward::Page,
            source: None,
            upstream: None,
        }
    }

    fn states(departure: &Departure) -> Vec<State> {
        departure.left().map(|(_, state)| state).collect()
    }

    #[test]
    fn portals_are_asked_one_after_the_other() {
        let mut way = departure(&[State::NotOffered, State::Waiting, State::Waiting]);
        assert_eq!(way.step(), Some(1));
        assert!(way.hear(1, (Side::Portal, "https://1.example"), true));
        assert_eq!(way.step(), Some(2));
        assert!(!way.goes_on());
        assert!(way.hear(2, (Side::Portal, "https://2.example"), true));
        assert_eq!(way.step(), None);
        assert_eq!(states(&way), [State::NotOffered, State::Done, State::Done]);
        assert!(!way.is_complete());
    }

    #[test]
    fn whoever_hangs_is_passed_over_and_may_still_answer() {
        let mut way = departure(&[State::Waiting, State::Waiting]);
        assert_eq!((way.step(), way.step()), (Some(0), Some(1)));
        assert_eq!(states(&way), [State::NotReached, State::Asked]);
        assert!(way.hear(0, (Side::Portal, "https://0.example"), true));
        assert_eq!(states(&way), [State::Done, State::Asked]);
        assert!(way.hear(1, (Side::Portal, "https://1.example"), false));
        assert_eq!(states(&way), [State::Done, State::NotReached]);
    }

    #[test]
    fn nobody_answers_for_others_or_unasked() {
        let mut way = departure(&[State::Waiting, State::Waiting]);
        way.step();
        assert!(!way.hear(0, (Side::Portal, "https://1.example"), true));
        assert!(!way.hear(1, (Side::Portal, "https://1.example"), true), "not asked yet");
        assert!(!way.hear(7, (Side::Portal, "https://1.example"), true));
        assert_eq!(states(&way), [State::Asked, State::Waiting]);
    }

    #[test]
    fn a_request_names_its_departure() {
        let id = Uuid::new_v4();
        assert_eq!(parse_request_id(&request_id(id, 12)), Some((id, 12)));
        for odd in ["", "_", "_x-1", &format!("_{}", id.simple()), &format!("_{}-x", id.simple())] {
            assert_eq!(parse_request_id(odd), None, "{odd}");
        }
    }
}
