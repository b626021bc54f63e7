//! Readers of cards: our own protocol, and the four addresses of ESUP's readers (6.2).
//!
//! They are no operations of the document: a reader counts its taps instead of naming each request.
use super::caller::Caller;
use super::fields::{Body, Line, Query};
use super::scope::Scope;
use crate::attendance::{self, CardKind, Reader, TapResult, TapTold};
use crate::clock::Clock;
use crate::db::Db;
use crate::rights::Rule;
use crate::web::body::Intake;
use crate::web::lang::Lang;
use crate::web::resource::{Map, at};
use crate::web::{self, Error};
use actix_web::web::{Data, Path};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A tap is small.
const TAP: Intake = Intake::of(&["application/json"], 4 * 1024);

/// The map.
pub(super) fn routes(map: &mut Map<'_>) {
    let rule = Rule::Token(Scope::AttendanceTap.word());
    at("/api/v1/stations/{id}/taps", rule).takes(TAP).post(tap).mount(map);
    at("/wsrest/nfc/locations", rule).get(locations).mount(map);
    at("/wsrest/nfc/isTagable", rule).takes(TAP).post(is_tagable).mount(map);
    at("/wsrest/nfc/validateTag", rule).takes(TAP).post(validate_tag).mount(map);
    at("/wsrest/nfc/display", rule).takes(TAP).post(display).mount(map);
}

type Parts = (Data<Db>, Data<Clock>, Data<attendance::Desk>);

fn reader(request: &HttpRequest, now: DateTime<Utc>) -> web::Result<Reader> {
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.ok_or_else(|| Error::internal("nobody was let in"))?;
    let within = attendance::store::Within::schools(caller.schools());
    Ok(Reader { token: caller.id(), within, trace: caller.trace().clone(), now })
}

/// What our readers send.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tap {
    seq: u32,
    tapped_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    card: Card,
    room: Line<100>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    kind: CardKind,
    value: Line<100>,
}

/// `POST /api/v1/stations/ID/taps`
async fn tap(
    request: HttpRequest,
    id: Path<String>,
    Body(tap): Body<Tap>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let station = Line::<64>::try_from(id.into_inner()).map_err(|_| Error::NotFound)?;
    let told = TapTold {
        station: station.0,
        seq: tap.seq.into(),
        tapped_at: tap.tapped_at,
        sent_at: tap.sent_at,
        kind: tap.card.kind,
        value: tap.card.value.0,
        room: tap.room.0,
    };
    let answer = desk.tap(&db, &told, &reader(&request, clock.now())?).await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// What ESUP's server of readers sends; it names the holder of the card and of the reader.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tag {
    #[serde(default)]
    csn: String,
    #[serde(default)]
    eppn: String,
    eppn_init: String,
    location: String,
}

#[derive(Debug, Deserialize)]
struct Holder {
    eppn: Line<256>,
}

/// `GET /wsrest/nfc/locations?eppn=`: today's séances of the reader's holder.
async fn locations(
    request: HttpRequest,
    Query(holder): Query<Holder>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let reader = reader(&request, clock.now())?;
    Ok(HttpResponse::Ok().json(desk.locations(&db, &holder.eppn.0, &reader).await?))
}

/// `POST /wsrest/nfc/isTagable`: whether somebody may be marked.
async fn is_tagable(
    request: HttpRequest,
    Body(tag): Body<Tag>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let reader = reader(&request, clock.now())?;
    let found = desk.tagged(&db, &tag.told(), &reader).await?;
    Ok(said(found.map(|_| ())))
}

/// `POST /wsrest/nfc/validateTag`: mark.
async fn validate_tag(
    request: HttpRequest,
    Body(tag): Body<Tag>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let reader = reader(&request, clock.now())?;
    let marked = match desk.tagged(&db, &tag.told(), &reader).await? {
        Ok(found) => desk.mark_tagged(&db, &found, &reader).await?,
        Err(result) => Err(result),
    };
    Ok(said(marked))
}

/// `POST /wsrest/nfc/display`: who that is, as a piece of a page.
async fn display(
    request: HttpRequest,
    Body(tag): Body<Tag>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let reader = reader(&request, clock.now())?;
    let name = desk.tagged(&db, &tag.told(), &reader).await?.map(|found| found.name);
    let name = name.map(|name| format!("<p>{}</p>", escaped(&name))).unwrap_or_default();
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(name))
}

impl Tag {
    fn told(&self) -> attendance::Tag<'_> {
        attendance::Tag {
            csn: &self.csn,
            eppn: &self.eppn,
            holder: &self.eppn_init,
            location: &self.location,
        }
    }
}

/// Those readers know two answers: OK, and anything else with a text for the display.
fn said(done: Result<(), TapResult>) -> HttpResponse {
    let text = "text/plain; charset=utf-8";
    match done {
        Ok(()) => HttpResponse::Ok().content_type(text).body("OK"),
        Err(result) => {
            let words = Lang::Fr.t(result.label());
            HttpResponse::InternalServerError().content_type(text).body(words)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
