//! Which person is behind a record.
use super::claim::claimants;
use super::record::CHUNK;
use crate::config::OwnerRule;
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::identity::cloud::RecordId;
use crate::on;
use sqlx::{QueryBuilder, query, query_scalar};

/// Not all of whose accounts have ended.
const IS_HERE: &str = " AND NOT EXISTS (SELECT 1 FROM account e
     WHERE e.person = person.id AND e.ended_at IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM account l WHERE l.person = person.id AND l.ended_at IS NULL))";

const MAILS: &str = "SELECT DISTINCT lower(mail) FROM person WHERE mail IS NOT NULL AND id";
const LOGINS: &str = "SELECT DISTINCT login_key FROM account WHERE ended_at IS NULL AND person";

/// People by mail address in small letters, but for those who left; nobody for an address that two
/// of them have.
pub async fn owners_by_mail(
    tx: &mut Tx,
    mails: &[String],
) -> sqlx::Result<Vec<(String, PersonId)>> {
    let mut owners = Vec::new();
    for chunk in mails.chunks(CHUNK) {
        let rows: Vec<(String, PersonId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT lower(mail), id FROM person WHERE lower(mail)");
            among(&mut sql, chunk).push(IS_HERE).push(" ORDER BY 1");
            sql.build_query_as().fetch_all(conn).await
        })?;
        owners.extend(rows);
    }
    Ok(only_single(&owners))
}

/// People by login in small letters of an account that has not ended; nobody for a login that accounts of two of them have.
pub async fn owners_by_login(
    tx: &mut Tx,
    logins: &[String],
) -> sqlx::Result<Vec<(String, PersonId)>> {
    let mut owners = Vec::new();
    for chunk in logins.chunks(CHUNK) {
        let rows: Vec<(String, PersonId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT DISTINCT login_key, person FROM account
                 WHERE ended_at IS NULL AND login_key",
            );
            among(&mut sql, chunk).push(" ORDER BY 1").build_query_as().fetch_all(conn).await
        })?;
        owners.extend(rows);
    }
    Ok(only_single(&owners))
}

/// Without names that stand twice; they come in order.
fn only_single(owners: &[(String, PersonId)]) -> Vec<(String, PersonId)> {
    let runs = owners.chunk_by(|one, other| one.0 == other.0);
    runs.filter(|run| run.len() == 1).flatten().cloned().collect()
}

/// A record that is given to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The person.
    pub person: PersonId,
    /// The record.
    pub record: RecordId,
    /// What it claimed until now.
    pub claim: String,
    /// Its cloud id in its form for comparison.
    cloud_key: String,
}

#[derive(sqlx::FromRow)]
struct Unowned {
    word: String,
    id: RecordId,
    claim: String,
    cloud_key: String,
}

/// The next `limit` people behind `after`. The second value is where the next page begins.
pub async fn people_page(
    tx: &mut Tx,
    after: PersonId,
    limit: i64,
) -> sqlx::Result<(Vec<PersonId>, Option<PersonId>)> {
    let people: Vec<PersonId> =
        on!(tx, |conn| query_scalar("SELECT id FROM person WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(conn)
            .await)?;
    let is_full = i64::try_from(people.len()).is_ok_and(|count| count == limit);
    let next = people.last().copied().filter(|_| is_full);
    Ok((people, next))
}

/// Records without a person that belong to these people, in order of cloud id, as pushes write them.
pub async fn adoptable(
    tx: &mut Tx,
    people: &[PersonId],
    rules: &[OwnerRule],
) -> sqlx::Result<Vec<Adoption>> {
    let mut found = Vec::new();
    if rules.contains(&OwnerRule::Mail) {
        let mails = words_of(tx, MAILS, people).await?;
        let owners = owners_by_mail(tx, &mails).await?;
        let claims: Vec<_> =
            owners.into_iter().map(|(mail, person)| (format!("m:{mail}"), person)).collect();
        found.extend(unowned(tx, "claim", &claims).await?);
    }
    if rules.contains(&OwnerRule::Login) {
        let logins = words_of(tx, LOGINS, people).await?;
        let owners = owners_by_login(tx, &logins).await?;
        found.extend(unowned(tx, "login_key", &owners).await?);
    }
    // A mail address says more than a login: it was looked for first, and sorting keeps that order.
    found.sort_by(|one, other| one.cloud_key.cmp(&other.cloud_key));
    found.dedup_by(|second, first| second.record == first.record);
    Ok(found)
}

/// What these people are looked for by.
async fn words_of(tx: &mut Tx, select: &str, people: &[PersonId]) -> sqlx::Result<Vec<String>> {
    let mut words = Vec::new();
    for chunk in people.chunks(CHUNK) {
        let rows: Vec<String> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(select);
            among(&mut sql, chunk.iter().copied()).build_query_scalar().fetch_all(conn).await
        })?;
        words.extend(rows);
    }
    Ok(words)
}

/// Records without a person in whose `column` one of these words stands. Who signs for themselves
/// belongs to nobody.
async fn unowned(
    tx: &mut Tx,
    column: &str,
    owners: &[(String, PersonId)],
) -> sqlx::Result<Vec<Adoption>> {
    let mut found = Vec::new();
    for chunk in owners.chunks(CHUNK) {
        let rows: Vec<Unowned> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT ");
            sql.push(column).push(
                " AS word, id, claim, cloud_key FROM cloud_record
                 WHERE person IS NULL AND origin <> 'signed' AND state <> 'withdrawn' AND ",
            );
            let words = chunk.iter().map(|(word, _)| word.as_str());
            among(sql.push(column), words).build_query_as().fetch_all(conn).await
        })?;
        let owner = |word: &str| chunk.iter().find(|(own, _)| own == word).map(|(_, owner)| *owner);
        found.extend(rows.into_iter().filter_map(|Unowned { word, id, claim, cloud_key }| {
            Some(Adoption { person: owner(&word)?, record: id, claim, cloud_key })
        }));
    }
    Ok(found)
}

/// Give records their people; every record that this may show or hide.
pub async fn adopt(tx: &mut Tx, adoptions: &[Adoption]) -> sqlx::Result<Vec<RecordId>> {
    let claims: Vec<String> = adoptions.iter().map(|adoption| adoption.claim.clone()).collect();
    let touched = claimants(tx, &claims).await?;
    for adoption in adoptions {
        on!(&mut *tx, |conn| query(
            "UPDATE cloud_record SET person = $2, claim = $3 WHERE id = $1"
        )
        .bind(adoption.record)
        .bind(adoption.person)
        .bind(format!("p:{}", adoption.person))
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(touched.into_iter().map(|claimant| claimant.id).collect())
}

/// Give these people the records that came before them; every record that this may show or hide.
pub async fn adopt_for(
    tx: &mut Tx,
    people: &[PersonId],
    rules: &[OwnerRule],
) -> sqlx::Result<Vec<RecordId>> {
    let found = adoptable(tx, people, rules).await?;
    if found.is_empty() { Ok(Vec::new()) } else { adopt(tx, &found).await }
}
