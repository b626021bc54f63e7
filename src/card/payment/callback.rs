//! `/payboxcallback`: what Paybox says of a payment, from server to server.
use crate::audit::{Event, Refusals, Spool, counted_events};
use crate::card::photos::Parts;
use crate::web::{self, Client, Error};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Always 200 and nothing else: who calls learns nothing, and Paybox does not call again. What Paybox did not
/// sign opens no transaction, and is counted when there is much of it.
pub(in crate::card) async fn hear(
    request: HttpRequest,
    client: Client,
    (db, clock, desk): Parts,
    (refusals, spool): (Data<Refusals>, Data<Spool>),
) -> web::Result<HttpResponse> {
    let now = clock.now();
    if let Some(told) = desk.signed(request.query_string()) {
        desk.keep_said(&db, &told, &client.trace(), now).await?;
        return Ok(HttpResponse::Ok().finish());
    }
    let (event, code) = ("card.pay_refused", "E-PAY-FORGED");
    let told = refusals.tell(event, code, &client.network(), now);
    let own = told.row.then(|| Event::refused(event, code));
    let events: Vec<_> = counted_events(&told.counted).into_iter().chain(own).collect();
    if !events.is_empty() {
        spool.note(&db, events, &client.trace(), now).await.map_err(Error::internal)?;
    }
    Ok(HttpResponse::Ok().finish())
}
