//! Where every CAS request begins: what it needs, and whether its service is one of ours to serve.
use crate::clock::Clock;
use crate::config::{Cas, UnknownService};
use crate::db::Db;
use crate::dispatch::{Book, Dispatcher};
use crate::outbound::Outbound;
use crate::sso::applications::{Application, Filter, Mode, ServiceUrl};
use crate::web::query::Fields;
use crate::web::{self, Client, Refusal};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Taken by every handler: what a request works with, at one moment.
pub(super) struct Desk {
    pub(super) client: Client,
    pub(super) db: Data<Db>,
    pub(super) dispatcher: Data<Dispatcher>,
    pub(super) settings: Data<Cas>,
    pub(super) outbound: Data<Outbound>,
    pub(super) now: DateTime<Utc>,
    pub(super) query: Fields,
    pub(super) snapshot: Arc<Book>,
}

/// A service that may ask, and how it is answered.
pub(super) struct Admitted<'a> {
    pub(super) application: Option<&'a Application>,
    pub(super) filter: &'a Filter,
}

impl Admitted<'_> {
    pub(super) fn mode(&self) -> Mode {
        self.application.map_or(Mode::Standard, |application| application.mode)
    }

    pub(super) fn hears_of_the_end(&self) -> bool {
        self.application.is_some_and(|application| application.slo)
    }

    /// What people call it: its name, else its host.
    pub(super) fn label(&self, service: &ServiceUrl) -> String {
        let host = || service.url().host_str().unwrap_or_default();
        self.name().unwrap_or_else(host).to_owned()
    }

    /// Its section.
    pub(super) fn name(&self) -> Option<&str> {
        self.application.map(|application| application.name.as_str())
    }
}

type Parts = (Client, Data<Db>, Data<Clock>, Data<Dispatcher>, Data<Cas>, Data<Outbound>);

impl FromRequest for Desk {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = Fields::parse(request.query_string());
        let parts = Parts::from_request(request, payload);
        Box::pin(async move {
            let (client, db, clock, dispatcher, settings, outbound) = parts.await?;
            let (query, snapshot, now) = (query?, dispatcher.files.snapshot(), clock.now());
            Ok(Self { client, db, dispatcher, settings, outbound, now, query, snapshot })
        })
    }
}

impl Desk {
    /// The application of a service; one that no file describes is let in only when
    /// `unknown_service = default` says so.
    pub(super) fn admit(&self, service: &ServiceUrl) -> Option<Admitted<'_>> {
        let applications = &self.snapshot.partners.applications;
        let application = applications.find(service);
        let is_welcome =
            application.is_some() || self.settings.unknown_service == UnknownService::Default;
        let filter = applications.filter_of(application);
        is_welcome.then_some(Admitted { application, filter })
    }
}

/// No redirect and no ticket for an address that is not declared (SEC-59).
pub(super) fn not_declared(service: &str) -> web::Error {
    // Query and path may hold secrets of the application; the host is what an administrator needs.
    let origin = url::Url::parse(service).map(|url| url.origin().ascii_serialization());
    Refusal::new("E-SERVICE", StatusCode::FORBIDDEN, "cas.refused")
        .detail(origin.unwrap_or_else(|_| "not an address".to_owned()))
        .into()
}
