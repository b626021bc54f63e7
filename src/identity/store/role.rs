//! Table `role_grant`: who was given what, and by whom (D33).
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use crate::rights::{Grant, Role};
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

/// The rule of what was given by hand.
pub const BY_HAND: &str = "";

/// A right as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGrant {
    /// Who has it.
    pub person: PersonId,
    /// What.
    pub grant: Grant,
    /// The rule of the map that gave it, or [`BY_HAND`].
    pub rule: String,
    /// Who gave it by hand; `None`: the map, or the command line.
    pub granted_by: Option<PersonId>,
    /// When.
    pub granted_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    person: PersonId,
    role: String,
    scope_kind: String,
    scope: String,
    rule: String,
    granted_by: Option<PersonId>,
    granted_at: DateTime<Utc>,
}

impl Row {
    /// What another version wrote and this one does not know is no right.
    pub(super) fn stored(self) -> Option<StoredGrant> {
        let grant = Grant::parse(&self.role, &self.scope_kind, &self.scope)?;
        let Self { person, rule, granted_by, granted_at, .. } = self;
        Some(StoredGrant { person, grant, rule, granted_by, granted_at })
    }
}

/// Give a right. `false`: it was given in the same way before.
pub async fn insert_grant(
    tx: &mut Tx,
    person: PersonId,
    (grant, rule): (&Grant, &str),
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO role_grant (person, role, scope_kind, scope, rule, granted_by, granted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (person, role, scope_kind, scope, rule) DO NOTHING"
    )
    .bind(person)
    .bind(grant.role.as_str())
    .bind(grant.scope.kind().as_str())
    .bind(grant.scope.what())
    .bind(rule)
    .bind(by)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Take a right back. `false`: it was not given in this way.
pub async fn delete_grant(
    tx: &mut Tx,
    person: PersonId,
    (grant, rule): (&Grant, &str),
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "DELETE FROM role_grant
         WHERE person = $1 AND role = $2 AND scope_kind = $3 AND scope = $4 AND rule = $5"
    )
    .bind(person)
    .bind(grant.role.as_str())
    .bind(grant.scope.kind().as_str())
    .bind(grant.scope.what())
    .bind(rule)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Every right of a person.
pub async fn grants_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<StoredGrant>> {
    let rows: Vec<Row> = on!(tx, |conn| query_as(
        "SELECT person, role, scope_kind, scope, rule, granted_by, granted_at FROM role_grant
         WHERE person = $1 ORDER BY role, scope_kind, scope, rule"
    )
    .bind(person)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().filter_map(Row::stored).collect())
}

/// Whether a person has a role in the whole installation.
pub async fn has_role(tx: &mut Tx, person: PersonId, role: Role) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM role_grant
         WHERE person = $1 AND role = $2 AND scope_kind = 'installation'"
    )
    .bind(person)
    .bind(role.as_str())
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Whether a person has a right that must not pass to whoever uses another account: one that was
/// given by hand, or the whole installation. What the map gives follows the accounts.
pub async fn has_any_role(tx: &mut Tx, person: PersonId) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM role_grant WHERE person = $1 AND (rule = '' OR role = 'admin')"
    )
    .bind(person)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// How many people besides this one run the installation.
pub async fn other_admins(tx: &mut Tx, person: PersonId) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar(
        "SELECT count(DISTINCT person) FROM role_grant WHERE role = 'admin' AND person <> $1"
    )
    .bind(person)
    .fetch_one(conn)
    .await)
}

/// Whose rights to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantSearch {
    /// A role; empty: every one.
    pub role: String,
    /// How it was given: `hand`, `map`, or empty.
    pub origin: String,
    /// Start of a name or a scope, folded; empty: everybody.
    pub words: String,
    /// Rows to leave out.
    pub skip: i64,
    /// Rows at most.
    pub limit: i64,
}

/// A right and the name of who has it.
#[derive(sqlx::FromRow)]
struct NamedRow {
    #[sqlx(flatten)]
    row: Row,
    display_name: String,
}

/// Rights with the names of those who have them, in order of name.
pub async fn search_grants(
    tx: &mut Tx,
    search: &GrantSearch,
) -> sqlx::Result<Vec<(String, StoredGrant)>> {
    let words = format!("%{}%", search.words.replace(['%', '_', '!'], ""));
    let rows: Vec<NamedRow> = on!(tx, |conn| query_as(
        "SELECT r.person, r.role, r.scope_kind, r.scope, r.rule, r.granted_by, r.granted_at,
            p.display_name
         FROM role_grant r JOIN person p ON p.id = r.person
         WHERE ($1 = '' OR r.role = $1) AND ($2 = '' OR (r.rule = '') = ($2 = 'hand'))
            AND (p.sort_name LIKE $3 OR lower(r.scope) LIKE $3)
         ORDER BY p.sort_name, r.person, r.role, r.scope_kind, r.scope, r.rule
         LIMIT $4 OFFSET $5"
    )
    .bind(&search.role)
    .bind(&search.origin)
    .bind(words)
    .bind(search.limit)
    .bind(search.skip)
    .fetch_all(conn)
    .await)?;
    let stored = |it: NamedRow| Some((it.display_name, it.row.stored()?));
    Ok(rows.into_iter().filter_map(stored).collect())
}
