//! What a card that works is called elsewhere, by its chip.
use super::{Tag, time};
use crate::api::fields::{Body, Line, Query};
use crate::api::resources::cards::Parts;
use crate::api::scope::Scope;
use crate::card::csn::Csn;
use crate::card::state::State;
use crate::card::store::{Card, identifiers_of};
use crate::db::Tx;
use crate::identity::store::account_by_id;
use crate::rights::Rule;
use crate::web::body::Intake;
use crate::web::query::bad;
use crate::web::resource::{Map, at};
use crate::web::{self, Error};
use actix_web::HttpResponse;
use serde::Deserialize;

/// What a reader sends is small.
const TAG: Intake = Intake::of(&["application/json"], 4 * 1024);

/// The map.
pub(super) fn routes(map: &mut Map<'_>) {
    let reads = Rule::Token(Scope::CardsRead.word());
    at("/wsrest/nfc/lastUpdateFromCsn", reads).get(last_update).mount(map);
    at("/wsrest/nfc/getSecondaryId", reads).get(get_secondary).mount(map);
    at("/wsrest/nfc/secondaryId", reads).takes(TAG).post(secondary).mount(map);
}

fn text(said: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(said)
}

/// `GET /wsrest/nfc/lastUpdateFromCsn?csn=`: when the chip was written last.
async fn last_update(Query(tag): Query<Tag>, parts: Parts) -> web::Result<HttpResponse> {
    let mut tx = parts.0.read().await?;
    let card = tag.card(&mut tx, &parts).await?.ok_or(Error::NotFound)?;
    Ok(text(time(card.last_encoded_at)))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    csn: Line<40>,
    #[serde(default)]
    service: Line<64>,
}

/// `GET /wsrest/nfc/getSecondaryId?csn=&service=biblio|eppn`
async fn get_secondary(Query(wanted): Query<Wanted>, parts: Parts) -> web::Result<HttpResponse> {
    let name = match wanted.service.0.as_str() {
        "biblio" => "secondaryId",
        "eppn" => "eppn",
        _ => return Err(bad("service")),
    };
    named(wanted.csn, name, &parts).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdName {
    id_name: Line<64>,
}

/// What ESUP's server of readers sends; it says more, which nobody needs.
#[derive(Debug, Deserialize)]
struct Tagged {
    csn: Line<40>,
}

/// `POST /wsrest/nfc/secondaryId?idName=`: one of the names below, or an application on the chip.
async fn secondary(
    Query(name): Query<IdName>,
    Body(tag): Body<Tagged>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    named(tag.csn, &name.id_name.0, &parts).await
}

/// What a card that works is called; nothing for every other one.
async fn named(csn: Line<40>, name: &str, parts: &Parts) -> web::Result<HttpResponse> {
    let is_known = NAMES.contains(&name) || parts.2.application(name).is_some();
    if !is_known {
        return Err(bad("idName"));
    }
    let tag = Tag { csn: Some(csn), desfire_id: None, app_name: None };
    let mut tx = parts.0.read().await?;
    let card = tag.card(&mut tx, parts).await?.filter(|card| card.state == State::Enabled);
    let Some(card) = card else { return Ok(text(String::new())) };
    Ok(text(called(&mut tx, &card, name).await?.unwrap_or_default()))
}

/// Everything that is told besides applications: no other field is ever read.
const NAMES: [&str; 11] = [
    "csn",
    "cardUID",
    "reverseCsn",
    "csnDec",
    "reverseCsnDec",
    "sgcCardId",
    "eppn",
    "email",
    "secondaryId",
    "supannEtuId",
    "supannEmpId",
];

async fn called(tx: &mut Tx, card: &Card, name: &str) -> sqlx::Result<Option<String>> {
    let csn = card.csn.as_deref().and_then(Csn::parse);
    Ok(match name {
        "csn" | "cardUID" => card.csn.clone(),
        "reverseCsn" => csn.map(|csn| csn.reversed().to_string()),
        "csnDec" => csn.map(|csn| csn.decimal().to_string()),
        "reverseCsnDec" => csn.map(|csn| csn.reversed().decimal().to_string()),
        "sgcCardId" => Some(card.id.to_string()),
        "eppn" => Some(card.of.eppn.clone()),
        "email" => card.of.mail.clone(),
        "secondaryId" | "supannEtuId" | "supannEmpId" => {
            let account = account_by_id(tx, card.of.account).await?;
            account.and_then(|it| it.attributes.first(name).map(str::to_owned))
        }
        application => {
            let given = identifiers_of(tx, &[card.id]).await?;
            given.into_iter().find(|it| it.application == application).map(|it| it.value)
        }
    })
}
