//! The router of the European student card, API v2 (9.3): persons, and their cards.
//!
//! A person is told before the card. What is known there already is changed instead (`ER-0019`, `ER-0002`), what
//! is not known any more is told anew. The status of an answer decides first, its code second.
mod leaving;
mod payload;
mod purging;

pub use payload::{card, esi, person};
pub use purging::PurgeRouter;

use super::facts::Facts;
use super::fault::{Fault, Trouble};
use super::round::Round;
use super::store::Subjected;
use super::told::{OFF, PERHAPS, ToldState};
use super::wanted::{Nothing, Wanted, digest};
use super::wire::{Call, Near, Reply, Wire, part};
use crate::card::store::Card;
use crate::config;
use chrono_tz::Tz;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// The router, and as whom it knows us.
pub struct Esc {
    settings: config::Esc,
    zone: Tz,
    wire: Wire,
}

impl Esc {
    pub(super) fn new(settings: config::Esc, zone: Tz, near: &Near) -> Self {
        let wire = Wire::new(&settings.calls.url, &settings.calls, near);
        Self { settings, zone, wire }
    }

    /// What it should know of a holder.
    pub fn wanted(&self, facts: &Facts) -> Result<Wanted, Nothing> {
        let subject = &facts.subject;
        // Whose number nobody knows any more keeps the name; another number is another name.
        let known = || facts.known.as_ref().map(|known| known.name.clone());
        let name = esi(subject).or_else(known).ok_or(Nothing("no_ine"))?;
        let card = match facts.working() {
            Some(card) => {
                self.takes(card)?;
                let told = payload::card(&self.settings, card, &name, self.zone);
                Some((card.id, told.map_err(Nothing)?))
            }
            None => None,
        };
        let is_gone = card.is_none() && facts.is_over();
        let holder = (!is_gone).then(|| person(&self.settings, subject, &name));
        Ok(Wanted { name, holder, card })
    }

    fn takes(&self, card: &Card) -> Result<(), Nothing> {
        let calls = &self.settings.calls;
        if card.is_external && !calls.external {
            return Err(Nothing("external"));
        }
        let is_meant = calls.eppn.as_ref().is_none_or(|eppn| eppn.is_match(&card.of.eppn));
        if is_meant { Ok(()) } else { Err(Nothing("filtered")) }
    }

    /// Bring it to what is so.
    pub(super) async fn tell(&self, round: &mut Round) -> Result<(), Trouble> {
        for card in round.facts.stopped() {
            let stopped = self.stop(round, &card).await;
            round.note(stopped).await?;
        }
        let wanted = match (self.wanted(&round.facts), round.facts.working().map(|card| card.id)) {
            (Ok(wanted), _) => wanted,
            (Err(Nothing(_)), None) => return Ok(()),
            (Err(Nothing(why)), Some(card)) => {
                round.about(card, why);
                let digest = round.telling(card).digest;
                let state = (ToldState::Nothing, digest.as_str());
                return round.settle(card, state, Fault::ours(why)).await;
            }
        };
        let known = round.facts.known.as_ref().filter(|known| !known.digest.is_empty());
        let mut is_known = known.is_some();
        if known.is_some_and(|known| known.name != wanted.name) && wanted.holder.is_some() {
            about(round, &wanted);
            self.leave(round, &wanted.name).await?;
            is_known = false;
        }
        about(round, &wanted);
        match (&wanted.holder, &wanted.card) {
            (Some(person), Some((card, told))) => {
                self.person(round, &wanted, person).await?;
                self.card(round, *card, told).await
            }
            (Some(person), None) if is_known => self.person(round, &wanted, person).await,
            (None, _) if is_known => self.forget(round).await,
            _ => Ok(()),
        }
    }

    async fn call(&self, round: &mut Round, call: &Call<'_>) -> Result<Reply, Trouble> {
        round.calls += 1;
        self.send(call).await
    }

    async fn send(&self, call: &Call<'_>) -> Result<Reply, Trouble> {
        let key = format!("Bearer {}", self.settings.key.reveal());
        self.wire.send(&call.clone().with("authorization", key)).await
    }

    /// Tell of a person, unless that is what it knows.
    async fn person(
        &self,
        round: &mut Round,
        wanted: &Wanted,
        person: &Value,
    ) -> Result<(), Trouble> {
        let known = Subjected { name: wanted.name.clone(), ..round.known(wanted) };
        let digest = digest(person);
        if known.digest == digest {
            return Ok(());
        }
        let own = format!("/persons/{}", part(&wanted.name));
        let is_there = match known.digest.as_str() {
            "" | PERHAPS => self.is_there(round, &own).await?,
            _ => true,
        };
        round.keep_known(Subjected { digest: PERHAPS.to_owned(), ..known.clone() }).await?;
        self.place(round, (is_there, "/persons", &own), person).await?;
        let told_at = Some(round.now);
        round.keep_known(Subjected { digest, told_at, asked_at: told_at, ..known }).await
    }

    /// Whether it knows a person as one of ours.
    async fn is_there(&self, round: &mut Round, own: &str) -> Result<bool, Trouble> {
        let call = Call::new(Method::GET, own);
        let reply = self.call(round, &call).await?;
        match reply.status {
            200..300 => reply.told().map(|_| true),
            // Of others only, or made anonymous.
            404 | 410 => Ok(false),
            403 if code(&reply) == "SE-0000" => Ok(false),
            _ => Err(refused(&call, &reply)),
        }
    }

    /// Change what is there, else make it; the other way round where it turns out to be so.
    async fn place(
        &self,
        round: &mut Round,
        (is_there, all, own): (bool, &str, &str),
        body: &Value,
    ) -> Result<(), Trouble> {
        let make = Call::new(Method::POST, all).telling(body);
        let change = Call::new(Method::PUT, own).telling(body);
        let (first, second) = if is_there { (&change, &make) } else { (&make, &change) };
        let reply = self.call(round, first).await?;
        let is_otherwise = match reply.status {
            200..300 => return Ok(()),
            404 | 410 => is_there,
            409 => !is_there,
            _ => false,
        };
        if !is_otherwise {
            return Err(refused(first, &reply));
        }
        let reply = self.call(round, second).await?;
        if reply.is_good() { Ok(()) } else { Err(refused(second, &reply)) }
    }

    /// Tell of a card, unless that is what it knows.
    async fn card(&self, round: &mut Round, id: Uuid, told: &Value) -> Result<(), Trouble> {
        let (before, digest) = (round.telling(id).digest, digest(told));
        if before != digest {
            let number = told["cardNumber"].as_str().unwrap_or_default();
            let own = format!("/cards/{}", part(number));
            self.remember(round, number).await?;
            round.begin(id, PERHAPS).await?;
            let is_there = !matches!(before.as_str(), "" | PERHAPS);
            self.place(round, (is_there, "/cards", &own), told).await?;
        }
        round.settle(id, (ToldState::On, &digest), Fault::default()).await
    }

    /// Which card somebody has there, for when they are erased here.
    async fn remember(&self, round: &mut Round, number: &str) -> Result<(), Trouble> {
        let Some(mut known) = round.facts.known.clone() else { return Ok(()) };
        known.kept.0 = json!({ "card": number });
        round.keep_known(known).await
    }
}

/// From here on it is about the card that works, or the last one that was told: somebody has to see it when it is
/// refused.
fn about(round: &mut Round, wanted: &Wanted) {
    if let Some((card, _)) = &wanted.card {
        round.about(*card, wanted.digest());
    } else if let Some(card) = round.facts.last_told() {
        round.about(card, OFF);
    }
}

fn code(reply: &Reply) -> &str {
    reply.body.as_ref().and_then(|body| body["code"].as_str()).unwrap_or_default()
}

/// What an answer means that is no yes.
fn refused(call: &Call<'_>, reply: &Reply) -> Trouble {
    if let Some(trouble) = reply.trouble() {
        return trouble;
    }
    let said = reply.body.as_ref().and_then(|body| body["message"].as_str()).unwrap_or_default();
    let code = match code(reply) {
        "" => reply.status.to_string(),
        code => code.to_owned(),
    };
    let fault = call.fault(reply.status, &code, said);
    match reply.status {
        401 => Trouble::service("key", "status 401"),
        // Production answers so to addresses that are not on its list.
        403 => Trouble::service("denied", format!("status 403, code {}", fault.code)),
        400 | 422 => Trouble::Final(fault),
        _ => Trouble::Later(fault),
    }
}
