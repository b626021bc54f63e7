//! What programs do with cards: ask for them, lead them on, have their holders read anew.
use super::card_shapes::{CardView, view};
use super::cards::{Parts, known};
use crate::api::caller::Caller;
use crate::api::fields::{Line, unusable};
use crate::api::once::Once;
use crate::card::state::State;
use crate::card::stop::Why;
use crate::card::{Asked, Step, Wish, store};
use crate::db::Tx;
use crate::identity::store::find_person;
use crate::web::body::Intake;
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A photo of 10 MiB in base64, and what stands around it.
pub(in crate::api) const REQUEST: Intake = Intake::of(&["application/json"], 14 << 20);

/// A card that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewCard {
    /// Name of the person everywhere: `eduPersonPrincipalName`.
    #[schema(value_type = String, max_length = 256)]
    eppn: Line<256>,
    /// The photo, JPEG or PNG of 10 MiB at most, in base64; when it is left out, the last one that the person sent.
    photo: Option<String>,
    /// Whether others inside may see the photo: what the person said.
    shows_photo: bool,
}

/// Where a card is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct CardStep {
    /// There.
    state: State,
    /// What is said with it; needed to send a request back and to void it.
    #[schema(value_type = Option<String>, max_length = 500)]
    reason: Option<Line<500>>,
    /// Why a card is stopped.
    why: Option<Why>,
    /// Number of the chip that was written, with `encoded`.
    #[schema(value_type = Option<String>, max_length = 40)]
    csn: Option<Line<40>>,
    /// The version of the card as it was seen; when it has another one by now, nothing is done.
    version: Option<i64>,
}

/// A holder who was read anew.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct HolderSynced {
    /// The person.
    person: Uuid,
    /// Their cards as they are now, the newest first.
    cards: Vec<CardView>,
}

async fn seen(tx: &mut Tx, id: Uuid) -> web::Result<CardView> {
    let card = known(tx, id).await?;
    let identifiers = store::identifiers_of(tx, &[card.id]).await?;
    Ok(view(card, &identifiers))
}

/// Ask for a card
///
/// For somebody who may have one now, by the same rules as if they asked themselves. Whoever was sent back sends
/// the same request again.
#[utoipa::path(post, path = "/api/v1/card-requests", tag = "cards",
    request_body(content = NewCard, example = json!({
        "eppn": "lea.martin@univ.example", "photo": "/9j/4AAQSkZJRg==", "shows_photo": true})),
    responses(
        (status = 201, description = "The card", body = CardView),
        (status = 409, description = "No request is possible now (E-CARD-ASK), or none at all \
            (E-CARD-NO-HOLDER)", body = crate::api::problem::Problem,
            content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn request(
    caller: Caller,
    (once, (db, clock, desk)): (Once, Parts),
) -> web::Result<HttpResponse> {
    let (now, hand) = (clock.now(), caller.card_hand(clock.now()));
    let mut tx = db.read().await?;
    // The photo is kept before the act begins, so it is not taken in twice.
    if let Some(answer) = once.answered(&mut tx, &caller, now).await? {
        return Ok(answer);
    }
    let said: NewCard = once.body()?;
    let person = desk.named(&mut tx, &said.eppn.0).await?.ok_or(Error::NotFound)?;
    let photo = match said.photo {
        Some(text) => {
            drop(tx);
            let bytes = BASE64.decode(text).map_err(|_| unusable("photo is no base64"))?;
            desk.take_photo(&db, person, bytes, &hand).await?
        }
        None => desk.last_photo(&mut tx, person, now).await?,
    };
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let person = find_person(&mut tx, person).await?.ok_or(Error::NotFound)?;
    let wish = Wish { photo, shows_photo: said.shows_photo };
    let id = desk.request(&mut tx, &person, &wish, &hand).await?;
    let card = seen(&mut tx, id).await?;
    let answer = receipt.keep(&mut tx, StatusCode::CREATED, &card).await?;
    desk.post.queue.commit(tx).await?;
    Ok(answer)
}

/// Lead a card on
///
/// By the ways that are open to the office, and to nothing else (409 `E-CARD-STATE`): `in_print` puts it in a batch of
/// its own, `encoded` wants the number of the chip, `renewed` answers with the new card.
#[utoipa::path(post, path = "/api/v1/cards/{id}/state", tag = "cards",
    params(("id" = Uuid, Path, description = "The card")),
    request_body(content = CardStep, example = json!({"state": "disabled", "why": "lost"})),
    responses(
        (status = 200, description = "The card as it is now", body = CardView),
        (status = 409, description = "No way leads there (E-CARD-STATE), or another card has the chip \
            (E-CARD-CSN-TAKEN)", body = crate::api::problem::Problem,
            content_type = "application/problem+json"),
        (status = 412, description = "It has another version by now (E-CARD-VERSION)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn lead(
    caller: Caller,
    (id, once, (db, clock, desk)): (Path<Uuid>, Once, Parts),
) -> web::Result<HttpResponse> {
    let (now, hand) = (clock.now(), caller.card_hand(clock.now()));
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let said: CardStep = once.body()?;
    let step = Step {
        note: said.reason.map(|reason| reason.0).unwrap_or_default(),
        why: said.why,
        seen: said.version,
        may_print: false,
    };
    let asked = Asked { to: said.state, csn: said.csn.map(|csn| csn.0), step };
    let led = desk.lead_for(&mut tx, *id, asked, &hand).await?;
    let card = seen(&mut tx, led).await?;
    let answer = receipt.keep(&mut tx, StatusCode::OK, &card).await?;
    desk.post.queue.commit(tx).await?;
    Ok(answer)
}

/// Read a holder anew
///
/// What their accounts say, as it is kept: their cards go where time leads them, and services are told what changed.
#[utoipa::path(post, path = "/api/v1/card-holders/{eppn}/sync", tag = "cards",
    params(("eppn" = String, Path, description = "Name of the holder everywhere",
        pattern = "^[A-Za-z0-9_.@:+-]+$", max_length = 256, example = "lea.martin@univ.example")),
    responses((status = 200, description = "The cards", body = HolderSynced)))]
pub(in crate::api) async fn sync(
    caller: Caller,
    (eppn, once, (db, clock, desk)): (Path<String>, Once, Parts),
) -> web::Result<HttpResponse> {
    let (now, hand) = (clock.now(), caller.card_hand(clock.now()));
    let eppn = Line::<256>::try_from(eppn.into_inner()).map_err(|_| Error::NotFound)?;
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let person = store::person_named(&mut tx, &eppn.0.trim().to_lowercase()).await?;
    let person = person.ok_or(Error::NotFound)?;
    desk.sync(&mut tx, person, &hand).await?;
    let cards = store::cards_of(&mut tx, person).await?;
    let ids: Vec<Uuid> = cards.iter().map(|card| card.id).collect();
    let identifiers = store::identifiers_of(&mut tx, &ids).await?;
    let cards = cards.into_iter().map(|card| view(card, &identifiers)).collect();
    let synced = HolderSynced { person: person.0, cards };
    let answer = receipt.keep(&mut tx, StatusCode::OK, &synced).await?;
    desk.post.queue.commit(tx).await?;
    Ok(answer)
}
