//! One request of a journey: what it works with, and how it ends.
use super::{Told, Upstream, UpstreamError};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::arrival::arrive;
use crate::identity::session::Method;
use crate::identity::sources::Directories;
use crate::sso::SignInSettings;
use crate::sso::carried::Carried;
use crate::sso::door::{self, Form};
use crate::sso::entry::{Entry, Proof, Vouched};
use crate::sso::pages::Problem;
use crate::web::form_key::FormKey;
use crate::web::{self, Client, Frame};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use std::future::Future;
use std::pin::Pin;

/// One request of a journey.
pub(in crate::sso) struct Stop {
    pub(super) request: HttpRequest,
    pub(super) frame: Frame,
    pub(super) client: Client,
    pub(super) db: Data<Db>,
    pub(super) key: Data<FormKey>,
    pub(super) settings: Data<SignInSettings>,
    pub(super) now: DateTime<Utc>,
    directories: Data<Directories>,
}

type Parts = (
    (Frame, Client),
    (Data<Db>, Data<Clock>, Data<Directories>),
    (Data<FormKey>, Data<SignInSettings>),
);

impl FromRequest for Stop {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parts = Parts::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let ((frame, client), (db, clock, directories), (key, settings)) = parts.await?;
            let now = clock.now();
            Ok(Self { request, frame, client, db, key, settings, now, directories })
        })
    }
}

impl Stop {
    pub(super) fn way_back(&self, upstream: &Upstream) -> String {
        format!("{}/login/from/{}", self.settings.origin, upstream.name)
    }

    /// Somebody whom the provider vouches for, who proved at a time who they are.
    pub(super) async fn enter(
        &self,
        told: &Told,
        upstream: &Upstream,
        carried: Carried,
        at: DateTime<Utc>,
    ) -> web::Result<HttpResponse> {
        let is_over = told.until.is_some_and(|until| until <= self.now);
        let found =
            if is_over { Err(UpstreamError::NotBelieved("time")) } else { upstream.found(told) };
        let found = match found {
            Ok(found) => found,
            Err(error) => return self.failed(upstream, carried, &error).await,
        };
        let found = self.directories.look_up(upstream.section.look_up.as_deref(), found).await;
        let (db, settings, trace) = (&self.db, &self.settings, self.client.trace());
        let rules = &settings.arrival;
        let arrival = arrive(db, &self.directories, rules, &found, (&trace, self.now)).await?;
        let Self { request, client, now, .. } = self;
        let entry = Entry { request, client, settings, db, now: *now };
        let from = upstream.provenance(told);
        let proof = Proof {
            method: Method::Federation,
            at: at.min(*now),
            attempt: None,
            vouched: Some(Vouched {
                from: &from,
                until: told.until,
                once: told.once.as_ref(),
                grant: told.grant.as_deref().zip(upstream.asked_every()),
            }),
        };
        if let Some(answer) = entry.open(&found, &arrival, proof, &carried.leads_to()).await? {
            return Ok(answer);
        }
        let problem = Problem::NotBelieved(upstream.label.clone());
        Ok(self.show(carried, problem, StatusCode::FORBIDDEN))
    }

    /// One text for everything that is wrong; the reason is for log and audit.
    pub(super) async fn failed(
        &self,
        upstream: &Upstream,
        carried: Carried,
        error: &UpstreamError,
    ) -> web::Result<HttpResponse> {
        tracing::warn!(idp = upstream.name, error = %error, "nobody came from {}: {error}", upstream.name);
        let label = upstream.label.clone();
        let refused = |reason| Event::refused("upstream.refused", reason);
        let (event, problem, status) = match error {
            UpstreamError::Silent(_) => {
                (refused("silent"), Problem::Silent(label), StatusCode::SERVICE_UNAVAILABLE)
            }
            UpstreamError::NotBelieved(reason) => {
                (refused(reason), Problem::NotBelieved(label), StatusCode::BAD_REQUEST)
            }
            UpstreamError::Cancelled(word) => {
                let event = refused("cancelled").field("error", word);
                (event, Problem::Cancelled(label), StatusCode::FORBIDDEN)
            }
        };
        let mut tx = self.db.write().await?;
        let event = event.field("idp", &upstream.name);
        event.record(&mut tx, &self.client.trace(), self.now).await?;
        tx.commit().await?;
        Ok(self.show(carried, problem, status))
    }

    /// The sign-in page again, with what went wrong.
    fn show(&self, carried: Carried, problem: Problem, status: StatusCode) -> HttpResponse {
        let form = Form { carried, ..Form::default() };
        let place = (&self.request, &self.frame);
        door::page(place, (&self.key, &self.settings), form, Some(problem), status)
    }
}
