//! Paths with a fixed list of methods: `HEAD` as `GET`, everything else 405 with `Allow` (SEC-04).
use actix_web::http::{Method, header};
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder};

/// A path being given its methods.
pub struct At {
    resource: Resource,
    allow: Vec<&'static str>,
}

/// Begin a path, `/dispatch` for instance.
pub fn at(path: &str) -> At {
    At { resource: web::resource(path.to_owned()), allow: Vec::new() }
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

    /// Put it on the map.
    pub fn mount(self, cfg: &mut ServiceConfig) {
        let allow = self.allow.join(", ");
        let refuse = move || {
            let allow = allow.clone();
            async move {
                HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allow)).finish()
            }
        };
        cfg.service(self.resource.default_service(web::to(refuse)));
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
