//! Table `alert_rule`.
use crate::attendance::notice::rule::{Rule, SEEDS};
use crate::attendance::store::Within;
use crate::db::Tx;
use crate::identity::Rne;
use crate::on;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Rules with what their scope is called, as far as `$1`, a [`Within`], reaches: those of a school,
/// and those of a programme for who looks after that programme only.
macro_rules! rules_where {
    ($($rest:expr),*) => {
        concat!(
            "SELECT r.*, coalesce(p.code || ' ' || p.year_label, gp.code || ' ' || g.name, s.name, '')
                AS scope_name
             FROM alert_rule r LEFT JOIN programme p ON p.id = r.programme
                LEFT JOIN student_group g ON g.id = r.student_group
                LEFT JOIN programme gp ON gp.id = g.programme
                LEFT JOIN subject s ON s.id = r.of_subject
             WHERE ($1 = '' OR replace($1, ',school:' || r.rne || ',', '') <> $1
                OR replace($1, ',programme:' || coalesce(p.rne || '/' || p.code, gp.rne || '/' || gp.code, ':')
                    || ',', '') <> $1)",
            $($rest),*
        )
    };
}

/// Give a school the rules that every school begins with; those that it has stay as they are.
pub async fn begin_rules(tx: &mut Tx, rne: &Rne) -> sqlx::Result<()> {
    for code in SEEDS {
        insert_rule(tx, &Rule::seed(code, rne)).await?;
    }
    Ok(())
}

/// The rules of a school that somebody may see.
pub async fn rules(tx: &mut Tx, within: &Within, rne: &Rne) -> sqlx::Result<Vec<Rule>> {
    on!(tx, |conn| query_as(rules_where!(
        " AND r.rne = $2 AND NOT r.is_retired ORDER BY r.is_active DESC, r.name, r.code LIMIT 500"
    ))
    .bind(within.as_str())
    .bind(rne)
    .fetch_all(conn)
    .await)
}

/// One of them.
pub async fn rule(tx: &mut Tx, within: &Within, id: Uuid) -> sqlx::Result<Option<Rule>> {
    on!(tx, |conn| query_as(rules_where!(" AND r.id = $2 AND NOT r.is_retired"))
        .bind(within.as_str())
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// Those that are looked at tonight.
pub async fn active_rules(tx: &mut Tx) -> sqlx::Result<Vec<Rule>> {
    on!(tx, |conn| query_as(rules_where!(" AND r.is_active ORDER BY r.id"))
        .bind(Within::all().as_str())
        .fetch_all(conn)
        .await)
}

/// Keep a rule. `false`: the school has one of this code.
pub async fn insert_rule(tx: &mut Tx, rule: &Rule) -> sqlx::Result<bool> {
    write(
        tx,
        "INSERT INTO alert_rule (id, rne, code, version, name, programme, student_group, of_subject,
            kinds, is_per_subject, metric, comparator, threshold, after_days, span, after_sessions,
            repeat_max, to_student, to_secretariat, to_teachers, to_guardian, to_employer,
            to_addresses, is_active)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22, $23, $24)
         ON CONFLICT (rne, code) DO NOTHING",
        rule,
    )
    .await
}

/// Change a rule. `false`: somebody was faster, its version is another one.
pub async fn update_rule(tx: &mut Tx, rule: &Rule) -> sqlx::Result<bool> {
    write(
        tx,
        "UPDATE alert_rule SET version = version + 1, name = $5, programme = $6,
            student_group = $7, of_subject = $8, kinds = $9, is_per_subject = $10, metric = $11,
            comparator = $12, threshold = $13, after_days = $14, span = $15, after_sessions = $16,
            repeat_max = $17, to_student = $18, to_secretariat = $19, to_teachers = $20,
            to_guardian = $21, to_employer = $22, to_addresses = $23, is_active = $24
         WHERE id = $1 AND rne = $2 AND code = $3 AND version = $4",
        rule,
    )
    .await
}

/// Whether a rule named anybody, as far as that is kept.
pub async fn has_named(tx: &mut Tx, rule: Uuid) -> sqlx::Result<bool> {
    on!(tx, |conn| query_scalar("SELECT EXISTS (SELECT 1 FROM alert_sent WHERE rule = $1)")
        .bind(rule)
        .fetch_one(conn)
        .await)
}

/// Whether another rule took the place of one.
pub async fn is_retired(tx: &mut Tx, rule: Uuid) -> sqlx::Result<bool> {
    on!(tx, |conn| query_scalar(
        "SELECT EXISTS (SELECT 1 FROM alert_rule WHERE id = $1 AND is_retired)"
    )
    .bind(rule)
    .fetch_one(conn)
    .await)
}

/// Switch a rule off for good, its code left to the one that takes its place. `false`: somebody was
/// faster, its version is another one.
pub async fn retire_rule(tx: &mut Tx, id: Uuid, version: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE alert_rule SET version = version + 1, is_active = FALSE, is_retired = TRUE,
            code = code || $3
         WHERE id = $1 AND version = $2"
    )
    .bind(id)
    .bind(version)
    .bind(format!(":{id}"))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

async fn write(tx: &mut Tx, sql: &'static str, rule: &Rule) -> sqlx::Result<bool> {
    let (scope, measure, to) = (&rule.scope, &rule.measure, &rule.to);
    on!(tx, |conn| query(sql)
        .bind(rule.id)
        .bind(&rule.rne)
        .bind(&rule.code)
        .bind(rule.version)
        .bind(&rule.name)
        .bind(scope.programme)
        .bind(scope.student_group)
        .bind(scope.of_subject)
        .bind(&scope.kinds)
        .bind(measure.is_per_subject)
        .bind(measure.metric)
        .bind(measure.comparator)
        .bind(measure.threshold)
        .bind(measure.after_days)
        .bind(measure.span)
        .bind(measure.after_sessions)
        .bind(measure.repeat_max)
        .bind(to.to_student)
        .bind(to.to_secretariat)
        .bind(to.to_teachers)
        .bind(to.to_guardian)
        .bind(to.to_employer)
        .bind(&to.to_addresses)
        .bind(rule.is_active)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}
