//! What happens to a person who wants to go to their portal (`dispatch.md` 3.2).
use super::{Choice, Destination, Schools, State};
use crate::identity::rne::RneForm;
use crate::identity::{Profile, Rne};
use serde::Serialize;
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;

/// Switches of `[dispatch]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Schools behind the same portal and service provider are one destination.
    pub merge_same_portal: bool,
    /// Go to the only usable destination although there are others that are not.
    pub auto_single: bool,
    /// The academic portal counts: whoever has it too is asked.
    pub arena_counts: bool,
    /// From so many destinations on the page is a compact list.
    pub compact_from: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { merge_same_portal: false, auto_single: false, arena_counts: false, compact_from: 40 }
    }
}

/// All that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// Where the person may go, in order.
    pub destinations: &'a [Destination],
    /// The person is known to a directory of agents and there is an academic portal for the zone.
    pub arena: bool,
    /// The school that was asked for (`?rne=`).
    pub asked: Option<&'a Rne>,
    /// What the person wants to be there (`?profile=`).
    pub profile: Option<Profile>,
    /// The person wants to choose (`?choose=1`).
    pub choose: bool,
    /// The remembered choice, checked and allowed in the zone.
    pub remembered: Option<&'a Choice>,
    /// Switches.
    pub settings: &'a Settings,
}

/// Why the person gets no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Refusal {
    /// No school belongs to the account.
    #[serde(rename = "E-NO-AFFECTATION")]
    NoAffectation,
    /// No portal for the schools of the account.
    #[serde(rename = "E-NO-PORTAL")]
    NoPortal,
    /// The school that was asked for is not the person's.
    #[serde(rename = "E-NOT-YOURS")]
    NotYours,
    /// The portal cannot be reached for now.
    #[serde(rename = "E-NO-SP")]
    NoSp,
}

impl Refusal {
    /// The stable code shown on the page and in the audit log.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAffectation => "E-NO-AFFECTATION",
            Self::NoPortal => "E-NO-PORTAL",
            Self::NotYours => "E-NOT-YOURS",
            Self::NoSp => "E-NO-SP",
        }
    }

    /// The HTTP status of its page.
    pub fn status(self) -> u16 {
        match self {
            Self::NoAffectation | Self::NotYours => 403,
            Self::NoPortal => 404,
            Self::NoSp => 503,
        }
    }
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// On to the destination of this index.
    Go(usize),
    /// The person chooses on a page.
    Choose {
        /// As a compact list with the search in front.
        compact: bool,
    },
    /// A page with nothing but the academic portal.
    ArenaOnly,
    /// A page that says why not; it lists the destinations and the academic portal if any.
    Refuse(Refusal),
}

/// What happens, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happens.
    pub outcome: Outcome,
    /// The reason for the audit log: a word, or the code of a refusal.
    pub reason: &'static str,
    /// The remembered choice names nothing that the person still has: drop it and say so.
    pub forget: bool,
    /// Codes of what looks odd.
    pub warnings: Vec<&'static str>,
}

impl Decision {
    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        match self.outcome {
            Outcome::Go(_) => 302,
            Outcome::Choose { .. } | Outcome::ArenaOnly => 200,
            Outcome::Refuse(refusal) => refusal.status(),
        }
    }

    /// The word of the JSON API: `single`, `choice`, `remembered`, `arena_only` or `none`.
    pub fn word(&self) -> &'static str {
        match (self.outcome, self.reason) {
            (Outcome::Go(_), "remembered") => "remembered",
            (Outcome::Go(_), _) => "single",
            (Outcome::Choose { .. }, _) => "choice",
            (Outcome::ArenaOnly, _) => "arena_only",
            (Outcome::Refuse(_), _) => "none",
        }
    }
}

/// Decide.
pub fn decide(situation: &Situation<'_>) -> Decision {
    let (outcome, reason) = situation.outcome();
    let kept = |choice: &Choice| situation.position(choice).is_some();
    let forget = situation.remembered.is_some_and(|choice| !kept(choice));
    Decision { outcome, reason, forget, warnings: situation.warnings() }
}

/// The code that was probably meant by one with a wrong check letter, when there is such a school.
/// For administrators only: it would tell anybody else which codes exist.
pub fn did_you_mean(rne: &Rne, schools: &Schools) -> Option<Rne> {
    if rne.form() != (RneForm::National { letter_ok: false }) {
        return None;
    }
    let digits = rne.as_str().get(..7)?;
    let meant = Rne::parse(&format!("{digits}{}", rne.expected_letter()?)).ok()?;
    schools.get(&meant).map(|school| school.rne.clone())
}

impl Situation<'_> {
    fn outcome(&self) -> (Outcome, &'static str) {
        if self.choose && (self.arena || !self.destinations.is_empty()) {
            return (self.page(), "choice_forced");
        }
        if let Some(asked) = self.asked {
            return self.direct(asked);
        }
        if self.destinations.is_empty() {
            return self.nowhere();
        }
        let usable = self.usable();
        let counted = usable.len() + usize::from(self.arena && self.settings.arena_counts);
        let others = self.destinations.len() - usable.len();
        match (usable.as_slice(), self.recalled(&usable)) {
            ([], _) => refuse(self.why_none()),
            ([only], _) if counted == 1 && (others == 0 || self.settings.auto_single) => {
                (Outcome::Go(*only), "single")
            }
            (_, Some(index)) => (Outcome::Go(index), "remembered"),
            _ => (self.page(), "choice"),
        }
    }

    /// A certain school was asked for.
    fn direct(&self, asked: &Rne) -> (Outcome, &'static str) {
        let wanted = |destination: &Destination| {
            let profile =
                self.profile.is_none_or(|profile| destination.profiles.contains(&profile));
            destination.is_school(asked) && profile
        };
        let places =
            || (0..self.destinations.len()).filter(|index| wanted(&self.destinations[*index]));
        if places().next().is_none() {
            return refuse(Refusal::NotYours);
        }
        let usable: Vec<_> =
            places().filter(|index| self.destinations[*index].is_usable()).collect();
        match (usable.as_slice(), self.recalled(&usable)) {
            ([], _) if places().all(|index| self.destinations[index].state == State::NoSp) => {
                refuse(Refusal::NoSp)
            }
            ([], _) => refuse(Refusal::NoPortal),
            ([only], _) => (Outcome::Go(*only), "direct"),
            (_, Some(index)) => (Outcome::Go(index), "direct"),
            _ => (self.page(), "choice"),
        }
    }

    fn nowhere(&self) -> (Outcome, &'static str) {
        if self.arena {
            return (Outcome::ArenaOnly, "arena_only");
        }
        refuse(Refusal::NoAffectation)
    }

    /// Waiting helps only when all of them merely cannot be reached.
    fn why_none(&self) -> Refusal {
        let waiting = |destination: &Destination| destination.state == State::NoSp;
        if self.destinations.iter().all(waiting) { Refusal::NoSp } else { Refusal::NoPortal }
    }

    fn usable(&self) -> Vec<usize> {
        let all = 0..self.destinations.len();
        all.filter(|index| self.destinations[*index].is_usable()).collect()
    }

    /// The remembered one among those of these indices.
    fn recalled(&self, among: &[usize]) -> Option<usize> {
        self.position(self.remembered?).filter(|index| among.contains(index))
    }

    fn position(&self, choice: &Choice) -> Option<usize> {
        self.destinations.iter().position(|destination| {
            destination.is_school(&choice.rne) && destination.portal_index == choice.portal
        })
    }

    fn page(&self) -> Outcome {
        Outcome::Choose { compact: self.destinations.len() >= self.settings.compact_from }
    }

    fn warnings(&self) -> Vec<&'static str> {
        let pupil = |destination: &&Destination| destination.profiles.contains(&Profile::Pupil);
        let schools: BTreeSet<_> =
            self.destinations.iter().filter(pupil).map(|destination| &destination.rne).collect();
        if schools.len() > 1 { vec!["W-PUPIL-MULTI"] } else { Vec::new() }
    }
}

fn refuse(refusal: Refusal) -> (Outcome, &'static str) {
    (Outcome::Refuse(refusal), refusal.code())
}
