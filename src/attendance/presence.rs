//! A presence: the proof object behind a line that says that somebody was there.
//!
//! Its id is secret. Its token is encrypted before the transaction that keeps both begins: nobody
//! waits for a cipher with rows in hand.
use super::desk::Desk;
use super::proof::{ProofError, SealedToken};
use super::store;
use crate::db::Tx;
use crate::identity::Rne;
use crate::web;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A presence that may begin, with its token.
pub struct Beginning {
    id: Uuid,
    token: Option<SealedToken>,
}

impl Beginning {
    /// One whose token is made when somebody needs it.
    pub fn bare() -> Self {
        Self { id: Uuid::new_v4(), token: None }
    }

    /// Begin the presence of a line.
    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        line: (&Rne, Uuid),
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        store::insert_presence(tx, self.id, line, now).await?;
        match &self.token {
            Some(token) => token.keep(tx, now).await,
            None => Ok(()),
        }
    }
}

impl Desk {
    /// A presence for somebody who is about to be marked. As long as the keys of proofs are being
    /// made, marks go on without tokens.
    pub async fn beginning(&self) -> web::Result<Beginning> {
        let id = Uuid::new_v4();
        match self.proof.seal(id).await {
            Ok(token) => Ok(Beginning { id, token: Some(token) }),
            Err(ProofError::NoKey) => Ok(Beginning { id, token: None }),
            Err(error) => Err(error.into()),
        }
    }

    /// It was a mistake, or a lie: whatever was proved by it is worth nothing. After the line has
    /// changed.
    pub(super) async fn end_presence(
        &self,
        tx: &mut Tx,
        line: Uuid,
        reason: &str,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let Some(presence) = store::presence_of_line(tx, line).await? else { return Ok(()) };
        store::revoke_presence(tx, line, reason, now).await?;
        self.proof.revoke(tx, presence).await
    }
}
