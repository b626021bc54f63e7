//! What programs say of the lines of a roll.
use super::attendance::{Parts, RecordView, known};
use super::rolls::OVER;
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Body, Line};
use crate::api::once::Once;
use crate::attendance::record::{Channel, Status};
use crate::attendance::{Tick, store};
use crate::identity::PersonId;
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a line is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct RecordSaid {
    // Its own text describes it: with another one here the document would contradict itself.
    #[schema(inline)]
    status: Status,
    /// Why; needed against a mark, or afterwards.
    #[schema(value_type = Option<String>, max_length = 300)]
    reason: Option<Line<300>>,
    /// The line as the program saw it.
    version: i64,
}

/// What many lines are to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct BulkSaid {
    #[schema(inline)]
    set: BulkSet,
    #[schema(inline, rename = "where")]
    #[serde(rename = "where")]
    #[expect(dead_code, reason = "there is one word, and it has to be said")]
    of: BulkOf,
}

/// What they become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum BulkSet {
    /// There.
    Present,
}

/// Which lines are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum BulkOf {
    /// Those of whom nothing is known yet.
    Expected,
}

/// What became of many lines.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct BulkDone {
    /// How many changed.
    changed: usize,
}

/// Say something of one student
///
/// As the teacher does by hand. `version` is that of the line as it was seen: when it has changed
/// since, 412 `E-ROLL-VERSION`.
#[utoipa::path(put, path = "/api/v1/sessions/{id}/records/{student}", tag = "attendance",
    params(
        ("id" = Uuid, Path, description = "The séance"),
        ("student" = Uuid, Path, description = "The student"),
    ),
    request_body(content = RecordSaid, example = json!({"status": "late", "version": 1})),
    responses(
        (status = 200, description = "The line as it is now", body = RecordView),
        (status = 409, description = "Not from this status, or not now (E-ROLL-STATE, E-ROLL-HOURS)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since (E-ROLL-VERSION)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn put(
    caller: Caller,
    (path, Body(said), (db, clock, desk)): (Path<(Uuid, Uuid)>, Body<RecordSaid>, Parts),
) -> web::Result<HttpResponse> {
    let (id, student) = path.into_inner();
    let student = PersonId(student);
    let tick = Tick {
        student,
        status: said.status,
        version: Some(said.version),
        reason: said.reason.map(|reason| reason.0).unwrap_or_default(),
        beginning: desk.beginning().await?,
        channel: Channel::Manual,
        at: None,
    };
    let hand = caller.hand(clock.now());
    let mut tx = db.write().await?;
    let here = known(&mut tx, &caller, id).await?;
    store::line_of(&mut tx, id, student).await?.ok_or(Error::NotFound)?;
    desk.tick(&mut tx, &here, (&tick, OVER), &hand).await?;
    let line = store::line_of(&mut tx, id, student).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(answer::json(&RecordView::from(line)))
}

/// Mark the others present
///
/// Whoever is still expected in an open roll.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/records/bulk", tag = "attendance",
    params(("id" = Uuid, Path, description = "The séance")),
    request_body(content = BulkSaid, example = json!({"set": "present", "where": "expected"})),
    responses(
        (status = 200, description = "How many changed", body = BulkDone),
        (status = 409, description = "The roll is not open (E-ROLL-STATE)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn bulk(
    caller: Caller,
    (id, once, (db, clock, desk)): (Path<Uuid>, Once, Parts),
) -> web::Result<HttpResponse> {
    desk.proof.prepare().await?;
    let (now, hand) = (clock.now(), caller.hand(clock.now()));
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let BulkSaid { set: BulkSet::Present, .. } = once.body()?;
    let here = known(&mut tx, &caller, *id).await?;
    let changed = desk.everybody(&mut tx, &here, &hand).await?;
    let answer = receipt.keep(&mut tx, StatusCode::OK, &BulkDone { changed }).await?;
    tx.commit().await?;
    Ok(answer)
}
