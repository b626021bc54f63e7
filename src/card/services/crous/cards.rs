//! Cards at the CROUS (8.5).
use super::holder::{Held, MILD, path};
use super::payload::{disabling, enabling, moment};
use super::{Crous, refused, said};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::round::Round;
use crate::card::services::store::Subjected;
use crate::card::services::told::{PERHAPS, ToldState};
use crate::card::services::wanted::{Wanted, digest};
use crate::card::services::wire::{Call, Reply};
use crate::card::store::Card;
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

/// An answer that is no error of ours: `-31` says that the holder was erased there.
enum Taken {
    Good,
    /// Logged, and not fatal.
    Mild(Fault),
}

impl Crous {
    /// The holder, then the card that works.
    pub(super) async fn activate(
        &self,
        round: &mut Round,
        card: &Card,
        wanted: &Wanted,
    ) -> Result<(), Trouble> {
        let remark = match self.holder(round, wanted).await? {
            Held::Good => Fault::default(),
            Held::Kept(fault) => fault,
            Held::Blocked(why) => return Err(Trouble::Final(Fault::ours(why))),
        };
        let Some((_, told)) = &wanted.card else { return Ok(()) };
        let digest = digest(told);
        if round.telling(card.id).digest == digest {
            return round.settle(card.id, (ToldState::On, &digest), remark).await;
        }
        self.remember(round, told).await?;
        let name = self.name(&round.facts);
        let own = format!("{}/smartcard/{}", path(&name), told["idZdc"]);
        let ask = Call::new(Method::GET, own.clone());
        let reply = self.call(round, &ask).await?;
        let is_there = match reply.status {
            200..300 => reply.told().map(|_| true)?,
            404 => false,
            _ => return Err(refused(&ask, &reply)),
        };
        round.begin(card.id, PERHAPS).await?;
        let done = if is_there {
            // Its end has come there; what refuses it otherwise is for somebody to see.
            self.patch(round, (&own, card), &enabling(card), (&[], &["-8"])).await?
        } else {
            let call = Call::new(Method::POST, format!("{}/smartcard", path(&name))).telling(told);
            let reply = self.call(round, &call).await?;
            mild(&call, &reply, (&[404, 423], &["-31"]))?
        };
        match done {
            Taken::Good => round.settle(card.id, (ToldState::On, &digest), remark).await,
            // It may work there: when it stops here, that is told all the same.
            Taken::Mild(fault) if is_there => {
                round.settle(card.id, (ToldState::Nothing, PERHAPS), fault).await
            }
            Taken::Mild(fault) => round.settle(card.id, (ToldState::Nothing, ""), fault).await,
        }
    }

    /// Which card somebody has there, for when they are erased here.
    async fn remember(&self, round: &mut Round, told: &Value) -> Result<(), Trouble> {
        let Some(mut known) = round.facts.known.clone() else { return Ok(()) };
        known.kept.0["card"] = json!({ "zone": told["idZdc"], "uid": told["uid"] });
        round.keep_known(known).await
    }

    /// It works there no more: nothing is left to say of it when its holder is erased.
    async fn unremember(&self, round: &mut Round, card: &Card) -> Result<(), Trouble> {
        match round.facts.known.clone() {
            Some(mut known) if known.kept.0["card"]["uid"].as_str() == card.csn.as_deref() => {
                known.kept.0["card"] = Value::Null;
                round.keep_known(known).await
            }
            _ => Ok(()),
        }
    }

    /// Somebody was erased here: their card works no more. The API deletes no right holders.
    pub(in crate::card::services) async fn farewell(
        &self,
        known: &Subjected,
        now: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        let card = &known.kept.0["card"];
        let Some(uid) = card["uid"].as_str() else { return Ok(()) };
        let body = json!({ "cancelDate": moment(now), "reason": "HS", "revalidationDate": "" });
        let own = format!("{}/smartcard/{}", path(&known.name), card["zone"]);
        let call = Call::new(Method::PATCH, own).telling(&body).with("uid", uid);
        let reply = self.door.call(&call).await?;
        // Nobody of ours is there any more, or they were erased there, too.
        let codes: Vec<_> = MILD.into_iter().chain(["-31"]).collect();
        mild(&call, &reply, (&[403, 404, 423], &codes)).map(|_| ())
    }

    async fn patch(
        &self,
        round: &mut Round,
        (own, card): (&str, &Card),
        body: &Value,
        fine: (&[u16], &[&str]),
    ) -> Result<Taken, Trouble> {
        let uid = card.csn.clone().unwrap_or_default();
        let call = Call::new(Method::PATCH, own).telling(body).with("uid", uid);
        let reply = self.call(round, &call).await?;
        mild(&call, &reply, fine)
    }

    /// A card does not work any more.
    pub(super) async fn stop(&self, round: &mut Round, card: &Card) -> Result<(), Trouble> {
        let off = (ToldState::Off, "");
        let Some(zone) = round.facts.zones.iter().find(|it| card.csn.as_ref() == Some(&it.uid))
        else {
            return round.settle(card.id, off, Fault::ours("no_zone")).await;
        };
        let zone = zone.id_zdc;
        let name = self.name(&round.facts);
        if let Ok(holder) = self.right_holder(&round.facts, &name) {
            let wanted = Wanted { name, holder: Some(holder), card: None };
            match self.holder(round, &wanted).await {
                // Nobody is there whose card it could be.
                Ok(Held::Blocked("over")) => {
                    return round.settle(card.id, off, Fault::ours("over")).await;
                }
                // Locked or refused: there is nothing to do.
                Ok(Held::Kept(fault)) if matches!(fault.status, 422 | 423) => {
                    return round.settle(card.id, off, fault).await;
                }
                Err(Trouble::Final(fault)) if fault.status == 422 && fault.operation != "GET" => {
                    return round.settle(card.id, off, fault).await;
                }
                Err(trouble) => return Err(trouble),
                Ok(_) => {}
            }
        }
        let own = format!("{}/smartcard/{zone}", path(&self.name(&round.facts)));
        let remark =
            match self.patch(round, (&own, card), &disabling(card), (&[404, 423], &MILD)).await? {
                Taken::Good => Fault::default(),
                Taken::Mild(fault) => fault,
            };
        self.unremember(round, card).await?;
        round.settle(card.id, off, remark).await
    }
}

fn mild(
    call: &Call<'_>,
    reply: &Reply,
    (statuses, codes): (&[u16], &[&str]),
) -> Result<Taken, Trouble> {
    if reply.is_good() {
        return Ok(Taken::Good);
    }
    let fault = said(call, reply);
    let is_code = reply.status == 422 && codes.contains(&fault.code.as_str());
    if is_code || statuses.contains(&reply.status) {
        return Ok(Taken::Mild(fault));
    }
    Err(refused(call, reply))
}
