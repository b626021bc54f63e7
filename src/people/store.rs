//! Finding people by what administrators are told on the telephone.
use super::listing::literal;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::person::fold;
use crate::on;
use sqlx::query_as;
use uuid::Uuid;

/// Words of a name that count.
const WORDS: usize = 4;

/// Somebody found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Found {
    /// Who.
    pub id: PersonId,
    /// As people call them.
    pub display_name: String,
    /// Mail address.
    pub mail: Option<String>,
}

/// People whose name holds all of these words, or of whom a login or the mail address begins so; `words`
/// may also be a person's id. In order of name, `limit` behind the first `skip`.
pub async fn find_people(
    tx: &mut Tx,
    words: &str,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Found>> {
    let words = words.trim();
    let folded = fold(words);
    let mut parts = folded.split_whitespace().take(WORDS);
    let mut next =
        || parts.next().map_or_else(|| "%".to_owned(), |it| format!("%{}%", literal(it)));
    let names = [next(), next(), next(), next()];
    let start = format!("{}%", literal(&words.to_lowercase()));
    on!(tx, |conn| query_as(
        "SELECT id, display_name, mail FROM person
         WHERE (sort_name LIKE $1 ESCAPE '!' AND sort_name LIKE $2 ESCAPE '!'
                AND sort_name LIKE $3 ESCAPE '!' AND sort_name LIKE $4 ESCAPE '!')
            OR lower(mail) LIKE $5 ESCAPE '!'
            OR id IN (SELECT person FROM account WHERE login_key LIKE $5 ESCAPE '!')
            OR id = $6
         ORDER BY sort_name, id LIMIT $7 OFFSET $8"
    )
    .bind(&names[0])
    .bind(&names[1])
    .bind(&names[2])
    .bind(&names[3])
    .bind(&start)
    .bind(words.parse::<Uuid>().ok())
    .bind(limit)
    .bind(skip)
    .fetch_all(conn)
    .await)
}
