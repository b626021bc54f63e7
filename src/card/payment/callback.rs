//! `/payboxcallback`: what Paybox says of a payment, from server to server.
use super::acts::is_raced;
use crate::card::photos::Parts;
use crate::web::{self, Client};
use actix_web::{HttpRequest, HttpResponse};

/// Always 200 and nothing else: who calls learns nothing, and Paybox does not call again.
pub(in crate::card) async fn hear(
    request: HttpRequest,
    client: Client,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.write().await?;
    let heard = desk.hear(&mut tx, request.query_string(), &client.trace(), clock.now()).await;
    match heard {
        Ok(()) => desk.post.queue.commit(tx).await?,
        // The same transaction was written down a moment ago.
        Err(error) if is_raced(&error) => drop(tx),
        Err(error) => return Err(error.into()),
    }
    Ok(HttpResponse::Ok().finish())
}
