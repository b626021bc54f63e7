//! Acts that happen once, however often they are asked for (REL-07).
//!
//! A `POST` names itself by `Idempotency-Key`. What it was answered with is written in the
//! transaction of the act; the same request again gets that answer and causes nothing.
use super::caller::Caller;
use super::fields;
use super::store::{self, Kept};
use crate::db::Tx;
use crate::web::{self, Error, Refusal};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use futures_util::future::LocalBoxFuture;
use openssl::sha::Sha256;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Its name in the head.
pub(super) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// On answers that were given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Answers are kept for so long.
const KEPT: Duration = Duration::hours(24);
/// Letters of a key.
const LONGEST: usize = 128;

/// A request that may come twice.
#[derive(Debug, Clone)]
pub(super) struct Once {
    key: String,
    digest: Vec<u8>,
    body: Bytes,
}

/// What is written with an act, by whoever commits it.
#[derive(Debug, Clone)]
pub(super) struct Receipt {
    token: Uuid,
    once: Once,
    now: DateTime<Utc>,
}

impl Once {
    /// What was sent.
    pub(super) fn body<T: DeserializeOwned>(&self) -> web::Result<T> {
        fields::json(&self.body)
    }

    /// What was sent, as it came.
    pub(super) fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Begin the act in this transaction, or give the answer that was given before.
    pub(super) async fn begin(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: DateTime<Utc>,
    ) -> web::Result<Result<Receipt, HttpResponse>> {
        let name = (caller.id(), self.key.as_str());
        if store::begin(tx, name, &self.digest, (now, now + KEPT)).await? {
            return Ok(Ok(Receipt { token: caller.id(), once: self.clone(), now }));
        }
        match self.answered(tx, caller, now).await? {
            Some(answer) => Ok(Err(answer)),
            None => Err(Error::Busy),
        }
    }

    /// The answer that was given before, if there is one.
    pub(super) async fn answered(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: DateTime<Utc>,
    ) -> web::Result<Option<HttpResponse>> {
        let kept = store::find(tx, (caller.id(), &self.key), now).await?;
        kept.map(|kept| self.again(kept)).transpose()
    }

    /// The answer to an act that another transaction kept: whoever was first has the word.
    pub(super) async fn settled(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: DateTime<Utc>,
        own: &impl Serialize,
    ) -> web::Result<HttpResponse> {
        let own = serde_json::to_string(own).unwrap_or_default();
        let kept = store::find(tx, (caller.id(), &self.key), now).await?;
        match kept.filter(|kept| kept.answer != own) {
            Some(kept) => self.again(kept),
            None => Ok(written(200, own)),
        }
    }

    /// A receipt for an act that is committed elsewhere and begins later.
    pub(super) fn receipt(&self, caller: &Caller, now: DateTime<Utc>) -> Receipt {
        Receipt { token: caller.id(), once: self.clone(), now }
    }

    fn again(&self, kept: Kept) -> web::Result<HttpResponse> {
        if kept.digest != self.digest {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Refusal::new("E-API-REUSED", status, "request.refused").into());
        }
        let mut answer = written(kept.status, kept.answer);
        answer.headers_mut().insert(REPLAYED, header_true());
        Ok(answer)
    }
}

impl Receipt {
    /// Keep the answer with the act.
    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        status: StatusCode,
        value: &impl Serialize,
    ) -> sqlx::Result<HttpResponse> {
        let text = serde_json::to_string(value).unwrap_or_default();
        let (status, name) = (i64::from(status.as_u16()), (self.token, self.once.key.as_str()));
        store::keep(tx, name, status, &text).await?;
        Ok(written(status, text))
    }

    /// Begin and keep in one, for acts that another transaction ends. Whoever was first stays.
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        status: StatusCode,
        value: &impl Serialize,
    ) -> sqlx::Result<()> {
        let name = (self.token, self.once.key.as_str());
        if store::begin(tx, name, &self.once.digest, (self.now, self.now + KEPT)).await? {
            self.keep(tx, status, value).await?;
        }
        Ok(())
    }
}

fn written(status: i64, text: String) -> HttpResponse {
    let status = u16::try_from(status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    HttpResponse::build(status.unwrap_or(StatusCode::OK))
        .content_type("application/json")
        .body(text)
}

fn header_true() -> actix_web::http::header::HeaderValue {
    actix_web::http::header::HeaderValue::from_static("true")
}

/// The key of a request: 1 to 128 letters, digits and a few signs.
fn key(request: &HttpRequest) -> Option<String> {
    let mut lines = request.headers().get_all(HEADER);
    let (line, None) = (lines.next()?.to_str().ok()?, lines.next()) else { return None };
    let is_plain = line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte));
    (is_plain && (1..=LONGEST).contains(&line.len())).then(|| line.to_owned())
}

impl FromRequest for Once {
    type Error = Error;
    type Future = LocalBoxFuture<'static, web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (bytes, request) = (Bytes::from_request(request, payload), request.clone());
        Box::pin(async move {
            let no_key = || Refusal::new("E-API-KEY", StatusCode::BAD_REQUEST, "request.refused");
            let key = key(&request).ok_or_else(no_key)?;
            let body = bytes.await.map_err(|_| fields::unreadable())?;
            let mut digest = Sha256::new();
            for part in [request.method().as_str(), &request.uri().to_string()] {
                digest.update(part.as_bytes());
                digest.update(b"\n");
            }
            digest.update(&body);
            Ok(Self { key, digest: digest.finish().to_vec(), body })
        })
    }
}
