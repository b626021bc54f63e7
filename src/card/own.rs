//! `/cards`: one's own cards, asking for one in three steps, and saying that one is lost.
use super::asking::Right;
use super::desk::{Desk, Hand, last_day};
use super::pages::{AskCheck, AskConsent, AskPhoto, MyCards, StopCard};
use super::payment::{self, pages::euros};
use super::photos::Parts;
use super::refusal::CardRefusal;
use super::requesting::{Applicant, Wish};
use super::state::{Actor, State};
use super::stop::Why;
use super::store::{self, Card, Photo};
use super::{Step, shown};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::uploads::Scan;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// `/cards`
pub(super) async fn list(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let applicant = desk.applicant(&mut tx, who.id(), clock.now()).await?;
    let cards = store::cards_of(&mut tx, who.id()).await?;
    let holders = store::holders_of(&mut tx, who.id()).await?;
    let (pay, right) = (query.get("pay"), applicant.as_ref().map(|it| it.right));
    // Who just paid waits for Paybox to say so, and does not pay again.
    let is_waiting = pay == Some("done") && right == Some(Right::Pay);
    let due = applicant.as_ref().filter(|_| !is_waiting).and_then(|it| desk.due(it));
    let page = MyCards {
        due: due.map(|cents| euros(frame.lang, cents)).unwrap_or_default(),
        said: payment::fact(pay, right, frame.lang),
        is_waiting,
        is_known: applicant.is_some() || !cards.is_empty(),
        may_ask: applicant.as_ref().is_some_and(|it| it.right.is_open()),
        told: match due {
            Some(_) => "card-ask-pay-here",
            None => applicant.as_ref().map_or("card-ask-nobody", |it| it.right.told()),
        },
        is_sent: query.is_on("sent"),
        is_stopped: query.is_on("stopped"),
        has_holder: !holders.is_empty(),
        shows_photo: holders.iter().any(|holder| holder.shows_photo),
        cards: cards.iter().map(|card| shown::own_card(&desk, frame.lang, card)).collect(),
        shell: who.shell(&frame, Place::Cards),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Somebody who may ask now.
async fn applicant(
    tx: &mut Tx,
    desk: &Desk,
    who: &SignedIn,
    now: DateTime<Utc>,
) -> web::Result<Applicant> {
    let applicant = desk.applicant(tx, who.id(), now).await?.ok_or(CardRefusal::NoHolder)?;
    if applicant.right.is_open() { Ok(applicant) } else { Err(CardRefusal::Ask.into()) }
}

/// `/cards/request`: the first step, a photo.
pub(super) async fn photo(
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let mut tx = db.read().await?;
    let applicant = applicant(&mut tx, &desk, &who, now).await?;
    let known = match applicant.holder {
        Some(holder) => store::latest(&mut tx, holder.id, now).await?,
        None => None,
    };
    let page = AskPhoto {
        known: known.as_ref().map(shown::photo),
        shell: who.shell(&frame, Place::Cards),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// The photo that an address names, of whoever asks.
async fn chosen(
    tx: &mut Tx,
    applicant: &Applicant,
    fields: &Fields,
    now: DateTime<Utc>,
) -> web::Result<Photo> {
    let id = fields.id("photo").ok_or(CardRefusal::NoPhoto)?;
    let holder = applicant.holder.as_ref().ok_or(CardRefusal::NoPhoto)?;
    let photo = store::kept_file(tx, (id, holder.id), now).await?.ok_or(CardRefusal::NoPhoto)?;
    if photo.scan_state == Scan::Infected {
        return Err(CardRefusal::PhotoHeld.into());
    }
    Ok(photo)
}

/// `/cards/request/consent?photo=ID`: the second step, the photo as it will be and who may see it.
pub(super) async fn consent(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let now = clock.now();
    let mut tx = db.read().await?;
    let applicant = applicant(&mut tx, &desk, &who, now).await?;
    let photo = chosen(&mut tx, &applicant, &query, now).await?;
    let page = AskConsent {
        photo: shown::photo(&photo),
        shows_photo: applicant.holder.is_some_and(|holder| holder.shows_photo),
        shell: who.shell(&frame, Place::Cards),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `/cards/request/check?photo=ID&show=1`: the third step, everything once more.
pub(super) async fn check(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let now = clock.now();
    let mut tx = db.read().await?;
    let applicant = applicant(&mut tx, &desk, &who, now).await?;
    let photo = chosen(&mut tx, &applicant, &query, now).await?;
    let due = applicant.told.due.map(|due| last_day(frame.lang, due));
    let page = AskCheck {
        photo: shown::photo(&photo),
        name: who.person.display_name.clone(),
        eppn: applicant.told.eppn,
        due: due.unwrap_or_default(),
        shows_photo: query.is_on("show"),
        shell: who.shell(&frame, Place::Cards),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /cards/request`: the request is made.
pub(super) async fn send(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let photo = fields.id("photo").ok_or(CardRefusal::NoPhoto)?;
    let wish = Wish { photo, shows_photo: fields.is_on("show") };
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    desk.request(&mut tx, &who.person, &wish, &hand).await?;
    tx.commit().await?;
    Ok(see_other("/cards?sent=1"))
}

/// `POST /cards/consent`: whether others inside may see the photo. Whoever may have no card any more
/// may still change their mind.
pub(super) async fn agree(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    store::hold(&mut tx, who.id()).await?;
    let holders = store::holders_of(&mut tx, who.id()).await?;
    let holder = holders.first().ok_or(CardRefusal::NoHolder)?;
    let shows = fields.is_on("show");
    store::set_consent(&mut tx, who.id(), shows).await?;
    let event = who.event("card.consent").field("holder", holder.id).field("shows_photo", shows);
    event.record(&mut tx, &client.trace(), now).await?;
    for holder in &holders {
        desk.services.agreed(&mut tx, holder.id).await?;
    }
    desk.post.queue.commit(tx).await?;
    Ok(see_other("/cards"))
}

/// One's own card; what belongs to somebody else does not exist.
async fn own(tx: &mut Tx, who: &SignedIn, id: Uuid) -> web::Result<Card> {
    let card = store::card(tx, id).await?.ok_or(Error::NotFound)?;
    if card.of.person == who.id() { Ok(card) } else { Err(Error::NotFound) }
}

/// `/cards/ID/stop`: what happens when a card is said to be lost.
pub(super) async fn ask_stop(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let card = own(&mut tx, &who, *id).await?;
    if !card.state.after(Actor::Owner).contains(&State::Disabled) {
        return Err(CardRefusal::State.into());
    }
    let page = StopCard {
        card: shown::own_card(&desk, frame.lang, &card),
        shell: who.shell(&frame, Place::Cards),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /cards/ID/stop`: from now on it does not work.
pub(super) async fn stop(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let why = fields.get("why").and_then(Why::parse).ok_or(CardRefusal::Why)?;
    let step = Step { why: Some(why), ..Step::default() };
    lead_own((&who, &client), (*id, State::Disabled), &step, &parts).await?;
    Ok(see_other("/cards?stopped=1"))
}

/// `POST /cards/ID/cancel`: a request that nobody looked at yet is taken back.
pub(super) async fn cancel(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    lead_own((&who, &client), (*id, State::Canceled), &Step::default(), &parts).await?;
    Ok(see_other("/cards"))
}

async fn lead_own(
    (who, client): (&SignedIn, &Client),
    (id, to): (Uuid, State),
    step: &Step,
    (db, clock, desk): &Parts,
) -> web::Result<()> {
    let mut tx = db.write().await?;
    own(&mut tx, who, id).await?;
    let hand = Hand::of(who, client, clock.now());
    desk.lead(&mut tx, id, (Actor::Owner, to), step, &hand).await?;
    Ok(desk.post.queue.commit(tx).await?)
}
