//! Receiving a signed message: when it was signed, whose key it needs, whether it fits.
use super::Protocol;
use super::body::{self, BodyError};
use super::message::{Envelope, EnvelopeError};
use crate::lookup::intake::{SignedRecord, Unsigned};
use crate::web;
use crate::web::error::Refusal as Refused;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use chrono::{DateTime, Utc};

/// How far a message may lie from now, seconds: clients that try again sign anew each time.
const WINDOW: i64 = 3600;

/// Why a message is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("the message lacks something")]
    Malformed,
    #[error("the key of the signer cannot be had")]
    NoKey,
    #[error("the message is too old or from the future")]
    OutOfTime,
    #[error("the signature is not that of the user")]
    NotSigned,
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
}

impl From<EnvelopeError> for Refusal {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Malformed => Self::Malformed,
            EnvelopeError::WrongSignature | EnvelopeError::WrongSigner => Self::NotSigned,
        }
    }
}

/// A message whose signature is good and fresh.
pub(super) async fn receive(
    payload: Payload,
    protocol: &Protocol,
    now: DateTime<Utc>,
) -> Result<SignedRecord, Refusal> {
    let body = protocol.0.room.read(payload, body::MESSAGE).await?;
    let envelope = Envelope::read(&body.bytes).ok_or(Refusal::Malformed)?;
    // First what costs nothing: old messages must not make us ask other servers.
    if envelope.signed_at().abs_diff(now.timestamp()) > WINDOW.unsigned_abs() {
        return Err(Refusal::OutOfTime);
    }
    let key = protocol.0.key_book.key_of(envelope.claimed(), now).await;
    let key = key.map_err(|error| {
        tracing::info!(error = %error, "the key behind a signed message cannot be had: {error}");
        Refusal::NoKey
    })?;
    Ok(envelope.verify(&key)?)
}

/// What the client hears.
pub(super) fn answer(done: Result<(), Refusal>) -> web::Result<HttpResponse> {
    match done {
        Ok(()) => Ok(HttpResponse::Ok().finish()),
        Err(refusal) => refusal.answer(),
    }
}

impl Refusal {
    fn answer(self) -> web::Result<HttpResponse> {
        let detail = self.to_string();
        match self {
            Self::Body(error) => Ok(error.answer()),
            Self::Malformed | Self::NoKey => Ok(HttpResponse::BadRequest().finish()),
            Self::Unsigned(Unsigned::Unknown) => Ok(HttpResponse::NotFound().finish()),
            Self::Unsigned(Unsigned::Database(error)) => Err(error.into()),
            Self::OutOfTime | Self::NotSigned | Self::Unsigned(Unsigned::Replayed) => {
                let code = "E-LOOKUP-SIGNATURE";
                let refused = Refused::new(code, StatusCode::FORBIDDEN, "lookup.refused");
                Err(refused.detail(detail).into())
            }
        }
    }
}
