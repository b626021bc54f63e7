//! `/replication`: what changed, for other lookup servers.
use super::Protocol;
use super::question::Parameters;
use crate::db::Db;
use crate::identity::cloud::{Field, Fields, RecordId};
use crate::identity::store::cloud::{Replica, replica_page};
use crate::identity::store::listed_among;
use crate::lookup::access::is_same;
use crate::web;
use crate::web::error::Refusal;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Records on one page.
const PAGE: i64 = 100;

/// `GET /replication?timestamp=…&page=…`
pub(super) async fn page(
    request: HttpRequest,
    (protocol, db): (Data<Protocol>, Data<Db>),
) -> web::Result<HttpResponse> {
    must_be_reader(&request, &protocol)?;
    let parameters = Parameters::read(request.query_string());
    let number = |name| parameters.get(name).and_then(digits);
    let (Some(since), Some(page)) = (number("timestamp"), number("page")) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    let since = DateTime::from_timestamp(since, 0).unwrap_or(DateTime::UNIX_EPOCH);
    let mut tx = db.read().await?;
    let skip = page.saturating_mul(PAGE);
    let changed = replica_page(&mut tx, since, skip, PAGE).await?;
    let ids: Vec<RecordId> = changed.iter().map(|record| record.id).collect();
    let listed = listed_among(&mut tx, &ids, protocol.0.with_pupils).await?;
    let listed: HashMap<RecordId, Fields> =
        listed.into_iter().map(|record| (record.id, record.fields)).collect();
    let told = changed.iter().map(|record| element(record, listed.get(&record.id)));
    Ok(HttpResponse::Ok().json(told.collect::<Vec<_>>()))
}

/// Whoever may not be found is told as withdrawn: without data.
fn element(record: &Replica, fields: Option<&Fields>) -> Value {
    let data = fields.map(data).unwrap_or_default();
    json!({ "cloudId": record.cloud_id, "timestamp": record.changed_at.timestamp(), "data": data })
}

/// The fields that go out, one by one.
pub(super) fn data(fields: &Fields) -> Vec<Value> {
    let sent = fields.iter().filter(|(field, _)| Field::parse(field.name()).is_some());
    sent.map(|(field, value)| json!({ "key": field.name(), "value": value, "validated": 1 }))
        .collect()
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Only user `lookup` with the password of the settings may read.
pub(super) fn must_be_reader(request: &HttpRequest, protocol: &Protocol) -> web::Result<()> {
    if knows_password(request, protocol) {
        return Ok(());
    }
    let refusal = Refusal::new("E-LOOKUP-ACCESS", StatusCode::UNAUTHORIZED, "lookup.refused");
    let refusal = refusal.challenge(r#"Basic realm="replication", charset="UTF-8""#);
    Err(refusal.detail("the password of user lookup is missing or wrong").into())
}

fn knows_password(request: &HttpRequest, protocol: &Protocol) -> bool {
    let Some(password) = &protocol.0.replication_password else { return false };
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let encoded = sent.and_then(|sent| sent.split_once(' '));
    let encoded = encoded.filter(|(kind, _)| kind.eq_ignore_ascii_case("basic"));
    let login = encoded.and_then(|(_, login)| STANDARD.decode(login.trim()).ok());
    let login = login.and_then(|login| String::from_utf8(login).ok()).unwrap_or_default();
    login.strip_prefix("lookup:").is_some_and(|typed| is_same(password, typed))
}
