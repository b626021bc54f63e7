//! Paths with a fixed list of methods: `HEAD` as `GET`, everything else 405 with `Allow` (SEC-04).
//! Behind them stand the limits of each path: what it takes, how many are in work at once, and who
//! may come in. Features get a [`Map`] and nothing else to mount on, and it takes no path without a
//! [`Rule`] (SEC-97).
use super::body::Intake;
use super::error::Error;
use super::workroom::{Class, Workroom};
use crate::figures;
use crate::rights::Rule;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::guard::{self, GuardContext};
use actix_web::http::{Method, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

/// Whether a request may come in where this rule stands.
pub type Admission = Pin<Box<dyn Future<Output = Result<(), Error>>>>;
/// The one door before all handlers; whoever builds the map brings it.
pub type Gate = fn(HttpRequest, Rule) -> Admission;

/// A path, one of its methods, and its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The pattern, `/admin/people/{person}` for instance.
    pub path: String,
    /// Who may come in.
    pub rule: Rule,
}

/// Where features put their paths.
pub struct Map<'a> {
    cfg: &'a mut ServiceConfig,
    routes: &'a mut Vec<Route>,
    gate: Gate,
    base: String,
}

impl<'a> Map<'a> {
    /// A map that writes down what is put on it.
    pub fn new(cfg: &'a mut ServiceConfig, routes: &'a mut Vec<Route>, gate: Gate) -> Self {
        Self { cfg, routes, gate, base: String::new() }
    }

    /// Something that handlers take as an argument.
    pub fn data<T: 'static>(&mut self, data: T) -> &mut Self {
        self.cfg.app_data(data);
        self
    }

    /// Put all paths of a feature on it.
    pub fn with(&mut self, routes: impl FnOnce(&mut Map<'_>)) -> &mut Self {
        routes(self);
        self
    }

    /// Paths below a common beginning.
    pub fn below(&mut self, base: &str, routes: impl FnOnce(&mut Map<'_>)) {
        let (gate, written) = (self.gate, &mut *self.routes);
        let whole = format!("{}{base}", self.base);
        let scope = web::scope(base).configure(|cfg| {
            routes(&mut Map { cfg, routes: written, gate, base: whole });
        });
        self.cfg.service(scope);
    }
}

/// A path being given its methods.
pub struct At {
    path: String,
    resource: Resource,
    allow: Vec<&'static str>,
    rule: Rule,
    rules: Vec<(&'static str, Rule)>,
    limits: Limits,
}

/// What stands between the map and a handler.
#[derive(Debug, Clone, Copy)]
struct Limits {
    intake: Intake,
    class: Class,
}

/// Begin a path, `/dispatch` for instance, with its rule.
pub fn at(path: &str, rule: Rule) -> At {
    At {
        path: path.to_owned(),
        resource: web::resource(path.to_owned()),
        allow: Vec::new(),
        rule,
        rules: Vec::new(),
        limits: Limits { intake: Intake::FORM, class: Class::default() },
    }
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
        this.rules.push(("HEAD", this.rule));
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

    /// Answer `PATCH`.
    #[must_use]
    pub fn patch<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.method(Method::PATCH, "PATCH", handler)
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

    /// The methods that follow have another rule.
    #[must_use]
    pub fn but(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// Only for requests that look so; others go on to the next path that fits.
    #[must_use]
    pub fn when(mut self, looks_so: fn(&GuardContext<'_>) -> bool) -> Self {
        self.resource = self.resource.guard(guard::fn_guard(looks_so));
        self
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
    pub fn mount(self, map: &mut Map<'_>) {
        let (limits, rules, gate) = (self.limits, self.rules, map.gate);
        let path = format!("{}{}", map.base, self.path);
        for (method, rule) in rules.iter().filter(|(method, _)| *method != "HEAD") {
            map.routes.push(Route { method, path: path.clone(), rule: *rule });
        }
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
        map.cfg.service(resource.wrap(from_fn(move |request: ServiceRequest, next| {
            let asked = request.method().as_str();
            let rule = rules.iter().find(|(method, _)| *method == asked).map(|(_, rule)| *rule);
            async move {
                match rule {
                    Some(rule) => limits.pass((gate, rule), request, next).await,
                    None => next.call(request).await,
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
        self.rules.push((name, self.rule));
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
    /// The body first, then the place: whoever sends slowly keeps nobody out. The gate last: what it
    /// asks the database takes a place too.
    async fn pass(
        self,
        (gate, rule): (Gate, Rule),
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
        if let Err(error) = gate(request.request().clone(), rule).await {
            return Ok(request.error_response(error));
        }
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
