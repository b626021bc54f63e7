//! How long the head of a request may be (SEC-05).
//!
//! The parser below us has limits of its own, further out: 96 lines and 128 KiB, which it answers
//! with a bare 431, and 64 KiB of address, a bare 400.
use super::error::{Error, Refusal};
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;

/// Longest first line, bytes, its end not counted.
const FIRST_LINE: usize = 8 * 1024;
/// Longest header, bytes, ends of lines included.
const HEADERS: usize = 16 * 1024;
/// Most lines of header.
const LINES: usize = 64;

/// Refuse long heads.
pub(super) fn short_head(request: &ServiceRequest) -> Result<(), Error> {
    let line = first_line(request.method().as_str(), &request.uri().to_string());
    let Some((status, detail)) = fault(line, request.headers()) else { return Ok(()) };
    Err(Refusal::new("E-TOO-LARGE", status, "request.refused").detail(detail).into())
}

/// `GET /login HTTP/1.1`
fn first_line(method: &str, address: &str) -> usize {
    method.len() + address.len() + " ".len() + " HTTP/1.1".len()
}

fn fault(first_line: usize, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    if first_line > FIRST_LINE {
        return Some((StatusCode::URI_TOO_LONG, "a first line of more than 8 KiB"));
    }
    let too_long = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    if headers.len() > LINES {
        return Some((too_long, "more than 64 lines of header"));
    }
    let line = |name: &str, value: &[u8]| name.len() + ": ".len() + value.len() + "\r\n".len();
    let length: usize =
        headers.iter().map(|(name, value)| line(name.as_str(), value.as_bytes())).sum();
    (length > HEADERS).then_some((too_long, "more than 16 KiB of header"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{self, HeaderValue};

    fn headers(lines: usize, length: usize) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for _ in 0..lines {
            let value = HeaderValue::from_str(&"x".repeat(length)).expect("a value");
            headers.append(header::COOKIE, value);
        }
        headers
    }

    #[test]
    fn one_byte_or_line_more_is_too_many() {
        assert_eq!(first_line("GET", "/login"), "GET /login HTTP/1.1".len());
        let status = |line, headers| fault(line, &headers).map(|(status, _)| status.as_u16());
        // "cookie: " and the end of the line make ten.
        assert_eq!(status(8192, headers(64, 246)), None);
        assert_eq!(status(8193, headers(0, 0)), Some(414));
        assert_eq!(status(100, headers(65, 1)), Some(431));
        assert_eq!(status(100, headers(64, 247)), Some(431));
        assert_eq!(status(100, headers(1, 16_374)), None);
        assert_eq!(status(100, headers(1, 16_375)), Some(431));
    }
}
