//! What an administrator does to one person: all that is asked before anything is written.
use super::person::known;
use crate::audit::Trace;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::{Person, PersonId, SignedIn};
use crate::web::query::Fields;
use crate::web::{self, Client};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// An act that may go on.
pub(super) struct Act {
    /// What the form said.
    pub(super) fields: Fields,
    /// The administrator.
    pub(super) who: SignedIn,
    /// On whom.
    pub(super) here: Person,
    pub(super) trace: Trace,
    pub(super) now: DateTime<Utc>,
    /// Open for writing; the act commits it.
    pub(super) tx: Tx,
}

impl Act {
    /// Whether somebody may do this: an administrator, by a form of their own, on somebody known.
    pub(super) async fn begin(
        who: SignedIn,
        body: &str,
        client: &Client,
        id: Uuid,
        (db, clock): (&Db, &Clock),
    ) -> web::Result<Self> {
        let fields = who.form(body)?;
        let mut tx = db.write().await?;
        let here = known(&mut tx, PersonId(id)).await?;
        Ok(Self { fields, who, here, trace: client.trace(), now: clock.now(), tx })
    }
}
