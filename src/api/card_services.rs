//! Addresses of ESUP-SGC for programs that know them, with a token where it asked for none (15).
//!
//! They are no operations of the document, which has the same under names of ours.
mod chips;
mod people;
mod photos;

use super::caller::Caller;
use super::fields::{Line, Query};
use super::resources::cards::{Parts, lines};
use super::scope::Scope;
use crate::card::export::rows;
use crate::card::state::State;
use crate::card::store::{self, Card, Find, Search};
use crate::db::Tx;
use crate::identity::store::account_by_id;
use crate::rights::Rule;
use crate::rows::{Cell, semicolons};
use crate::web::query::bad;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;
use crate::web::{self, Error};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

/// The map.
pub(super) fn routes(map: &mut Map<'_>) {
    let reads = Rule::Token(Scope::CardsRead.word());
    at("/wsrest/nfc/tagIdCheck", reads).get(tag_id_check).mount(map);
    at("/wsrest/nfc/idFromCsn", reads).get(id_from_csn).mount(map);
    at("/wsrest/nfc/getVersoText", reads).get(verso_text).mount(map);
    at("/wsrest/api/csvSearch", reads).class(Class::Export).get(csv_search).mount(map);
    map.with(chips::routes);
    map.with(people::routes);
    map.with(photos::routes);
}

fn caller(request: &HttpRequest) -> web::Result<Caller> {
    let caller = request.extensions().get::<Caller>().cloned();
    caller.ok_or_else(|| Error::internal("nobody was let in"))
}

/// A card by its chip, or by what an application knows it by.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tag {
    csn: Option<Line<40>>,
    desfire_id: Option<Line<512>>,
    app_name: Option<Line<64>>,
}

impl Tag {
    async fn card(&self, tx: &mut Tx, (_, _, desk): &Parts) -> web::Result<Option<Card>> {
        let find = match (&self.csn, &self.desfire_id, &self.app_name) {
            (Some(csn), ..) => Find { csn: Some(csn.0.clone()), ..Find::default() },
            (None, Some(id), Some(app)) => Find {
                value: Some(desk.identifier(Some(&app.0), &id.0)),
                application: Some(app.0.clone()),
                ..Find::default()
            },
            _ => return Err(bad("csn, or desfireId and appName")),
        };
        Ok(store::find(tx, &Find { limit: 1, ..find }).await?.pop())
    }
}

/// `GET /wsrest/nfc/tagIdCheck?csn=` or `?desfireId=&appName=`: whose it is; nothing when unknown.
async fn tag_id_check(Query(tag): Query<Tag>, parts: Parts) -> web::Result<HttpResponse> {
    let mut tx = parts.0.read().await?;
    let Some(card) = tag.card(&mut tx, &parts).await? else {
        return Ok(HttpResponse::Ok().content_type("application/json").finish());
    };
    let account = account_by_id(&mut tx, card.of.account).await?;
    let said = |name: &str| {
        let account = account.as_ref();
        account.and_then(|it| it.attributes.first(name)).unwrap_or_default().to_owned()
    };
    Ok(HttpResponse::Ok().json(json!({
        "csn": card.csn,
        "eppn": card.of.eppn,
        "firstname": said("givenName"),
        "lastname": said("sn"),
        "etat": sgc(card.state),
    })))
}

/// `GET /wsrest/nfc/idFromCsn?csn=&appName=`: what is written to the chip.
async fn id_from_csn(Query(tag): Query<Tag>, parts: Parts) -> web::Result<HttpResponse> {
    let app = tag.app_name.as_ref().ok_or_else(|| bad("appName"))?;
    let application = parts.2.application(&app.0).ok_or(Error::NotFound)?;
    let mut tx = parts.0.read().await?;
    let card = tag.card(&mut tx, &parts).await?.ok_or(Error::NotFound)?;
    let given = store::identifiers_of(&mut tx, &[card.id]).await?;
    let own = given.iter().find(|it| it.application == application.name);
    let written = own.and_then(|it| application.encode(&it.value)).ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(written))
}

/// `GET /wsrest/nfc/getVersoText?csn=`: the lines on the back.
async fn verso_text(
    request: HttpRequest,
    Query(tag): Query<Tag>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let mut tx = parts.0.read().await?;
    let card = tag.card(&mut tx, &parts).await?.ok_or(Error::NotFound)?;
    drop(tx);
    Ok(HttpResponse::Ok().json(lines(&caller(&request)?, &card, &parts).await?))
}

/// A column by the name that ESUP-SGC has for it: no other field is ever read.
fn column(name: &str) -> Option<fn(&Card) -> String> {
    Some(match name {
        "eppn" => |card| card.of.eppn.clone(),
        "email" => |card| card.of.mail.clone().unwrap_or_default(),
        "displayName" => |card| card.of.display_name.clone(),
        "userType" => |card| card.of.card_type.clone(),
        "etat" => |card| sgc(card.state),
        "dateEtat" => |card| time(Some(card.state_at)),
        "csn" => |card| card.csn.clone().unwrap_or_default(),
        "escnUid" => |card| card.escn.clone().unwrap_or_default(),
        "requestDate" => |card| time(Some(card.requested_at)),
        "encodedDate" => |card| time(card.encoded_at),
        "lastEncodedDate" => |card| time(card.last_encoded_at),
        "enabledDate" => |card| time(card.enabled_at),
        "deliveredDate" => |card| time(card.delivered_at),
        "dueDate" => |card| time(card.due_at),
        "nbRejets" => |card| card.rejections.to_string(),
        "motifDisable" => |card| card.stopped_for.map_or("", |why| why.as_str()).to_uppercase(),
        _ => return None,
    })
}

fn sgc(state: State) -> String {
    state.as_str().to_uppercase()
}

fn time(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

/// `GET /wsrest/api/csvSearch?etat=ENABLED&fields=eppn&fields=csn`
async fn csv_search(request: HttpRequest, (db, clock, _): Parts) -> web::Result<HttpResponse> {
    // `fields` stands several times.
    let query = serde_urlencoded::from_str::<Vec<(String, String)>>(request.query_string());
    let query = query.map_err(|_| bad("an address that cannot be read"))?;
    let said = |wanted: &str| {
        let fits = query.iter().filter(move |(name, _)| name == wanted);
        fits.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    let state = |name: &&str| State::parse(&name.to_lowercase()).ok_or_else(|| bad("etat"));
    let states = said("etat").iter().map(state).collect::<web::Result<Vec<_>>>()?;
    let names = said("fields");
    let columns: Option<Vec<_>> = names.iter().map(|name| column(name)).collect();
    let columns = columns.filter(|it| (1..=16).contains(&it.len())).ok_or_else(|| bad("fields"))?;
    let caller = caller(&request)?;
    let mut tx = db.write().await?;
    let event = caller.event("export.made").reason("cards");
    event.record(&mut tx, caller.trace(), clock.now()).await?;
    tx.commit().await?;
    let head = semicolons(names.iter().map(|name| Cell::Text((*name).to_owned())));
    let search = Search { states, ..Search::default() };
    Ok(rows(("cards.csv", head), db, search, move |card| {
        semicolons(columns.iter().map(|of| Cell::Text(of(card))))
    }))
}
