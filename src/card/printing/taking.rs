//! `/cards/office/batches/ID/cards.pdf`: the cards of a batch that wait, two pages each.
use super::super::desk::Desk;
use super::super::photos::Parts;
use super::super::refusal::CardRefusal;
use super::drawing::{Face, pdf};
use super::office::{may_print, must_see};
use super::store::{self, Outcome, Print};
use crate::identity::SignedIn;
use crate::rights::Reach;
use crate::uploads::{Scan, Vault};
use crate::web::lang::Lang;
use crate::web::{self, Client, Error};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use uuid::Uuid;

/// Make the file, beside the threads that serve. Who takes faces away is written down before the first
/// byte leaves.
pub(in crate::card) async fn take(
    (who, reach): (SignedIn, Reach),
    client: Client,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    // Whoever looks at the service as somebody else sees pages, not faces.
    if who.seen_by.is_some() || !may_print(&desk, &who) {
        return Err(CardRefusal::Forbidden.into());
    }
    let mut tx = db.read().await?;
    must_see(&mut tx, (&who, &reach), *id).await?;
    let mut prints = store::prints(&mut tx, *id).await?;
    drop(tx);
    prints.retain(|print| print.outcome == Outcome::Waiting);
    if prints.is_empty() {
        return Err(CardRefusal::BatchOver.into());
    }
    let rows = prints.len();
    let (maker, vault) = (Desk::clone(&desk), desk.vault.clone());
    // Few at once: a batch takes much room while it is drawn.
    let turn = desk.vault.turns.clone().acquire_owned().await.map_err(Error::internal)?;
    let made = actix_web::web::block(move || {
        let faces = prints.into_iter().map(|print| face(&vault, print));
        let faces = faces.collect::<web::Result<Vec<Face>>>()?;
        pdf(&maker.rules.design, &faces).map_err(Error::internal)
    });
    let bytes = made.await.map_err(Error::internal)??;
    drop(turn);
    let mut tx = db.write().await?;
    let event = who.event("card.batch_taken").field("batch", *id).field("rows", rows);
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"cards.pdf\""))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(bytes))
}

/// A card with its photo. None is printed without one that can be looked at.
fn face(vault: &Vault, print: Print) -> web::Result<Face> {
    let file = (print.photo, print.storage_key, print.scan_state);
    let (Some(photo), Some(key), Some(Scan::Clean)) = file else {
        return Err(CardRefusal::PhotoHeld.into());
    };
    let said = print.said.0;
    // Cards speak the language of the institution.
    let day = said.due.map(|due| due.format("%d/%m/%Y").to_string());
    let due = day.map(|day| Lang::default().t_with("card-printed-due", &[("day", &day)]));
    let photo = vault.read(photo, &key)?.to_vec();
    Ok(Face { due: due.unwrap_or_default(), photo, said })
}
