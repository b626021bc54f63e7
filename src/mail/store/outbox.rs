//! Table `mail`.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::mail::account::AccountId;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{QueryBuilder, query};
use std::fmt;
use uuid::Uuid;

/// Names a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct MailId(pub Uuid);

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a message stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It waits for its turn.
    Queued,
    /// Its content is on the way.
    Sending,
    /// The server took it.
    Sent,
    /// It did not leave, and is tried again.
    Deferred,
    /// Its account is stopped, or there is none.
    Held,
    /// It will not be taken.
    Failed,
    /// The address takes no mail.
    Bounced,
    /// It may have arrived.
    Uncertain,
    /// The address bounced twice before.
    Suppressed,
}

impl MailState {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Sending,
        Self::Deferred,
        Self::Held,
        Self::Sent,
        Self::Failed,
        Self::Bounced,
        Self::Uncertain,
        Self::Suppressed,
    ];

    /// As in the table and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
            Self::Uncertain => "uncertain",
            Self::Suppressed => "suppressed",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it can be sent again by hand.
    pub fn may_be_sent_again(self) -> bool {
        matches!(self, Self::Failed | Self::Bounced | Self::Uncertain | Self::Suppressed)
    }
}

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct MailRow {
    /// Its name.
    pub id: MailId,
    /// Through which account, when that is fixed.
    pub account: Option<AccountId>,
    /// To whom, when we know them.
    pub person: Option<PersonId>,
    /// To which address.
    pub recipient: String,
    /// What it says.
    pub template: String,
    /// In which language.
    pub lang: String,
    /// The values in it; gone after 30 days.
    pub vars: Option<Json<Value>>,
    /// Where it stands.
    pub state: MailState,
    /// What the server said last.
    pub reply: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "SELECT id, account, person, recipient, template, lang, vars, state, reply,
    created_at, sent_at FROM mail";

/// Keep a message. `false`: the act that it tells of was told before.
pub async fn insert(tx: &mut Tx, mail: &MailRow, dedupe: &str) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "INSERT INTO mail (id, account, person, recipient, template, lang, vars, dedupe, state,
            reply, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10)
         ON CONFLICT (dedupe) DO NOTHING"
    )
    .bind(mail.id)
    .bind(mail.account)
    .bind(mail.person)
    .bind(&mail.recipient)
    .bind(&mail.template)
    .bind(&mail.lang)
    .bind(&mail.vars)
    .bind(dedupe)
    .bind(mail.state)
    .bind(mail.created_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// One message.
pub async fn find(tx: &mut Tx, id: MailId) -> sqlx::Result<Option<MailRow>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(COLUMNS);
        sql.push(" WHERE id = ").push_bind(id);
        sql.build_query_as().fetch_optional(conn).await
    })
}

/// Which messages are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<MailState>,
    /// Older than this one.
    pub before: Option<MailId>,
    /// So many of the newest are left out.
    pub skip: i64,
    /// At most.
    pub limit: i64,
}

/// The newest first.
pub async fn list(tx: &mut Tx, filter: &Filter) -> sqlx::Result<Vec<MailRow>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(COLUMNS);
        sql.push(" WHERE id < ").push_bind(filter.before.map_or(Uuid::max(), |id| id.0));
        if let Some(state) = filter.state {
            sql.push(" AND state = ").push_bind(state);
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(filter.limit);
        sql.push(" OFFSET ").push_bind(filter.skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Its content is about to leave.
pub async fn begin(tx: &mut Tx, id: MailId) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE mail SET state = 'sending' WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// With which version of its text it leaves; 0: as it is built in.
pub async fn worded(tx: &mut Tx, id: MailId, wording: i64) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE mail SET wording = $2 WHERE id = $1")
        .bind(id)
        .bind(wording)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// What became of it.
pub async fn settle(
    tx: &mut Tx,
    id: MailId,
    state: MailState,
    reply: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let sent_at = (state == MailState::Sent).then_some(now);
    on!(tx, |conn| query("UPDATE mail SET state = $2, reply = $3, sent_at = $4 WHERE id = $1")
        .bind(id)
        .bind(state)
        .bind(reply)
        .bind(sent_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Send it again. `false`: it is in another state by now, or what it said is gone.
pub async fn reset(tx: &mut Tx, id: MailId) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE mail SET state = 'queued', begun_at = NULL WHERE id = $1 AND vars IS NOT NULL
            AND state IN ('failed', 'bounced', 'uncertain', 'suppressed')"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
