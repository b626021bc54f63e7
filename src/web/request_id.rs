//! The correlation id of a request: in its log lines, its audit rows and on its error page.
use super::client::ClientSettings;
use super::trace_id::TraceId;
use crate::figures;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use std::time::Instant;
use uuid::Uuid;

/// `X-Request-Id`
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// An id that a proxy gave: 8 to 64 letters, digits and hyphens (OPS-05).
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (is_plain && (8..=64).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// Twelve hexadecimal digits.
    pub fn random() -> Self {
        Self(Uuid::new_v4().simple().to_string()[..12].to_owned())
    }
}

/// Give every request an id and write one line about it: route, status, time (SEC-112).
pub async fn request_id<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let RequestId(id) =
        given(&request, &HEADER, RequestId::parse).unwrap_or_else(RequestId::random);
    let trace = given(&request, &TraceId::HEADER, TraceId::parse).unwrap_or_else(TraceId::random);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (start, method) = (Instant::now(), request.method().clone());
    let mut answer = next.call(request).await?;
    let route = answer.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = answer.status().as_u16();
    let ms = start.elapsed().as_millis();
    figures::count_request(&route, method.as_str(), status);
    tracing::info!(request_id = id, trace_id = %trace, %method, route, status, ms, "{method} {route} answered {status} in {ms} ms");
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HEADER, value);
    }
    Ok(answer)
}

/// What the one header of this name says, if a trusted proxy sent it and it can be read.
fn given<T>(
    request: &ServiceRequest,
    name: &HeaderName,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let settings = request.app_data::<Data<ClientSettings>>()?;
    if !settings.proxies.handed_on(request.request()) {
        return None;
    }
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(parse),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_and_plain() {
        for good in ["abcd1234", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", &"x".repeat(64)] {
            assert_eq!(RequestId::parse(good), Some(RequestId(good.to_owned())));
        }
        for wrong in
            ["", "abcd123", &"x".repeat(65), "abcd_1234", "abcd 1234", "abcd\n1234", "é1234567"]
        {
            assert_eq!(RequestId::parse(wrong), None, "{wrong:?}");
        }
        let made = RequestId::random();
        assert_eq!(RequestId::parse(&made.0), Some(made));
    }
}
