//! Table `link_key`: values by which rules join accounts of two sources (D24).
use super::account::{StoredAccount, account_by_id};
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::on;
use sqlx::{QueryBuilder, query_as};
use uuid::Uuid;

/// Rows in one statement.
const CHUNK: usize = 500;

/// A value of an account, in small letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkKey {
    /// The account.
    pub account: Uuid,
    /// Which attribute, in lower case.
    pub attribute: String,
    /// What it holds.
    pub value: String,
}

/// An account that has a value and has not left its source.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyHolder {
    /// The account.
    pub account: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// `[source:NAME]`
    pub source: String,
    /// What it holds.
    pub value: String,
}

/// Make the values of these accounts exactly these.
pub async fn replace_link_keys(
    tx: &mut Tx,
    accounts: &[Uuid],
    keys: &[LinkKey],
) -> sqlx::Result<()> {
    for chunk in accounts.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("DELETE FROM link_key WHERE account");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    for chunk in keys.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("INSERT INTO link_key (account, attribute, value) ");
            sql.push_values(chunk, |mut row, key| {
                row.push_bind(key.account).push_bind(&key.attribute).push_bind(&key.value);
            });
            sql.push(" ON CONFLICT (account, attribute, value) DO NOTHING");
            sql.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Accounts of any source that have one of these values.
pub async fn key_holders(
    tx: &mut Tx,
    attribute: &str,
    values: &[String],
) -> sqlx::Result<Vec<KeyHolder>> {
    let mut holders = Vec::new();
    for chunk in values.chunks(CHUNK) {
        let rows: Vec<KeyHolder> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT k.account, a.person, a.source, k.value
                 FROM link_key k JOIN account a ON a.id = k.account
                 WHERE a.ended_at IS NULL AND k.attribute = ",
            );
            sql.push_bind(attribute.to_ascii_lowercase()).push(" AND k.value");
            among(&mut sql, chunk)
                .push(" ORDER BY k.account")
                .build_query_as()
                .fetch_all(conn)
                .await
        })?;
        holders.extend(rows);
    }
    Ok(holders)
}

/// Accounts of a source that have a value; at most `limit`.
pub async fn accounts_by_key(
    tx: &mut Tx,
    source: &str,
    (attribute, value): (&str, &str),
    limit: usize,
) -> sqlx::Result<Vec<StoredAccount>> {
    let holders = key_holders(tx, attribute, &[value.trim().to_lowercase()]).await?;
    let mut accounts = Vec::new();
    for holder in holders.iter().filter(|holder| holder.source == source).take(limit) {
        accounts.extend(account_by_id(tx, holder.account).await?);
    }
    Ok(accounts)
}

/// The values of an account, in order.
pub async fn link_keys_of(tx: &mut Tx, account: Uuid) -> sqlx::Result<Vec<LinkKey>> {
    let rows: Vec<(String, String)> = on!(tx, |conn| query_as(
        "SELECT attribute, value FROM link_key WHERE account = $1 ORDER BY attribute, value"
    )
    .bind(account)
    .fetch_all(conn)
    .await)?;
    let key = |(attribute, value)| LinkKey { account, attribute, value };
    Ok(rows.into_iter().map(key).collect())
}
