//! `/gs/instances` and `/instances`: the servers of a closed set.
use super::global::wrong_key;
use super::{Protocol, body, pushed};
use crate::db::Db;
use crate::identity::store::cloud::instances;
use crate::web;
use actix_web::HttpResponse;
use actix_web::web::{Data, Payload};

/// Those of the settings; else those that have users.
pub(super) async fn list(
    payload: Payload,
    (protocol, db): (Data<Protocol>, Data<Db>),
) -> web::Result<HttpResponse> {
    if !protocol.0.is_global {
        return Ok(HttpResponse::NotFound().finish());
    }
    let body = match protocol.0.room.read(payload, body::MESSAGE).await {
        Ok(body) => body,
        Err(error) => return Ok(error.answer()),
    };
    let Some(key) = pushed::key_alone(&body.bytes) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    protocol.pusher(&key).ok_or_else(wrong_key)?;
    if !protocol.0.servers.is_empty() {
        return Ok(HttpResponse::Ok().json(&protocol.0.servers));
    }
    Ok(HttpResponse::Ok().json(instances(&mut db.read().await?).await?))
}
