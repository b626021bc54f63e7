//! `/users`: searching, and what users say of themselves.
use super::door::{Guest, json, refused};
use super::question::Question;
use super::{Protocol, apps, signed};
use crate::clock::Clock;
use crate::config::Dialect;
use crate::lookup::directory::{Directory, ExactBy};
use crate::lookup::figures;
use crate::lookup::intake::Intake;
use crate::lookup::slow::{Searched, Slowest};
use crate::web::{self, Client};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use std::time::Instant;

/// `GET /users`
pub(super) async fn search(
    request: HttpRequest,
    guest: Result<Guest, actix_web::Error>,
    (protocol, directory): (Data<Protocol>, Data<Directory>),
    (slowest, clock): (Data<Slowest>, Data<Clock>),
) -> Result<HttpResponse, actix_web::Error> {
    let start = Instant::now();
    let credential = guest.as_ref().map(|guest| guest.0.credential.clone()).unwrap_or_default();
    let answer = match guest {
        Ok(guest) => found(&request, &guest, &protocol, &directory).await.map_err(Into::into),
        Err(denied) => Err(denied),
    };
    let searched = Searched::now(&clock, credential, start.elapsed(), &answer);
    figures::count_search(searched.outcome, searched.took);
    slowest.note(searched);
    answer
}

async fn found(
    request: &HttpRequest,
    guest: &Guest,
    protocol: &Protocol,
    directory: &Directory,
) -> web::Result<HttpResponse> {
    if protocol.0.dialect == Dialect::Apps {
        return apps::search(request, &guest.0, directory).await;
    }
    let Some(question) = Question::read(request.query_string()) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    let is_open = protocol.0.is_global;
    let found = match question {
        Question::Free(asked) if is_open => directory.search(&guest.0, &asked),
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
    let done = async {
        let message = signed::receive(payload, &protocol, clock.now()).await?;
        Ok(intake.publish(&message, &client.trace()).await?)
    };
    signed::answer(done.await)
}

/// `DELETE /users`
pub(super) async fn withdraw(
    payload: Payload,
    client: Client,
    (protocol, intake, clock): (Data<Protocol>, Data<Intake>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let done = async {
        let message = signed::receive(payload, &protocol, clock.now()).await?;
        Ok(intake.withdraw(&message, &client.trace()).await?)
    };
    signed::answer(done.await)
}
