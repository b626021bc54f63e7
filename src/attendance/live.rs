//! `…/events`: tells a page that its roll has changed.
//!
//! Each stream asks the database twice a second, so that it does not matter which node wrote, and
//! says something only when there is something new. It ends after a while; the browser comes back
//! by itself, which proves anew who is asking and counts as use of their session.
use super::roll::{Parts, seen};
use super::seance::State;
use super::store;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::web;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use futures_util::stream;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// How often the roll is looked at; twice as rarely as the contract lets us speak.
const LOOK: Duration = Duration::from_millis(500);
/// Looks of one stream: twenty seconds.
const LOOKS: u32 = 40;

/// Where a stream is.
struct Watch {
    db: Db,
    session: Uuid,
    looks: u32,
    told: Option<(State, i64, i64)>,
}

/// The stream.
pub(super) async fn events(
    who: SignedIn,
    id: Path<Uuid>,
    (db, _, _): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let (here, _) = seen(&mut tx, &who, *id).await?;
    drop(tx);
    let watch = Watch { db: db.get_ref().clone(), session: here.id, looks: 0, told: None };
    let events = stream::unfold(watch, |watch| async move {
        watch.next().await.map(|(text, watch)| (Ok::<_, std::convert::Infallible>(text), watch))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        // Keeps the compressor away, which would wait for more.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events))
}

impl Watch {
    /// What there is to say next; `None`: the stream is over.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        while self.looks < LOOKS {
            if self.looks > 0 {
                tokio::time::sleep(LOOK).await;
            }
            self.looks += 1;
            match self.look().await {
                Ok(Some(text)) => return Some((Bytes::from(text), self)),
                Ok(None) if self.looks.is_multiple_of(20) => {
                    return Some((Bytes::from_static(b": here\n\n"), self));
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "a roll could not be watched: {error}");
                    return None;
                }
            }
        }
        None
    }

    async fn look(&mut self) -> sqlx::Result<Option<String>> {
        let mut tx = self.db.read().await?;
        let Some(here) = store::seance(&mut tx, self.session).await? else { return Ok(None) };
        let overview = store::absences_of_roll(&mut tx, self.session).await?;
        // A refused scan changes no line, and is to be seen all the same.
        let refused = store::count_refused(&mut tx, self.session).await?;
        let now = (here.state, overview.changes, refused);
        if self.told == Some(now) {
            return Ok(None);
        }
        // The first one says how things stand: after a break the page reads everything again.
        let name = if self.told.is_none() { "here" } else { "change" };
        self.told = Some(now);
        let data = json!({
            "state": here.state.as_str(), "there": overview.there, "all": overview.all,
            "changes": overview.changes, "refused": refused,
        });
        Ok(Some(format!("event: {name}\nretry: 1000\ndata: {data}\n\n")))
    }
}
