//! Work in the background.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Dotted, Query};
use crate::api::listing::{Cursor, Limit, List, list};
use crate::api::once::Once;
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::store::{self, Filter};
use crate::jobs::{Act, Desk, JobId, JobRow, JobState};
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct JobView {
    /// Names it.
    pub id: Uuid,
    /// What it does, `mail.send` for instance.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Not tried before.
    pub run_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Tries so far.
    pub attempts: i64,
    /// What was wrong last; may be empty.
    pub last_error: String,
    /// Who does it, or did it last.
    pub node: String,
    /// Steps done.
    pub done: i64,
    /// Steps in all; 0: nobody knows.
    pub total: i64,
}

impl From<JobRow> for JobView {
    fn from(job: JobRow) -> Self {
        Self {
            id: job.id.0,
            kind: job.kind,
            state: job.state,
            created_at: job.created_at,
            run_at: job.run_at,
            finished_at: job.finished_at,
            attempts: job.attempts,
            last_error: job.last_error,
            node: job.node,
            done: job.progress_done,
            total: job.progress_total,
        }
    }
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct JobsQuery {
    /// Only in this state.
    #[param(inline)]
    state: Option<JobState>,
    /// Only of this kind.
    #[param(value_type = Option<String>, max_length = 60, pattern = "^[a-z._]*$",
        example = "sessions.clean")]
    kind: Option<Dotted>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

/// List jobs
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, description = "Jobs", body = List<JobView>)))]
pub(in crate::api) async fn all(
    _: Caller,
    (Query(query), db): (Query<JobsQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let limit = Limit::of(query.limit);
    let filter = Filter {
        state: query.state,
        kind: query.kind.unwrap_or_default().0,
        before: query.cursor.map(|cursor| JobId(cursor.0)),
        limit: limit + 1,
        ..Filter::default()
    };
    let jobs = store::list(&mut db.read().await?, &filter).await?;
    Ok(answer::json(&list(jobs, limit, |job| job.id.0, JobView::from)))
}

/// Show a job
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = Uuid, Path, description = "The job")),
    responses((status = 200, description = "The job", body = JobView)))]
pub(in crate::api) async fn one(
    _: Caller,
    (id, db): (Path<Uuid>, Data<Db>),
) -> web::Result<HttpResponse> {
    let job = store::find(&mut db.read().await?, JobId(*id)).await?.ok_or(Error::NotFound)?;
    Ok(answer::json(&JobView::from(job)))
}

/// Try a job again
///
/// One that was given up or is uncertain; every other one is left alone.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs",
    params(("id" = Uuid, Path, description = "The job")),
    responses(
        (status = 200, description = "It waits for its turn", body = JobView),
        (status = 409, description = "It is in another state (E-JOB-STATE)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn retry(
    caller: Caller,
    (id, once, db, clock, desk): (Path<Uuid>, Once, Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let (id, now) = (JobId(*id), clock.now());
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let changed = || Refusal::new("E-JOB-STATE", StatusCode::CONFLICT, "request.refused");
    let act = Act { event: &|name| caller.event(name), trace: caller.trace(), now };
    if !desk.try_again(&mut tx, id, act).await? {
        return Err(changed().into());
    }
    let job = store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let answer = receipt.keep(&mut tx, StatusCode::OK, &JobView::from(job)).await?;
    desk.queue.commit(tx).await?;
    Ok(answer)
}
