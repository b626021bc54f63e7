//! `/cards/office/deliver`: a card is held to a reader, works from then on, and was handed out (14).
use super::desk::{Desk, Hand};
use super::pages::{CardLine, DeliverCards};
use super::photos::Parts;
use super::refusal::CardRefusal;
use super::state::{Actor, State};
use super::store::{self, Card, Find};
use super::{Step, shown};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

impl Desk {
    /// Hand out the card with this chip, once. One that waits to be enabled works then.
    pub async fn deliver(&self, tx: &mut Tx, csn: &str, hand: &Hand) -> web::Result<Uuid> {
        let find = Find { csn: Some(csn.to_owned()), limit: 1, ..Find::default() };
        let found = store::find(tx, &find).await?.pop().ok_or(CardRefusal::Unknown)?;
        let card = self.take(tx, found.id).await?;
        if card.delivered_at.is_some() {
            return Err(CardRefusal::Delivered.into());
        }
        let (id, holder, was) = (card.id, card.of.holder, card.state);
        let card = Card { delivered_at: Some(hand.now), ..card };
        match was {
            State::Encoded => {
                let to = (Actor::System, State::Enabled);
                self.enter(tx, card, to, &Step::default(), hand).await?;
            }
            State::Enabled => self.write(tx, &card).await?,
            _ => return Err(CardRefusal::State.into()),
        }
        let event = hand.event("card.delivered").field("card", id).field("holder", holder);
        event.record(tx, &hand.trace, hand.now).await?;
        Ok(id)
    }
}

/// `/cards/office/deliver`
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let done = match query.id("done") {
        Some(id) => store::card(&mut db.read().await?, id).await?,
        None => None,
    };
    // Only what was handed out is told of.
    let done = done.filter(|card| card.delivered_at.is_some());
    let done: Option<CardLine> = done.map(|card| shown::line(&desk, frame.lang, &card));
    let page = DeliverCards { done, shell: who.shell(&frame, Place::Deliver) };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /cards/office/deliver`: the field `csn` is what the reader types.
pub(super) async fn deliver(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let csn = fields.get("csn").unwrap_or_default();
    let id = desk.deliver(&mut tx, csn, &hand).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/cards/office/deliver?done={id}")))
}
