//! What may be sent to us: forms as browsers send them, nothing packed (SEC-05, SEC-09).
use super::error::{Error, Refusal};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;

/// The one kind of body that handlers read.
const FORM: &str = "application/x-www-form-urlencoded";

/// Middleware: refuse posts in another form, and packed ones before anything unpacks them.
pub async fn plain_forms<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let is_known = request.match_pattern().is_some();
    if is_known && request.method() == Method::POST && !is_plain_form(request.headers()) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let refusal = Refusal::new("E-TYPE", status, "request.refused");
        return Ok(request.error_response(Error::from(refusal)).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

fn is_plain_form(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return false;
    }
    let length = headers.get(header::CONTENT_LENGTH);
    let is_empty = length.is_none_or(|length| length.as_bytes() == b"0")
        && !headers.contains_key(header::TRANSFER_ENCODING);
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    is_empty || kind.trim().eq_ignore_ascii_case(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn passes(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        is_plain_form(&headers)
    }

    #[test]
    fn forms_and_empty_bodies_pass() {
        let form = ("content-type", "Application/X-WWW-Form-URLencoded; charset=utf-8");
        assert!(passes(&[form, ("content-length", "5")]));
        assert!(passes(&[]) && passes(&[("content-length", "0")]));
        assert!(!passes(&[("content-length", "5")]));
        assert!(!passes(&[("transfer-encoding", "chunked")]));
        assert!(!passes(&[("content-type", "text/plain"), ("content-length", "5")]));
        assert!(!passes(&[form, ("content-length", "5"), ("content-encoding", "gzip")]));
    }
}
