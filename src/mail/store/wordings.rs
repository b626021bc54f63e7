//! Table `mail_wording`.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};

/// What an administrator wrote, or took back.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WordingRow {
    /// Which message.
    pub template: String,
    /// In which language.
    pub lang: String,
    /// From 1; the highest is in force.
    pub number: i64,
    /// `None`, as the two below: the default is in force again.
    pub subject: Option<String>,
    /// Plain text.
    pub text: Option<String>,
    /// The same as HTML.
    pub html: Option<String>,
    /// Who wrote it, while we know them.
    pub person: Option<PersonId>,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// Versions shown of one text.
const MOST: i64 = 20;

/// What was written of one message in one language, the newest first.
pub async fn wordings(tx: &mut Tx, template: &str, lang: &str) -> sqlx::Result<Vec<WordingRow>> {
    on!(tx, |conn| query_as(
        "SELECT * FROM mail_wording WHERE template = $1 AND lang = $2
         ORDER BY number DESC LIMIT $3"
    )
    .bind(template)
    .bind(lang)
    .bind(MOST)
    .fetch_all(conn)
    .await)
}

/// What is in force of all that was ever written.
pub async fn wordings_in_force(tx: &mut Tx) -> sqlx::Result<Vec<WordingRow>> {
    on!(tx, |conn| query_as(
        "SELECT w.* FROM mail_wording w WHERE w.number = (SELECT max(number) FROM mail_wording
            WHERE template = w.template AND lang = w.lang)"
    )
    .fetch_all(conn)
    .await)
}

/// Keep what was written. Somebody who was faster took its number: that is an error.
pub async fn add_wording(tx: &mut Tx, row: &WordingRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO mail_wording (template, lang, number, subject, text, html, person, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(&row.template)
    .bind(&row.lang)
    .bind(row.number)
    .bind(&row.subject)
    .bind(&row.text)
    .bind(&row.html)
    .bind(row.person)
    .bind(row.changed_at)
    .execute(conn)
    .await
    .map(|_| ()))
}
