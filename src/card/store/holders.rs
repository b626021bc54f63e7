//! Table `card_holder`.
use crate::card::holder::Told;
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query, query_as, query_scalar};
use uuid::Uuid;

/// Somebody as the office knows them.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Holder {
    /// Its id.
    pub id: Uuid,
    /// Which account.
    pub account: Uuid,
    /// Their name everywhere.
    pub eppn: String,
    /// Their type.
    pub card_type: String,
    /// When their rights end; `None`: nobody could read it.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether others inside may see the photo.
    pub shows_photo: bool,
}

macro_rules! holder_where {
    ($rest:expr) => {
        concat!(
            "SELECT h.id, h.account, h.eppn, h.card_type, h.due_at, h.shows_photo
             FROM card_holder h ",
            $rest
        )
    };
}

/// The holder of an account.
pub async fn holder_of_account(tx: &mut Tx, account: Uuid) -> sqlx::Result<Option<Holder>> {
    on!(tx, |conn| query_as(holder_where!("WHERE h.account = $1"))
        .bind(account)
        .fetch_optional(conn)
        .await)
}

/// The holder of a person by its id; `None`: somebody else's.
pub async fn holder_of_person(
    tx: &mut Tx,
    id: Uuid,
    person: PersonId,
) -> sqlx::Result<Option<Holder>> {
    on!(tx, |conn| query_as(holder_where!(
        "JOIN account a ON a.id = h.account WHERE h.id = $1 AND a.person = $2"
    ))
    .bind(id)
    .bind(person)
    .fetch_optional(conn)
    .await)
}

/// Write down what an account says; whose holder that is.
pub async fn keep(
    tx: &mut Tx,
    account: Uuid,
    told: &Told,
    now: DateTime<Utc>,
) -> sqlx::Result<Holder> {
    on!(tx, |conn| query_as(
        "INSERT INTO card_holder
            (id, account, eppn, card_type, due_at, shows_photo, created_at, read_at)
         VALUES ($1, $2, $3, $4, $5, FALSE, $6, $6)
         ON CONFLICT (account) DO UPDATE SET eppn = excluded.eppn,
            card_type = excluded.card_type, due_at = excluded.due_at, read_at = excluded.read_at
         RETURNING id, account, eppn, card_type, due_at, shows_photo"
    )
    .bind(Uuid::now_v7())
    .bind(account)
    .bind(&told.eppn)
    .bind(&told.card_type)
    .bind(told.due)
    .bind(now)
    .fetch_one(conn)
    .await)
}

/// Whether others inside may see the photos of a person. Their holders are held.
pub async fn set_consent(tx: &mut Tx, person: PersonId, shows_photo: bool) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_holder SET shows_photo = $2
         WHERE account IN (SELECT id FROM account WHERE person = $1)"
    )
    .bind(person)
    .bind(shows_photo)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Everything that a person is as a holder, whatever became of the accounts.
pub async fn holders_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Holder>> {
    on!(tx, |conn| query_as(holder_where!(
        "JOIN account a ON a.id = h.account WHERE a.person = $1 ORDER BY h.id"
    ))
    .bind(person)
    .fetch_all(conn)
    .await)
}

/// Write down what is known of a holder now.
pub async fn renew(tx: &mut Tx, holder: &Holder, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_holder SET eppn = $2, card_type = $3, due_at = $4, read_at = $5 WHERE id = $1"
    )
    .bind(holder.id)
    .bind(&holder.eppn)
    .bind(&holder.card_type)
    .bind(holder.due_at)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Holders behind this one with a card of which something may become, by their ids.
pub async fn all_after(tx: &mut Tx, last: Uuid, most: i64) -> sqlx::Result<Vec<Holder>> {
    on!(tx, |conn| query_as(holder_where!(
        "WHERE h.id > $1 AND EXISTS (SELECT 1 FROM card c WHERE c.holder = h.id
            AND c.state NOT IN ('canceled', 'destroyed'))
         ORDER BY h.id LIMIT $2"
    ))
    .bind(last)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// The type of a holder.
pub async fn type_of(tx: &mut Tx, holder: Uuid) -> sqlx::Result<Option<String>> {
    let sql = "SELECT card_type FROM card_holder WHERE id = $1";
    on!(tx, |conn| query_scalar(sql).bind(holder).fetch_optional(conn).await)
}

/// Whose holders have this name.
pub async fn person_named(tx: &mut Tx, eppn: &str) -> sqlx::Result<Option<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT a.person FROM card_holder h JOIN account a ON a.id = h.account
         WHERE h.eppn = $1 ORDER BY a.ended_at IS NOT NULL, h.id LIMIT 1"
    )
    .bind(eppn)
    .fetch_optional(conn)
    .await)
}

/// Those whom accounts of these sources call so: two of them at most. Reads all of these accounts.
pub async fn people_called(
    tx: &mut Tx,
    eppn: &str,
    sources: &[String],
) -> sqlx::Result<Vec<PersonId>> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT DISTINCT person FROM account WHERE ended_at IS NULL
                AND lower(trim(attributes -> 'edupersonprincipalname' ->> 0)) = ",
        );
        sql.push_bind(eppn.to_owned()).push(" AND source");
        among(&mut sql, sources).push(" LIMIT 2");
        sql.build_query_scalar().fetch_all(conn).await
    })
}

/// The name of whoever has a card and this student number.
pub async fn eppn_of_student(tx: &mut Tx, number: &str) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT h.eppn FROM card_holder h JOIN account a ON a.id = h.account
         WHERE a.attributes -> 'supannetuid' ->> 0 = $1 ORDER BY h.id LIMIT 1"
    )
    .bind(number)
    .fetch_optional(conn)
    .await)
}
