//! The doorkeeper of the API: who calls, and whether they may.
use super::scope::Scope;
use super::store;
use super::token::{self, ApiToken};
use crate::attendance::{Hand, Signer};
use crate::audit::{Event, Trace};
use crate::card;
use crate::clock::Clock;
use crate::db::Db;
use crate::figures;
use crate::identity::Rne;
use crate::web::error::TurnedAway;
use crate::web::rate_limits::{Buckets, Rate, Recognised};
use crate::web::{self, Client, Error, Refusal};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// How tokens travel (RFC 6750).
const BEARER: &str = "Bearer ";

/// A program with a token that has the scope of the operation. Nobody but the
/// [door](super::door) makes one.
#[derive(Debug, Clone)]
pub struct Caller {
    token: ApiToken,
    trace: Trace,
}

/// How much each token may ask.
#[derive(Debug)]
pub struct Budget {
    rate: Rate,
    buckets: Buckets,
}

impl Budget {
    /// By the settings, nothing spent yet.
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Buckets::default() }
    }

    fn spend(&self, token: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
        self.buckets.take(&token.to_string(), self.rate, now).map_err(|wait| {
            figures::count_rate_limited("api");
            let seconds = u64::try_from(wait.num_seconds()).unwrap_or(0) + 1;
            TurnedAway::new("E-TOO-MANY", StatusCode::TOO_MANY_REQUESTS, seconds).into()
        })
    }
}

impl Caller {
    /// Let in whoever has a token with this scope that works, here and now.
    pub(super) async fn admit(request: &HttpRequest, scope: Scope) -> web::Result<Self> {
        let parts = (
            request.app_data::<Data<Db>>(),
            request.app_data::<Data<Clock>>(),
            request.app_data::<Data<Budget>>(),
        );
        let (Some(db), Some(clock), Some(budget)) = parts else {
            return Err(Error::internal("parts of the API are missing"));
        };
        let now = clock.now();
        let hash = shown(request).ok_or_else(unknown)?;
        let token = store::by_hash(&mut db.read().await?, &hash).await?;
        let token = token.filter(|token| token.is_live(now)).ok_or_else(unknown)?;
        let client = Client::extract(request).await.map_err(|_| Error::internal("no client"))?;
        let refused = |code: &'static str| {
            Refusal::new(code, StatusCode::FORBIDDEN, "api.refused").detail(token.id.to_string())
        };
        if !token.grant.lets_from(client.address) {
            return Err(refused("E-API-NETWORK").into());
        }
        request.extensions_mut().insert(Recognised);
        budget.spend(token.id, now)?;
        if !token.grant.scopes.contains(&scope) {
            return Err(refused("E-API-SCOPE").subject(scope.word()).into());
        }
        if token.wants_touch(now)
            && let Err(error) = touch(db, token.id, now).await
        {
            // A full disk must not close what only reads.
            tracing::warn!(error = %error, "the use of a token could not be noted: {error}");
        }
        Ok(Self { token, trace: client.trace() })
    }

    /// Its id in tables.
    pub fn id(&self) -> Uuid {
        self.token.id
    }

    /// What administrators call the program.
    pub fn name(&self) -> &str {
        &self.token.grant.name
    }

    /// The schools that it is limited to, when it is.
    pub fn schools(&self) -> Option<&[Rne]> {
        self.token.grant.schools()
    }

    /// Whether it has this scope besides that of the operation.
    pub fn has(&self, scope: Scope) -> bool {
        self.token.grant.scopes.contains(&scope)
    }

    /// Whether it may write people of this source.
    pub fn may_push(&self, source: &str) -> bool {
        self.token.grant.may_push(source)
    }

    /// How runs that it asked for say so.
    pub fn asked_by(&self) -> String {
        format!("token:{}", self.name())
    }

    /// The request at hand, for the audit record.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Its hand in the acts of rolls.
    pub(super) fn hand(&self, now: DateTime<Utc>) -> Hand {
        let signer = Signer::Program(self.id(), self.name().to_owned());
        Hand { signer, trace: self.trace.clone(), now }
    }

    /// Its hand in the card office.
    pub(super) fn card_hand(&self, now: DateTime<Utc>) -> card::Hand {
        let program = Some((self.id(), self.name().to_owned()));
        card::Hand { by: None, program, trace: self.trace.clone(), now }
    }

    /// An event of this program.
    pub fn event(&self, name: &'static str) -> Event {
        Event::ok(name).field("token", self.id()).field("program", self.name())
    }
}

/// The hash of the token that a request shows: in its head only, once (SEC-22).
fn shown(request: &HttpRequest) -> Option<Vec<u8>> {
    let query = request.query_string();
    if query.split('&').any(|field| field.starts_with("access_token")) {
        return None;
    }
    let mut lines = request.headers().get_all(header::AUTHORIZATION);
    let (line, None) = (lines.next()?.to_str().ok()?, lines.next()) else { return None };
    let (scheme, text) = line.split_at_checked(BEARER.len())?;
    scheme.eq_ignore_ascii_case(BEARER).then(|| token::recognise(text.trim()))?
}

/// Missing, unknown, revoked and over look the same.
fn unknown() -> Error {
    Refusal::new("E-API-TOKEN", StatusCode::UNAUTHORIZED, "api.refused").challenge("Bearer").into()
}

async fn touch(db: &Db, token: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    store::touch(&mut tx, token, now).await?;
    tx.commit().await
}
