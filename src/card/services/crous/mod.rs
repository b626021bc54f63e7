//! CROUS and IZLY (8): right holders, their cards, what they pay.
//!
//! Only what changed is told, in three layers: a visit is asked for when something changed here; a holder who was
//! accepted as they are within a week is not even asked about; and what the CROUS answers is compared before
//! anything is written.
mod cards;
mod compare;
mod door;
mod fare;
mod fares;
mod holder;
mod names;
mod payload;
mod reopening;
mod zone;

pub mod name_store;
pub mod store;

pub use compare::{Change, change, date};
pub use fare::{Fare, fare};
pub use fares::ReadFares;
pub use names::{NewName, RenameHolders, read as read_names};
pub use payload::{disabling, enabling, right_holder, smart_card};
pub use zone::{BadLine, SmartCard, read as read_zones};

use super::facts::Facts;
use super::fault::{Fault, Trouble};
use super::round::Round;
use super::told::{OFF, ToldState};
use super::wanted::{Nothing, Wanted};
use super::wire::{Call, Near, Reply, cut};
use crate::card::store::Card;
use crate::config;
use door::Door;
use serde_json::Value;

/// The CROUS, and as whom it knows us.
pub struct Crous {
    pub(super) settings: config::Crous,
    door: Door,
}

/// Below the address of the API.
const BASE: &str = "/beforeizly/v1";

impl Crous {
    pub(super) fn new(settings: config::Crous, near: &Near) -> Self {
        let door = Door::new(&settings, near);
        Self { settings, door }
    }

    /// How somebody is named there.
    fn name(&self, facts: &Facts) -> String {
        let known = facts.known.as_ref().map(|known| known.name.clone());
        known.unwrap_or_else(|| payload::first_name(&self.settings, &facts.subject))
    }

    /// A right holder under this name.
    fn right_holder(&self, facts: &Facts, name: &str) -> Result<Value, Nothing> {
        let none = Value::Null;
        let kept = facts.known.as_ref().map_or(&none, |known| &known.kept.0);
        right_holder(&self.settings, &facts.subject, (name, kept), &facts.fares).map_err(Nothing)
    }

    /// What it should know of a holder.
    pub fn wanted(&self, facts: &Facts) -> Result<Wanted, Nothing> {
        let name = self.name(facts);
        let Some(card) = facts.working() else {
            return Ok(Wanted { holder: None, card: None, name });
        };
        if facts.decided.off.is_some() {
            return Err(Nothing("izly_off"));
        }
        self.takes(card)?;
        let holder = Some(self.right_holder(facts, &name)?);
        let zone = facts.zones.iter().find(|zone| card.csn.as_ref() == Some(&zone.uid));
        let zone = zone.ok_or(Nothing("no_zone"))?;
        Ok(Wanted { name, holder, card: Some((card.id, smart_card(zone))) })
    }

    fn takes(&self, card: &Card) -> Result<(), Nothing> {
        let calls = &self.settings.calls;
        if card.is_external && !calls.external {
            return Err(Nothing("external"));
        }
        let is_type = self.settings.types.contains(&card.of.card_type);
        let is_meant = calls.eppn.as_ref().is_none_or(|eppn| eppn.is_match(&card.of.eppn));
        if is_type && is_meant { Ok(()) } else { Err(Nothing("filtered")) }
    }

    /// Bring it to what is so.
    pub(super) async fn tell(&self, round: &mut Round) -> Result<(), Trouble> {
        let is_off = round.facts.decided.off.is_some();
        if !is_off {
            self.rename_first(round).await?;
        }
        for card in round.facts.stopped() {
            round.about(card.id, OFF);
            let stopped = self.stop(round, &card).await;
            round.note(stopped).await?;
        }
        // What is lost does not wait for what is closed.
        if !is_off {
            self.reopen(round).await?;
        }
        let Some(card) = round.facts.working().cloned() else { return Ok(()) };
        match self.wanted(&round.facts) {
            Ok(wanted) => {
                round.about(card.id, wanted.digest());
                self.activate(round, &card, &wanted).await
            }
            Err(Nothing(why)) => {
                if why == "izly_off" && !round.telling(card.id).digest.is_empty() {
                    // It works here, and no more there.
                    round.about(card.id, OFF);
                    self.stop(round, &Card { state_at: round.now, ..card.clone() }).await?;
                }
                round.about(card.id, why);
                // What somebody has to see to is an error; what is none of its business is not.
                let is_fine = matches!(why, "external" | "filtered" | "izly_off");
                let state = if is_fine { ToldState::Nothing } else { ToldState::Refused };
                let digest = round.telling(card.id).digest;
                round.settle(card.id, (state, digest.as_str()), Fault::ours(why)).await
            }
        }
    }

    async fn call(&self, round: &mut Round, call: &Call<'_>) -> Result<Reply, Trouble> {
        round.calls += 1;
        self.door.call(call).await
    }
}

/// The first of its errors: code, words, field.
fn said(call: &Call<'_>, reply: &Reply) -> Fault {
    let first = reply.body.as_ref().map(|body| &body["errors"][0]);
    let text = |name: &str| match first.map(|first| &first[name]) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let code = Some(text("code")).filter(|code| !code.is_empty());
    let code = code.unwrap_or_else(|| reply.status.to_string());
    let fault = call.fault(reply.status, &code, &text("message"));
    Fault { field: cut(&text("field"), 60).into(), ..fault }
}

/// What an answer means that is no yes, and none that is awaited.
fn refused(call: &Call<'_>, reply: &Reply) -> Trouble {
    match (reply.trouble(), reply.status) {
        (Some(trouble), _) => trouble,
        (_, 401) => Trouble::service("key", "status 401 with a new token"),
        // With a new token: the right holder is held by another institution.
        (_, 403 | 422) => Trouble::Final(said(call, reply)),
        _ => Trouble::Later(said(call, reply)),
    }
}
