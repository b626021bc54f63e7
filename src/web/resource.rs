//! Paths with a fixed list of methods: `HEAD` as `GET`, everything else 405 with `Allow` (SEC-04).
//! Behind them stand the limits of each path: what it takes, and how many are in work at once.
use super::body::Intake;
use super::error::Error;
use super::workroom::{Class, Workroom};
use crate::figures;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// A path being given its methods.
pub struct At {
    resource: Resource,
    allow: Vec<&'static str>,
    limits: Limits,
}

/// What stands between the map and a handler.
#[derive(Debug, Clone, Copy)]
struct Limits {
    intake: Intake,
    class: Class,
}

/// Begin a path, `/dispatch` for instance.
pub fn at(path: &str) -> At {
    let limits = Limits { intake: Intake::FORM, class: Class::default() };
    At { resource: web::resource(path.to_owned()), allow: Vec::new(), limits }
}

impl At {
    /// Answer `GET` and `HEAD`.
    #[must_use]
    pub fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args> + Clone,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let mut this = self.method(Method::GET, "GET", handler.clone());
        this.allow.push("HEAD");
        this.resource = this.resource.route(web::head().to(handler));
        this
    }

    /// Answer `POST`.
    #[must_use]
    pub fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(Method::POST, "POST", handler)
    }

    /// Answer `PUT`.
    #[must_use]
    pub fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(Method::PUT, "PUT", handler)
    }

    /// Answer `DELETE`.
    #[must_use]
    pub fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(Method::DELETE, "DELETE", handler)
    }

    /// Take other bodies than small forms.
    #[must_use]
    pub fn takes(mut self, intake: Intake) -> Self {
        self.limits.intake = intake;
        self
    }

    /// Wait longer or shorter than others when there is too much to do.
    #[must_use]
    pub fn class(mut self, class: Class) -> Self {
        self.limits.class = class;
        self
    }

    /// Put it on the map.
    pub fn mount(self, cfg: &mut ServiceConfig) {
        let (limits, methods) = (self.limits, self.allow.clone());
        let allow = self.allow.join(", ");
        let refuse = move || {
            let allow = allow.clone();
            async move {
                HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allow)).finish()
            }
        };
        let (payload, form) = limits.intake.configs();
        let resource = self.resource.default_service(web::to(refuse));
        let resource = resource.app_data(payload).app_data(form);
        cfg.service(resource.wrap(from_fn(move |request: ServiceRequest, next| {
            let is_answered = methods.contains(&request.method().as_str());
            async move {
                if is_answered {
                    limits.pass(request, next).await
                } else {
                    next.call(request).await
                }
            }
        })));
    }

    fn method<F, Args>(mut self, method: Method, name: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.allow.push(name);
        self.resource = self.resource.route(web::method(method).to(handler));
        self
    }
}

/// A handler that panics breaks its own request and nothing else (SEC-12).
async fn whole(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, actix_web::Error> {
    let asked = request.request().clone();
    let answer = AssertUnwindSafe(async { next.call(request).await }).catch_unwind().await;
    answer.unwrap_or_else(|_| {
        figures::count_panic();
        Ok(ServiceResponse::from_err(Error::internal("a handler panicked"), asked))
    })
}

impl Limits {
    /// The body first, then the place: whoever sends slowly keeps nobody out.
    async fn pass(
        self,
        mut request: ServiceRequest,
        next: Next<BoxBody>,
    ) -> Result<ServiceResponse, actix_web::Error> {
        let mut verdict = None;
        if !request.method().is_safe() {
            match self.intake.admit(&mut request).await {
                Ok(watched) => verdict = Some(watched),
                Err(error) => return Ok(request.error_response(error)),
            }
        }
        let Some(workroom) = request.app_data::<Data<Workroom>>().cloned() else {
            return Ok(request.error_response(Error::internal("the workroom is missing")));
        };
        let place = match workroom.enter(self.class).await {
            Ok(place) => place,
            Err(error) => return Ok(request.error_response(error)),
        };
        let answer = whole(request, next).await?;
        drop(place);
        // A handler that read piece by piece may have taken the fault for something else.
        match verdict.and_then(|verdict| verdict.fault()) {
            Some(fault) => Ok(answer.error_response(self.intake.refuse(fault))),
            None => Ok(answer),
        }
    }
}

#[cfg(test)]
mod tests;
