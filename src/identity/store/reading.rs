//! What reading an account showed: where its person belongs, which school comes first, and what
//! was wrong with it (table `account_finding`).
use super::affiliation::replace_affiliations;
use crate::db::Tx;
use crate::finding::Finding;
use crate::identity::PersonId;
use crate::identity::formats::Reading;
use crate::on;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{query, query_as};
use uuid::Uuid;

/// Findings kept of one account; nobody reads more.
const MOST_FINDINGS: usize = 50;

/// Something that was wrong with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct AccountFinding {
    /// `[source:NAME]`
    pub source: String,
    /// What is typed at sign-in.
    pub login: String,
    /// Stable code.
    pub code: String,
    /// What it is about, as the directory wrote it.
    pub subject: String,
    /// What we made of it.
    pub detail: String,
    /// Since when this is so.
    pub at: DateTime<Utc>,
}

#[derive(PartialEq, Eq, sqlx::FromRow)]
struct Row {
    code: String,
    subject: String,
    detail: String,
}

/// Keep what reading an account showed. `true`: its person belongs elsewhere now.
pub async fn keep_reading(
    tx: &mut Tx,
    account: Uuid,
    person: PersonId,
    reading: &Reading,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(&mut *tx, |conn| query(
        "UPDATE account SET current_rne = $2, main_rne = $3 WHERE id = $1"
    )
    .bind(account)
    .bind(&reading.current)
    .bind(&reading.main)
    .execute(conn)
    .await
    .map(|_| ()))?;
    replace_findings(tx, account, &reading.findings, now).await?;
    replace_affiliations(tx, account, person, &reading.affiliations, now).await
}

/// Make what is wrong with an account exactly this.
pub(super) async fn replace_findings(
    tx: &mut Tx,
    account: Uuid,
    findings: &[Finding],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let found: Vec<Row> = findings.iter().take(MOST_FINDINGS).map(Row::from).collect();
    let before: Vec<Row> = on!(&mut *tx, |conn| query_as(
        "SELECT code, subject, detail FROM account_finding WHERE account = $1 ORDER BY position"
    )
    .bind(account)
    .fetch_all(conn)
    .await)?;
    if before == found {
        return Ok(());
    }
    on!(&mut *tx, |conn| query("DELETE FROM account_finding WHERE account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for (position, row) in (0_i64..).zip(&found) {
        on!(&mut *tx, |conn| query(
            "INSERT INTO account_finding (account, position, code, subject, detail, at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(account)
        .bind(position)
        .bind(&row.code)
        .bind(&row.subject)
        .bind(&row.detail)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

impl From<&Finding> for Row {
    fn from(finding: &Finding) -> Self {
        // PostgreSQL has no text with a zero in it, and directories may send one.
        let text = |text: &str| text.replace('\0', "\u{fffd}");
        Self {
            code: finding.code.to_owned(),
            subject: text(&finding.subject),
            detail: text(&finding.detail),
        }
    }
}

/// What is wrong with the accounts of a person, those that name them first.
pub async fn findings_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<AccountFinding>> {
    on!(tx, |conn| query_as(
        "SELECT a.source, a.login, f.code, f.subject, f.detail, f.at
         FROM account_finding f JOIN account a ON a.id = f.account
         WHERE a.person = $1 ORDER BY a.priority DESC, a.source, a.id, f.position"
    )
    .bind(person)
    .fetch_all(conn)
    .await)
}

/// What is wrong with accounts, the newest first.
pub async fn newest_findings(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<AccountFinding>> {
    on!(tx, |conn| query_as(
        "SELECT a.source, a.login, f.code, f.subject, f.detail, f.at
         FROM account_finding f JOIN account a ON a.id = f.account
         ORDER BY f.at DESC, a.id, f.position LIMIT $1"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)
}
