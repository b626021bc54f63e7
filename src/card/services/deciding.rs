//! `POST /cards/office/ID/izly`: what the office decides of a holder at the CROUS (18).
use super::Service;
use super::crous::store::{decided, set_off, set_reopen};
use crate::card::desk::Hand;
use crate::card::office::must_cover;
use crate::card::photos::Parts;
use crate::card::refusal::CardRefusal;
use crate::card::store::{card, hold, holders_of};
use crate::identity::SignedIn;
use crate::rights::Reach;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error};
use actix_web::HttpResponse;
use actix_web::web::Path;
use uuid::Uuid;

/// Longest reason, letters.
const WHY: usize = 500;

/// Nothing is told of somebody any more (`act=off`, with a reason), everything again (`on`), or their closed account
/// is opened (`reopen`); whichever account of theirs the card was made for.
pub(in crate::card) async fn decide(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let why: String = fields.get("note").unwrap_or_default().trim().chars().take(WHY).collect();
    let (act, event) = match fields.get("act") {
        Some("off") if why.is_empty() => return Err(CardRefusal::Why.into()),
        Some(act @ "off") => (act, "card.crous_off"),
        Some(act @ "on") => (act, "card.crous_on"),
        Some(act @ "reopen") => (act, "card.crous_reopened"),
        _ => return Err(CardRefusal::State.into()),
    };
    if !desk.services.is_on(Service::Crous) {
        return Err(Error::NotFound);
    }
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let card = card(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    must_cover(&reach, &card)?;
    hold(&mut tx, card.of.person).await?;
    for holder in holders_of(&mut tx, card.of.person).await? {
        match act {
            "off" => set_off(&mut tx, holder.id, Some(&why)).await?,
            "on" => set_off(&mut tx, holder.id, None).await?,
            _ if decided(&mut tx, holder.id).await?.off.is_some() => {
                return Err(CardRefusal::State.into());
            }
            _ => set_reopen(&mut tx, holder.id, true).await?,
        }
        desk.services.retell(&mut tx, Service::Crous, holder.id).await?;
    }
    let event = hand.event(event).field("card", card.id).field("holder", card.of.holder);
    let event = if act == "off" { event.field("note", &why) } else { event };
    event.record(&mut tx, &hand.trace, hand.now).await?;
    desk.post.queue.commit(tx).await?;
    Ok(see_other(&format!("/cards/office/{}/services/crous?asked=1", card.id)))
}
