//! The list of the office to take away.
use super::office::searched;
use super::photos::Parts;
use super::state::State;
use super::stop::Why;
use super::store::{self, Card};
use crate::identity::SignedIn;
use crate::rights::Reach;
use crate::rows::{Cell, semicolons};
use crate::web::query::Fields;
use crate::web::{self, Client};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// Rows of one file.
const MOST: i64 = 20_000;
const HEAD: [&str; 14] = [
    "id",
    "eppn",
    "name",
    "type",
    "state",
    "state_at",
    "requested_at",
    "encoded_at",
    "enabled_at",
    "due_at",
    "stopped_for",
    "csn",
    "escn",
    "rejections",
];

/// `/cards/office.csv`: the cards that the list shows, all pages of it.
pub(super) async fn csv(
    request: HttpRequest,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let search = searched(&query, &reach, (0, MOST));
    let mut tx = db.write().await?;
    let cards = store::search(&mut tx, &search).await?;
    let event = who.event("export.made").reason("cards").field("rows", cards.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let head = HEAD.map(|name| Cell::Text(name.to_owned()));
    let mut text = format!("\u{feff}{}", semicolons(head));
    for card in &cards {
        text.push_str(&semicolons(cells(card)));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"cards.csv\""))
        .body(text))
}

fn cells(card: &Card) -> [Cell; HEAD.len()] {
    let text = |text: &str| Cell::Text(text.to_owned());
    let time = |at: Option<DateTime<Utc>>| {
        Cell::Text(at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default())
    };
    [
        Cell::Text(card.id.to_string()),
        text(&card.of.eppn),
        text(&card.of.display_name),
        text(&card.of.card_type),
        text(State::as_str(card.state)),
        time(Some(card.state_at)),
        time(Some(card.requested_at)),
        time(card.encoded_at),
        time(card.enabled_at),
        time(card.due_at),
        text(card.stopped_for.map_or("", Why::as_str)),
        text(card.csn.as_deref().unwrap_or_default()),
        text(card.escn.as_deref().unwrap_or_default()),
        Cell::Number(card.rejections),
    ]
}
