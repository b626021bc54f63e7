//! Before a search: who asks, and is there anything left of their budget?
use crate::lookup::access::{Access, Asker, Denied, TooMuch, Visit};
use crate::lookup::directory::Refusal;
use crate::lookup::index::SearchError;
use crate::web;
use crate::web::client::{Client, ClientSettings};
use crate::web::error::{Refusal as Refused, TurnedAway};
use crate::web::rate_limits::Recognised;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use std::future::{Ready, ready};

/// Headers in which proxies tell whom they serve.
const FORWARDED: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];

/// Somebody who may search now.
pub(super) struct Guest(pub(super) Asker);

impl FromRequest for Guest {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let client = match Client::from_request(request, payload).into_inner() {
            Ok(client) => client,
            Err(error) => return ready(Err(error)),
        };
        let Some(access) = request.app_data::<Data<Access>>() else {
            return ready(Err(web::Error::internal("the access rules are missing").into()));
        };
        ready(enter(request, &client, access).map(Self).map_err(Into::into))
    }
}

fn enter(request: &HttpRequest, client: &Client, access: &Access) -> web::Result<Asker> {
    let visit = Visit {
        token: request.match_info().get("token"),
        address: client.address,
        is_doubtful: is_doubtful(request),
    };
    let asker = access.recognise(&visit).map_err(denied)?;
    // Whoever is known has a budget of its own, whatever else comes from the same address.
    request.extensions_mut().insert(Recognised);
    match access.spend_request(&asker) {
        Ok(()) => Ok(asker),
        Err(TooMuch { retry_after }) => Err(too_many(retry_after)),
    }
}

/// Whether a header tells of a client whom we do not believe in (D48).
pub(in crate::lookup) fn is_doubtful(request: &HttpRequest) -> bool {
    let has_header = || FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    let settings = request.app_data::<Data<ClientSettings>>();
    has_header() && settings.is_none_or(|settings| !settings.proxies.client_of(request).header_used)
}

fn denied(denied: Denied) -> web::Error {
    let status = match denied {
        Denied::NoToken => StatusCode::UNAUTHORIZED,
        Denied::WrongToken | Denied::Elsewhere => StatusCode::FORBIDDEN,
    };
    Refused::new("E-LOOKUP-ACCESS", status, "lookup.refused").detail(denied.to_string()).into()
}

/// Counted by credential, not recorded one by one.
fn too_many(retry_after: u64) -> web::Error {
    TurnedAway::new("E-TOO-MANY", StatusCode::TOO_MANY_REQUESTS, retry_after).into()
}

/// JSON, as it was made. It is not compressed: that would take longer than many a search, and what
/// goes from server to server fits into the first packets as it is.
pub(super) fn json(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(ContentEncoding::Identity)
        .body(body)
}

/// Why there is no answer to a search. Never with status 200: clients would take it for one.
pub(super) fn refused(refusal: Refusal) -> web::Error {
    match refusal {
        Refusal::TooMuch { retry_after } => too_many(retry_after),
        Refusal::Index(error) => {
            let seconds = if error == SearchError::NotReady { 5 } else { 1 };
            TurnedAway::new("E-BUSY", StatusCode::SERVICE_UNAVAILABLE, seconds).into()
        }
        Refusal::Database(error) => error.into(),
    }
}
