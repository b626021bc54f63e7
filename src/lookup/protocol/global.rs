//! `/gs/users`: what the servers of a closed set tell us and ask us, with their shared key.
use super::body::{self, Body};
use super::{Protocol, pushed};
use crate::audit::Trace;
use crate::db::Db;
use crate::identity::cloud::{CloudId, Field, ListedRecord, RecordId};
use crate::identity::store::cloud::ids_by_key;
use crate::identity::store::listed_among;
use crate::lookup::intake::{Incoming, Intake, Origin};
use crate::web::error::Refusal;
use crate::web::rate_limits::Recognised;
use crate::web::{self, Client};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Map, Value};
use std::sync::Arc;
use tokio::sync::mpsc;

/// `POST /gs/users`
pub(super) async fn push(
    request: HttpRequest,
    payload: Payload,
    client: Client,
    (protocol, intake): (Data<Protocol>, Data<Intake>),
) -> web::Result<HttpResponse> {
    let (body, origin) = match receive(&request, payload, &protocol).await {
        Ok(received) => received,
        Err(answer) => return answer,
    };
    let intake = intake.get_ref().clone();
    // On a task of its own: a server that stops listening has pushed all the same.
    let work = tokio::spawn(take(body, origin, intake, client.trace()));
    let is_whole = work.await.map_err(web::Error::internal)??;
    let mut answer = if is_whole { HttpResponse::Ok() } else { HttpResponse::BadRequest() };
    Ok(answer.finish())
}

/// Compare the users as they are read, then write; `false` when the body breaks off in between.
async fn take(body: Body, origin: Origin, intake: Intake, trace: Trace) -> web::Result<bool> {
    let (send, mut portions) = mpsc::channel::<Vec<Incoming>>(2);
    let reading = tokio::task::spawn_blocking(move || {
        pushed::users(&body.bytes, &mut |portion| send.blocking_send(portion).is_ok())
    });
    let mut pushing = intake.begin(origin);
    while let Some(portion) = portions.recv().await {
        pushing.take(portion).await?;
    }
    if reading.await.map_err(web::Error::internal)?.is_none() {
        return Ok(false);
    }
    pushing.finish(&trace).await?;
    Ok(true)
}

/// `DELETE /gs/users`
pub(super) async fn remove(
    request: HttpRequest,
    payload: Payload,
    client: Client,
    (protocol, intake): (Data<Protocol>, Data<Intake>),
) -> web::Result<HttpResponse> {
    let (body, origin) = match receive(&request, payload, &protocol).await {
        Ok(received) => received,
        Err(answer) => return answer,
    };
    let Some(users) = pushed::listed(&body.bytes).filter(|_| protocol.0.is_global) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    let ids = users.iter().filter_map(|id| CloudId::parse(id).ok());
    let ids: Vec<CloudId> = ids.filter(|id| origin.may_write(&id.instance())).collect();
    intake.remove(&ids, &client.trace()).await?;
    Ok(HttpResponse::Ok().finish())
}

/// `GET /gs/users`: display names.
pub(super) async fn names(
    request: HttpRequest,
    payload: Payload,
    (protocol, db): (Data<Protocol>, Data<Db>),
) -> web::Result<HttpResponse> {
    let (body, _) = match receive(&request, payload, &protocol).await {
        Ok(received) => received,
        Err(answer) => return answer,
    };
    let Some(asked) = pushed::listed(&body.bytes) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    let names = display_names(&db, &asked, protocol.0.with_pupils).await?;
    // PHP writes an object without members as a list.
    let none = Value::Array(Vec::new());
    Ok(HttpResponse::Ok().json(if names.is_empty() { none } else { Value::Object(names) }))
}

/// Names of those who may be found, by the ids that were asked for.
async fn display_names(
    db: &Db,
    asked: &[String],
    with_pupils: bool,
) -> sqlx::Result<Map<String, Value>> {
    let keys = asked.iter().filter_map(|id| Some((id, CloudId::parse(id).ok()?.key())));
    let keys: Vec<(&String, String)> = keys.collect();
    let mut tx = db.read().await?;
    let wanted: Vec<String> = keys.iter().map(|(_, key)| key.clone()).collect();
    let known = ids_by_key(&mut tx, &wanted).await?;
    let ids: Vec<RecordId> = known.into_iter().map(|(_, id)| id).collect();
    let listed = listed_among(&mut tx, &ids, with_pupils).await?;
    let name = |record: &ListedRecord| record.fields.get(Field::Name).map(Value::from);
    let by_key = listed.iter().filter_map(|record| Some((record.cloud_id.key(), name(record)?)));
    let by_key: std::collections::HashMap<String, Value> = by_key.collect();
    let named = keys.into_iter().filter_map(|(id, key)| Some((id.clone(), by_key.get(&key)?)));
    Ok(named.map(|(id, name)| (id, name.clone())).collect())
}

type Received = Result<(Body, Origin), web::Result<HttpResponse>>;

/// The body of somebody who knows a key. First whether it is one, then the key.
async fn receive(request: &HttpRequest, payload: Payload, protocol: &Protocol) -> Received {
    if request.headers().contains_key(actix_web::http::header::CONTENT_ENCODING) {
        return Err(Ok(HttpResponse::UnsupportedMediaType().finish()));
    }
    let body = protocol.0.room.read(payload, body::PUSH).await;
    let body = Arc::new(body.map_err(|error| Ok(error.answer()))?);
    let shared = Arc::clone(&body);
    // Looking through megabytes takes a while: other requests go on meanwhile.
    let key = actix_web::web::block(move || pushed::key(&shared.bytes)).await;
    let key = key.map_err(|error| Err(web::Error::internal(error)))?;
    let key = key.ok_or_else(|| Ok(HttpResponse::BadRequest().finish()))?;
    let origin = protocol.pusher(&key).ok_or_else(|| Err(wrong_key()))?;
    // Whoever knows a key is not one of the many from the same address.
    request.extensions_mut().insert(Recognised);
    let body = Arc::into_inner(body).ok_or_else(|| Err(web::Error::internal("a body in use")))?;
    Ok((body, origin))
}

/// A key that is none.
pub(super) fn wrong_key() -> web::Error {
    let refusal = Refusal::new("E-LOOKUP-KEY", StatusCode::FORBIDDEN, "lookup.refused");
    refusal.detail("a shared key that is none of ours").into()
}
