//! Table `affiliation`.
use crate::db::Tx;
use crate::identity::{Affiliation, Detail, PersonId, Profile, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    rne: Rne,
    profile: Profile,
    source: String,
    details: Json<Vec<Detail>>,
}

/// Where a person belongs at `now`, one row for each source that says so, in the sources' order.
pub async fn affiliations_of(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Affiliation>> {
    let rows: Vec<Row> = on!(tx, |conn| query_as(
        "SELECT f.rne, f.profile, f.source, f.details
         FROM affiliation f JOIN account a ON a.id = f.account
         WHERE f.person = $1 AND (f.valid_until IS NULL OR f.valid_until > $2)
         ORDER BY a.priority DESC, f.source, f.position"
    )
    .bind(person)
    .bind(now)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(Affiliation::from).collect())
}

/// What an account says of schools is good until then.
pub async fn limit_affiliations(
    tx: &mut Tx,
    account: Uuid,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE affiliation SET valid_until = $2 WHERE account = $1")
        .bind(account)
        .bind(until)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Make the affiliations of one account exactly these. `false`: they were so already.
pub async fn replace_affiliations(
    tx: &mut Tx,
    account: Uuid,
    person: PersonId,
    affiliations: &[Affiliation],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let before: Vec<Row> = on!(&mut *tx, |conn| {
        query_as(
        "SELECT rne, profile, source, details FROM affiliation WHERE account = $1 ORDER BY position"
    )
    .bind(account)
    .fetch_all(conn)
    .await
    })?;
    if before.into_iter().map(Affiliation::from).eq(affiliations.iter().cloned()) {
        return Ok(false);
    }
    on!(&mut *tx, |conn| query("DELETE FROM affiliation WHERE account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for (position, affiliation) in (0_i64..).zip(affiliations) {
        insert(tx, account, person, (position, affiliation), now).await?;
    }
    Ok(true)
}

async fn insert(
    tx: &mut Tx,
    account: Uuid,
    person: PersonId,
    (position, affiliation): (i64, &Affiliation),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO affiliation
            (account, person, rne, profile, source, details, position, valid_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (account, rne, profile) DO NOTHING"
    )
    .bind(account)
    .bind(person)
    .bind(&affiliation.rne)
    .bind(affiliation.profile)
    .bind(affiliation.sources.join(","))
    .bind(Json(&affiliation.details))
    .bind(position)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

impl From<Row> for Affiliation {
    fn from(row: Row) -> Self {
        let sources = row.source.split(',').map(str::to_owned).collect();
        Self { rne: row.rne, profile: row.profile, sources, details: row.details.0 }
    }
}
