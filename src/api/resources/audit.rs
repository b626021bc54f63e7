//! The audit record.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Dotted, Line, Query};
use crate::api::listing::{Cursor, Limit, List, list};
use crate::audit::{self, Marks, Record, Search};
use crate::clock::Clock;
use crate::db::Db;
use crate::web;
use actix_web::HttpResponse;
use actix_web::http::header::LINK;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Rows of one export.
const MOST: u16 = 10_000;

/// One recorded act.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AuditRow {
    /// Names it, in order of time.
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
    pub person: Option<Uuid>,
    /// From where.
    pub network: String,
    /// Correlation id of the request.
    pub request_id: String,
    /// Session, eight hexadecimal digits.
    pub session: String,
    /// What else is known.
    #[schema(value_type = Object)]
    pub fields: Value,
}

impl From<Record> for AuditRow {
    fn from(row: Record) -> Self {
        Self {
            id: row.id,
            at: row.at,
            event: row.event,
            outcome: row.outcome,
            reason: row.reason,
            person: row.person.map(|person| person.0),
            network: row.network,
            request_id: row.request_id,
            session: row.session,
            fields: row.fields,
        }
    }
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct AuditQuery {
    /// An event, or how it begins: `auth.`
    #[param(value_type = Option<String>, max_length = 60, pattern = "^[a-z._]*$",
        example = "auth.")]
    event: Option<Dotted>,
    /// Correlation id, a piece of a name, school code or service provider.
    #[param(value_type = Option<String>, max_length = 100, pattern = r"^[^\x00-\x1f\x7f]*$")]
    q: Option<Line<100>>,
    /// Not before.
    from: Option<DateTime<Utc>>,
    /// Before.
    until: Option<DateTime<Utc>>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

/// Where an export begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ExportQuery {
    /// From the link to the next part, in the head of the answer before.
    #[param(value_type = Option<String>, max_length = 400,
        pattern = r"^[1-9][0-9]{0,17}\.[1-9][0-9]{0,17}(-[1-9][0-9]{0,17}\.[1-9][0-9]{0,17}){0,9}$",
        example = "1.500")]
    after: Option<Marks>,
    /// How many rows.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 10000, default = 10000)]
    limit: Option<u16>,
}

/// Search the audit record
///
/// The newest rows first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "Rows", body = List<AuditRow>)))]
pub(in crate::api) async fn search(
    _: Caller,
    (Query(query), db): (Query<AuditQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let limit = Limit::of(query.limit);
    let search = Search {
        event: query.event.unwrap_or_default().0,
        words: query.q.map(|words| words.0).unwrap_or_default(),
        from: query.from,
        until: query.until,
        before: query.cursor.map(|cursor| cursor.0),
        limit: limit + 1,
        ..Search::default()
    };
    let rows = audit::search(&mut db.read().await?, &search).await?;
    Ok(answer::json(&list(rows, limit, |row| row.id, AuditRow::from)))
}

/// Take the audit record away
///
/// One sealed row a line, from behind what you have; that it was taken is recorded. For programs that
/// collect records: ask again at the address that `Link` names with `rel="next"`. No row is left out
/// and none comes twice, also none that was kept outside the database while that was down.
#[utoipa::path(get, path = "/api/v1/audit.jsonl", tag = "audit", params(ExportQuery),
    responses((status = 200, description = "Rows, each of them as in the search", body = String,
        content_type = "application/x-ndjson")))]
pub(in crate::api) async fn export(
    caller: Caller,
    (Query(query), db, clock): (Query<ExportQuery>, Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let limit = query.limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(crate::api::fields::out_of_range("limit is 1 to 10000"));
    }
    let mut tx = db.write().await?;
    let mut marks = query.after.unwrap_or_default();
    let rows = audit::collect(&mut tx, &mut marks, limit.into()).await?;
    let event = caller.event("export.made").reason("audit").field("rows", rows.len());
    event.record(&mut tx, caller.trace(), clock.now()).await?;
    tx.commit().await?;
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, &AuditRow::from(row)).map_err(web::Error::internal)?;
        lines.push(b'\n');
    }
    let mut answer = HttpResponse::Ok();
    if marks != Marks::default() {
        let next = format!("</api/v1/audit.jsonl?after={marks}&limit={limit}>; rel=\"next\"");
        answer.insert_header((LINK, next));
    }
    Ok(answer.content_type("application/x-ndjson").body(lines))
}
