//! What a path takes with a request: in which form, how much, how fast (SEC-05, SEC-06, SEC-09).
mod paced;

pub use paced::{Fault, Pace, Paced, Verdict};

use super::error::{Error, Refusal};
use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{BytesMut, FormConfig, PayloadConfig};
use futures_util::TryStreamExt;

/// Longest body of a path that says nothing else, bytes.
const MOST: u64 = 64 * 1024;

/// What a path takes; [`At::takes`](super::resource::At::takes) sets it.
#[derive(Debug, Clone, Copy)]
pub struct Intake {
    kinds: &'static [&'static str],
    most: u64,
    pace: Pace,
    is_streamed: bool,
}

impl Intake {
    /// Forms as browsers send them, 64 KiB: what a path takes that says nothing else.
    pub const FORM: Self = Self {
        kinds: &["application/x-www-form-urlencoded"],
        most: MOST,
        pace: Pace::FORM,
        is_streamed: false,
    };

    /// Bodies of these media types, of `most` bytes, read before the handler begins.
    pub const fn of(kinds: &'static [&'static str], most: u64) -> Self {
        Self { kinds, most, ..Self::FORM }
    }

    /// Bodies of whatever kind they say they are, or say nothing of it.
    pub const fn any(most: u64) -> Self {
        Self::of(&["*/*"], most)
    }

    /// The same, read by the handler piece by piece; the client may keep us waiting as `pace`
    /// says. The handler holds its place among the requests in work meanwhile (SEC-07).
    #[must_use]
    pub const fn streamed(self, pace: Pace) -> Self {
        Self { pace, is_streamed: true, ..self }
    }

    /// The same limits for what actix reads by itself.
    pub(super) fn configs(self) -> (PayloadConfig, FormConfig) {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        (PayloadConfig::new(most), FormConfig::default().limit(most))
    }

    /// Check what the head announces, then read the body or have it watched while it is read.
    pub(super) async fn admit(self, request: &mut ServiceRequest) -> Result<Verdict, Error> {
        self.check(request.headers())?;
        let mut body = Paced::new(request.take_payload(), self.pace, self.most);
        let verdict = body.verdict();
        if self.is_streamed {
            request.set_payload(Payload::Stream { payload: Box::pin(body) });
            return Ok(verdict);
        }
        let mut whole = BytesMut::new();
        while let Ok(Some(piece)) = body.try_next().await {
            whole.extend_from_slice(&piece);
        }
        if let Some(fault) = verdict.fault() {
            return Err(self.refuse(fault));
        }
        request.set_payload(Payload::from(whole.freeze()));
        Ok(verdict)
    }

    /// The refusal of a body that was given up.
    pub(super) fn refuse(self, fault: Fault) -> Error {
        match fault {
            Fault::Slow => refusal("E-SLOW", StatusCode::REQUEST_TIMEOUT),
            Fault::Long => refusal("E-TOO-LARGE", StatusCode::PAYLOAD_TOO_LARGE)
                .detail(format!("a body of more than {} bytes", self.most)),
            Fault::Broken => refusal("E-BAD-REQUEST", StatusCode::BAD_REQUEST)
                .detail("a body that breaks off or cannot be read"),
        }
        .into()
    }

    fn check(self, headers: &HeaderMap) -> Result<(), Error> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let is_empty = length.unwrap_or(0) == 0 && !headers.contains_key(header::TRANSFER_ENCODING);
        let kind = text(header::CONTENT_TYPE).and_then(|kind| kind.split(';').next());
        let kind = kind.unwrap_or_default().trim();
        let fits = |known: &&str| *known == "*/*" || known.eq_ignore_ascii_case(kind);
        let fits = self.kinds.iter().any(fits);
        if headers.contains_key(header::CONTENT_ENCODING) || !(is_empty || fits) {
            return Err(refusal("E-TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE).into());
        }
        if length.is_some_and(|length| length > self.most) {
            return Err(self.refuse(Fault::Long));
        }
        Ok(())
    }
}

fn refusal(code: &'static str, status: StatusCode) -> Refusal {
    Refusal::new(code, status, "request.refused")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn code(pairs: &[(&'static str, &'static str)]) -> &'static str {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Intake::FORM.check(&headers).err().map_or("", |error| error.code())
    }

    #[test]
    fn forms_and_empty_bodies_pass() {
        let form = ("content-type", "Application/X-WWW-Form-URLencoded; charset=utf-8");
        assert_eq!(code(&[form, ("content-length", "5")]), "");
        assert_eq!(code(&[form, ("transfer-encoding", "chunked")]), "");
        assert_eq!(code(&[form, ("content-length", "65536")]), "");
        assert_eq!(code(&[]), "");
        assert_eq!(code(&[("content-length", "0")]), "");
    }

    #[test]
    fn paths_that_take_anything_take_it_unpacked() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("5"));
        assert!(Intake::any(5).check(&headers).is_ok());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        assert!(Intake::any(5).check(&headers).is_ok() && Intake::any(4).check(&headers).is_err());
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(Intake::any(5).check(&headers).is_err());
    }

    #[test]
    fn other_kinds_packed_ones_and_long_ones_do_not() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(code(&[("content-length", "5")]), "E-TYPE");
        assert_eq!(code(&[("transfer-encoding", "chunked")]), "E-TYPE");
        assert_eq!(code(&[("content-type", "text/plain"), ("content-length", "5")]), "E-TYPE");
        assert_eq!(code(&[form, ("content-length", "5"), ("content-encoding", "gzip")]), "E-TYPE");
        assert_eq!(code(&[form, ("content-length", "65537")]), "E-TOO-LARGE");
    }
}
