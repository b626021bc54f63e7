//! The doorkeeper: a handler that takes [`SignedIn`] is closed to everybody else.
use super::session::Session;
use super::store;
use super::token::Token;
use super::{Person, PersonId, door};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::rights::{Grants, Permission, Role};
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

/// Whoever may one of these has to do with rolls.
const ROLLS: [Permission; 4] = [
    Permission::AttendOwn,
    Permission::SeeRoll,
    Permission::SeeAttendance,
    Permission::SetAttendanceUp,
];

/// Somebody with a live session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Who.
    pub person: Person,
    /// What they were given.
    pub grants: Grants,
    /// The administrator who looks at the service as this person, in a session of their own.
    pub seen_by: Option<PersonId>,
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

    /// The shell of a page for this person.
    pub fn shell(&self, frame: &Frame, place: Place) -> Shell {
        Shell {
            person: Some(self.person.display_name.clone()),
            office: Place::office(|permission| self.grants.may(permission)),
            is_called_up: ROLLS.iter().any(|permission| self.grants.may(*permission)),
            is_seen: self.seen_by.is_some(),
            place,
            ..frame.shell(&self.session.csrf_token)
        }
    }

    /// An event of this person in this session; of who really looks, when that is somebody else.
    pub fn event(&self, name: &'static str) -> Event {
        let event = Event::ok(name);
        match self.seen_by {
            Some(admin) => event.by(admin, &self.session.short()).field("seen_as", self.person.id),
            None => event.by(self.person.id, &self.session.short()),
        }
    }
}

pub(super) async fn find(request: &HttpRequest) -> web::Result<Option<SignedIn>> {
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
    let owner = store::owner_by_token(&mut tx, &token).await?;
    let Some(owner) = owner.filter(|owner| owner.session.is_live(now)) else { return Ok(None) };
    let other = match owner.seen.filter(|(_, until)| now < *until) {
        Some((id, _)) if owner.grants.may(Permission::SeeAs) => other(&mut tx, id).await?,
        _ => None,
    };
    drop(tx);
    let store::SessionOwner { session, display_name, mail, grants, .. } = owner;
    if session.wants_touch(now)
        && let Err(error) = touch(db, session.id, now).await
    {
        // A full disk must not close the pages that only read.
        tracing::warn!(error = %error, "the use of a session could not be noted: {error}");
    }
    let person = Person { id: session.person, display_name, mail };
    request.extensions_mut().insert(Recognised);
    Ok(Some(match other {
        Some((person, grants)) => {
            SignedIn { seen_by: Some(session.person), session, person, grants }
        }
        None => SignedIn { session, person, grants, seen_by: None },
    }))
}

/// Who is looked at as. Nobody who came to run the installation meanwhile.
async fn other(tx: &mut Tx, id: PersonId) -> sqlx::Result<Option<(Person, Grants)>> {
    let grants = store::grants_of(tx, id).await?;
    let grants: Grants = grants.into_iter().map(|stored| stored.grant).collect();
    let person = store::find_person(tx, id).await?;
    Ok(person.filter(|_| !grants.has(Role::Admin)).map(|person| (person, grants)))
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
            if let Some(who) = door::admitted(&request) {
                return Ok(who);
            }
            let who = find(&request).await?;
            // Only the door lets somebody in who looks as somebody else, and only to read.
            if who.as_ref().is_some_and(|who| who.seen_by.is_some()) {
                return Err(door::only_looks());
            }
            who.ok_or_else(|| Error::SignInFirst { back: frame::here(&request) })
        })
    }
}

impl FromRequest for MaybeSignedIn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = web::Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        // On pages for everybody, somebody who looks as somebody else is a visitor.
        Box::pin(async move { Ok(Self(find(&request).await?.filter(|who| who.seen_by.is_none()))) })
    }
}
