//! What the card office works with besides the database.
use super::payment::Till;
use super::services::Services;
use crate::audit::{Event, Trace};
use crate::config::Cards;
use crate::identity::{PersonId, SignedIn};
use crate::mail::Post;
use crate::uploads::{Scanner, Vault};
use crate::web::Client;
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// Settings, photos, and where days begin.
#[derive(Clone)]
pub struct Desk {
    /// `[card]`
    pub rules: Cards,
    /// Where photos lie.
    pub vault: Vault,
    /// What looks for viruses in them, if anything does.
    pub scanner: Option<Scanner>,
    /// Where mail and work are asked for.
    pub post: Post,
    /// Services outside that are told of cards.
    pub services: Services,
    /// Where cards are paid for, if they can be.
    pub till: Option<Till>,
    /// Where days begin.
    pub zone: Tz,
}

/// Who does something, and when.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    /// Who, and in which session; `None`: the rules, or a station.
    pub by: Option<(PersonId, String)>,
    /// The program that asked for it, by its token and its name.
    pub program: Option<(Uuid, String)>,
    /// The request.
    pub trace: Trace,
    /// When.
    pub now: DateTime<Utc>,
}

impl Desk {
    /// `mardi 24 novembre, 8 h 00`
    pub(super) fn moment(&self, lang: Lang, at: DateTime<Utc>) -> String {
        lang.moment(at.with_timezone(&self.zone).naive_local())
    }
}

/// The last day on which something is good. Directories write the last second of a day as UTC, whether
/// they mean it or not: the day is theirs.
pub(super) fn last_day(lang: Lang, due: DateTime<Utc>) -> String {
    lang.day(due.date_naive())
}

impl Hand {
    /// Somebody with this request.
    pub fn of(who: &SignedIn, client: &Client, now: DateTime<Utc>) -> Self {
        Self {
            by: Some((who.id(), who.session.short())),
            trace: client.trace(),
            now,
            ..Self::default()
        }
    }

    /// The rules themselves.
    pub fn of_nobody(now: DateTime<Utc>) -> Self {
        Self { now, ..Self::default() }
    }

    /// Who.
    pub(super) fn person(&self) -> Option<PersonId> {
        self.by.as_ref().map(|(person, _)| *person)
    }

    /// An event of theirs.
    pub(super) fn event(&self, name: &'static str) -> Event {
        self.sign(Event::ok(name))
    }

    /// One of several cards was refused, with the code that it would have had alone.
    pub(crate) fn refusal(&self, card: Uuid, code: &str) -> Event {
        self.sign(Event::refused("card.refused", code).field("card", card))
    }

    fn sign(&self, event: Event) -> Event {
        let event = match &self.program {
            Some((token, name)) => event.field("token", token).field("program", name),
            None => event,
        };
        match &self.by {
            Some((person, session)) => event.by(*person, session),
            None => event,
        }
    }
}
