//! The code for the beamer: a page, and what it shows next.
use super::code::{millis, short, window};
use super::desk::Desk;
use super::pages::Board;
use super::qr::Drawing;
use super::roll::{Parts, called};
use super::seance::State;
use super::shown;
use super::store::{self, Seance};
use crate::identity::SignedIn;
use crate::web::page::{Page, Place};
use crate::web::{self, Error, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// Codes in advance, for a network that hiccups (D43).
const AHEAD: u64 = 6;

/// A code that will be shown.
#[derive(Debug, Serialize)]
struct Code {
    address: String,
    side: usize,
    path: String,
}

/// What the page shows next.
#[derive(Debug, Serialize)]
struct Next {
    is_open: bool,
    /// Milliseconds that the first one still has.
    left: u64,
    /// Milliseconds of each.
    every: u64,
    codes: Vec<Code>,
    spoken: String,
    there: usize,
    all: usize,
}

impl Desk {
    fn code(&self, here: &Seance, window: u64) -> web::Result<Option<Code>> {
        if here.state != State::Open {
            return Ok(None);
        }
        let Some(secret) = self.open_secret(here.id, here.roll_secret.as_deref())? else {
            return Ok(None);
        };
        let seance = short(here.id);
        let address = if here.is_static() {
            format!("{}/p/{seance}", self.origin)
        } else {
            format!("{}/p/{seance}/{}", self.origin, secret.code(here.id, window))
        };
        let drawing = Drawing::of(&address).ok_or_else(|| Error::internal("a long address"))?;
        Ok(Some(Code { address, side: drawing.side, path: drawing.path }))
    }

    fn spoken(&self, here: &Seance, now: DateTime<Utc>) -> web::Result<String> {
        if here.state != State::Open || !here.has_spoken_code {
            return Ok(String::new());
        }
        let secret = self.open_secret(here.id, here.roll_secret.as_deref())?;
        Ok(secret.map(|secret| secret.spoken(here.id, now)).unwrap_or_default())
    }
}

/// The page: black on white, whatever the theme.
pub(super) async fn show(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let mut tx = db.read().await?;
    let (here, _) = called(&mut tx, &who, *id).await?;
    let code = desk.code(&here, window(now, here.rotation()))?;
    let host = desk.origin.split_once("://").map_or(desk.origin.as_str(), |(_, host)| host);
    let page = Board {
        seance: shown::tile(&mut tx, &desk, &here, (frame.lang, now)).await?,
        address: code.as_ref().map(|code| code.address.clone()).unwrap_or_default(),
        side: code.as_ref().map_or(0, |code| code.side),
        path: code.map(|code| code.path).unwrap_or_default(),
        seconds: here.rotation(),
        spoken: desk.spoken(&here, now)?,
        type_at: format!("{host}/p/code"),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `…/codes`: the code of now and the next ones.
pub(super) async fn codes(
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let mut tx = db.read().await?;
    let (here, _) = called(&mut tx, &who, *id).await?;
    let overview = store::absences_of_roll(&mut tx, here.id).await?;
    let every = here.rotation() * 1_000;
    let first = window(now, here.rotation());
    let mut codes = Vec::new();
    for ahead in 0..AHEAD {
        codes.extend(desk.code(&here, first + ahead)?);
    }
    Ok(HttpResponse::Ok().json(Next {
        is_open: here.state == State::Open,
        left: every - millis(now) % every,
        every,
        codes,
        spoken: desk.spoken(&here, now)?,
        there: overview.there,
        all: overview.all,
    }))
}
