//! Turns whatever went wrong into a page for people or a problem document for programs.
//!
//! Every refusal gets an audit row here, so that no handler can forget it.
use super::client::{Client, ClientSettings};
use super::error::{Error, Refusal};
use super::frame::Frame;
use super::pages::{ErrorPage, Link};
use super::redirect::found;
use super::request_id::RequestId;
use crate::audit::{Event, Refusals, Spool, Told, counted_events};
use crate::clock::Clock;
use crate::db::Db;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

type Answer<B> = Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error>;

/// Middleware: leave good answers as they are, replace the body of bad ones.
pub async fn error_pages<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Answer<B> {
    let answer = next.call(request).await?;
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(answer.map_into_left_body());
    }
    let is_ours =
        answer.headers().contains_key(header::CONTENT_TYPE) && answer.response().error().is_none();
    if is_ours {
        return Ok(answer.map_into_left_body());
    }
    let failure = Failure::of(&answer);
    let (request, response) = answer.into_parts();
    let told = failure.told(&request);
    failure.log(&request, &told);
    failure.audit(&request, &told).await;
    let mut replaced = failure.answer(&request);
    if status == StatusCode::REQUEST_TIMEOUT {
        // What is still under way would be read as the next request.
        replaced.head_mut().set_connection_type(ConnectionType::Close);
    }
    let kept = [header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW, header::SET_COOKIE];
    for name in kept {
        for value in response.headers().get_all(&name) {
            replaced.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(ServiceResponse::new(request, replaced).map_into_right_body())
}

/// What is known of a failure.
struct Failure {
    status: StatusCode,
    code: &'static str,
    cause: Option<String>,
    refusal: Option<Refusal>,
    sign_in: Option<String>,
    is_counted: bool,
}

impl Failure {
    fn of<B>(answer: &ServiceResponse<B>) -> Self {
        let status = answer.status();
        let raw = answer.response().error();
        let Some(error) = raw.and_then(|error| error.as_error::<Error>()) else {
            let cause = raw.map(ToString::to_string);
            let code = plain_code(status);
            return Self { status, code, cause, refusal: None, sign_in: None, is_counted: false };
        };
        let refusal = match error {
            Error::Refused(refusal) => Some((**refusal).clone()),
            _ => None,
        };
        let sign_in = match error {
            Error::SignInFirst { back } => Some(back.clone()),
            _ => None,
        };
        let cause = match error {
            Error::Internal(cause) | Error::Full(cause) => Some(chain(cause.as_ref())),
            _ => None,
        };
        let is_counted = matches!(error, Error::TurnedAway(_));
        Self { status, code: error.code(), cause, refusal, sign_in, is_counted }
    }

    /// Whether a refusal gets a line and a row, or is one of too many.
    fn told(&self, request: &HttpRequest) -> Told {
        let parts = (request.app_data::<Data<Refusals>>(), request.app_data::<Data<Clock>>());
        let (Some(refusal), (Some(refusals), Some(clock))) = (&self.refusal, parts) else {
            return Told { row: true, line: true, counted: Vec::new() };
        };
        let settings = request.app_data::<Data<ClientSettings>>();
        let network = settings.map(|settings| Client::of(request, settings).network());
        refusals.tell(refusal.event, refusal.code, &network.unwrap_or_default(), clock.now())
    }

    /// A 5xx is logged once, here, with the id that the page shows; the client learns no cause.
    fn log(&self, request: &HttpRequest, told: &Told) {
        let (id, code) = (request_id(request), self.code);
        if let Some(refusal) = &self.refusal {
            if !told.line {
                return;
            }
            let detail = &refusal.detail;
            tracing::info!(request_id = id, code, detail, "request {id} was refused with {code}");
        } else if self.status.is_server_error() && !self.is_counted {
            let cause = self.cause.as_deref().unwrap_or("no more is known");
            tracing::error!(
                request_id = id,
                code,
                cause,
                "request {id} failed with {code}: {cause}"
            );
        }
    }

    async fn audit(&self, request: &HttpRequest, told: &Told) {
        let Some(refusal) = &self.refusal else { return };
        if !told.row && told.counted.is_empty() {
            return;
        }
        let parts = (request.app_data::<Data<Db>>(), request.app_data::<Data<Clock>>());
        let (Some(db), Some(clock)) = parts else { return };
        let Ok(client) = Client::extract(request).await else { return };
        let event = Event::refused(refusal.event, refusal.code)
            .field("status", refusal.status.as_u16())
            .field("route", request.match_pattern().unwrap_or_default())
            .field("detail", &refusal.detail);
        let own = told.row.then_some(event);
        let events = counted_events(&told.counted).into_iter().chain(own).collect();
        let Some(spool) = request.app_data::<Data<Spool>>() else { return };
        if let Err(error) = spool.note(db, events, &client.trace(), clock.now()).await {
            tracing::error!(code = refusal.code, error = %error, "a refusal could not be recorded");
        }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        if !wants_page(request) {
            return self.problem(request);
        }
        if let Some(back) = &self.sign_in {
            let query = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
            return found(&format!("/login?{query}"));
        }
        let frame = Frame::of(request);
        let page = ErrorPage::new(frame.shell(""), self.code, request_id(request));
        let page = match self.refusal.as_ref().filter(|refusal| !refusal.subject.is_empty()) {
            Some(refusal) => page.about(&refusal.subject),
            None => page,
        };
        let page = page.action(Link::new(frame.lang.t("error-back"), "/"));
        match page.render() {
            Ok(html) => {
                HttpResponse::build(self.status).content_type("text/html; charset=utf-8").body(html)
            }
            Err(_) => HttpResponse::build(self.status).finish(),
        }
    }

    /// RFC 9457.
    fn problem(&self, request: &HttpRequest) -> HttpResponse {
        let lang = Frame::of(request).lang;
        let code = self.code.to_lowercase();
        let body = json!({
            "type": "about:blank",
            "title": lang.try_t(&code).unwrap_or_else(|| self.code.to_owned()),
            "status": self.status.as_u16(),
            "detail": self.refusal.as_ref().map_or("", |refusal| &refusal.subject),
            "instance": request_id(request),
            "code": self.code,
        });
        let mut answer = HttpResponse::build(self.status).json(body);
        let kind = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        answer
    }
}

/// The code of an answer that actix made by itself.
fn plain_code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        404 => "E-NOT-FOUND",
        405 => "E-METHOD",
        408 => "E-SLOW",
        503 => "E-BUSY",
        413 | 414 | 431 => "E-TOO-LARGE",
        415 => "E-TYPE",
        429 => "E-TOO-MANY",
        400..=499 => "E-BAD-REQUEST",
        _ => "E-INTERNAL",
    }
}

fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !request.path().starts_with("/api/")
        && accept.is_some_and(|accept| accept.contains("text/html"))
}

fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
