//! Somebody who is away at an identity provider: kept until the browser comes back, or for ten
//! minutes (SEC-50, SEC-64).
use super::Kept;
use crate::db::Tx;
use crate::identity::token::{self, Token};
use crate::sso::carried::Carried;
use crate::sso::store::{find_flow, insert_flow_as, take_flow, update_flow};
use crate::web::{self, Error};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long somebody may be away.
pub(super) const PATIENCE: Duration = Duration::minutes(10);
const KIND: &str = "upstream";

/// Somebody who is away.
#[derive(Serialize, Deserialize)]
pub(super) struct Away {
    pub(super) upstream: String,
    /// SHA-256 of the second half of `state`.
    state: Vec<u8>,
    /// SHA-256 of the cookie of the browser that left.
    browser: Vec<u8>,
    pub(super) kept: Kept,
    /// Where they were on the way to.
    carried: Vec<(String, String)>,
    pub(super) since: DateTime<Utc>,
}

/// What names a journey outside: its flow and a secret, 76 characters, which SAML's RelayState holds.
pub(super) struct State {
    flow: Uuid,
    half: Token,
}

impl State {
    pub(super) fn new() -> Self {
        Self { flow: Uuid::new_v4(), half: Token::new() }
    }

    /// Whether a text might be one of ours.
    pub(super) fn is_one(text: &str) -> bool {
        text.split_once('.').is_some_and(|(flow, _)| Uuid::parse_str(flow).is_ok())
    }

    /// As it travels.
    pub(super) fn text(&self) -> String {
        format!("{}.{}", self.flow.simple(), self.half.as_str())
    }
}

impl Away {
    /// Off to the provider.
    pub(super) fn new(
        upstream: &str,
        state: &State,
        browser: &Token,
        kept: Kept,
        carried: Carried,
        since: DateTime<Utc>,
    ) -> Self {
        Self {
            upstream: upstream.to_owned(),
            state: state.half.hash(),
            browser: browser.hash(),
            kept,
            carried: carried.0,
            since,
        }
    }

    pub(super) async fn keep(&self, tx: &mut Tx, state: &State) -> web::Result<()> {
        let payload = serde_json::to_value(self).map_err(Error::internal)?;
        let until = self.since + PATIENCE;
        Ok(insert_flow_as(tx, (state.flow, KIND), &payload, self.since, until).await?)
    }

    /// Keep what has been heard meanwhile.
    pub(super) async fn keep_again(&self, tx: &mut Tx, id: Uuid) -> web::Result<()> {
        let payload = serde_json::to_value(self).map_err(Error::internal)?;
        Ok(update_flow(tx, id, &payload).await?)
    }

    /// The journey that a `state` names, whichever browser brings it.
    pub(super) async fn find(
        tx: &mut Tx,
        state: Option<&str>,
        now: DateTime<Utc>,
    ) -> web::Result<Option<(Uuid, Self)>> {
        let Some((flow, half)) = state.and_then(|state| state.split_once('.')) else {
            return Ok(None);
        };
        let Ok(flow) = Uuid::parse_str(flow) else { return Ok(None) };
        let Some(payload) = find_flow(tx, flow, KIND, now).await? else { return Ok(None) };
        // Another version of the program may have kept it.
        let Ok(away) = serde_json::from_value::<Self>(payload) else { return Ok(None) };
        let is_meant = openssl::memcmp::eq(&away.state, &token::hash(half));
        Ok(is_meant.then_some((flow, away)))
    }

    /// Whether this cookie is that of the browser that left.
    pub(super) fn is_of(&self, browser: &str) -> bool {
        openssl::memcmp::eq(&self.browser, &token::hash(browser))
    }

    /// The end of the journey: `false`, somebody was faster.
    pub(super) async fn end(tx: &mut Tx, id: Uuid) -> sqlx::Result<bool> {
        take_flow(tx, id).await
    }

    pub(super) fn carried(&self) -> Carried {
        Carried(self.carried.clone())
    }
}
