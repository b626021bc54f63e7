//! Table `session`.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::session::{EndReason, MOST_SESSIONS, Session};
use crate::identity::token::Token;
use crate::on;
use crate::rights::{Grant, Grants};
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// The session a cookie stands for, live or not.
pub async fn session_by_token(tx: &mut Tx, token: &Token) -> sqlx::Result<Option<Session>> {
    on!(tx, |conn| query_as("SELECT * FROM session WHERE token_hash = $1")
        .bind(token.hash())
        .fetch_optional(conn)
        .await)
}

/// Who a cookie stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOwner {
    /// The session, live or not.
    pub session: Session,
    /// Name of its person.
    pub display_name: String,
    /// Mail address of its person.
    pub mail: Option<String>,
    /// What its person was given.
    pub grants: Grants,
    /// As whom it looks at the service, and until when.
    pub seen: Option<(PersonId, DateTime<Utc>)>,
}

/// One row for each right of the person, at least one.
#[derive(sqlx::FromRow)]
struct OwnerRow {
    #[sqlx(flatten)]
    session: Session,
    display_name: String,
    mail: Option<String>,
    role: Option<String>,
    scope_kind: Option<String>,
    scope: Option<String>,
    seen_person: Option<PersonId>,
    seen_until: Option<DateTime<Utc>>,
}

/// The session a cookie stands for with its person, in one question: every request asks it.
pub async fn owner_by_token(tx: &mut Tx, token: &Token) -> sqlx::Result<Option<SessionOwner>> {
    let rows = on!(tx, |conn| query_as(
        "SELECT s.*, p.display_name, p.mail, r.role, r.scope_kind, r.scope,
            v.person AS seen_person, v.until AS seen_until
         FROM session s JOIN person p ON p.id = s.person
         LEFT JOIN role_grant r ON r.person = s.person
         LEFT JOIN seen_as v ON v.session = s.id WHERE s.token_hash = $1"
    )
    .bind(token.hash())
    .fetch_all(conn)
    .await)?;
    Ok(owner(rows))
}

/// A session with its person, live or not.
pub async fn owner_of_session(tx: &mut Tx, session: Uuid) -> sqlx::Result<Option<SessionOwner>> {
    let rows = on!(tx, |conn| query_as(
        "SELECT s.*, p.display_name, p.mail, r.role, r.scope_kind, r.scope,
            v.person AS seen_person, v.until AS seen_until
         FROM session s JOIN person p ON p.id = s.person
         LEFT JOIN role_grant r ON r.person = s.person
         LEFT JOIN seen_as v ON v.session = s.id WHERE s.id = $1"
    )
    .bind(session)
    .fetch_all(conn)
    .await)?;
    Ok(owner(rows))
}

fn owner(rows: Vec<OwnerRow>) -> Option<SessionOwner> {
    // What another version wrote and this one does not know opens nothing.
    let grant = |row: &OwnerRow| {
        Grant::parse(row.role.as_deref()?, row.scope_kind.as_deref()?, row.scope.as_deref()?)
    };
    let grants = rows.iter().filter_map(grant).collect();
    let OwnerRow { session, display_name, mail, seen_person, seen_until, .. } =
        rows.into_iter().next()?;
    let seen = seen_person.zip(seen_until);
    Some(SessionOwner { session, display_name, mail, grants, seen })
}

/// Keep a new session; the oldest ones over the limit end.
pub async fn insert_session(tx: &mut Tx, token: &Token, session: &Session) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query(
        "INSERT INTO session
            (id, token_hash, csrf_token, person, account, method, authenticated_at, last_seen,
             idle_seconds, expires_at, network, browser, partial_sources)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    )
    .bind(session.id)
    .bind(token.hash())
    .bind(&session.csrf_token)
    .bind(session.person)
    .bind(session.account)
    .bind(session.method)
    .bind(session.authenticated_at)
    .bind(session.last_seen)
    .bind(session.idle_seconds)
    .bind(session.expires_at)
    .bind(&session.network)
    .bind(&session.browser)
    .bind(&session.partial_sources)
    .execute(conn)
    .await
    .map(|_| ()))?;
    let live = live_sessions(tx, session.person, session.last_seen).await?;
    for oldest in live.iter().skip(MOST_SESSIONS) {
        end_session(tx, oldest.id, EndReason::TooMany, session.last_seen).await?;
    }
    Ok(())
}

/// Live sessions of a person, the newest first.
pub async fn live_sessions(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Session>> {
    let sessions: Vec<Session> = on!(tx, |conn| query_as(
        "SELECT * FROM session WHERE person = $1 AND ended_at IS NULL AND expires_at > $2
         ORDER BY authenticated_at DESC, id DESC"
    )
    .bind(person)
    .bind(now)
    .fetch_all(conn)
    .await)?;
    Ok(sessions.into_iter().filter(|session| session.is_live(now)).collect())
}

/// Note that it was used.
pub async fn touch_session(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE session SET last_seen = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// End it for good. `false`: it had ended before.
pub async fn end_session(
    tx: &mut Tx,
    id: Uuid,
    reason: EndReason,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE session SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL"
    )
    .bind(id)
    .bind(now)
    .bind(reason.as_str())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// How many sessions were over before this time at the latest.
pub async fn count_sessions_before(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let count: i64 =
        on!(tx, |conn| query_scalar("SELECT count(*) FROM session WHERE expires_at < $1")
            .bind(before)
            .fetch_one(conn)
            .await)?;
    Ok(count.unsigned_abs())
}

/// Forget up to `most` of them, with what partners were told. How many they were.
pub async fn delete_sessions_before(
    tx: &mut Tx,
    before: DateTime<Utc>,
    most: u64,
) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM session WHERE id IN
            (SELECT id FROM session WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
    )
    .bind(before)
    .bind(most.cast_signed())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}

/// End all that were opened by an account.
pub async fn end_sessions_of_account(
    tx: &mut Tx,
    account: Uuid,
    reason: EndReason,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE session SET ended_at = $2, end_reason = $3
         WHERE account = $1 AND ended_at IS NULL"
    )
    .bind(account)
    .bind(now)
    .bind(reason.as_str())
    .execute(conn)
    .await
    .map(|_| ()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{DatabaseSettings, Db};
    use crate::identity::session::{Lifetimes, Method, NewSession};
    use crate::identity::store;
    use crate::identity::{Account, Attributes, Person};
    use crate::rights::{Role, Scope};
    use chrono::Duration;

    #[tokio::test]
    async fn a_cookie_stands_for_its_session_person_and_role() {
        let folder = tempfile::tempdir().unwrap();
        let settings = DatabaseSettings::Sqlite(folder.path().join("t.db"));
        let db = Db::open(&settings).await.unwrap();
        db.migrate().await.unwrap();
        let now = DateTime::UNIX_EPOCH;
        let person =
            Person { id: PersonId::new(), display_name: "Zoé".into(), mail: Some("z@x".into()) };
        let [source, source_id, login] = ["s", "1", "zoe"].map(str::to_owned);
        let account = Account { source, source_id, login, attributes: Attributes::default() };

        let mut tx = db.write().await.unwrap();
        store::insert_person(&mut tx, &person, now).await.unwrap();
        let account = store::insert_account(&mut tx, person.id, &account, 0, now).await.unwrap();
        let lifetimes = Lifetimes { absolute: Duration::hours(1), idle: Duration::hours(1) };
        let new = NewSession {
            person: person.id,
            account,
            method: Method::Password,
            authenticated_at: now,
            lifetimes,
            network: String::new(),
            browser: String::new(),
            partial_sources: Vec::new(),
        };
        let (token, session) = new.begin(now);
        insert_session(&mut tx, &token, &session).await.unwrap();

        let plain = owner_by_token(&mut tx, &token).await.unwrap().unwrap();
        let admin = Grant::new(Role::Admin, Scope::Installation).unwrap();
        for rule in ["", "staff"] {
            let given = (&admin, rule);
            store::insert_grant(&mut tx, person.id, given, None, now).await.unwrap();
        }
        let with_right = owner_by_token(&mut tx, &token).await.unwrap().unwrap();

        assert_eq!((&plain.session, &plain.grants), (&session, &Grants::default()));
        assert_eq!((plain.display_name, plain.mail), (person.display_name, person.mail));
        assert_eq!(
            owner_of_session(&mut tx, session.id).await.unwrap().as_ref(),
            Some(&with_right)
        );
        assert!(with_right.grants.has(Role::Admin));
        assert_eq!(owner_by_token(&mut tx, &Token::new()).await.unwrap(), None);
    }
}
