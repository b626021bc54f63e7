//! The list of the office to take away.
use super::office::searched;
use super::photos::Parts;
use super::pieces::{self, PIECE};
use super::state::State;
use super::stop::Why;
use super::store::{self, Card, Search};
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::{Permission, Reach, Scope};
use crate::rows::{Cell, semicolons};
use crate::web::query::Fields;
use crate::web::{self, Client};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use std::rc::Rc;
use uuid::Uuid;

/// Columns that whoever sees the list sees in it.
const LISTED: [&str; 7] = ["id", "eppn", "name", "type", "state", "state_at", "csn"];
/// Columns of those who may open cards; empty for cards that they may not.
const SEEN: [&str; 8] = [
    "requested_at",
    "encoded_at",
    "enabled_at",
    "due_at",
    "stopped_for",
    "escn",
    "rejections",
    "payCmdNum",
];

/// `/cards/office.csv`: the cards that the list shows, all pages of it.
pub(super) async fn csv(
    request: HttpRequest,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let search = searched(&query, &reach, (0, PIECE));
    let mut tx = db.write().await?;
    let event = who.event("export.made").reason("cards");
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let sees = who.grants.reach(Permission::SeeCard);
    let more: &[&str] = if sees.is_some() { &SEEN } else { &[] };
    let head = LISTED.iter().chain(more).map(|name| Cell::Text((*name).to_owned()));
    let head = format!("\u{feff}{}", semicolons(head));
    Ok(rows(("cards.csv", head), db, search, move |card| {
        let is_open = |reach: &Reach| reach.covers(&Scope::CardType(card.of.card_type.clone()));
        let more = sees.as_ref().map(|reach| if is_open(reach) { seen(card) } else { closed() });
        semicolons(listed(card).into_iter().chain(more.into_iter().flatten()))
    }))
}

/// A file of all cards that are looked for, in the order in which they were asked for.
pub(crate) fn rows(
    (name, head): (&str, String),
    db: Data<Db>,
    search: Search,
    row: impl Fn(&Card) -> String + 'static,
) -> HttpResponse {
    let (row, from) = (Rc::new(row), Search { behind: Some(Uuid::nil()), limit: PIECE, ..search });
    pieces::csv(name, head, from, move |search| {
        let (db, row) = (db.clone(), Rc::clone(&row));
        async move {
            let cards = store::search(&mut db.read().await?, &search).await?;
            let Some(behind) = cards.last().map(|card| card.id) else { return Ok(None) };
            let text = cards.iter().map(|card| row(card)).collect();
            Ok(Some((text, Search { behind: Some(behind), ..search })))
        }
    })
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn time(at: Option<DateTime<Utc>>) -> Cell {
    Cell::Text(at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default())
}

fn listed(card: &Card) -> [Cell; LISTED.len()] {
    [
        Cell::Text(card.id.to_string()),
        text(&card.of.eppn),
        text(&card.of.display_name),
        text(&card.of.card_type),
        text(State::as_str(card.state)),
        time(Some(card.state_at)),
        text(card.csn.as_deref().unwrap_or_default()),
    ]
}

fn seen(card: &Card) -> [Cell; SEEN.len()] {
    [
        time(Some(card.requested_at)),
        time(card.encoded_at),
        time(card.enabled_at),
        time(card.due_at),
        text(card.stopped_for.map_or("", Why::as_str)),
        text(card.escn.as_deref().unwrap_or_default()),
        Cell::Number(card.rejections),
        text(card.payment.as_deref().unwrap_or_default()),
    ]
}

fn closed() -> [Cell; SEEN.len()] {
    SEEN.map(|_| text(""))
}
