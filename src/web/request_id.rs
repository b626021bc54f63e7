//! The correlation id of a request: in its log lines, its audit rows and on its error page.
use crate::figures;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use std::time::Instant;
use uuid::Uuid;

/// `X-Request-Id`
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Give every request an id and write one line about it: route, status, time (SEC-112).
pub async fn request_id<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = Uuid::new_v4().simple().to_string()[..12].to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (start, method) = (Instant::now(), request.method().clone());
    let mut answer = next.call(request).await?;
    let route = answer.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = answer.status().as_u16();
    let ms = start.elapsed().as_millis();
    figures::count_request(&route, method.as_str(), status);
    tracing::info!(request_id = id, %method, route, status, ms, "{method} {route} answered {status} in {ms} ms");
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HEADER, value);
    }
    Ok(answer)
}
