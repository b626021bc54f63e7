//! Cards, what their chips carry, and photos of those who agreed.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query};
use crate::api::listing::{Cursor, Limit, List, list};
use crate::card::state::State;
use crate::card::store::{self, Card, Find, Identifier};
use crate::card::{CardRefusal, Desk, code};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::uploads::Scan;
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A card.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct CardView {
    /// Names it.
    pub id: Uuid,
    /// The person.
    pub person: Uuid,
    /// Name of the holder everywhere.
    pub eppn: String,
    /// What they are called.
    pub display_name: String,
    /// Type of the holder.
    pub card_type: String,
    /// Where it is on its way.
    pub state: State,
    /// Since when.
    pub state_at: DateTime<Utc>,
    /// Number of its chip, hexadecimal.
    pub csn: Option<String>,
    /// Its European number.
    pub escn: Option<String>,
    /// Text of the code on it.
    pub qr: String,
    /// What applications on its chip know it by.
    pub identifiers: BTreeMap<String, String>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When its chip was written last.
    pub encoded_at: Option<DateTime<Utc>>,
    /// Since when it works, or did.
    pub enabled_at: Option<DateTime<Utc>>,
    /// When it was handed to its holder.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Until when it is good.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether it was made elsewhere.
    pub is_external: bool,
}

/// The back of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Verso {
    /// Its lines, as they would be printed now; empty ones stay empty.
    pub lines: Vec<String>,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum CodeFormat {
    /// Drawn.
    Svg,
    /// In points.
    Png,
}

/// Which cards. Several fields: those that fit all of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct CardsQuery {
    /// With this chip: hexadecimal digits or a number, from either end.
    #[param(value_type = Option<String>, max_length = 40, pattern = r"^[^\x00-\x1f\x7f]*$")]
    csn: Option<Line<40>>,
    /// An application on chips; goes with `value`.
    #[param(value_type = Option<String>, max_length = 64, pattern = r"^[^\x00-\x1f\x7f]*$")]
    app: Option<Line<64>>,
    /// What that application knows the card by, or what a reader read of the chip.
    #[param(value_type = Option<String>, max_length = 512, pattern = r"^[^\x00-\x1f\x7f]*$")]
    value: Option<Line<512>>,
    /// With this European number.
    #[param(value_type = Option<String>, max_length = 36, pattern = r"^[^\x00-\x1f\x7f]*$")]
    escn: Option<Line<36>>,
    /// Of this holder.
    #[param(value_type = Option<String>, max_length = 256, pattern = r"^[^\x00-\x1f\x7f]*$")]
    eppn: Option<Line<256>>,
    /// In this state.
    #[param(inline)]
    state: Option<State>,
    /// Words of a name, the beginning of an eppn or a mail address, or any number of a card.
    #[param(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$")]
    q: Option<Line<200>>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

pub(in crate::api) type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

fn view(card: Card, identifiers: &[Identifier]) -> CardView {
    let own = identifiers.iter().filter(|it| it.card == card.id);
    CardView {
        id: card.id,
        person: card.of.person.0,
        identifiers: own.map(|it| (it.application.clone(), it.value.clone())).collect(),
        eppn: card.of.eppn,
        display_name: card.of.display_name,
        card_type: card.of.card_type,
        state: card.state,
        state_at: card.state_at,
        csn: card.csn,
        escn: card.escn,
        qr: card.qr,
        requested_at: card.requested_at,
        encoded_at: card.last_encoded_at,
        enabled_at: card.enabled_at,
        delivered_at: card.delivered_at,
        due_at: card.due_at,
        is_external: card.is_external,
    }
}

/// List cards
///
/// Those that fit all fields, in the order in which they were asked for.
#[utoipa::path(get, path = "/api/v1/cards", tag = "cards", params(CardsQuery),
    responses((status = 200, description = "Cards", body = List<CardView>)))]
pub(in crate::api) async fn all(
    _: Caller,
    (Query(query), (db, _, desk)): (Query<CardsQuery>, Parts),
) -> web::Result<HttpResponse> {
    let limit = Limit::of(query.limit);
    let line = |line: String| Some(line).filter(|line| !line.is_empty());
    let find = Find {
        csn: query.csn.and_then(|it| line(it.0)),
        identifier: identifier(&desk, query.app.map(|it| it.0), query.value.map(|it| it.0))?,
        escn: query.escn.and_then(|it| line(it.0)),
        eppn: query.eppn.and_then(|it| line(it.0)),
        state: query.state,
        words: query.q.map(|it| it.0),
        after: query.cursor.map(|cursor| cursor.0),
        limit: limit + 1,
    };
    let mut tx = db.read().await?;
    let cards = store::find(&mut tx, &find).await?;
    let ids: Vec<Uuid> = cards.iter().map(|card| card.id).collect();
    let identifiers = store::identifiers_of(&mut tx, &ids).await?;
    Ok(answer::json(&list(cards, limit, |card| card.id, |card| view(card, &identifiers))))
}

/// What an application knows a card by, and what a reader read of it.
fn identifier(
    desk: &Desk,
    app: Option<String>,
    value: Option<String>,
) -> web::Result<Option<(String, String)>> {
    match (app, value) {
        (None, None) => Ok(None),
        (Some(app), Some(value)) => Ok(Some(desk.identifier(app, &value))),
        _ => Err(crate::api::fields::out_of_range("app and value go together")),
    }
}

async fn known(tx: &mut Tx, id: Uuid) -> web::Result<Card> {
    store::card(tx, id).await?.ok_or(Error::NotFound)
}

/// Show a card
#[utoipa::path(get, path = "/api/v1/cards/{id}", tag = "cards",
    params(("id" = Uuid, Path, description = "The card")),
    responses((status = 200, description = "The card", body = CardView)))]
pub(in crate::api) async fn one(
    _: Caller,
    (id, db): (Path<Uuid>, Data<Db>),
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let card = known(&mut tx, *id).await?;
    let identifiers = store::identifiers_of(&mut tx, &[card.id]).await?;
    Ok(answer::json(&view(card, &identifiers)))
}

/// Show the lines on the back of a card
///
/// As sources tell them now; each look is recorded.
#[utoipa::path(get, path = "/api/v1/cards/{id}/verso", tag = "cards",
    params(("id" = Uuid, Path, description = "The card")),
    responses((status = 200, description = "The lines", body = Verso)))]
pub(in crate::api) async fn verso(
    caller: Caller,
    (id, parts): (Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let card = known(&mut parts.0.read().await?, *id).await?;
    Ok(answer::json(&Verso { lines: lines(&caller, &card, &parts).await? }))
}

/// The back of a card, for the record too.
pub(in crate::api) async fn lines(
    caller: &Caller,
    card: &Card,
    (db, clock, desk): &Parts,
) -> web::Result<Vec<String>> {
    let mut tx = db.write().await?;
    let lines = desk.verso(&mut tx, card).await?;
    let event = caller.event("card.verso_read").field("card", card.id);
    event.field("holder", card.of.holder).record(&mut tx, caller.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(lines)
}

/// Show the code of a card
///
/// A QR code of level M without a margin: leave four modules of white around it.
#[utoipa::path(get, path = "/api/v1/cards/{id}/code.{format}", tag = "cards",
    params(
        ("id" = Uuid, Path, description = "The card"),
        ("format" = inline(CodeFormat), Path, description = "In which form", example = "svg"),
    ),
    responses((status = 200, description = "The picture", content(
        (String = "image/svg+xml"),
        (String = "image/png"),
    ))))]
pub(in crate::api) async fn picture(
    _: Caller,
    (path, db): (Path<(Uuid, String)>, Data<Db>),
) -> web::Result<HttpResponse> {
    let card = known(&mut db.read().await?, path.0).await?;
    code::answer(&card.qr, &path.1)
}

/// Show the photo of a card
///
/// Of those who agreed to show it inside; each look is recorded.
#[utoipa::path(get, path = "/api/v1/cards/{id}/photo", tag = "cards",
    params(("id" = Uuid, Path, description = "The card")),
    responses(
        (status = 200, description = "JPEG, 600 × 800", body = String, content_type = "image/jpeg"),
        (status = 409, description = "The scanner for viruses did not see it yet, or found something",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn photo(
    caller: Caller,
    (id, parts): (Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let card = known(&mut parts.0.read().await?, *id).await?;
    face(&caller, &card, &parts).await
}

/// The photo of a card, if its holder shows it.
pub(in crate::api) async fn face(
    caller: &Caller,
    card: &Card,
    (db, clock, desk): &Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let mut tx = db.read().await?;
    let holder = store::holder_of_account(&mut tx, card.of.account).await?;
    let photo = match card.photo {
        Some(photo) => store::photo(&mut tx, photo, now).await?,
        None => None,
    };
    drop(tx);
    let photo = photo.ok_or(Error::NotFound)?;
    if !holder.is_some_and(|holder| holder.shows_photo) {
        return Err(CardRefusal::Consent.into());
    }
    if photo.scan_state != Scan::Clean {
        return Err(CardRefusal::PhotoHeld.into());
    }
    let mut tx = db.write().await?;
    let event = caller.event("card.photo_read").field("photo", photo.id);
    event.field("holder", photo.holder).record(&mut tx, caller.trace(), now).await?;
    tx.commit().await?;
    desk.face(&photo).await
}
