//! Paths of the API. There is no way to put a handler behind one without naming a scope: handlers
//! want a [`Caller`], and only the [`gate`] makes one, of a token that has the scope.
use super::caller::Caller;
use super::scope::Scope;
use crate::rights::Rule;
use crate::web;
use crate::web::body::Intake;
use crate::web::resource::{Admission, At, Map, at};
use crate::web::workroom::Class;
use actix_web::dev::Payload;
use actix_web::web::Payload as Body;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use std::future::Future;

/// What programs send, usually.
const JSON: Intake = Intake::of(&["application/json"], 256 * 1024);

/// One thing that programs can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// With `{names}` for its variable parts.
    pub path: &'static str,
    /// What a token needs.
    pub scope: Scope,
}

/// A path being given its operations.
pub(super) struct Door {
    path: &'static str,
    at: At,
    operations: Vec<Operation>,
}

/// Begin a path.
pub(super) fn door(path: &'static str) -> Door {
    Door { path, at: at(path, Rule::Token("")).takes(JSON), operations: Vec::new() }
}

type Answer = LocalBoxFuture<'static, Result<HttpResponse, Error>>;

/// Let in whoever has a token with this scope, and leave the handler who that is.
pub fn gate(request: HttpRequest, scope: &'static str) -> Admission {
    Box::pin(async move {
        let scope = Scope::parse(scope).ok_or_else(|| web::Error::internal("no such scope"))?;
        let caller = Caller::admit(&request, scope).await?;
        request.extensions_mut().insert(caller);
        Ok(())
    })
}

/// The caller first, then what else the handler wants to know of the request.
fn admitted<F, E, Fut>(handler: F) -> impl Fn(HttpRequest, Body) -> Answer + Clone + 'static
where
    F: Fn(Caller, E) -> Fut + Clone + 'static,
    E: FromRequest + 'static,
    Fut: Future<Output = web::Result<HttpResponse>> + 'static,
{
    move |request, body| {
        let handler = handler.clone();
        Box::pin(async move {
            let caller = request.extensions().get::<Caller>().cloned();
            let caller = caller.ok_or_else(|| web::Error::internal("nobody was let in"))?;
            let mut payload: Payload = body.into_inner();
            let wanted = E::from_request(&request, &mut payload).await.map_err(Into::into)?;
            Ok(handler(caller, wanted).await?)
        })
    }
}

/// One method of a [`Door`], all alike.
macro_rules! method {
    ($name:ident, $method:literal) => {
        /// Let callers with this scope in.
        pub(super) fn $name<F, E, Fut>(mut self, scope: Scope, handler: F) -> Self
        where
            F: Fn(Caller, E) -> Fut + Clone + 'static,
            E: FromRequest + 'static,
            Fut: Future<Output = web::Result<HttpResponse>> + 'static,
        {
            let operation = Operation { method: $method, path: self.path, scope };
            self.operations.push(operation);
            let at = self.at.but(Rule::Token(scope.word())).$name(admitted(handler));
            Self { at, ..self }
        }
    };
}

impl Door {
    method!(get, "GET");
    method!(post, "POST");
    method!(put, "PUT");
    method!(patch, "PATCH");
    method!(delete, "DELETE");

    /// Take other bodies than small JSON.
    pub(super) fn takes(self, intake: Intake) -> Self {
        Self { at: self.at.takes(intake), ..self }
    }

    /// Wait longer or shorter than others when there is too much to do.
    pub(super) fn class(self, class: Class) -> Self {
        Self { at: self.at.class(class), ..self }
    }

    /// What it opens to.
    pub(super) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Put it on the map.
    pub(super) fn mount(self, map: &mut Map<'_>) {
        self.at.mount(map);
    }
}
