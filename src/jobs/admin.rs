//! Jobs in the administration.
use super::desk::Desk;
use super::pages::{AdminJobs, Count, Entry, Filter as Wanted, Row};
use super::store::{self, Filter, JobId, JobRow, JobState, TimetableRow};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, Refusal};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Rows of one page.
const PAGE: i64 = 50;
/// Rows of the short lists above.
const SHORT: i64 = 20;

/// What runs, what went wrong, what waits, and the timetable.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    who.must_be_admin()?;
    let query = Fields::parse(request.query_string())?;
    let wanted = Wanted::read(&query);
    let filter = Filter {
        state: JobState::parse(&wanted.state),
        kind: wanted.kind.clone(),
        skip: wanted.skip,
        limit: PAGE + 1,
        before: None,
    };
    let mut tx = db.read().await?;
    let mut jobs = store::list(&mut tx, &filter).await?;
    let is_more = jobs.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    jobs.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let mut short = Vec::new();
    for state in [JobState::Running, JobState::GivenUp, JobState::Uncertain] {
        let filter = Filter { state: Some(state), limit: SHORT, ..Filter::default() };
        short.push(store::list(&mut tx, &filter).await?);
    }
    let counts = store::counts(&mut tx).await?;
    let planned = store::timetable(&mut tx).await?;
    let rows = |jobs: &[JobRow]| jobs.iter().map(|job| row(job, &desk, frame.lang)).collect();
    let count = |state: JobState| {
        let found = counts.iter().find(|(one, _)| *one == state);
        Count { state, count: found.map_or(0, |(_, count)| count.unsigned_abs()) }
    };
    let page = AdminJobs {
        shell: who.shell(&frame, Place::Jobs),
        counts: JobState::ALL.map(count).to_vec(),
        running: rows(&short[0]),
        trouble: rows(&[&short[1][..], &short[2][..]].concat()),
        rows: rows(&jobs),
        timetable: desk.timetable.iter().map(|e| entry(e, &planned, &desk, frame.lang)).collect(),
        kinds: desk.labels.iter().map(|(kind, label)| (*kind, frame.lang.t(label))).collect(),
        newer: (wanted.skip > 0).then(|| wanted.address((wanted.skip - PAGE).max(0))),
        older: is_more.then(|| wanted.address(wanted.skip + PAGE)),
        wanted,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Try a job again.
pub(super) async fn retry(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    may(&who, &body)?;
    let mut tx = db.write().await?;
    let job = desk.try_again(&mut tx, JobId(*id), clock.now()).await?.ok_or_else(changed)?;
    let event = who.event("job.retried").field("kind", &job.kind).field("job", id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    desk.queue.commit(tx).await?;
    Ok(back())
}

/// Forget a job.
pub(super) async fn forget(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    may(&who, &body)?;
    let mut tx = db.write().await?;
    let job = desk.drop_job(&mut tx, JobId(*id)).await?.ok_or_else(changed)?;
    let event = who.event("job.dropped").reason(job.state.as_str()).field("kind", &job.kind);
    let event = event.field("job", id.to_string()).field("payload", &job.payload.0);
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(back())
}

/// Do an entry of the timetable now.
pub(super) async fn run(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    may(&who, &body)?;
    let fields = Fields::parse(&body)?;
    let name = fields.get("name").unwrap_or_default();
    let mut tx = db.write().await?;
    let job = desk.run_now(&mut tx, name).await?.ok_or(web::Error::NotFound)?;
    let event = who.event("job.started").field("kind", name).field("job", job.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    desk.queue.commit(tx).await?;
    Ok(back())
}

fn may(who: &SignedIn, body: &str) -> web::Result<()> {
    who.must_be_admin()?;
    who.must_own_form(Fields::parse(body)?.get("csrf").unwrap_or_default())
}

/// Somebody, or the runner, was faster.
fn changed() -> web::Error {
    Refusal::new("E-JOB-STATE", StatusCode::CONFLICT, "request.refused").into()
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
