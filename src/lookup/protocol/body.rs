//! Reading bodies, some of them large: never more than there is room for (SEC-05).
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Payload;
use futures_util::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Longest push, bytes.
pub(super) const PUSH: usize = 64 * 1024 * 1024;
/// Longest message of a user about themselves, bytes.
pub(super) const MESSAGE: usize = 64 * 1024;
/// For all bodies in work together, KiB.
const ROOM: usize = 192 * 1024;
/// Clients give up after ten seconds themselves.
const PATIENCE: Duration = Duration::from_mins(1);

/// The room that bodies take while they are looked at.
#[derive(Clone)]
pub(super) struct Room(Arc<Semaphore>);

/// A whole body, with its place.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    place: Option<OwnedSemaphorePermit>,
}

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the body is too long")]
    TooLong,
    #[error("too many long bodies at once")]
    NoRoom,
    #[error("the body comes too slowly")]
    TooSlow,
    #[error("the body ends before its end")]
    Broken,
}

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ROOM)))
    }
}

impl Room {
    /// Read a body of `most` bytes.
    pub(super) async fn read(&self, payload: Payload, most: usize) -> Result<Body, BodyError> {
        let reading = tokio::time::timeout(PATIENCE, self.read_all(payload, most));
        reading.await.unwrap_or(Err(BodyError::TooSlow))
    }

    async fn read_all(&self, mut payload: Payload, most: usize) -> Result<Body, BodyError> {
        let mut body = Body { bytes: Vec::new(), place: None };
        while let Some(piece) = payload.next().await {
            let piece = piece.map_err(|_| BodyError::Broken)?;
            if body.bytes.len() + piece.len() > most {
                return Err(BodyError::TooLong);
            }
            let kib = (body.bytes.len() + piece.len()) / 1024 - body.bytes.len() / 1024;
            let more = u32::try_from(kib).map_err(|_| BodyError::TooLong)?;
            let place = Arc::clone(&self.0).try_acquire_many_owned(more);
            let place = place.map_err(|_| BodyError::NoRoom)?;
            match &mut body.place {
                Some(own) => own.merge(place),
                own => *own = Some(place),
            }
            body.bytes.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

impl BodyError {
    /// What the client hears.
    pub(super) fn answer(self) -> HttpResponse {
        match self {
            Self::TooLong => HttpResponse::PayloadTooLarge().finish(),
            Self::NoRoom => {
                HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, 5)).finish()
            }
            Self::TooSlow => HttpResponse::RequestTimeout().finish(),
            Self::Broken => HttpResponse::BadRequest().finish(),
        }
    }
}
