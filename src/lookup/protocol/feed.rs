//! `/replication/changes`: what changed, by number instead of by time. Nothing is left out or told
//! again, however many changes share a second.
use super::Protocol;
use super::question::Parameters;
use super::replication::{data, must_be_reader};
use crate::db::Db;
use crate::identity::cloud::{ListedRecord, RecordId};
use crate::lookup::changes::{Mark, News, behind};
use crate::web;
use crate::web::error::Refusal;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Changes told at once.
const MOST: i64 = 1_000;

/// `GET /replication/changes?after=…&change=…`, both from the answer before; without them, from
/// the first change of all. The end is reached when `after` stays what it was: a portion may touch
/// nobody.
pub(super) async fn changes(
    request: HttpRequest,
    (protocol, db): (Data<Protocol>, Data<Db>),
) -> web::Result<HttpResponse> {
    must_be_reader(&request, &protocol)?;
    let Some(mark) = mark(&Parameters::read(request.query_string())) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    match behind(&db, mark, MOST, protocol.0.with_pupils).await? {
        News::OtherHistory => Err(other_history()),
        News::None => Ok(told(mark, &[])),
        News::Portion(portion) => {
            let listed = portion.listed.iter().map(|record| (record.id, record));
            let listed: HashMap<RecordId, &ListedRecord> = listed.collect();
            let changes: Vec<Value> =
                portion.touched.iter().map(|id| element(*id, listed.get(id).copied())).collect();
            let mark = Mark { seq: portion.last.seq, change_id: portion.last.change_id };
            Ok(told(mark, &changes))
        }
    }
}

fn mark(parameters: &Parameters) -> Option<Mark> {
    let Some(after) = parameters.get("after") else {
        return Some(Mark { seq: 0, change_id: Uuid::nil() });
    };
    let seq = after.parse().ok().filter(|seq| *seq >= 0)?;
    Some(Mark { seq, change_id: parameters.get("change")?.parse().ok()? })
}

fn told(mark: Mark, changes: &[Value]) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "after": mark.seq,
        "change": mark.change_id,
        "records": changes,
    }))
}

/// Whoever may not be found has an id and nothing else: what was known under it is to be removed.
fn element(id: RecordId, listed: Option<&ListedRecord>) -> Value {
    match listed {
        Some(record) => {
            json!({ "id": id.0, "cloudId": record.cloud_id.as_str(), "data": data(&record.fields) })
        }
        None => json!({ "id": id.0, "data": [] }),
    }
}

/// The database went back to a backup: what was heard before may never have happened.
fn other_history() -> web::Error {
    let refusal = Refusal::new("E-LOOKUP-HISTORY", StatusCode::CONFLICT, "lookup.refused");
    refusal.detail("the change that was named is not in the log").into()
}
