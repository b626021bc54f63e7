//! Signing out. Our own session ends first and for good (SEC-27).
use super::pages;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::session::EndReason;
use crate::identity::{MaybeSignedIn, store};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, cookies};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// `GET /logout` asks: a picture on another site must not sign anybody out (SEC-63).
pub(super) async fn ask(frame: Frame, who: MaybeSignedIn) -> HttpResponse {
    match who.0 {
        Some(who) => {
            let shell = who.shell(&frame, Place::Elsewhere);
            Page(pages::AskSignOut { shell }).with(StatusCode::OK)
        }
        None => signed_out(&frame, Vec::new()),
    }
}

/// End the session and say which portals are still open.
pub(super) async fn sign_out(
    body: String,
    frame: Frame,
    who: MaybeSignedIn,
    client: Client,
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let Some(who) = who.0 else { return Ok(signed_out(&frame, Vec::new())) };
    let fields = Fields::parse(&body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;

    let now = clock.now();
    let mut tx = db.write().await?;
    let partners = store::partners_of(&mut tx, who.session.id).await?;
    store::end_session(&mut tx, who.session.id, EndReason::SignedOut, now).await?;
    let event = who.event("auth.logout").field("partners", partners.len());
    event.record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;

    let mut answer = signed_out(&frame, partners);
    let _ = answer.add_cookie(&cookies::forget(cookies::SESSION));
    if fields.is_on("forget") {
        let _ = answer.add_cookie(&cookies::forget(cookies::CHOICE));
    }
    Ok(answer)
}

/// Portals keep sessions of their own until single logout reaches them: they are named.
fn signed_out(frame: &Frame, partners: Vec<store::SessionPartner>) -> HttpResponse {
    let partner = |partner: store::SessionPartner| pages::Partner {
        label: partner.entity_id,
        farewell: pages::Farewell::NotOffered,
    };
    let page = pages::SignedOut {
        shell: frame.shell(""),
        partners: partners.into_iter().map(partner).collect(),
        sign_in: "/login".to_owned(),
    };
    Page(page).with(StatusCode::OK)
}
