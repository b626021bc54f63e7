//! Everything that is held of one person, to take away (SEC-115) and to look at before erasing.
use super::erasing::Eraser;
use super::person::known;
use crate::clock::Clock;
use crate::db::{Db, Held, Tx, rows_of};
use crate::identity::{PersonId, SignedIn};
use crate::web::{self, Client, Error};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

type Parts = (Data<Db>, Data<Clock>, Data<Eraser>);

/// One document: each table with its rows. What opens something is left out.
pub async fn taken(
    tx: &mut Tx,
    held: &[Held],
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Value> {
    let mut tables = Map::new();
    for table in held {
        let rows = rows_of(tx, table, person.0).await?;
        tables.insert(table.table.to_owned(), Value::Array(rows));
    }
    Ok(json!({ "person": person, "taken_at": now, "tables": tables }))
}

/// `/admin/people/ID/data.json`
pub(super) async fn of_somebody(
    who: SignedIn,
    client: Client,
    id: Path<Uuid>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    export(&who, &client, PersonId(*id), &parts).await
}

/// `/accounts/data.json`: one's own.
pub(super) async fn of_oneself(
    who: SignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    export(&who, &client, who.id(), &parts).await
}

/// Recorded before anything leaves.
async fn export(
    who: &SignedIn,
    client: &Client,
    id: PersonId,
    (db, clock, eraser): &Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let mut tx = db.write().await?;
    let person = known(&mut tx, id).await?;
    let event = who.event("person.export").field("of", person.id);
    event.record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;
    let mut tx = db.read().await?;
    let whole = taken(&mut tx, &eraser.held, person.id, now).await?;
    let text = serde_json::to_string_pretty(&whole).map_err(Error::internal)?;
    let file = format!("attachment; filename=\"person-{}.json\"", person.id);
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, file))
        .body(text))
}
