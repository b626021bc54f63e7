//! The doorkeeper: a handler that takes [`SignedIn`] is closed to everybody else.
use super::session::Session;
use super::store;
use super::token::Token;
use super::{Person, PersonId};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::Db;
use crate::web::page::{Place, Shell};
use crate::web::query::Fields;
use crate::web::rate_limits::Recognised;
use crate::web::{self, Error, Frame, cookies, frame};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, Utc};
use std::future::Future;
use std::pin::Pin;
use uuid::Uuid;

/// The role of people who run the installation.
pub const ADMIN: &str = "admin";

/// Somebody with a live session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Who.
    pub person: Person,
    /// Whether they run the installation.
    pub is_admin: bool,
}

/// Somebody with a live session, or a visitor.
#[derive(Debug, Clone)]
pub struct MaybeSignedIn(pub Option<SignedIn>);

impl SignedIn {
    /// Refuse what was not sent from a page of this session (SEC-20).
    pub fn must_own_form(&self, token: &str) -> web::Result<()> {
        if self.session.owns_form(token) {
            return Ok(());
        }
        Err(web::Refusal::new("E-CSRF", StatusCode::FORBIDDEN, "request.refused").into())
    }

    /// The fields of a posted form, which must be of this session (SEC-20).
    pub fn form(&self, body: &str) -> web::Result<Fields> {
        let fields = Fields::parse(body)?;
        self.must_own_form(fields.get("csrf").unwrap_or_default())?;
        Ok(fields)
    }

    /// Who, by id.
    pub fn id(&self) -> PersonId {
        self.person.id
    }

    /// Only for people who run the installation; others learn nothing of the page.
    pub fn must_be_admin(&self) -> web::Result<()> {
        if self.is_admin {
            return Ok(());
        }
        Err(web::Refusal::new("E-FORBIDDEN", StatusCode::FORBIDDEN, "request.refused").into())
    }

    /// The shell of a page for this person.
    pub fn shell(&self, frame: &Frame, place: Place) -> Shell {
        Shell {
            person: Some(self.person.display_name.clone()),
            admin: self.is_admin,
            place,
            ..frame.shell(&self.session.csrf_token)
        }
    }

    /// An event of this person in this session.
    pub fn event(&self, name: &'static str) -> Event {
        Event::ok(name).by(self.person.id, &self.session.short())
    }
}

async fn find(request: &HttpRequest) -> web::Result<Option<SignedIn>> {
    let parts = (request.app_data::<Data<Db>>(), request.app_data::<Data<Clock>>());
    let (Some(db), Some(clock)) = parts else {
        return Err(Error::internal("the database or the clock is missing"));
    };
    let Some(token) = cookies::value(request, cookies::SESSION).and_then(|v| Token::parse(&v))
    else {
        return Ok(None);
    };
    let now = clock.now();
    let mut tx = db.read().await?;
    let owner = store::owner_by_token(&mut tx, &token, ADMIN).await?;
    drop(tx);
    let Some(owner) = owner.filter(|owner| owner.session.is_live(now)) else { return Ok(None) };
    let store::SessionOwner { session, display_name, mail, has_role: is_admin } = owner;
    if session.wants_touch(now)
        && let Err(error) = touch(db, session.id, now).await
    {
        // A full disk must not close the pages that only read.
        tracing::warn!(error = %error, "the use of a session could not be noted: {error}");
    }
    let person = Person { id: session.person, display_name, mail };
    request.extensions_mut().insert(Recognised);
    Ok(Some(SignedIn { session, person, is_admin }))
}

async fn touch(db: &Db, session: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    store::touch_session(&mut tx, session, now).await?;
    tx.commit().await
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = web::Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            find(&request).await?.ok_or_else(|| Error::SignInFirst { back: frame::here(&request) })
        })
    }
}

impl FromRequest for MaybeSignedIn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = web::Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(find(&request).await?)) })
    }
}
