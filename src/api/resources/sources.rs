//! Sources whose people are kept in step, and their runs.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::Query;
use crate::api::listing::{Cursor, Limit, List, list};
use crate::api::once::Once;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::sync::store::{self, Run, Wanted};
use crate::sync::{Counts, Desk, SyncedSource, must_be_read};
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A source.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SourceView {
    /// Its section.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// `ldap`, `csv`, `jsonl`, `sql` or `push`.
    pub kind: String,
    /// Its newest run.
    pub last_run: Option<RunView>,
}

/// All sources.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Sources {
    /// In the order of the configuration.
    pub items: Vec<SourceView>,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct RunView {
    /// Names it.
    pub id: Uuid,
    /// Section of the source.
    pub source: String,
    /// `full` or `changes`.
    pub mode: String,
    /// Nothing was written.
    pub dry_run: bool,
    /// `timetable`, `files`, `command`, `token:NAME`, or the id of a person.
    pub asked_by: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// `running`, `done`, `refused`, `failed` or `interrupted`.
    pub state: String,
    /// How many of what.
    pub counts: Counts,
    /// Why it was refused or failed.
    pub trouble: Option<String>,
}

/// A run with what it could not use.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct RunReport {
    /// The run.
    pub run: RunView,
    /// Entries that could not be used, the first ones.
    pub findings: Vec<FindingView>,
}

/// An entry that could not be used.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct FindingView {
    /// Line, place in a list, or digest of a DN.
    pub place: String,
    /// Stable code.
    pub code: String,
    /// Why.
    pub detail: String,
}

/// How a source is to be read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct RunWish {
    /// Only look.
    #[serde(default)]
    pub dry_run: bool,
    /// However many vanish.
    #[serde(default)]
    pub force: bool,
}

/// What was ordered.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct RunOrdered {
    /// Section of the source.
    pub source: String,
    /// Only look.
    pub dry_run: bool,
    /// However many vanish.
    pub force: bool,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self {
            id: run.id,
            source: run.source,
            mode: run.mode,
            dry_run: run.is_dry,
            asked_by: run.asked_by,
            started_at: run.started_at,
            ended_at: run.ended_at,
            state: run.state,
            counts: run.counts,
            trouble: run.trouble,
        }
    }
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct RunsQuery {
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

async fn view(tx: &mut Tx, source: &SyncedSource) -> sqlx::Result<SourceView> {
    let last = store::newest_runs(tx, &source.name, 1).await?.pop();
    Ok(SourceView {
        name: source.name.clone(),
        label: source.label.clone(),
        kind: source.origin.kind().to_owned(),
        last_run: last.map(RunView::from),
    })
}

/// List sources
///
/// Those whose people are kept in step, each with its newest run.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources",
    responses((status = 200, description = "Sources", body = Sources)))]
pub(in crate::api) async fn all(
    _: Caller,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let mut items = Vec::new();
    for source in &desk.sources {
        items.push(view(&mut tx, source).await?);
    }
    Ok(answer::json(&Sources { items }))
}

/// Show a source
#[utoipa::path(get, path = "/api/v1/sources/{source}", tag = "sources",
    params(("source" = String, Path, description = "Its section",
        pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "agents")),
    responses((status = 200, description = "The source", body = SourceView)))]
pub(in crate::api) async fn one(
    _: Caller,
    (name, db, desk): (Path<String>, Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let source = desk.find(&name)?;
    Ok(answer::json(&view(&mut db.read().await?, source).await?))
}

/// List the runs of a source
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/sources/{source}/runs", tag = "sources",
    params(("source" = String, Path, description = "Its section",
        pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "agents"), RunsQuery),
    responses((status = 200, description = "Runs", body = List<RunView>)))]
pub(in crate::api) async fn runs(
    _: Caller,
    (name, Query(query), db, desk): (Path<String>, Query<RunsQuery>, Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let source = desk.find(&name)?;
    let (limit, before) = (Limit::of(query.limit), query.cursor.map(|cursor| cursor.0));
    let mut tx = db.read().await?;
    let runs = store::runs_before(&mut tx, &source.name, before, limit + 1).await?;
    Ok(answer::json(&list(runs, limit, |run| run.id, RunView::from)))
}

/// Show a run
///
/// With the entries that it could not use.
#[utoipa::path(get, path = "/api/v1/sources/{source}/runs/{id}", tag = "sources",
    params(("source" = String, Path, description = "The section of its source",
        pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "agents"),
        ("id" = Uuid, Path, description = "The run")),
    responses((status = 200, description = "The run", body = RunReport)))]
pub(in crate::api) async fn run(
    _: Caller,
    (path, db, desk): (Path<(String, Uuid)>, Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let (name, id) = path.into_inner();
    let source = desk.find(&name)?;
    let mut tx = db.read().await?;
    let run = store::run_by_id(&mut tx, id).await?;
    let run = run.filter(|run| run.source == source.name).ok_or(Error::NotFound)?;
    let findings = store::findings_of_run(&mut tx, id).await?.into_iter();
    let finding = |one: store::FindingRow| {
        let store::FindingRow { place, code, detail } = one;
        FindingView { place, code, detail }
    };
    Ok(answer::json(&RunReport { run: run.into(), findings: findings.map(finding).collect() }))
}

/// Have a source read
///
/// The order is kept, and a service carries it out within seconds; `GET …/runs` shows what became
/// of it. Sources that are pushed cannot be read.
#[utoipa::path(post, path = "/api/v1/sources/{source}/runs", tag = "sources",
    params(("source" = String, Path, description = "Its section",
        pattern = "^[A-Za-z0-9_-]+$", max_length = 60, example = "agents")),
    request_body(content = RunWish, example = json!({"dry_run": true})),
    responses(
        (status = 202, description = "It is ordered", body = RunOrdered),
        (status = 409, description = "A program pushes its people (E-SYNC-PUSHED)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn start(
    caller: Caller,
    (name, once, db, clock, desk): (Path<String>, Once, Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let source = desk.find(&name)?;
    let RunWish { dry_run, force } = once.body()?;
    must_be_read(source)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let wanted = Wanted { dry_run, force, asked_by: caller.asked_by() };
    store::want(&mut tx, &source.name, &wanted, now).await?;
    let event = caller.event("sync.asked").reason(&source.name).field("dry_run", dry_run);
    event.field("force", force).record(&mut tx, caller.trace(), now).await?;
    let ordered = RunOrdered { source: source.name.clone(), dry_run, force };
    let answer = receipt.keep(&mut tx, StatusCode::ACCEPTED, &ordered).await?;
    tx.commit().await?;
    Ok(answer)
}
