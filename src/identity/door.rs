//! The one door before every handler: whoever comes is held against the rule of the path.
//!
//! Who somebody is and what they may do is read from the database at each request, so a right that
//! was taken opens nothing from then on.
use super::signed_in::{self, SignedIn};
use crate::rights::{Permission, Reach, Rule};
use crate::web::resource::Admission;
use crate::web::{self, Error, Refusal, frame};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};
use std::pin::Pin;

/// Whether a request may come in.
pub fn gate(request: HttpRequest, rule: Rule) -> Admission {
    Box::pin(async move {
        match rule {
            Rule::Public | Rule::Vouching | Rule::Partner => Ok(()),
            Rule::Own => admit(&request, None).await,
            Rule::May(permission) => admit(&request, Some(permission)).await,
            // Programs have a door of their own.
            Rule::Token(scope) => Err(forbidden(scope)),
        }
    })
}

/// Find out who comes, and leave that to the handler with how far they may go.
async fn admit(request: &HttpRequest, permission: Option<Permission>) -> web::Result<()> {
    let who = signed_in::find(request).await?;
    let who = who.ok_or_else(|| Error::SignInFirst { back: frame::here(request) })?;
    if who.seen_by.is_some() && !request.method().is_safe() {
        return Err(only_looks());
    }
    if let Some(permission) = permission {
        let reach = who.grants.reach(permission);
        let reach = reach.ok_or_else(|| forbidden(permission.as_str()))?;
        request.extensions_mut().insert(reach);
    }
    request.extensions_mut().insert(who);
    Ok(())
}

fn forbidden(what: &str) -> Error {
    let refusal = Refusal::new("E-FORBIDDEN", StatusCode::FORBIDDEN, "request.refused");
    refusal.detail(what).into()
}

/// How far the person may go with the permission of this path. A handler of a path whose permission
/// is checked on less than everything takes it and keeps to it.
impl FromRequest for Reach {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let reach = request.extensions().get::<Self>().cloned();
        ready(reach.ok_or_else(|| Error::internal("a path without a permission has no reach")))
    }
}

/// Somebody who looks as somebody else changes nothing and goes nowhere (SEC-100).
pub(super) fn only_looks() -> Error {
    Refusal::new("E-SEE-AS", StatusCode::FORBIDDEN, "admin.impersonate").into()
}

/// An administrator who looks at the service as somebody else, to end that.
pub struct Seeing(pub SignedIn);

impl FromRequest for Seeing {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = web::Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let who = signed_in::find(&request).await?;
            who.filter(|who| who.seen_by.is_some()).map(Self).ok_or(Error::NotFound)
        })
    }
}

/// Whoever was admitted to this path.
pub(super) fn admitted(request: &HttpRequest) -> Option<SignedIn> {
    request.extensions().get::<SignedIn>().cloned()
}
