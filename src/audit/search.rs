//! Looking into the record: what the administration shows and exports.
use crate::db::{Tx, among, literal};
use crate::identity::person::fold;
use crate::identity::{PersonId, Rne};
use crate::on;
use crate::rows::sheet;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query_as};
use uuid::Uuid;

/// One recorded act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Record {
    /// Its name, in order of time.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub event: String,
    /// `ok`, `refused` or `error`.
    pub outcome: String,
    /// Why it came out so.
    pub reason: String,
    /// Who.
    pub person: Option<PersonId>,
    /// From where.
    pub network: String,
    /// Correlation id.
    pub request_id: String,
    /// Session, eight hexadecimal digits.
    pub session: String,
    /// What else is known.
    #[sqlx(json)]
    pub fields: Value,
    /// What is personal, and not erased; stands with the other fields when it was read.
    #[serde(skip)]
    personal: Option<Json<Map<String, Value>>>,
}

impl Record {
    /// As it was recorded, whether it is sealed or not.
    pub(super) fn whole(mut self) -> Self {
        for (name, value) in self.personal.take().map(|facts| facts.0).unwrap_or_default() {
            match (&mut self.fields, value) {
                (_, Value::String(network)) if name == "network" => self.network = network,
                (Value::Object(fields), value) => drop(fields.insert(name, value)),
                _ => {}
            }
        }
        self
    }
}

/// What to look for; empty fields find everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Event, or its beginning (`auth.`).
    pub event: String,
    /// Correlation id, a person's id, part of a name, school code or service provider.
    pub words: String,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Only what people did who are of these schools at that time and have no right on the whole
    /// installation; `None`: what everybody did.
    pub schools: Option<(Vec<Rne>, DateTime<Utc>)>,
    /// Older than this row.
    pub before: Option<Uuid>,
    /// Rows to leave out.
    pub skip: i64,
    /// Rows at most.
    pub limit: i64,
}

/// A statement over the rows that a search finds.
macro_rules! found {
    ($select:literal, $search:ident) => {{
        let Search { event, words, from, until, before, .. } = $search;
        let mut sql = QueryBuilder::new(concat!($select, " FROM audit WHERE at >= "));
        sql.push_bind(from.unwrap_or(DateTime::UNIX_EPOCH));
        sql.push(" AND at < ").push_bind(until.unwrap_or(FAR));
        if let Some(before) = before {
            sql.push(" AND id < ").push_bind(before);
        }
        if !event.is_empty() {
            let length = i64::try_from(event.chars().count()).unwrap_or(i64::MAX);
            sql.push(" AND substr(event, 1, CAST(").push_bind(length);
            sql.push(" AS INTEGER)) = ").push_bind(event);
        }
        if !words.trim().is_empty() {
            // SQLite leaves accented capitals as they are.
            let spellings = [words.to_lowercase(), words.to_ascii_lowercase()];
            let [lower, ascii] = spellings.map(|it| holding(&it));
            sql.push(" AND (request_id = ").push_bind(words.trim());
            sql.push(" OR lower(CAST(fields AS TEXT)) LIKE ").push_bind(lower.clone());
            sql.push(" ESCAPE '!' OR lower(CAST(fields AS TEXT)) LIKE ").push_bind(ascii.clone());
            sql.push(
                " ESCAPE '!' OR id IN (SELECT audit FROM audit_personal
                    WHERE lower(CAST(facts AS TEXT)) LIKE ",
            );
            sql.push_bind(lower);
            sql.push(" ESCAPE '!' OR lower(CAST(facts AS TEXT)) LIKE ").push_bind(ascii);
            sql.push(" ESCAPE '!') OR person IN (SELECT id FROM person WHERE sort_name LIKE ");
            sql.push_bind(holding(&fold(words))).push(" ESCAPE '!')");
            if let Ok(id) = words.trim().parse() {
                sql.push(" OR person = ").push_bind(PersonId(id));
            }
            sql.push(")");
        }
        if let Some((schools, time)) = &$search.schools {
            sql.push(
                " AND NOT EXISTS (SELECT 1 FROM role_grant r WHERE r.person = audit.person
                    AND r.scope_kind = 'installation')
                 AND person IN (SELECT person FROM affiliation
                    WHERE (valid_until IS NULL OR valid_until > ",
            );
            sql.push_bind(*time).push(") AND rne");
            among(&mut sql, schools).push(")");
        }
        sql
    }};
}

/// Recorded acts, the newest first.
pub async fn search(tx: &mut Tx, search: &Search) -> sqlx::Result<Vec<Record>> {
    let records: Vec<Record> = on!(tx, |conn| {
        let mut sql = found!(
            "SELECT id, at, event, outcome, reason, person, network, request_id, session, fields,
             (SELECT facts FROM audit_personal WHERE audit = audit.id) AS personal",
            search
        );
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(search.limit);
        sql.push(" OFFSET ").push_bind(search.skip);
        sql.build_query_as().fetch_all(conn).await
    })?;
    Ok(records.into_iter().map(Record::whole).collect())
}

/// Recorded acts behind one of them, in order of time; `None`: from the first one.
pub async fn after(tx: &mut Tx, last: Option<Uuid>, most: i64) -> sqlx::Result<Vec<Record>> {
    let records: Vec<Record> = on!(tx, |conn| query_as(
        "SELECT id, at, event, outcome, reason, person, network, request_id, session, fields,
             (SELECT facts FROM audit_personal WHERE audit = audit.id) AS personal
         FROM audit WHERE id > $1 ORDER BY id LIMIT $2"
    )
    .bind(last.unwrap_or(Uuid::nil()))
    .bind(most)
    .fetch_all(conn)
    .await)?;
    Ok(records.into_iter().map(Record::whole).collect())
}

/// How many acts a search finds without its limit.
pub async fn count(tx: &mut Tx, search: &Search) -> sqlx::Result<i64> {
    on!(tx, |conn| {
        let mut sql = found!("SELECT count(*)", search);
        sql.build_query_scalar().fetch_one(conn).await
    })
}

/// The pattern of texts that hold these words, taken letter by letter.
fn holding(words: &str) -> String {
    format!("%{}%", literal(words.trim()))
}

/// The year 9999: later than any row.
const FAR: DateTime<Utc> = match DateTime::from_timestamp(253_370_764_800, 0) {
    Some(far) => far,
    None => DateTime::UNIX_EPOCH,
};

/// The moment at which a day, or one some days later, begins in a zone. `None`: no such day.
pub fn start_of_day(day: &str, later: u64, zone: Tz) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    let midnight = day.checked_add_days(Days::new(later))?.and_time(NaiveTime::MIN);
    Some(zone.from_local_datetime(&midnight).earliest()?.to_utc())
}

/// The rows as CSV for spreadsheets.
pub fn csv(records: &[Record]) -> String {
    let head = [
        "at",
        "event",
        "outcome",
        "reason",
        "person",
        "network",
        "request_id",
        "session",
        "fields",
    ];
    let row = |record: &Record| {
        let person = record.person.map(|person| person.to_string()).unwrap_or_default();
        [
            record.at.to_rfc3339(),
            record.event.clone(),
            record.outcome.clone(),
            record.reason.clone(),
            person,
            record.network.clone(),
            record.request_id.clone(),
            record.session.clone(),
            record.fields.to_string(),
        ]
    };
    sheet(head, records.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_where_the_people_are() {
        let start = start_of_day("2026-11-22", 0, chrono_tz::Indian::Reunion);
        assert_eq!(start.map(|s| s.to_rfc3339()).as_deref(), Some("2026-11-21T20:00:00+00:00"));
        assert_eq!(start_of_day("soon", 0, chrono_tz::UTC), None);
    }
}
