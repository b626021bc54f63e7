//! Looking into the record: what the administration shows and exports.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::person::fold;
use crate::on;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::types::Json;
use sqlx::{query_as, query_scalar};
use std::fmt::Write;
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
    fn whole(mut self) -> Self {
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
    /// Correlation id, part of a name, school code or service provider.
    pub words: String,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Older than this row.
    pub before: Option<Uuid>,
    /// Rows to leave out.
    pub skip: i64,
    /// Rows at most.
    pub limit: i64,
}

/// A statement over the rows that a search finds, with its places filled up to `$8`.
macro_rules! found {
    ($run:ident, $select:literal, $rest:literal, $search:ident) => {
        $run(concat!(
            $select,
            " FROM audit
             WHERE substr(event, 1, length(CAST($1 AS TEXT))) = $1
               AND ($2 = '' OR request_id = $2
                    OR lower(CAST(fields AS TEXT)) LIKE $3 ESCAPE '!'
                    OR lower(CAST(fields AS TEXT)) LIKE $4 ESCAPE '!'
                    OR id IN (SELECT audit FROM audit_personal
                              WHERE lower(CAST(facts AS TEXT)) LIKE $3 ESCAPE '!'
                                 OR lower(CAST(facts AS TEXT)) LIKE $4 ESCAPE '!')
                    OR person IN (SELECT id FROM person WHERE sort_name LIKE $5 ESCAPE '!'))
               AND at >= $6 AND at < $7 AND id < $8 ",
            $rest
        ))
        .bind(&$search.event)
        .bind($search.words.trim())
        .bind(holding(&$search.words.to_lowercase()))
        // SQLite leaves accented capitals as they are.
        .bind(holding(&$search.words.to_ascii_lowercase()))
        .bind(holding(&fold(&$search.words)))
        .bind($search.from.unwrap_or(DateTime::UNIX_EPOCH))
        .bind($search.until.unwrap_or(FAR))
        .bind($search.before.unwrap_or(Uuid::max()))
    };
}

/// Recorded acts, the newest first.
pub async fn search(tx: &mut Tx, search: &Search) -> sqlx::Result<Vec<Record>> {
    let records: Vec<Record> = on!(tx, |conn| found!(
        query_as,
        "SELECT id, at, event, outcome, reason, person, network, request_id, session, fields,
             (SELECT facts FROM audit_personal WHERE audit = audit.id) AS personal",
        "ORDER BY id DESC LIMIT $9 OFFSET $10",
        search
    )
    .bind(search.limit)
    .bind(search.skip)
    .fetch_all(conn)
    .await)?;
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
    on!(tx, |conn| found!(query_scalar, "SELECT count(*)", "", search).fetch_one(conn).await)
}

/// The pattern of texts that hold these words, taken letter by letter.
fn holding(words: &str) -> String {
    let literal = words.trim().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{literal}%")
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

/// The rows as CSV for spreadsheets: a mark for UTF-8, every cell quoted, no cell a formula
/// (SEC-94).
pub fn csv(records: &[Record]) -> String {
    let mut text = String::from(
        "\u{feff}at,event,outcome,reason,person,network,request_id,session,fields\r\n",
    );
    for record in records {
        let person = record.person.map(|person| person.to_string()).unwrap_or_default();
        let cells = [
            record.at.to_rfc3339(),
            record.event.clone(),
            record.outcome.clone(),
            record.reason.clone(),
            person,
            record.network.clone(),
            record.request_id.clone(),
            record.session.clone(),
            record.fields.to_string(),
        ];
        let cells = cells.map(|cell| quoted(&cell));
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

fn quoted(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
    }

    #[test]
    fn days_begin_where_the_people_are() {
        let start = start_of_day("2026-11-22", 0, chrono_tz::Indian::Reunion);
        assert_eq!(start.map(|s| s.to_rfc3339()).as_deref(), Some("2026-11-21T20:00:00+00:00"));
        assert_eq!(start_of_day("soon", 0, chrono_tz::UTC), None);
    }
}
