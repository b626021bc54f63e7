//! `/p/…`: what telephones open. The code is checked first, then people sign in, and only a post
//! marks them: previews of links and other machines ask by GET.
use super::code::parse_session;
use super::desk::Desk;
use super::marking::{Marked, Marker, Shown};
use super::pages::{CodeForm, Confirm};
use super::refusal::RollRefusal;
use super::ticket::Ticket;
use super::{shown, store};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::web::page::{Page, Place};
use crate::web::rate_limits::Recognised;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use uuid::Uuid;

type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// `/p/SID/W.MAC`
pub(super) async fn rotating(
    request: HttpRequest,
    client: Client,
    path: Path<(String, String)>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (session, code) = path.into_inner();
    scan(&request, &client, (&session, Some(&code)), parts).await
}

/// `/p/SID`, where the séance allows it.
pub(super) async fn printed(
    request: HttpRequest,
    client: Client,
    session: Path<String>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    scan(&request, &client, (&session, None), parts).await
}

async fn scan(
    request: &HttpRequest,
    client: &Client,
    (session, code): (&str, Option<&str>),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let session = parse_session(session).ok_or(RollRefusal::UnknownCode)?;
    let ticket = desk.scan(&db, session, code, (client.address, clock.now())).await?;
    // A whole hall comes from one address: a code that we made costs nothing of its budget.
    request.extensions_mut().insert(Recognised);
    let seconds = super::ticket::LIFE.num_seconds();
    let mut answer = see_other("/p/confirm");
    let cookie = cookies::lasting(cookies::SCAN, desk.keys.write(&ticket), seconds);
    answer.add_cookie(&cookie).map_err(Error::internal)?;
    Ok(unseen(answer))
}

/// Not for search engines.
fn unseen(mut answer: HttpResponse) -> HttpResponse {
    let name = actix_web::http::header::HeaderName::from_static("x-robots-tag");
    let value = actix_web::http::header::HeaderValue::from_static("noindex");
    answer.headers_mut().insert(name, value);
    answer
}

/// The séance and the name; the page posts by itself.
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let ticket = ticket_of(&request, &desk, clock.now())?;
    let mut tx = db.read().await?;
    let here = store::seance(&mut tx, ticket.session).await?.ok_or(RollRefusal::UnknownCode)?;
    let page = Confirm {
        title: shown::title(&here.kind, &here.subject_name),
        hours: format!("{} – {}", desk.clock(here.starts_at), desk.clock(here.ends_at)),
        scanned: desk.clock(ticket.scanned_at),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(unseen(Page(page).with(StatusCode::OK)))
}

/// Mark.
pub(super) async fn confirm(
    request: HttpRequest,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let now = clock.now();
    let ticket = ticket_of(&request, &desk, now)?;
    let marker = marker(&request, &who, &client, (&desk, now));
    let marked = desk.mark(&db, ticket.session, Shown::Ticket(ticket), &marker).await?;
    Ok(done(ticket.session, &marked))
}

/// Where the six digits are typed.
pub(super) async fn ask_digits(frame: Frame, who: SignedIn) -> web::Result<HttpResponse> {
    let page = CodeForm { shell: who.shell(&frame, Place::Attendance) };
    Ok(unseen(Page(page).with(StatusCode::OK)))
}

/// Mark by them.
pub(super) async fn digits(
    request: HttpRequest,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let digits = fields.get("digits").unwrap_or_default().replace(' ', "");
    let marker = marker(&request, &who, &client, (&desk, clock.now()));
    let (session, marked) = desk.mark_by_digits(&db, (&digits, None), &marker).await?;
    Ok(done(session, &marked))
}

fn ticket_of(request: &HttpRequest, desk: &Desk, now: DateTime<Utc>) -> web::Result<Ticket> {
    let text = cookies::value(request, cookies::SCAN).ok_or(RollRefusal::TicketExpired)?;
    Ok(desk.keys.read(&text, now).map_err(RollRefusal::from)?)
}

/// Whoever marks with this request.
pub fn marker(
    request: &HttpRequest,
    who: &SignedIn,
    client: &Client,
    (desk, now): (&Desk, DateTime<Utc>),
) -> Marker {
    let device = cookies::value(request, cookies::DEVICE);
    Marker {
        student: who.id(),
        session: who.session.short(),
        device: device.map(|cookie| desk.keys.device(&cookie)),
        address: client.address,
        trace: client.trace(),
        now,
    }
}

/// The ticket stays until it expires: a try whose answer was lost may come again.
fn done(session: Uuid, marked: &Marked) -> HttpResponse {
    let again = if marked.is_again { "&again=1" } else { "" };
    see_other(&format!("/attendance/me?marked={session}{again}"))
}
