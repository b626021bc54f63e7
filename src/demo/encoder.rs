//! `/demo/encoder`: an encoder without a chip. It gives the next printed card a number, by the same act
//! as a real station will.
use super::cards::{csn, zone};
use super::pages::{DemoEncoded, DemoEncoder};
use crate::card::services::crous::store::keep_zone;
use crate::card::store::{Card, card, waiting};
use crate::card::{Desk, Hand};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::MaybeSignedIn;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Cards that it shows at once.
const MOST: i64 = 20;

type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// The cards that wait, and the one that was just written.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    (db, _, _): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let done = match query.id("done") {
        Some(id) => card(&mut tx, id).await?,
        None => None,
    };
    let shown = |card: &Card| DemoEncoded {
        name: card.of.display_name.clone(),
        eppn: card.of.eppn.clone(),
        state: card.state,
        csn: card.csn.clone().unwrap_or_default(),
    };
    let page = DemoEncoder {
        done: done.as_ref().map(shown),
        waiting: waiting(&mut tx, MOST).await?.iter().map(shown).collect(),
        shell: match &who.0 {
            Some(who) => who.shell(&frame, Place::Elsewhere),
            None => frame.shell(""),
        },
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Write the next one.
pub(super) async fn encode((db, clock, desk): Parts) -> web::Result<HttpResponse> {
    let mut tx = db.write().await?;
    let Some(next) = waiting(&mut tx, 1).await?.into_iter().next() else {
        return Ok(see_other("/demo/encoder"));
    };
    let number = csn().map_err(Error::internal)?;
    keep_zone(&mut tx, &zone(&number, clock.now())).await?;
    desk.encode(&mut tx, next.id, &number, &Hand::of_nobody(clock.now())).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/demo/encoder?done={}", next.id)))
}
