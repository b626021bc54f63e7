//! Files of many rows, read and sent piece by piece: nobody knows how long they get.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use std::future::ready;
use std::io;

/// Rows of one piece.
pub(crate) const PIECE: i64 = 500;

/// A file with this name and head. `next` reads a piece, and says how far it came; nothing: it is over.
pub(crate) fn csv<S, F>(
    name: &str,
    head: String,
    from: S,
    next: impl Fn(S) -> F + 'static,
) -> HttpResponse
where
    F: Future<Output = sqlx::Result<Option<(String, S)>>> + 'static,
    S: 'static,
{
    let piece = move |at: S| {
        let read = next(at);
        async move {
            let piece = read.await.map_err(|error| {
                tracing::warn!(%error, "a list could not be read to its end: {error}");
                io::Error::other(error)
            })?;
            Ok(piece.map(|(text, at)| (Bytes::from(text), at)))
        }
    };
    let head = stream::once(ready(Ok::<_, io::Error>(Bytes::from(head))));
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(head.chain(stream::try_unfold(from, piece)))
}
