//! Somebody who waits for the next file: what is written of them, and what becomes of their cards then.
use super::files::Sheet;
use super::{Access, Mark};
use crate::card::services::facts::Facts;
use crate::card::services::fault::Fault;
use crate::card::services::store::{Subjected, Telling};
use crate::card::services::told::{OFF, PERHAPS, ToldState};
use crate::card::services::wanted::{Nothing, Wanted};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// A holder who waits.
pub(super) struct Waiting {
    pub(super) holder: Uuid,
    /// What is written, card by card; none: it knows that already.
    pub(super) lines: Vec<(Uuid, String)>,
    /// What becomes of their cards.
    pub(super) tellings: Vec<(Mark, Telling)>,
    /// The name of the file that they had before, when they have another one now.
    pub(super) was: Option<String>,
    /// How they are known from now on.
    known: Subjected,
    /// What blocks them when they are erased.
    farewell: Vec<String>,
}

/// What becomes of cards that wait once the file is there.
struct After<'a> {
    facts: &'a Facts,
    lines: &'a [(Uuid, String)],
    wanted: &'a Result<Wanted, Nothing>,
    digest: &'a str,
    is_per_person: bool,
    now: DateTime<Utc>,
}

impl Waiting {
    /// How they are known while nobody knows whether the file arrived.
    pub(super) fn perhaps(&self) -> Subjected {
        let kept = Json(json!({ "lines": self.farewell, "was": self.was }));
        Subjected { digest: PERHAPS.to_owned(), kept, ..self.known.clone() }
    }

    /// How they are known once it is there. Whose cards are all blocked need not be blocked again.
    pub(super) fn settled(&self) -> Subjected {
        let is_open = self.tellings.iter().any(|(_, after)| !after.digest.is_empty());
        let lines = if is_open { self.farewell.as_slice() } else { &[] };
        Subjected { kept: Json(json!({ "lines": lines })), ..self.known.clone() }
    }

    /// The same of somebody who was erased meanwhile: to be blocked at once.
    pub(super) fn orphaned(&self) -> Subjected {
        Subjected { id: Uuid::now_v7(), holder: None, ..self.perhaps() }
    }
}

impl Access {
    /// What becomes of somebody who waits.
    pub(super) fn waiting(&self, facts: &Facts, now: DateTime<Utc>) -> Waiting {
        let wanted = self.wanted(facts);
        let digest = wanted.as_ref().map(Wanted::digest).unwrap_or_default();
        let is_known = |card: Uuid| facts.telling(card).is_some_and(|it| it.digest == digest);
        let working = facts.working().map(|card| card.id);
        let is_same = facts.stopped().is_empty() && working.is_none_or(is_known);
        let lines = if is_same { Vec::new() } else { self.lines(facts, None) };
        let after = After {
            facts,
            lines: &lines,
            wanted: &wanted,
            digest: &digest,
            is_per_person: self.settings.format.is_per_person(),
            now,
        };
        let waits = |told: &&Telling| matches!(told.state, ToldState::Waiting | ToldState::Failing);
        let tellings = facts.tellings.iter().filter(waits);
        let tellings =
            tellings.map(|it| ((it.card, it.wanted.clone()), self.after(it, &after))).collect();
        let eppn = &facts.subject.eppn;
        let known = Subjected {
            id: Uuid::now_v7(),
            holder: Some(facts.holder),
            name: eppn.clone(),
            digest: digest.clone(),
            kept: Json(json!({})),
            told_at: Some(now),
            asked_at: None,
        };
        let before = facts.known.as_ref();
        let was = before.map(|known| known.kept.0["was"].as_str().unwrap_or(&known.name));
        let was = was.filter(|was| *was != eppn && after.is_per_person).map(str::to_owned);
        let farewell = match self.lines(facts, Some(now)) {
            none if none.is_empty() => before.map(farewell_of).unwrap_or_default(),
            lines => lines.into_iter().map(|(_, line)| line).collect(),
        };
        Waiting { holder: facts.holder, lines, tellings, was, known, farewell }
    }

    /// A card that does not work counts as blocked only when a line said so, or nobody there knows it.
    fn after(&self, told: &Telling, of: &After<'_>) -> Telling {
        let has_line = of.lines.iter().any(|(card, _)| *card == told.card);
        let is_told = has_line || of.is_per_person && !of.lines.is_empty();
        let told_at = if is_told { Some(of.now) } else { told.told_at };
        let cleared = Telling { tries: 0, tried_at: of.now, told_at, ..told.clone() };
        let cleared = cleared.with(Fault::default());
        let is_working = of.facts.working().is_some_and(|card| card.id == told.card);
        match of.wanted {
            Ok(_) if is_working => Telling {
                state: ToldState::On,
                digest: of.digest.to_owned(),
                wanted: of.digest.to_owned(),
                ..cleared
            },
            Err(Nothing(why)) if is_working => Telling {
                state: ToldState::Nothing,
                digest: if has_line { String::new() } else { told.digest.clone() },
                wanted: (*why).to_owned(),
                ..cleared.with(Fault::ours(why))
            },
            _ if is_told || told.digest.is_empty() => Telling {
                state: ToldState::Off,
                digest: String::new(),
                wanted: OFF.to_owned(),
                ..cleared
            },
            // It may open doors, and no line can say that it does not: that is for somebody to see.
            _ => {
                let card = of.facts.cards.iter().find(|card| card.id == told.card);
                let line = card.map(|card| self.line(of.facts, card, Some(card.state_at)));
                let Nothing(why) = line.and_then(Result::err).unwrap_or(Nothing("not_enabled"));
                let refused = cleared.with(Fault::ours(why));
                Telling { state: ToldState::Refused, wanted: why.to_owned(), ..refused }
            }
        }
    }

    /// The file of somebody, or with the lines of anybody.
    pub(super) fn sheet(&self, (eppn, was): (&str, Option<&str>), lines: &[String]) -> Sheet {
        let format = self.settings.format;
        let is_own = format.is_per_person();
        Sheet {
            of: is_own.then(|| eppn.to_owned()),
            was: was.filter(|_| is_own).map(str::to_owned),
            bytes: format.file(lines),
        }
    }

    /// The files with everybody's lines, each with those whose lines stand in it.
    pub(super) fn sheets(&self, all: &[Waiting]) -> Vec<(Vec<Uuid>, Sheet)> {
        if self.settings.format.is_per_person() {
            let new = all.iter().filter(|it| !it.lines.is_empty());
            let sheet = |it: &Waiting| {
                let lines: Vec<String> = it.lines.iter().map(|(_, line)| line.clone()).collect();
                let sheet = self.sheet((&it.known.name, it.was.as_deref()), &lines);
                (vec![it.holder], sheet)
            };
            return new.map(sheet).collect();
        }
        let of = |it: &Waiting| {
            let lines = it.lines.iter().map(|(_, line)| (it.holder, line.clone()));
            lines.collect::<Vec<_>>()
        };
        let lines: Vec<(Uuid, String)> = all.iter().flat_map(of).collect();
        let sheet = |some: &[(Uuid, String)]| {
            let (mut holders, lines): (Vec<Uuid>, Vec<String>) = some.iter().cloned().unzip();
            holders.dedup();
            (holders, self.sheet(("", None), &lines))
        };
        lines.chunks(self.settings.lines).map(sheet).collect()
    }
}

/// What blocks somebody who is known, when they are erased.
pub(super) fn farewell_of(known: &Subjected) -> Vec<String> {
    serde_json::from_value(known.kept.0["lines"].clone()).unwrap_or_default()
}
