//! What the teacher says of one student, or of everybody.
use super::calling::Tick;
use super::creating::hand;
use super::pages::Correction;
use super::record::{Channel, Status, reason};
use super::roll::{Parts, called};
use super::{RollRefusal, shown, store};
use crate::identity::{PersonId, SignedIn};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// `POST …/mark`: back to the line, or the form again when a reason is missing.
pub(super) async fn mark(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let now = clock.now();
    let tick = Tick {
        student: PersonId(fields.id("student").ok_or(Error::NotFound)?),
        status: fields.get("status").and_then(Status::parse).ok_or(RollRefusal::Transition)?,
        version: fields.get("version").and_then(|version| version.parse().ok()),
        reason: fields.get("reason").unwrap_or_default().to_owned(),
        beginning: desk.beginning().await?,
        channel: Channel::Manual,
        at: None,
    };
    let mut tx = db.write().await?;
    let (here, over) = called(&mut tx, &who, *id).await?;
    if tick.version.is_some() && reason(&tick.reason).is_none() {
        let line = store::line_of(&mut tx, here.id, tick.student).await?.ok_or(Error::NotFound)?;
        let page = Correction {
            seance: shown::tile(&mut tx, &desk, &here, (frame.lang, now)).await?,
            version: line.version,
            line: shown::line(&desk, &here, &line, over),
            to: tick.status,
            reason: tick.reason,
            is_wrong: true,
            shell: who.shell(&frame, Place::Attendance),
        };
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    }
    desk.tick(&mut tx, &here, (&tick, over), &hand(&who, &client, now)).await?;
    tx.commit().await?;
    let line = format!("#s-{}", tick.student);
    let back = match fields.get("back") {
        // What it leads back with is good for a while; later the look counts anew.
        Some(said) if desk.keys.are_shown(said, (who.id(), here.id), now) => {
            format!("/faces?t={said}")
        }
        Some(_) => "/faces".to_owned(),
        None => String::new(),
    };
    Ok(see_other(&format!("/attendance/sessions/{}{back}{line}", here.id)))
}

/// `…/lines/STUDENT?to=absent`: what would change, and why.
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    path: Path<(Uuid, Uuid)>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let to = query.get("to").and_then(Status::parse).ok_or(Error::NotFound)?;
    let (id, student) = path.into_inner();
    let now = clock.now();
    let mut tx = db.read().await?;
    let (here, over) = called(&mut tx, &who, id).await?;
    let line = store::line_of(&mut tx, id, PersonId(student)).await?.ok_or(Error::NotFound)?;
    let page = Correction {
        seance: shown::tile(&mut tx, &desk, &here, (frame.lang, now)).await?,
        version: line.version,
        line: shown::line(&desk, &here, &line, over),
        to,
        reason: String::new(),
        is_wrong: false,
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST …/everyone`: all present, then untick.
pub(super) async fn everybody(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let (here, _) = called(&mut tx, &who, *id).await?;
    desk.everybody(&mut tx, &here, &hand(&who, &client, now)).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/sessions/{}", here.id)))
}
