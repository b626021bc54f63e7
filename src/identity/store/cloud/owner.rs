//! Which person is behind a record.
use super::record::CHUNK;
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::identity::cloud::RecordId;
use crate::on;
use sqlx::{QueryBuilder, query, query_as};

/// Not all of whose accounts have ended.
const IS_HERE: &str = " AND NOT EXISTS (SELECT 1 FROM account e
     WHERE e.person = person.id AND e.ended_at IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM account l WHERE l.person = person.id AND l.ended_at IS NULL))";

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

/// A record that a person may be given.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Adoption {
    /// The person.
    pub person: PersonId,
    /// The record.
    pub record: RecordId,
    /// What it claimed until now.
    pub claim: String,
}

/// Records without a person whose claim is the mail address of one of the next `limit` people
/// behind `after`. The second value is where the next page begins.
pub async fn adoptable(
    tx: &mut Tx,
    after: PersonId,
    limit: i64,
) -> sqlx::Result<(Vec<Adoption>, Option<PersonId>)> {
    let people: Vec<(PersonId, Option<String>)> = on!(&mut *tx, |conn| query_as(
        "SELECT id, lower(mail) FROM person WHERE id > $1 ORDER BY id LIMIT $2"
    )
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    let is_full = i64::try_from(people.len()).is_ok_and(|count| count == limit);
    let next = people.last().map(|(id, _)| *id).filter(|_| is_full);
    let mails: Vec<String> = people.into_iter().filter_map(|(_, mail)| mail).collect();
    let owners = owners_by_mail(tx, &mails).await?;
    Ok((unowned(tx, &owners).await?, next))
}

/// Records without a person that claim to be at one of these addresses.
async fn unowned(tx: &mut Tx, owners: &[(String, PersonId)]) -> sqlx::Result<Vec<Adoption>> {
    let mut found = Vec::new();
    for chunk in owners.chunks(CHUNK) {
        let rows: Vec<(String, RecordId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT claim, id FROM cloud_record WHERE person IS NULL AND claim",
            );
            let claims = chunk.iter().map(|(mail, _)| format!("m:{mail}"));
            among(&mut sql, claims).build_query_as().fetch_all(conn).await
        })?;
        let of =
            |claim: &str| chunk.iter().find(|(mail, _)| claim.strip_prefix("m:") == Some(mail));
        found.extend(
            rows.into_iter().filter_map(|(claim, record)| {
                Some(Adoption { person: of(&claim)?.1, record, claim })
            }),
        );
    }
    Ok(found)
}

/// Give a record its person.
pub async fn adopt(tx: &mut Tx, adoption: &Adoption) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE cloud_record SET person = $2, claim = $3 WHERE id = $1")
        .bind(adoption.record)
        .bind(adoption.person)
        .bind(format!("p:{}", adoption.person))
        .execute(conn)
        .await
        .map(|_| ()))
}
