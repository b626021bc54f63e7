//! Making and revoking tokens, by the page or by a command.
use super::store;
use super::token::{ApiToken, Grant, GrantError, fresh};
use crate::audit::{Event, Trace};
use crate::config::{Config, SourceKind};
use crate::db::{Tx, is_duplicate};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// What pages and commands know of tokens in this installation.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Sources that programs push people into.
    pub pushed: Arc<[String]>,
    /// Where the readers are.
    pub zone: chrono_tz::Tz,
    /// Our own address.
    pub origin: String,
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// It makes no sense.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The database did not take it.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl Desk {
    /// Of this configuration.
    pub fn new(config: &Config) -> Self {
        let pushed = config.sources.iter().filter(|source| source.kind == SourceKind::Push);
        Self {
            pushed: pushed.map(|source| source.name.clone()).collect(),
            zone: config.dispatch.time_zone,
            origin: config.http.origin(),
        }
    }

    /// Make a token, in the caller's transaction. Its text is told here and nowhere else.
    pub async fn make(
        &self,
        tx: &mut Tx,
        grant: Grant,
        (made_by, event): (String, Event),
        (trace, now): (&Trace, DateTime<Utc>),
    ) -> Result<(ApiToken, String), MakeError> {
        let pushed: Vec<&str> = self.pushed.iter().map(String::as_str).collect();
        grant.check(&pushed, now)?;
        let (text, hash) = fresh();
        let token = ApiToken {
            id: Uuid::now_v7(),
            grant,
            made_by,
            made_at: now,
            used_at: None,
            revoked_at: None,
        };
        match store::insert(tx, &token, &hash).await {
            Err(error) if is_duplicate(&error) => return Err(GrantError::Taken.into()),
            done => done?,
        }
        let grant = &token.grant;
        let rne: Vec<&str> = grant.rne.iter().map(crate::identity::Rne::as_str).collect();
        let event = event.field("token", token.id).field("program", &grant.name);
        let event = event.field("scopes", &grant.scopes).field("rne", rne);
        let event = event.field("sources", &grant.sources).field("networks", &grant.networks);
        event.field("expires_at", grant.expires_at).record(tx, trace, now).await?;
        Ok((token, text))
    }

    /// Revoke a token. `false`: there is no such token, or it was revoked before.
    pub async fn revoke(
        &self,
        tx: &mut Tx,
        id: Uuid,
        event: Event,
        (trace, now): (&Trace, DateTime<Utc>),
    ) -> sqlx::Result<bool> {
        let Some(name) = store::revoke(tx, id, now).await? else { return Ok(false) };
        event.field("token", id).field("program", name).record(tx, trace, now).await?;
        Ok(true)
    }
}
