//! `/users`: searching, and what users say of themselves.
use super::door::{Guest, json, refused};
use super::question::Question;
use super::{Protocol, apps, signed};
use crate::clock::Clock;
use crate::config::Dialect;
use crate::lookup::directory::{Directory, ExactBy};
use crate::lookup::intake::Intake;
use crate::web::{self, Client};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

/// `GET /users`
pub(super) async fn search(
    request: HttpRequest,
    guest: Guest,
    protocol: Data<Protocol>,
    directory: Data<Directory>,
) -> web::Result<HttpResponse> {
    if protocol.0.dialect == Dialect::Apps {
        return apps::search(&request, &guest.0, &directory).await;
    }
    let Some(question) = Question::read(request.query_string()) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    let is_open = protocol.0.is_global;
    let found = match question {
        Question::Free(asked) if is_open => directory.search(&guest.0, &asked).await,
        Question::Exact(asked) if is_open || asked.by == ExactBy::CloudId => {
            directory.exact(&guest.0, &asked).await
        }
        // Outside of a closed set only whole cloud ids are answered.
        _ => return Ok(HttpResponse::BadRequest().finish()),
    };
    found.map(json).map_err(refused)
}

/// `POST /users`
pub(super) async fn publish(
    payload: Payload,
    client: Client,
    (protocol, intake, clock): (Data<Protocol>, Data<Intake>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let message = match signed::receive(payload, &protocol, clock.now()).await {
        Ok(message) => message,
        Err(refusal) => return refusal.answer(),
    };
    match intake.publish(&message, &client.trace()).await {
        Ok(()) => Ok(HttpResponse::Ok().finish()),
        Err(unsigned) => signed::Refusal::from(unsigned).answer(),
    }
}

/// `DELETE /users`
pub(super) async fn withdraw(
    payload: Payload,
    client: Client,
    (protocol, intake, clock): (Data<Protocol>, Data<Intake>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let message = match signed::receive(payload, &protocol, clock.now()).await {
        Ok(message) => message,
        Err(refusal) => return refusal.answer(),
    };
    match intake.withdraw(&message, &client.trace()).await {
        Ok(()) => Ok(HttpResponse::Ok().finish()),
        Err(unsigned) => signed::Refusal::from(unsigned).answer(),
    }
}
