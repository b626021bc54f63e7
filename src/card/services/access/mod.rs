//! Files for access control (12), in the six formats that systems read.
//!
//! A step of a card makes its holder wait for the next file of each export ([`super::store::wait_for_file`]); the job
//! [`WriteAccess`] writes what is so then, and says of each card that it stands there once the file does.
mod cells;
mod files;
mod format;
mod waiting;
mod writing;

pub use format::Format;
pub use writing::WriteAccess;

use super::facts::Facts;
use super::name::Name;
use super::wanted::{Nothing, Wanted};
use crate::card::store::Card;
use crate::config::AccessExport;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use format::Line;
use serde_json::json;
use uuid::Uuid;

/// What an application on chips is called that access control reads.
const APPLICATION: &str = "access-control";

/// An export.
pub(super) struct Access {
    /// As tables know it.
    pub(super) name: Name,
    settings: AccessExport,
    verso: Vec<String>,
    zone: Tz,
}

impl Access {
    pub(super) fn new(settings: AccessExport, verso: &[String], zone: Tz) -> Option<Self> {
        let name = Name::new(&format!("access:{}", settings.name))?;
        Some(Self { name, settings, verso: verso.to_vec(), zone })
    }

    /// What it should know of a holder: their lines.
    pub(super) fn wanted(&self, facts: &Facts) -> Result<Wanted, Nothing> {
        if let Some(card) = facts.working() {
            self.takes(card)?;
            self.line(facts, card, None)?;
        }
        let lines: Vec<String> =
            self.lines(facts, None).into_iter().map(|(_, line)| line).collect();
        if lines.is_empty() {
            return Err(Nothing("not_enabled"));
        }
        Ok(Wanted {
            name: facts.subject.eppn.clone(),
            holder: Some(json!(lines)),
            // Another folder knows nobody yet.
            card: facts.working().map(|card| {
                (card.id, json!([self.settings.folder.display().to_string(), self.settings.file]))
            }),
        })
    }

    fn takes(&self, card: &Card) -> Result<(), Nothing> {
        if card.is_external && !self.settings.external {
            return Err(Nothing("external"));
        }
        let is_meant = self.settings.eppn.as_ref().is_none_or(|eppn| eppn.is_match(&card.of.eppn));
        if is_meant { Ok(()) } else { Err(Nothing("filtered")) }
    }

    /// Lines of a holder as it is now, card by card: of cards that it takes, and of those that it knows or may.
    /// `closing`: as if the card that works had stopped then.
    fn lines(&self, facts: &Facts, closing: Option<DateTime<Utc>>) -> Vec<(Uuid, String)> {
        let format = self.settings.format;
        let is_known = |card: &Card| facts.telling(card.id).is_some_and(|it| !it.digest.is_empty());
        let working = facts.working().map(|card| card.id);
        let line = |card: &Card| {
            let is_taken = self.takes(card).is_ok();
            if !is_taken && !is_known(card) {
                return None;
            }
            let stopped = match (Some(card.id) == working, closing) {
                (true, None) if is_taken => None,
                (true, Some(now)) => Some(now),
                _ => Some(card.state_at),
            };
            self.line(facts, card, stopped).ok().map(|line| (card.id, line))
        };
        let cards = format.cards(&facts.cards, is_known);
        let most = if format.is_per_person() { 1 } else { usize::MAX };
        cards.into_iter().filter_map(line).take(most).collect()
    }

    fn line(
        &self,
        facts: &Facts,
        card: &Card,
        stopped: Option<DateTime<Utc>>,
    ) -> Result<String, Nothing> {
        let is_its = |id: &&crate::card::store::Identifier| {
            id.card == card.id && id.application == APPLICATION
        };
        let said = self.settings.number.iter().filter_map(|name| facts.subject.said.first(name));
        let line = Line {
            subject: &facts.subject,
            card,
            access_id: facts.identifiers.iter().find(is_its).map(|id| id.value.as_str()),
            number: said.map(str::trim).find(|number| !number.is_empty()).unwrap_or_default(),
            institute: &self.settings.institute,
            verso: &self.verso,
            zone: self.zone,
            stopped,
        };
        self.settings.format.line(&line).map_err(Nothing)
    }

    /// Whether its files are made within seconds.
    pub(super) fn is_read_at_once(&self) -> bool {
        self.settings.at.is_none() && self.settings.format.is_read_at_once()
    }

    /// Whether it is time to write: always, or once a day.
    fn is_time(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        let Some(at) = self.settings.at else { return true };
        let local = |at: DateTime<Utc>| at.with_timezone(&self.zone).naive_local();
        let today = local(now).date().and_time(at);
        local(now) >= today && last.is_none_or(|last| local(last) < today)
    }
}

/// A card that waits for a file, by its id and the mark of what it waits for.
type Mark = (Uuid, String);

#[cfg(test)]
mod tests;
