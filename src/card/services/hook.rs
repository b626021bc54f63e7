//! Signed messages to programs of others: web hooks, as on standardwebhooks.com.
//!
//! A message is told once for each change, with an id that stays the same over all tries, so that whoever gets it
//! twice knows. Its signature is over id, time and body; what is refused or lost is tried again like any service.
use super::facts::Facts;
use super::fault::{Fault, Trouble};
use super::name::Name;
use super::round::Round;
use super::store::Subjected;
use super::told::{OFF, PERHAPS, ToldState};
use super::wanted::{Nothing, Wanted, digest};
use super::wire::{Call, Near, Reply, Wire};
use crate::card::state::State;
use crate::card::store::Card;
use crate::config;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use reqwest::Method;
use serde_json::{Map, Value, json};
use sqlx::types::Json;

/// A program that is told.
pub(super) struct Hook {
    /// As tables know it.
    pub(super) name: Name,
    settings: config::CardHook,
    wire: Wire,
}

impl Hook {
    pub(super) fn new(settings: config::CardHook, near: &Near) -> Option<Self> {
        let name = Name::new(&format!("hook:{}", settings.name))?;
        let wire = Wire::new(&settings.calls.url, &settings.calls, near);
        Some(Self { name, settings, wire })
    }

    /// What it should know of a holder: the card that works.
    pub(super) fn wanted(&self, facts: &Facts) -> Result<Wanted, Nothing> {
        let card = match facts.working() {
            Some(card) => {
                self.takes(card)?;
                Some((card.id, self.event(facts, card)))
            }
            None => None,
        };
        Ok(Wanted { name: facts.subject.eppn.clone(), holder: None, card })
    }

    fn takes(&self, card: &Card) -> Result<(), Nothing> {
        let calls = &self.settings.calls;
        if card.is_external && !calls.external {
            return Err(Nothing("external"));
        }
        let is_meant = calls.eppn.as_ref().is_none_or(|eppn| eppn.is_match(&card.of.eppn));
        if is_meant { Ok(()) } else { Err(Nothing("filtered")) }
    }

    /// What is said of a card as it is.
    fn event(&self, facts: &Facts, card: &Card) -> Value {
        let event = match card.state {
            State::Enabled => "card.enabled",
            State::Caduc => "card.caduc",
            _ => "card.disabled",
        };
        let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let ids = facts.identifiers.iter().filter(|id| {
            id.card == card.id && self.settings.applications.contains(&id.application)
        });
        let ids: Map<String, Value> =
            ids.map(|id| (id.application.clone(), json!(id.value))).collect();
        json!({
            "event": event, "card": card.id, "eppn": facts.subject.eppn, "csn": card.csn, "ids": ids,
            "since": moment(card.state_at), "until": card.due_at.map(moment),
        })
    }

    /// Bring it to what is so.
    pub(super) async fn tell(&self, round: &mut Round) -> Result<(), Trouble> {
        for card in round.facts.stopped() {
            round.about(card.id, OFF);
            let stopped = self.stop(round, &card).await;
            round.note(stopped).await?;
        }
        let Some(card) = round.facts.working().map(|card| card.id) else { return Ok(()) };
        let wanted = match self.wanted(&round.facts) {
            Ok(wanted) => wanted,
            Err(Nothing(why)) => {
                round.about(card, why);
                let digest = round.telling(card).digest;
                let state = (ToldState::Nothing, digest.as_str());
                return round.settle(card, state, Fault::ours(why)).await;
            }
        };
        round.about(card, wanted.digest());
        let Some((_, event)) = &wanted.card else { return Ok(()) };
        let (digest, before) = (digest(event), round.telling(card));
        if before.digest == digest {
            return round.settle(card, (ToldState::On, &digest), Fault::ours(&before.code)).await;
        }
        self.remember(round, Some((&wanted, event))).await?;
        round.begin(card, PERHAPS).await?;
        let remark = self.say(round, event).await?;
        round.settle(card, (ToldState::On, &digest), remark).await
    }

    /// A card does not work any more.
    async fn stop(&self, round: &mut Round, card: &Card) -> Result<(), Trouble> {
        let event = self.event(&round.facts, card);
        let remark = self.say(round, &event).await?;
        round.settle(card.id, (ToldState::Off, ""), remark).await?;
        self.remember(round, None).await
    }

    /// What has to be taken back when the holder is erased.
    async fn remember(
        &self,
        round: &mut Round,
        event: Option<(&Wanted, &Value)>,
    ) -> Result<(), Trouble> {
        let known = if let Some((wanted, event)) = event {
            let kept = Json(json!({ "event": event }));
            Subjected { digest: digest(event), kept, ..round.known(wanted) }
        } else {
            let Some(known) = round.facts.known.clone() else { return Ok(()) };
            Subjected { digest: String::new(), kept: Json(json!({})), ..known }
        };
        round.keep_known(known).await
    }

    async fn say(&self, round: &mut Round, event: &Value) -> Result<Fault, Trouble> {
        round.calls += 1;
        self.send(event, round.now).await
    }

    /// Send a message; a place that is not there is only noted.
    async fn send(&self, event: &Value, now: DateTime<Utc>) -> Result<Fault, Trouble> {
        let (id, stamp) = (digest(event), now.timestamp().to_string());
        let id = id.get(..32).unwrap_or_default();
        let key = self.settings.secret.reveal();
        let signature = signature(key, (id, &stamp), &event.to_string());
        let signature = signature.map_err(|error| Trouble::service("key", error))?;
        let call = Call::new(Method::POST, "").telling(event);
        let call = call.with("webhook-id", id).with("webhook-timestamp", stamp);
        let call = call.with("webhook-signature", signature);
        let reply = self.wire.send(&call).await?;
        match reply.status {
            200..300 => Ok(Fault::default()),
            404 | 410 => Ok(call.fault(reply.status, &reply.status.to_string(), "")),
            _ => Err(refused(&call, &reply)),
        }
    }

    /// Somebody was erased here.
    pub(super) async fn farewell(
        &self,
        known: &Subjected,
        now: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        let mut event = known.kept.0["event"].clone();
        if known.digest.is_empty() || !event.is_object() {
            return Ok(());
        }
        event["event"] = json!("card.erased");
        self.send(&event, now).await.map(|_| ())
    }
}

fn refused(call: &Call<'_>, reply: &Reply) -> Trouble {
    if let Some(trouble) = reply.trouble() {
        return trouble;
    }
    let said = reply.body.as_ref().and_then(|body| body["message"].as_str()).unwrap_or_default();
    let fault = call.fault(reply.status, &reply.status.to_string(), said);
    match reply.status {
        401 => Trouble::service("key", "status 401"),
        403 => Trouble::service("denied", "status 403"),
        400 | 422 => Trouble::Final(fault),
        _ => Trouble::Later(fault),
    }
}

/// `v1,` and HMAC-SHA256 over id, time and body. A key is text, or base64 behind `whsec_`.
fn signature(key: &str, (id, stamp): (&str, &str), body: &str) -> Result<String, ErrorStack> {
    let decoded = key.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
    let key = PKey::hmac(decoded.as_deref().unwrap_or(key.as_bytes()))?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    let signed = signer.sign_oneshot_to_vec(format!("{id}.{stamp}.{body}").as_bytes())?;
    Ok(format!("v1,{}", STANDARD.encode(signed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of its specification.
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let of = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330");
        let signed = signature(key, of, "{\"test\": 2432232314}").expect("signed");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = signature("geheim", of, "{}").expect("signed");
        assert_ne!(other, signature("Geheim", of, "{}").expect("signed"));
    }
}
