//! Jobs in the administration.
use super::desk::{Act, Desk};
use super::pages::{AdminJobs, Count, Entry, Filter as Wanted, Row};
use super::store::{self, Filter, JobId, JobRow, JobState, TimetableRow};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rows::sheet;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, Refusal};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

/// Rows of one page.
const PAGE: i64 = 50;
/// Rows of the short lists above.
const SHORT: i64 = 20;
/// Rows of one CSV file.
const CSV: i64 = 10_000;

/// What handlers that write depend on.
type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// What a person decided about a job.
enum Decision {
    Retry,
    Forget,
}

/// What runs, what went wrong, what waits, and the timetable.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (wanted, paging) = (Wanted::read(&query), Paging::read(&query, PAGE));
    let filter = wanted.search(paging.skip, paging.limit());
    let mut tx = db.read().await?;
    let mut jobs = store::list(&mut tx, &filter).await?;
    let (newer, older) = paging.turn(&mut jobs, |skip| wanted.address("/admin/jobs", skip));
    let mut short = Vec::new();
    for (state, except) in [
        (JobState::Running, vec![]),
        (JobState::GivenUp, vec![]),
        (JobState::Uncertain, vec![]),
        (JobState::Waiting, desk.kinds()),
    ] {
        let filter = Filter { state: Some(state), except, limit: SHORT, ..Filter::default() };
        short.push(store::list(&mut tx, &filter).await?);
    }
    let counts = store::counts(&mut tx).await?;
    let planned = store::timetable(&mut tx).await?;
    let rows = |jobs: &[JobRow]| -> Vec<Row> {
        jobs.iter().map(|job| row(job, &desk, frame.lang)).collect()
    };
    let count = |state: JobState| {
        let found = counts.iter().find(|(one, _)| *one == state);
        Count { state, count: found.map_or(0, |(_, count)| count.unsigned_abs()) }
    };
    let page = AdminJobs {
        shell: who.shell(&frame, Place::Jobs),
        counts: JobState::ALL.map(count).to_vec(),
        running: rows(&short[0]),
        trouble: [rows(&short[1]), rows(&short[2]), stranded(&short[3], &desk, frame.lang)]
            .concat(),
        rows: rows(&jobs),
        timetable: desk.timetable.iter().map(|e| entry(e, &planned, &desk, frame.lang)).collect(),
        kinds: desk.labels.iter().map(|(kind, label)| (*kind, frame.lang.t(label))).collect(),
        csv: wanted.address("/admin/jobs.csv", 0),
        newer,
        older,
        wanted,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// The same jobs to take away.
pub(super) async fn csv(
    request: HttpRequest,
    (who, client): (SignedIn, Client),
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let wanted = Wanted::read(&Fields::parse(request.query_string())?);
    let mut tx = db.write().await?;
    let jobs = store::list(&mut tx, &wanted.search(0, CSV)).await?;
    let event = who.event("export.made").reason("jobs").field("rows", jobs.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let cells = |job: JobRow| {
        let (id, state) = (job.id.to_string(), job.state.as_str().to_owned());
        let (asked, run) = (time(job.created_at), time(job.run_at));
        let finished = job.finished_at.map(time).unwrap_or_default();
        [
            id,
            job.kind,
            state,
            asked,
            run,
            finished,
            job.attempts.to_string(),
            job.last_error,
            job.node,
        ]
    };
    let head =
        ["id", "kind", "state", "asked_at", "run_at", "finished_at", "tries", "error", "node"];
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"jobs.csv\""))
        .body(sheet(head, jobs.into_iter().map(cells))))
}

/// Try a job again.
pub(super) async fn retry(
    id: Path<Uuid>,
    body: String,
    by: (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    decide(Decision::Retry, (*id, body), by, parts).await
}

/// Forget a job.
pub(super) async fn forget(
    id: Path<Uuid>,
    body: String,
    by: (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    decide(Decision::Forget, (*id, body), by, parts).await
}

async fn decide(
    decision: Decision,
    (id, body): (Uuid, String),
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    let act = Act { event: &|name| who.event(name), trace: &client.trace(), now: clock.now() };
    let is_done = match decision {
        Decision::Retry => desk.try_again(&mut tx, JobId(id), act).await?,
        Decision::Forget => desk.drop_job(&mut tx, JobId(id), act).await?,
    };
    if !is_done {
        // Somebody, or the runner, was faster.
        return Err(Refusal::new("E-JOB-STATE", StatusCode::CONFLICT, "request.refused").into());
    }
    desk.queue.commit(tx).await?;
    Ok(back())
}

/// Do an entry of the timetable now.
pub(super) async fn run(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let name = fields.get("name").unwrap_or_default();
    let mut tx = db.write().await?;
    let act = Act { event: &|name| who.event(name), trace: &client.trace(), now: clock.now() };
    desk.run_now(&mut tx, name, act).await?.ok_or(web::Error::NotFound)?;
    desk.queue.commit(tx).await?;
    Ok(back())
}

fn back() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/admin/jobs")).finish()
}

fn row(job: &JobRow, desk: &Desk, lang: Lang) -> Row {
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    Row {
        id: job.id.to_string(),
        name: name(&job.kind, desk, lang),
        state: job.state,
        asked: moment(job.created_at, desk, lang),
        at: moment(job.finished_at.unwrap_or(job.run_at), desk, lang),
        attempts: whole(job.attempts),
        error: job.last_error.clone(),
        node: job.node.clone(),
        done: whole(job.progress_done),
        total: whole(job.progress_total),
    }
}

/// Jobs that wait for somebody who does their kind.
fn stranded(jobs: &[JobRow], desk: &Desk, lang: Lang) -> Vec<Row> {
    jobs.iter().map(|job| Row { error: lang.t("jobs-nobody"), ..row(job, desk, lang) }).collect()
}

fn entry(entry: &super::Entry, planned: &[TimetableRow], desk: &Desk, lang: Lang) -> Entry {
    let row = planned.iter().find(|row| row.name == entry.name());
    let said = |at: DateTime<Utc>| moment(at, desk, lang);
    Entry {
        name: entry.name(),
        label: lang.t(entry.label),
        rhythm: entry.rhythm,
        last: row.and_then(|row| row.last_at).map(said),
        next: row.map(|row| said(row.next_at)),
    }
}

/// A kind that this version does not know keeps its own name.
fn name(kind: &str, desk: &Desk, lang: Lang) -> String {
    desk.labels.get(kind).map_or_else(|| kind.to_owned(), |label| lang.t(label))
}

fn moment(at: DateTime<Utc>, desk: &Desk, lang: Lang) -> String {
    lang.moment(at.with_timezone(&desk.zone).naive_local())
}
