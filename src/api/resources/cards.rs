//! Cards, what their chips carry, and photos of those who agreed.
use super::card_faces::{Looker, face};
use super::card_shapes::{CardView, CardsQuery, CodeFormat, Verso, view};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::Query;
use crate::api::listing::{Limit, List, list};
use crate::card::store::{self, Card, Find};
use crate::card::{Desk, code};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::web::{self, Error};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

pub(in crate::api) type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

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
    let app = query.app.and_then(|it| line(it.0));
    let find = Find {
        csn: query.csn.and_then(|it| line(it.0)),
        value: query
            .value
            .and_then(|it| line(it.0))
            .map(|read| desk.identifier(app.as_deref(), &read)),
        application: app,
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

pub(super) async fn known(tx: &mut Tx, id: Uuid) -> web::Result<Card> {
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
/// As they were printed, else as sources tell them now; each look is recorded.
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
    (request, id, parts): (HttpRequest, Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let card = known(&mut parts.0.read().await?, *id).await?;
    let looker = Looker { caller: &caller, request: &request, sees_all: false };
    face(&looker, &card, &parts).await
}
