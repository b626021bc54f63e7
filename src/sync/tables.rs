//! The table of all sources, and what is taken away of them and of their runs.
use super::admin::{Desk, source_row};
use super::pages::{AdminSources, RunFilter};
use super::source::SyncedSource;
use super::store::{self, Run};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::SignedIn;
use crate::rows::sheet;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::SecondsFormat;
use std::cmp::Reverse;

/// Rows of one CSV file.
const CSV: i64 = 10_000;
/// What files say of a run.
const RUN: [&str; 15] = [
    "source",
    "kind",
    "run",
    "started_at",
    "ended_at",
    "mode",
    "dry_run",
    "asked_by",
    "state",
    "read",
    "appeared",
    "changed",
    "vanished",
    "rejected",
    "trouble",
];

/// Those that the filter lets through.
pub(super) async fn list(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let wanted = RunFilter::read(&Fields::parse(request.query_string())?);
    let mut tx = db.read().await?;
    let mut sources = Vec::new();
    for (source, last) in found(&mut tx, &desk, &wanted).await? {
        sources.push(source_row(&mut tx, source, last, (frame.lang, desk.zone)).await?);
    }
    let shell = who.shell(&frame, Place::Sources);
    let csv = wanted.address("/admin/sources.csv", 0);
    Ok(Page(AdminSources { shell, sources, wanted, csv }).with(StatusCode::OK))
}

/// The same sources to take away.
pub(super) async fn sources_csv(
    request: HttpRequest,
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let wanted = RunFilter::read(&Fields::parse(request.query_string())?);
    let found = found(&mut db.read().await?, &desk, &wanted).await?;
    let rows = found.iter().map(|(source, last)| cells(source, last.as_ref())).collect();
    file("sources", rows, (&who, &client), (&db, &clock)).await
}

/// The runs of one source to take away.
pub(super) async fn runs_csv(
    (request, name): (HttpRequest, Path<String>),
    (who, client): (SignedIn, Client),
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let source = desk.find(&name)?;
    let wanted = RunFilter::read(&Fields::parse(request.query_string())?);
    let mut tx = db.read().await?;
    let runs = store::find_runs(&mut tx, &source.name, &wanted.search(0, CSV)).await?;
    drop(tx);
    let rows = runs.iter().map(|run| cells(source, Some(run))).collect();
    file("runs", rows, (&who, &client), (&db, &clock)).await
}

/// Sources with their newest runs, in the order that is wanted.
async fn found<'d>(
    tx: &mut Tx,
    desk: &'d Desk,
    wanted: &RunFilter,
) -> sqlx::Result<Vec<(&'d SyncedSource, Option<Run>)>> {
    let mut found = Vec::new();
    for source in &desk.sources {
        let last = store::newest_runs(tx, &source.name, 1).await?.pop();
        let state = last.as_ref().map_or("never", |run| &run.state);
        if wanted.state.is_empty() || wanted.state == state {
            found.push((source, last));
        }
    }
    let begun = |(_, last): &(_, Option<Run>)| last.as_ref().map(|run| run.started_at);
    match wanted.sort.as_str() {
        "new" => found.sort_by_key(|one| Reverse(begun(one))),
        "old" => found.sort_by_key(begun),
        _ => {}
    }
    Ok(found)
}

fn cells(source: &SyncedSource, run: Option<&Run>) -> [String; 15] {
    let mut cells = [const { String::new() }; 15];
    [cells[0], cells[1]] = [source.name.clone(), source.origin.kind().to_owned()];
    let Some(run) = run else { return cells };
    let time = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let counts = &run.counts;
    let told = [
        run.id.to_string(),
        time(run.started_at),
        run.ended_at.map(time).unwrap_or_default(),
        run.mode.clone(),
        run.is_dry.to_string(),
        run.asked_by.clone(),
        run.state.clone(),
        counts.read.to_string(),
        counts.appeared.to_string(),
        (counts.changed + counts.returned).to_string(),
        counts.vanished.to_string(),
        counts.rejected.to_string(),
        run.trouble.clone().unwrap_or_default(),
    ];
    for (cell, told) in cells[2..].iter_mut().zip(told) {
        *cell = told;
    }
    cells
}

/// A file, and the row that tells of it.
async fn file(
    name: &str,
    rows: Vec<[String; 15]>,
    (who, client): (&SignedIn, &Client),
    (db, clock): (&Db, &Clock),
) -> web::Result<HttpResponse> {
    let mut tx = db.write().await?;
    let event = who.event("export.made").reason(name).field("rows", rows.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(sheet(RUN, rows)))
}
