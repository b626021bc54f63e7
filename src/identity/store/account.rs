//! Table `account`.
use crate::db::Tx;
use crate::identity::{Account, Attributes, PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};
use uuid::Uuid;

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredAccount {
    /// Our name for it.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// `[source:NAME]`
    pub source: String,
    /// The source's name for it.
    pub source_id: String,
    /// What is typed at sign-in.
    pub login: String,
    /// The highest names the person.
    pub priority: i64,
    /// What the source told last.
    #[sqlx(json)]
    pub attributes: Attributes,
    /// When it told so.
    pub read_at: DateTime<Utc>,
    /// The school that the source calls current.
    pub current_rne: Option<Rne>,
    /// The school that the source calls the main one.
    pub main_rne: Option<Rne>,
    /// When it left its source.
    pub ended_at: Option<DateTime<Utc>>,
}

/// One account by our name for it.
pub async fn account_by_id(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<StoredAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, person, source, source_id, login, priority, attributes, read_at,
            current_rne, main_rne, ended_at
         FROM account WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(conn)
    .await)
}

/// The account that a source knows by this name.
pub async fn account_by_source_id(
    tx: &mut Tx,
    source: &str,
    source_id: &str,
) -> sqlx::Result<Option<StoredAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, person, source, source_id, login, priority, attributes, read_at,
            current_rne, main_rne, ended_at
         FROM account WHERE source = $1 AND source_id = $2"
    )
    .bind(source)
    .bind(source_id)
    .fetch_optional(conn)
    .await)
}

/// Accounts of any source with this login, compared without regard to case.
pub async fn accounts_by_login(tx: &mut Tx, login: &str) -> sqlx::Result<Vec<StoredAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, person, source, source_id, login, priority, attributes, read_at,
            current_rne, main_rne, ended_at
         FROM account WHERE login_key = $1 ORDER BY source"
    )
    .bind(login.to_lowercase())
    .fetch_all(conn)
    .await)
}

/// All accounts of a person, the one that names them first, those that left their source last.
pub async fn accounts_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<StoredAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, person, source, source_id, login, priority, attributes, read_at,
            current_rne, main_rne, ended_at
         FROM account WHERE person = $1 ORDER BY ended_at IS NOT NULL, priority DESC, source, id"
    )
    .bind(person)
    .fetch_all(conn)
    .await)
}

/// The next accounts of a source behind an id of its own that have not left it, in order of id.
pub async fn accounts_behind(
    tx: &mut Tx,
    source: &str,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<StoredAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, person, source, source_id, login, priority, attributes, read_at,
            current_rne, main_rne, ended_at
         FROM account WHERE source = $1 AND source_id > $2 AND ended_at IS NULL
         ORDER BY source_id LIMIT $3"
    )
    .bind(source)
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// Keep a new account.
pub async fn insert_account(
    tx: &mut Tx,
    person: PersonId,
    account: &Account,
    priority: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let id = Uuid::now_v7();
    on!(tx, |conn| query(
        "INSERT INTO account
            (id, person, source, source_id, login, login_key, priority, attributes, read_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(id)
    .bind(person)
    .bind(&account.source)
    .bind(&account.source_id)
    .bind(&account.login)
    .bind(account.login.to_lowercase())
    .bind(priority)
    .bind(Json(&account.attributes))
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(id)
}

/// What may have changed since an account was read without holding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldAccount {
    /// Whose it is.
    pub person: PersonId,
    /// When its source spoke of it last.
    pub read_at: DateTime<Utc>,
    /// When it left its source.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Hold an account until the end of the transaction: from here on nobody else moves or writes it.
pub async fn hold_account(tx: &mut Tx, id: Uuid) -> sqlx::Result<HeldAccount> {
    on!(tx, |conn| query_as(
        "UPDATE account SET read_at = read_at WHERE id = $1 RETURNING person, read_at, ended_at"
    )
    .bind(id)
    .fetch_one(conn)
    .await)
}

/// Keep what the source tells now; an account of which it tells has not left it.
pub async fn update_account(
    tx: &mut Tx,
    id: Uuid,
    account: &Account,
    priority: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE account
         SET login = $2, login_key = $3, priority = $4, attributes = $5, read_at = $6,
             digest = NULL, ended_at = NULL
         WHERE id = $1"
    )
    .bind(id)
    .bind(&account.login)
    .bind(account.login.to_lowercase())
    .bind(priority)
    .bind(Json(&account.attributes))
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// What is written of an account now is all that its source says, by this digest.
pub async fn seal_account(tx: &mut Tx, id: Uuid, digest: &[u8]) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE account SET digest = $2 WHERE id = $1")
        .bind(id)
        .bind(digest)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// All accounts of one source.
pub async fn accounts_of_source(tx: &mut Tx, source: &str) -> sqlx::Result<Vec<StoredAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, person, source, source_id, login, priority, attributes, read_at,
            current_rne, main_rne, ended_at
         FROM account WHERE source = $1 ORDER BY id"
    )
    .bind(source)
    .fetch_all(conn)
    .await)
}

impl StoredAccount {
    /// The account as its source describes it.
    pub fn into_account(self) -> Account {
        let Self { source, source_id, login, attributes, .. } = self;
        Account { source, source_id, login, attributes }
    }
}
