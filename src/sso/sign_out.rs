//! Signing out. Our own session ends first and for good (SEC-27).
use super::pages::{self, Farewell, Onward};
use super::store::{Visit, visits};
use super::{SignInSettings, farewell};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::session::EndReason;
use crate::identity::{MaybeSignedIn, SignedIn, store};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, cookies};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Asks: a picture on another site must not sign anybody out (SEC-63).
pub fn ask_to_sign_out(frame: &Frame, who: Option<&SignedIn>) -> HttpResponse {
    match who {
        Some(who) => {
            let shell = who.shell(frame, Place::Elsewhere);
            Page(pages::AskSignOut { shell }).with(StatusCode::OK)
        }
        None => signed_out(frame, Left::default(), None),
    }
}

/// End the session and say which portals are still open.
pub async fn sign_out(
    body: String,
    frame: Frame,
    who: MaybeSignedIn,
    client: Client,
    (db, clock, settings): (Data<Db>, Data<Clock>, Data<SignInSettings>),
) -> web::Result<HttpResponse> {
    let Some(who) = who.0 else { return Ok(signed_out(&frame, Left::default(), None)) };
    let fields = Fields::parse(&body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let leaving = Leaving { client: &client, db: &db, settings: &settings, now: clock.now() };
    let left = leaving.sign_out(&who).await?;
    let mut answer = signed_out(&frame, left, None);
    let _ = answer.add_cookie(&cookies::forget(cookies::SESSION));
    if fields.is_on("forget") {
        let _ = answer.add_cookie(&cookies::forget(cookies::CHOICE));
    }
    Ok(answer)
}

/// What signing out works with.
pub struct Leaving<'a> {
    /// From where.
    pub client: &'a Client,
    /// The database.
    pub db: &'a Db,
    /// Who tells applications.
    pub settings: &'a SignInSettings,
    /// When.
    pub now: DateTime<Utc>,
}

/// Who knew of a session, and whether they have heard of its end.
#[derive(Debug, Default)]
pub struct Left(Vec<pages::Partner>);

impl Left {
    /// Whether nobody is left who still believes in the session.
    pub fn is_complete(&self) -> bool {
        self.0.iter().all(|partner| partner.farewell == Farewell::Done)
    }
}

impl Leaving<'_> {
    /// End the session, then tell everybody who knew of it.
    pub async fn sign_out(&self, who: &SignedIn) -> web::Result<Left> {
        let mut tx = self.db.write().await?;
        let partners = store::partners_of(&mut tx, who.session.id).await?;
        let visits = visits(&mut tx, who.session.id).await?;
        store::end_session(&mut tx, who.session.id, EndReason::SignedOut, self.now).await?;
        who.event("auth.logout")
            .field("partners", partners.len())
            .field("applications", visits.len())
            .record(&mut tx, &self.client.trace(), self.now)
            .await?;
        tx.commit().await?;
        let told = farewell::say(&self.settings.outbound, visits, self.now).await;
        // Portals keep sessions of their own until single logout reaches them: they are named.
        let partner = |partner: store::SessionPartner| pages::Partner {
            label: partner.entity_id,
            farewell: Farewell::NotOffered,
        };
        Ok(Left(partners.into_iter().map(partner).chain(applications(told)).collect()))
    }
}

/// The page that says goodbye, and where it goes on to.
pub fn signed_out(frame: &Frame, left: Left, onward: Option<Onward>) -> HttpResponse {
    let page = pages::SignedOut {
        shell: frame.shell(""),
        partners: left.0,
        sign_in: "/login".to_owned(),
        onward,
    };
    Page(page).with(StatusCode::OK)
}

/// Each application once, with the worst that became of its tickets.
fn applications(told: Vec<(Visit, bool)>) -> impl Iterator<Item = pages::Partner> {
    let mut by_label = BTreeMap::new();
    for (visit, has_heard) in told {
        let farewell = match (visit.is_told, has_heard) {
            (false, _) => Farewell::NotOffered,
            (true, false) => Farewell::NotReached,
            (true, true) => Farewell::Done,
        };
        let known = by_label.entry(visit.label).or_insert(farewell);
        if *known == Farewell::Done {
            *known = farewell;
        }
    }
    by_label.into_iter().map(|(label, farewell)| pages::Partner { label, farewell })
}
