//! Photos of cards, of those who agreed; and how a program is told that it has one already.
use super::cards::Parts;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query};
use crate::api::scope::Scope;
use crate::card::CardRefusal;
use crate::card::state::State;
use crate::card::store::{self, Card};
use crate::uploads::Scan;
use crate::web::{self, Error};
use actix_web::http::header::{self, Header, HttpDate, IfModifiedSince};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;
use std::time::{Duration, SystemTime};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which photo.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct FaceQuery {
    /// Of a card in this state; when it is left out, of the card that works, else of the newest one.
    #[param(inline)]
    state: Option<State>,
    /// Only if the card came to its state on this day (UTC) or later; else 304.
    since: Option<NaiveDate>,
}

/// Who looks.
pub(in crate::api) struct Looker<'a> {
    /// The program.
    pub caller: &'a Caller,
    /// What it asked, and what it has already.
    pub request: &'a HttpRequest,
    /// Whether it sees those who did not agree.
    pub sees_all: bool,
}

/// Show the photo of a holder
///
/// Of those who agreed to show it inside, or of everybody for a token of the scope `cards:faces` besides; each look is
/// recorded. `If-None-Match` and `If-Modified-Since` save sending it again: it is as old as the state of its card.
#[utoipa::path(get, path = "/api/v1/card-holders/{eppn}/photo", tag = "cards",
    params(
        ("eppn" = String, Path, description = "Name of the holder everywhere",
            pattern = "^[A-Za-z0-9_.@:+-]+$", max_length = 256, example = "lea.martin@univ.example"),
        FaceQuery,
    ),
    responses(
        (status = 200, description = "JPEG, 600 × 800", body = String, content_type = "image/jpeg"),
        (status = 409, description = "The scanner for viruses did not see it yet, or found something",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn of_holder(
    caller: Caller,
    (request, eppn, Query(query), parts): (HttpRequest, Path<String>, Query<FaceQuery>, Parts),
) -> web::Result<HttpResponse> {
    let sees_all = caller.has(Scope::CardsFaces);
    let looker = Looker { caller: &caller, request: &request, sees_all };
    newest(&looker, eppn.into_inner(), (query.state, query.since), &parts).await
}

/// The photo of somebody by their name, unless its card is as it was before that day.
pub(in crate::api) async fn newest(
    looker: &Looker<'_>,
    eppn: String,
    (state, since): (Option<State>, Option<NaiveDate>),
    parts: &Parts,
) -> web::Result<HttpResponse> {
    let eppn = Line::<256>::try_from(eppn).map_err(|_| Error::NotFound)?;
    let mut tx = parts.0.read().await?;
    let card = parts.2.card_with_face(&mut tx, &eppn.0, state).await?;
    let card = card.ok_or(Error::NotFound)?;
    let is_older = since.is_some_and(|since| card.state_at.date_naive() < since);
    if is_older && may_see(looker, &mut tx, &card).await? {
        return Ok(HttpResponse::NotModified().finish());
    }
    drop(tx);
    face(looker, &card, parts).await
}

async fn may_see(looker: &Looker<'_>, tx: &mut crate::db::Tx, card: &Card) -> sqlx::Result<bool> {
    let holder = store::holder_of_account(tx, card.of.account).await?;
    Ok(looker.sees_all || holder.is_some_and(|holder| holder.shows_photo))
}

/// The photo of a card, if its holder shows it.
pub(in crate::api) async fn face(
    looker: &Looker<'_>,
    card: &Card,
    (db, clock, desk): &Parts,
) -> web::Result<HttpResponse> {
    let (now, caller) = (clock.now(), looker.caller);
    let mut tx = db.read().await?;
    let photo = match card.photo {
        Some(photo) => store::photo(&mut tx, photo, now).await?,
        None => None,
    };
    let photo = photo.ok_or(Error::NotFound)?;
    if !may_see(looker, &mut tx, card).await? {
        return Err(CardRefusal::Consent.into());
    }
    drop(tx);
    if photo.scan_state != Scan::Clean {
        return Err(CardRefusal::PhotoHeld.into());
    }
    let marks = Marks::of(photo.id, card);
    if marks.are_known(looker.request) {
        let mut answer = HttpResponse::NotModified().finish();
        marks.put(&mut answer);
        return Ok(answer);
    }
    let mut tx = db.write().await?;
    let event = caller.event("card.photo_read").field("photo", photo.id);
    event.field("holder", photo.holder).record(&mut tx, caller.trace(), now).await?;
    tx.commit().await?;
    let mut answer = desk.face(&photo).await?;
    marks.put(&mut answer);
    Ok(answer)
}

/// What a photo is known by, and since when it is that of its card.
struct Marks {
    tag: String,
    since: HttpDate,
}

impl Marks {
    /// A photo never changes. The card may get another one, which takes another state.
    fn of(photo: Uuid, card: &Card) -> Self {
        let seconds = u64::try_from(card.state_at.timestamp()).unwrap_or(0);
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Self { tag: format!("\"{}\"", photo.simple()), since: since.into() }
    }

    /// Tags have the word, where a program names some.
    fn are_known(&self, request: &HttpRequest) -> bool {
        let mut tags = request.headers().get_all(header::IF_NONE_MATCH).peekable();
        if tags.peek().is_some() {
            let lines = tags.filter_map(|line| line.to_str().ok());
            let mut tags = lines.flat_map(|line| line.split(','));
            return tags
                .any(|tag| tag.trim() == "*" || tag.trim().trim_start_matches("W/") == self.tag);
        }
        let Ok(IfModifiedSince(seen)) = IfModifiedSince::parse(request) else { return false };
        self.since <= seen
    }

    fn put(&self, answer: &mut HttpResponse) {
        let lines =
            [(header::ETAG, self.tag.clone()), (header::LAST_MODIFIED, self.since.to_string())];
        for (name, line) in lines {
            if let Ok(line) = line.parse() {
                answer.headers_mut().insert(name, line);
            }
        }
    }
}
