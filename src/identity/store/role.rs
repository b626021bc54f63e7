//! Table `role_grant` (D33).
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};

/// Give a person a role in the whole installation. Giving it twice changes nothing.
pub async fn grant_role(
    tx: &mut Tx,
    person: PersonId,
    role: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO role_grant (person, role, scope_kind, scope, granted_at)
         VALUES ($1, $2, 'installation', '', $3)
         ON CONFLICT (person, role, scope_kind, scope) DO NOTHING"
    )
    .bind(person)
    .bind(role)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The roles of a person in the whole installation.
pub async fn roles_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT role FROM role_grant
         WHERE person = $1 AND scope_kind = 'installation' ORDER BY role"
    )
    .bind(person)
    .fetch_all(conn)
    .await)
}

/// Whether a person has any role, anywhere.
pub async fn has_any_role(tx: &mut Tx, person: PersonId) -> sqlx::Result<bool> {
    let count: i64 =
        on!(tx, |conn| query_scalar("SELECT count(*) FROM role_grant WHERE person = $1")
            .bind(person)
            .fetch_one(conn)
            .await)?;
    Ok(count > 0)
}

/// Whether a person has a role in the whole installation.
pub async fn has_role(tx: &mut Tx, person: PersonId, role: &str) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM role_grant
         WHERE person = $1 AND role = $2 AND scope_kind = 'installation'"
    )
    .bind(person)
    .bind(role)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}
