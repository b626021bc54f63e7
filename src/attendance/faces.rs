//! `…/faces`: the roll with the faces of those who agreed to be seen.
//!
//! Photos are kept by the card office; here nobody knows how. What is shown is a small one, to whoever calls this
//! roll, of somebody who is on it. That faces were shown is recorded with the page, and only what the page hands out
//! leads to them; it is good for ten to twenty minutes, in which no second look is recorded.
use super::creating::hand;
use super::may::Over;
use super::pages::Faces;
use super::roll::{Parts, called};
use super::{RollRefusal, shown, store};
use crate::db::{Db, Tx};
use crate::identity::{PersonId, SignedIn};
use crate::uploads::picture::{Format, unpack, write};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use image::imageops::FilterType;
use std::sync::Arc;
use uuid::Uuid;

/// The photo of somebody who lets others see it, as JPEG; `None`: there is none to be seen.
pub type FaceOf = Arc<
    dyn Fn(Db, PersonId, DateTime<Utc>) -> BoxFuture<'static, web::Result<Option<Vec<u8>>>>
        + Send
        + Sync,
>;

/// Size of what is shown: sharp on telephones, and a few kilobytes.
const SIZE: (u32, u32) = (180, 240);
/// Stands where there is no photo.
const NOBODY: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 4"><path fill="#d5d9df" d="M0 0h3v4H0z"/>"##,
    r##"<g fill="#8a93a0"><circle cx="1.5" cy="1.5" r=".7"/><path d="M.2 4a1.3 1.4 0 0 1 2.6 0z"/></g></svg>"##
);

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let (here, over) = looked_at(&mut tx, &who, *id).await?;
    let lines = store::lines(&mut tx, here.id).await?;
    let page = Faces {
        ticket: desk.keys.faces(who.id(), here.id, now),
        seance: shown::tile(&mut tx, &desk, &here, (frame.lang, now)).await?,
        lines: lines.iter().map(|row| shown::line(&desk, &here, row, over)).collect(),
        shell: who.shell(&frame, Place::Attendance),
    };
    drop(tx);
    let said = query.get("t").unwrap_or_default();
    if !desk.keys.are_shown(said, (who.id(), here.id), now) {
        let by = hand(&who, &client, now);
        let event = by.signed("roll.faces_shown").field("session", here.id);
        let mut tx = db.write().await?;
        event.field("students", lines.len()).record(&mut tx, &by.trace, now).await?;
        tx.commit().await?;
    }
    Ok(Page(page).with(StatusCode::OK))
}

/// `…/faces/STUDENT?t=`: one of them.
pub(super) async fn one(
    request: HttpRequest,
    who: SignedIn,
    path: Path<(Uuid, Uuid)>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let (id, student) = path.into_inner();
    let query = Fields::parse(request.query_string())?;
    let said = query.get("t").unwrap_or_default();
    if !desk.keys.are_shown(said, (who.id(), id), clock.now()) {
        return Err(Error::NotFound);
    }
    let mut tx = db.read().await?;
    let (here, _) = looked_at(&mut tx, &who, id).await?;
    let student = PersonId(student);
    store::line_of(&mut tx, here.id, student).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let Some(photo) = (desk.faces)(db.get_ref().clone(), student, clock.now()).await? else {
        return Ok(picture("image/svg+xml").body(NOBODY));
    };
    let small = actix_web::web::block(move || {
        let whole = unpack(Format::Jpeg, &photo)?;
        write(Format::Jpeg, &whole.resize(SIZE.0, SIZE.1, FilterType::Triangle))
    });
    match small.await.map_err(Error::internal)? {
        Ok(small) => Ok(picture("image/jpeg").body(small)),
        Err(_) => Ok(picture("image/svg+xml").body(NOBODY)),
    }
}

/// The roll, for whoever calls it. Whoever looks at the service as somebody else sees pages, not faces.
async fn looked_at(tx: &mut Tx, who: &SignedIn, id: Uuid) -> web::Result<(store::Seance, Over)> {
    if who.seen_by.is_some() {
        return Err(RollRefusal::Forbidden.into());
    }
    called(tx, who, id).await
}

fn picture(kind: &'static str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.content_type(kind).insert_header((header::CONTENT_ENCODING, "identity"));
    // As long as what leads to it: each tick loads the page anew.
    answer.insert_header((header::CACHE_CONTROL, "private, max-age=600"));
    answer
}
