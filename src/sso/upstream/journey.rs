//! To an identity provider and back.
use super::Upstream;
use super::claims::{self, TooMuch, Trust};
use super::oidc::{OidcError, Returned, Secrets, Told};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::MaybeSignedIn;
use crate::identity::arrival::arrive;
use crate::identity::session::Method;
use crate::identity::sources::{Directories, Found};
use crate::identity::token::{self, Token};
use crate::sso::SignInSettings;
use crate::sso::carried::Carried;
use crate::sso::door::{self, Form};
use crate::sso::entry::{Entry, Proof};
use crate::sso::pages::Problem;
use crate::sso::store::{find_flow, insert_flow_as, take_flow};
use crate::web::form_key::FormKey;
use crate::web::query::Fields;
use crate::web::redirect::found;
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long somebody may be away (SEC-64).
const PATIENCE: Duration = Duration::minutes(10);
const KIND: &str = "upstream";
/// What a provider may say instead of yes (RFC 6749, 4.1.2.1; OpenID Connect Core 3.1.2.6).
const ERRORS: [&str; 12] = [
    "access_denied",
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "request_not_supported",
];

/// What a journey works with.
type Parts = ((Data<Db>, Data<Clock>, Data<Directories>), (Data<FormKey>, Data<SignInSettings>));

/// Somebody who is away.
#[derive(Serialize, Deserialize)]
struct Away {
    upstream: String,
    /// SHA-256 of the second half of `state`.
    state: Vec<u8>,
    /// SHA-256 of the cookie of the browser that left.
    browser: Vec<u8>,
    kept: Secrets,
    /// Where they were on the way to.
    carried: Vec<(String, String)>,
    since: DateTime<Utc>,
}

/// One request of a journey.
struct Stop {
    request: HttpRequest,
    frame: Frame,
    client: Client,
    parts: Parts,
    now: DateTime<Utc>,
    query: Fields,
}

/// `/login/with/NAME`: off to the provider.
pub(in crate::sso) async fn begin(
    request: HttpRequest,
    name: Path<String>,
    frame: Frame,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let stop = Stop::at(request, frame, client, parts)?;
    let upstreams = stop.settings().upstreams.clone();
    let upstream = upstreams.get(&name).ok_or(Error::NotFound)?;
    let carried = Carried::of(&stop.query);
    let (flow, half) = (Uuid::new_v4(), Token::new());
    let state = format!("{}.{}", flow.simple(), half.as_str());
    let back = stop.way_back(upstream);
    let asked = upstream.provider.question(&back, state, carried.wants_fresh(), stop.now).await;
    let (url, kept) = match asked {
        Ok(asked) => asked,
        Err(error) => return stop.failed(upstream, carried, &error).await,
    };
    let known = cookies::value(&stop.request, cookies::FLOW).and_then(|it| Token::parse(&it));
    let browser = known.unwrap_or_default();
    let away = Away {
        upstream: upstream.name.clone(),
        state: half.hash(),
        browser: browser.hash(),
        kept,
        carried: carried.0,
        since: stop.now,
    };
    stop.keep(flow, &away).await?;
    let mut answer = found(&url);
    let _ = answer.add_cookie(&cookies::flow(browser.as_str().to_owned()));
    Ok(answer)
}

/// `/login/from/NAME`: back from the provider.
pub(in crate::sso) async fn come_back(
    request: HttpRequest,
    name: Path<String>,
    frame: Frame,
    who: MaybeSignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let stop = Stop::at(request, frame, client, parts)?;
    let upstreams = stop.settings().upstreams.clone();
    let upstream = upstreams.get(&name).ok_or(Error::NotFound)?;
    let Some(away) = stop.take(upstream).await? else {
        if who.0.is_some() {
            // Another tab was faster, or the person went back: they are in.
            return Ok(found("/dispatch"));
        }
        let error = OidcError::NotBelieved("state");
        return stop.failed(upstream, Carried::default(), &error).await;
    };
    let carried = Carried(away.carried);
    if let Some(error) = stop.query.get("error") {
        return stop.cancelled(upstream, carried, error).await;
    }
    let Some(code) = stop.query.get("code") else {
        return stop.failed(upstream, carried, &OidcError::NotBelieved("code")).await;
    };
    let returned = Returned { code, issuer: stop.query.get("iss") };
    let back = stop.way_back(upstream);
    let times = (away.since, stop.now);
    let told = match upstream.provider.answer(&back, returned, &away.kept, times).await {
        Ok(told) => told,
        Err(error) => return stop.failed(upstream, carried, &error).await,
    };
    match upstream.found(&told) {
        Ok(found) => {
            let proved = told.proved_at.unwrap_or(away.since - PATIENCE).min(stop.now);
            stop.enter(&found, upstream, carried, proved).await
        }
        Err(TooMuch) => stop.failed(upstream, carried, &OidcError::NotBelieved("size")).await,
    }
}

impl Upstream {
    /// What it told, as a directory would have. Unless its `uid` is trusted, nobody can call
    /// themselves as somebody of our directories is called (SEC-57).
    fn found(&self, told: &Told) -> Result<Found, TooMuch> {
        let Told { subject, claims, .. } = told;
        if subject.len() > 255 || subject.is_empty() || subject.contains(char::is_control) {
            return Err(TooMuch);
        }
        let trust = Trust { renamed: &self.section.renamed, mail: self.section.trust_mail };
        let mut attributes = claims::attributes(claims, trust)?;
        if !self.section.trust_uid || attributes.first("uid").is_none() {
            attributes.remove("uid");
            attributes.add("uid", format!("{subject}@{}", self.name));
        }
        Ok(Found {
            source: self.name.clone(),
            source_id: subject.clone(),
            login: attributes.first("uid").unwrap_or(subject).to_owned(),
            attributes,
            ..Found::default()
        })
    }
}

impl Stop {
    fn at(request: HttpRequest, frame: Frame, client: Client, parts: Parts) -> web::Result<Self> {
        let query = Fields::parse(request.query_string())?;
        let now = parts.0.1.now();
        Ok(Self { request, frame, client, parts, now, query })
    }

    fn db(&self) -> &Db {
        &self.parts.0.0
    }

    fn settings(&self) -> &SignInSettings {
        &self.parts.1.1
    }

    fn way_back(&self, upstream: &Upstream) -> String {
        format!("{}/login/from/{}", self.settings().origin, upstream.name)
    }

    async fn keep(&self, flow: Uuid, away: &Away) -> web::Result<()> {
        let payload = serde_json::to_value(away).map_err(Error::internal)?;
        let mut tx = self.db().write().await?;
        insert_flow_as(&mut tx, (flow, KIND), &payload, self.now, self.now + PATIENCE).await?;
        Ok(tx.commit().await?)
    }

    /// The journey that ends here: of this provider, in this browser, and only once.
    async fn take(&self, upstream: &Upstream) -> web::Result<Option<Away>> {
        let state = self.query.get("state").and_then(|state| state.split_once('.'));
        let Some((flow, half)) = state else { return Ok(None) };
        let Ok(flow) = Uuid::parse_str(flow) else { return Ok(None) };
        let mut tx = self.db().write().await?;
        let Some(payload) = find_flow(&mut tx, flow, KIND, self.now).await? else {
            return Ok(None);
        };
        let away: Away = serde_json::from_value(payload).map_err(Error::internal)?;
        let browser = cookies::value(&self.request, cookies::FLOW).unwrap_or_default();
        let is_ours = openssl::memcmp::eq(&away.state, &token::hash(half))
            && openssl::memcmp::eq(&away.browser, &token::hash(&browser))
            && away.upstream == upstream.name;
        if !is_ours {
            return Ok(None);
        }
        let is_first = take_flow(&mut tx, flow).await?;
        tx.commit().await?;
        Ok(is_first.then_some(away))
    }

    /// Somebody whom the provider vouches for.
    async fn enter(
        &self,
        found: &Found,
        upstream: &Upstream,
        carried: Carried,
        proved: DateTime<Utc>,
    ) -> web::Result<HttpResponse> {
        let ((db, _, directories), (_, settings)) = &self.parts;
        let trace = self.client.trace();
        let arrival = arrive(db, directories, &settings.arrival, found, (&trace, self.now)).await?;
        let Self { request, client, now, .. } = self;
        let entry = Entry { request, client, settings, db, now: *now };
        let method = Proof { method: Method::Federation, at: proved, attempt: None };
        match entry.open(found, &arrival, method, &carried.leads_to()).await? {
            Some(answer) => Ok(answer),
            None => Ok(self.show(
                carried,
                Problem::NotBelieved(upstream.label.clone()),
                StatusCode::FORBIDDEN,
            )),
        }
    }

    /// The person, or the provider, said no.
    async fn cancelled(
        &self,
        upstream: &Upstream,
        carried: Carried,
        error: &str,
    ) -> web::Result<HttpResponse> {
        let error = ERRORS.iter().find(|known| **known == error).copied().unwrap_or("other");
        if matches!(error, "server_error" | "temporarily_unavailable") {
            return self.failed(upstream, carried, &OidcError::Silent(error.to_owned())).await;
        }
        let event = Event::refused("oidc.refused", "cancelled").field("idp", &upstream.name);
        self.record(event.field("error", error)).await?;
        Ok(self.show(carried, Problem::Cancelled(upstream.label.clone()), StatusCode::FORBIDDEN))
    }

    /// One text for everything that is wrong; the reason is for log and audit.
    async fn failed(
        &self,
        upstream: &Upstream,
        carried: Carried,
        error: &OidcError,
    ) -> web::Result<HttpResponse> {
        tracing::warn!(idp = upstream.name, error = %error, "nobody came from {}: {error}", upstream.name);
        let label = upstream.label.clone();
        let (reason, problem, status) = match error {
            OidcError::Silent(_) => {
                ("silent", Problem::Silent(label), StatusCode::SERVICE_UNAVAILABLE)
            }
            OidcError::NotBelieved(reason) => {
                (*reason, Problem::NotBelieved(label), StatusCode::BAD_REQUEST)
            }
        };
        self.record(Event::refused("oidc.refused", reason).field("idp", &upstream.name)).await?;
        Ok(self.show(carried, problem, status))
    }

    async fn record(&self, event: Event) -> sqlx::Result<()> {
        let mut tx = self.db().write().await?;
        event.record(&mut tx, &self.client.trace(), self.now).await?;
        tx.commit().await
    }

    /// The sign-in page again, with what went wrong.
    fn show(&self, carried: Carried, problem: Problem, status: StatusCode) -> HttpResponse {
        let (key, settings) = &self.parts.1;
        let form = Form { carried, ..Form::default() };
        let place = (&self.request, &self.frame);
        door::page(place, (key, settings), form, Some(problem), status)
    }
}
