//! Tables `alert_sent` and `alert_notice`.
use crate::attendance::notice::metric::Metric;
use crate::attendance::notice::span::Span;
use crate::attendance::store::Within;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::mail::store::MailState;
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// That a rule named a student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// Its id.
    pub id: Uuid,
    /// By which rule.
    pub rule: Uuid,
    /// Whom.
    pub student: PersonId,
    /// In which stretch of time, and in which subject where each counts by itself.
    pub span: String,
    /// How often the threshold was reached.
    pub step: i64,
    /// What was measured.
    pub value: i64,
    /// The subject, where each counts by itself.
    pub of_subject: Option<Uuid>,
    /// The first and the last day that counted.
    pub days: (NaiveDate, NaiveDate),
    /// When.
    pub sent_at: DateTime<Utc>,
}

/// The highest step that each student reached under a rule since a day.
pub async fn steps_sent(
    tx: &mut Tx,
    rule: Uuid,
    since: NaiveDate,
) -> sqlx::Result<Vec<(PersonId, String, i64)>> {
    on!(tx, |conn| query_as(
        "SELECT student, span, max(step) FROM alert_sent WHERE rule = $1 AND since = $2
         GROUP BY student, span"
    )
    .bind(rule)
    .bind(since)
    .fetch_all(conn)
    .await)
}

/// Keep that a rule names a student. `false`: it did before, at this step or a higher one, or the rule
/// was switched off or changed meanwhile.
pub async fn insert_alert(tx: &mut Tx, it: &NewAlert, version: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO alert_sent (id, rule, student, span, step, value, of_subject, since, until,
            sent_at)
         SELECT $1, r.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM alert_rule r
         WHERE r.id = $2 AND r.is_active AND r.version = $11
            AND NOT EXISTS (SELECT 1 FROM alert_sent s
                WHERE s.rule = $2 AND s.student = $3 AND s.span = $4 AND s.step >= $5)
         ON CONFLICT (rule, student, span, step) DO NOTHING"
    )
    .bind(it.id)
    .bind(it.rule)
    .bind(it.student)
    .bind(&it.span)
    .bind(it.step)
    .bind(it.value)
    .bind(it.of_subject)
    .bind(it.days.0)
    .bind(it.days.1)
    .bind(it.sent_at)
    .bind(version)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// To whom an alert goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Of which alert.
    pub alert: Uuid,
    /// As what.
    pub kind: &'static str,
    /// Who, when we know them.
    pub person: Option<PersonId>,
    /// Empty: none is known.
    pub address: String,
    /// The message.
    pub mail: Option<Uuid>,
}

/// Keep to whom an alert goes.
pub async fn insert_notice(tx: &mut Tx, it: &NewNotice) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO alert_notice (id, alert, kind, person, address, mail)
         VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(Uuid::now_v7())
    .bind(it.alert)
    .bind(it.kind)
    .bind(it.person)
    .bind(&it.address)
    .bind(it.mail)
    .execute(conn)
    .await
    .map(drop))
}

/// An alert in the list of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SentRow {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Code and name of its rule.
    pub code: String,
    /// Empty: as the code is called.
    pub name: String,
    /// What was measured.
    pub metric: Metric,
    /// In which stretch of time.
    pub span: Span,
    /// Its first day.
    pub since: NaiveDate,
    /// The last day that counted.
    pub until: NaiveDate,
    /// Whom.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// How often the threshold was reached.
    pub step: i64,
    /// What was measured.
    pub value: i64,
    /// The subject, where each counts by itself, or empty.
    pub subject_name: String,
    /// When.
    pub sent_at: DateTime<Utc>,
}

/// Alerts that somebody may see.
macro_rules! sent_where {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, r.rne, r.code, r.name, r.metric, r.span, a.since, a.until, a.student,
                n.display_name, a.step, a.value, coalesce(b.name, '') AS subject_name, a.sent_at
             FROM alert_sent a JOIN alert_rule r ON r.id = a.rule JOIN person n ON n.id = a.student
                LEFT JOIN programme p ON p.id = r.programme
                LEFT JOIN student_group g ON g.id = r.student_group
                LEFT JOIN programme gp ON gp.id = g.programme
                LEFT JOIN subject b ON b.id = a.of_subject
             WHERE ($1 = '' OR replace($1, ',school:' || r.rne || ',', '') <> $1
                OR replace($1, ',programme:' || coalesce(p.rne || '/' || p.code, gp.rne || '/' || gp.code, ':')
                    || ',', '') <> $1)",
            $rest
        )
    };
}

/// What was sent, the newest first.
pub async fn sent(
    tx: &mut Tx,
    within: &Within,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<SentRow>> {
    on!(tx, |conn| query_as(sent_where!(" ORDER BY a.sent_at DESC, a.id DESC LIMIT $3 OFFSET $2"))
        .bind(within.as_str())
        .bind(skip)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// One of them.
pub async fn sent_one(tx: &mut Tx, within: &Within, id: Uuid) -> sqlx::Result<Option<SentRow>> {
    on!(tx, |conn| query_as(sent_where!(" AND a.id = $2"))
        .bind(within.as_str())
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// To whom one went.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeRow {
    /// As what.
    pub kind: String,
    /// Their name, when we know them.
    pub display_name: Option<String>,
    /// Empty: none is known.
    pub address: String,
    /// What became of the message, while that is kept.
    pub state: Option<MailState>,
    /// The version of its text, once it left; 0: as it is built in.
    pub wording: Option<i64>,
}

/// To whom an alert went, and what became of that.
pub async fn notices(tx: &mut Tx, alert: Uuid) -> sqlx::Result<Vec<NoticeRow>> {
    on!(tx, |conn| query_as(
        "SELECT n.kind, p.display_name, n.address, m.state, m.wording
         FROM alert_notice n LEFT JOIN person p ON p.id = n.person
            LEFT JOIN mail m ON m.id = n.mail
         WHERE n.alert = $1 ORDER BY n.id"
    )
    .bind(alert)
    .fetch_all(conn)
    .await)
}
