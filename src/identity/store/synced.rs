//! Tables `account` and `link_key` as whole sources are brought in: many rows at once.
use crate::db::{Tx, among};
use crate::identity::cloud::RecordId;
use crate::identity::formats::Reading;
use crate::identity::session::EndReason;
use crate::identity::{Account, Person, PersonId};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_as};
use uuid::Uuid;

/// Rows in one statement.
const CHUNK: usize = 500;

/// What is compared when an account comes again.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownAccount {
    /// Our name for it.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// The source's name for it.
    pub source_id: String,
    /// When the source spoke of it last.
    pub read_at: DateTime<Utc>,
    /// Of all that was written of it; `None`: to be written again.
    pub digest: Option<Vec<u8>>,
    /// When it left the source.
    pub ended_at: Option<DateTime<Utc>>,
}

/// An account that has not left its source.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LiveAccount {
    /// Our name for it.
    pub id: Uuid,
    /// The source's name for it.
    pub source_id: String,
    /// When the source spoke of it last.
    pub read_at: DateTime<Utc>,
}

/// Somebody of whom nobody knew before.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Who it is.
    pub person: Person,
    /// The person is new too; otherwise a rule gave the account to somebody.
    pub is_new: bool,
    /// Our name for the account.
    pub id: Uuid,
    /// What the source says.
    pub account: Account,
    /// The highest names the person.
    pub priority: i64,
    /// What was read out of it.
    pub reading: Reading,
    /// Of all that.
    pub digest: Vec<u8>,
}

/// Those of these ids of a source that are known.
pub async fn known_accounts(
    tx: &mut Tx,
    source: &str,
    ids: &[String],
) -> sqlx::Result<Vec<KnownAccount>> {
    let mut known = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<KnownAccount> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT id, person, source_id, read_at, digest, ended_at FROM account
                 WHERE source = ",
            );
            sql.push_bind(source).push(" AND source_id");
            among(&mut sql, chunk).build_query_as().fetch_all(conn).await
        })?;
        known.extend(rows);
    }
    Ok(known)
}

/// The next accounts of a source behind an id of its own that have not left it, in order of id.
pub async fn live_accounts(
    tx: &mut Tx,
    source: &str,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<LiveAccount>> {
    on!(tx, |conn| query_as(
        "SELECT id, source_id, read_at FROM account
         WHERE source = $1 AND source_id > $2 AND ended_at IS NULL ORDER BY source_id LIMIT $3"
    )
    .bind(source)
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// Keep new accounts, their people and where these belong. Nothing is noted in the change log.
pub async fn insert_newcomers(
    tx: &mut Tx,
    newcomers: &[Newcomer],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for chunk in newcomers.chunks(CHUNK) {
        insert_people(tx, chunk, now).await?;
        insert_accounts(tx, chunk, now).await?;
        insert_affiliations(tx, chunk, now).await?;
        insert_findings(tx, chunk, now).await?;
    }
    Ok(())
}

async fn insert_people(tx: &mut Tx, chunk: &[Newcomer], now: DateTime<Utc>) -> sqlx::Result<()> {
    let people: Vec<&Person> =
        chunk.iter().filter(|one| one.is_new).map(|one| &one.person).collect();
    if people.is_empty() {
        return Ok(());
    }
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "INSERT INTO person (id, display_name, sort_name, mail, created_at, updated_at) ",
        );
        sql.push_values(people, |mut row, person| {
            row.push_bind(person.id).push_bind(&person.display_name);
            row.push_bind(person.sort_name()).push_bind(&person.mail);
            row.push_bind(now).push_bind(now);
        });
        sql.build().execute(conn).await.map(|_| ())
    })
}

async fn insert_accounts(tx: &mut Tx, chunk: &[Newcomer], now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "INSERT INTO account (id, person, source, source_id, login, login_key, priority,
                 attributes, read_at, current_rne, main_rne, digest) ",
        );
        sql.push_values(chunk, |mut row, one| {
            row.push_bind(one.id).push_bind(one.person.id).push_bind(&one.account.source);
            row.push_bind(&one.account.source_id).push_bind(&one.account.login);
            row.push_bind(one.account.login.to_lowercase()).push_bind(one.priority);
            row.push_bind(Json(&one.account.attributes)).push_bind(now);
            row.push_bind(&one.reading.current).push_bind(&one.reading.main);
            row.push_bind(&one.digest);
        });
        sql.build().execute(conn).await.map(|_| ())
    })
}

async fn insert_affiliations(
    tx: &mut Tx,
    chunk: &[Newcomer],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let rows: Vec<_> = chunk
        .iter()
        .flat_map(|one| (0_i64..).zip(&one.reading.affiliations).map(move |it| (one, it)))
        .collect();
    for rows in rows.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "INSERT INTO affiliation
                    (account, person, rne, profile, source, details, position, valid_from) ",
            );
            sql.push_values(rows, |mut row, (one, (position, affiliation))| {
                row.push_bind(one.id).push_bind(one.person.id).push_bind(&affiliation.rne);
                row.push_bind(affiliation.profile).push_bind(affiliation.sources.join(","));
                row.push_bind(Json(&affiliation.details)).push_bind(*position).push_bind(now);
            });
            sql.push(" ON CONFLICT (account, rne, profile) DO NOTHING");
            sql.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// They are few: most entries are in order.
async fn insert_findings(tx: &mut Tx, chunk: &[Newcomer], now: DateTime<Utc>) -> sqlx::Result<()> {
    for one in chunk.iter().filter(|one| !one.reading.findings.is_empty()) {
        super::reading::replace_findings(tx, one.id, &one.reading.findings, now).await?;
    }
    Ok(())
}

/// Accounts left their source: what they say of schools ends, and so do their sessions. Whose they
/// were. An account of which the source spoke since `missed` stays.
pub async fn end_accounts(
    tx: &mut Tx,
    accounts: &[Uuid],
    (missed, now): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<PersonId>> {
    let mut people = Vec::new();
    for chunk in accounts.chunks(CHUNK) {
        let ended: Vec<(Uuid, PersonId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("UPDATE account SET ended_at = ");
            sql.push_bind(now).push(" WHERE ended_at IS NULL AND read_at < ").push_bind(missed);
            sql.push(" AND id");
            let sql = among(&mut sql, chunk.iter().copied()).push(" RETURNING id, person");
            sql.build_query_as().fetch_all(conn).await
        })?;
        people.extend(ended.iter().map(|(_, person)| *person));
        let chunk: Vec<Uuid> = ended.into_iter().map(|(id, _)| id).collect();
        if chunk.is_empty() {
            continue;
        }
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("UPDATE affiliation SET valid_until = ");
            sql.push_bind(now).push(" WHERE (valid_until IS NULL OR valid_until > ");
            sql.push_bind(now).push(") AND account");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("UPDATE session SET ended_at = ");
            sql.push_bind(now).push(", end_reason = ").push_bind(EndReason::AccountEnded.as_str());
            sql.push(" WHERE ended_at IS NULL AND account");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// What an account says of schools holds again: it had left its source and is told of.
pub async fn revive_affiliations(tx: &mut Tx, account: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE affiliation SET valid_until = NULL WHERE account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Records of the lookup that nobody finds any more because none of their person's accounts is left.
pub async fn records_of_departed(tx: &mut Tx, people: &[PersonId]) -> sqlx::Result<Vec<RecordId>> {
    let mut records = Vec::new();
    for chunk in people.chunks(CHUNK) {
        let rows: Vec<(RecordId,)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT r.id FROM cloud_record r WHERE NOT EXISTS
                    (SELECT 1 FROM account a WHERE a.person = r.person AND a.ended_at IS NULL)
                 AND r.person",
            );
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        records.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(records)
}
