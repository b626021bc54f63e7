//! The administration of sources: what became of runs, and asking for one.
use super::pages::{AdminSource, DifferenceRow, FindingRow, Report, RunFilter, RunRow, SourceRow};
use super::source::SyncedSource;
use super::store::{self, Run, Wanted};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::{PersonId, SignedIn};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, Refusal};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono_tz::Tz;

/// Runs of one page.
const PAGE: i64 = 30;

/// What the pages need to know.
#[derive(Clone)]
pub struct Desk {
    /// Sources whose people are kept in step.
    pub sources: Vec<SyncedSource>,
    /// In which times are told.
    pub zone: Tz,
}

impl Desk {
    /// One of them.
    pub fn find(&self, name: &str) -> web::Result<&SyncedSource> {
        let found = self.sources.iter().find(|source| source.name == name);
        found.ok_or(web::Error::NotFound)
    }
}

/// One source, with the report of `?run=` or of its newest run.
pub(super) async fn show(
    request: HttpRequest,
    name: Path<String>,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let source = desk.find(&name)?;
    let telling = (frame.lang, desk.zone);
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let newest = store::newest_runs(&mut tx, &source.name, 1).await?.pop();
    let (wanted, paging) = (RunFilter::read(&query), Paging::read(&query, PAGE));
    let search = wanted.search(paging.skip, paging.limit());
    let mut runs = store::find_runs(&mut tx, &source.name, &search).await?;
    let here = format!("/admin/sources/{}", source.name);
    let (newer, older) = paging.turn(&mut runs, |skip| wanted.address(&here, skip));
    let chosen = match query.get("run").and_then(|id| id.parse().ok()) {
        Some(id) => store::run_by_id(&mut tx, id).await?,
        None => newest.clone(),
    };
    let report = match chosen.filter(|run| run.source == source.name) {
        Some(run) => Some(report(&mut tx, &run, telling).await?),
        None => None,
    };
    let mut rows = Vec::new();
    for run in &runs {
        rows.push(run_row(&mut tx, run, telling).await?);
    }
    let page = AdminSource {
        shell: who.shell(&frame, Place::Sources),
        source: source_row(&mut tx, source, newest, telling).await?,
        is_wanted: store::wanted(&mut tx, &source.name).await?.is_some(),
        runs: rows,
        csv: wanted.address(&format!("{here}/runs.csv"), 0),
        wanted,
        newer,
        older,
        report,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Ask for a run. The answer leaves when the order is kept; the service carries it out.
pub(super) async fn ask(
    (body, name): (String, Path<String>),
    who: SignedIn,
    client: Client,
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let source = desk.find(&name)?;
    must_be_read(source)?;
    let wanted = Wanted {
        dry_run: fields.is_on("dry"),
        force: fields.is_on("force"),
        asked_by: who.id().to_string(),
    };
    let now = clock.now();
    let mut tx = db.write().await?;
    store::want(&mut tx, &source.name, &wanted, now).await?;
    let event = who.event("sync.asked").reason(&source.name).field("dry_run", wanted.dry_run);
    event.field("force", wanted.force).record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;
    let page = format!("/admin/sources/{}", source.name);
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, page)).finish())
}

/// Nobody reads what a program pushes.
pub fn must_be_read(source: &SyncedSource) -> web::Result<()> {
    if source.origin.is_pushed() {
        let refusal = Refusal::new("E-SYNC-PUSHED", StatusCode::CONFLICT, "request.refused");
        return Err(refusal.into());
    }
    Ok(())
}

/// A source and its newest run, as people say it.
pub(super) async fn source_row(
    tx: &mut Tx,
    source: &SyncedSource,
    last: Option<Run>,
    telling: (Lang, Tz),
) -> sqlx::Result<SourceRow> {
    let last = match last {
        Some(run) => Some(run_row(tx, &run, telling).await?),
        None => None,
    };
    let (name, label) = (source.name.clone(), source.label.clone());
    Ok(SourceRow { name, label, kind: source.origin.kind(), last })
}

async fn run_row(tx: &mut Tx, run: &Run, (lang, zone): (Lang, Tz)) -> sqlx::Result<RunRow> {
    let counts = &run.counts;
    let trouble = run.trouble.clone().unwrap_or_default();
    Ok(RunRow {
        id: run.id.to_string(),
        started: lang.moment(run.started_at.with_timezone(&zone).naive_local()),
        state: run.state.clone(),
        is_dry: run.is_dry,
        asked_by: asked_by(tx, &run.asked_by, lang).await?,
        read: counts.read,
        appeared: counts.appeared,
        changed: counts.changed + counts.returned,
        vanished: counts.vanished,
        rejected: counts.rejected,
        code: trouble.split(' ').next().unwrap_or_default().to_owned(),
        trouble,
    })
}

async fn asked_by(tx: &mut Tx, word: &str, lang: Lang) -> sqlx::Result<String> {
    if let Ok(id) = word.parse() {
        let person = crate::identity::store::find_person(tx, PersonId(id)).await?;
        return Ok(person.map_or_else(|| word.to_owned(), |person| person.display_name));
    }
    Ok(match word {
        "timetable" => lang.t("sync-by-timetable"),
        "files" => lang.t("sync-by-files"),
        _ => match word.strip_prefix("token:") {
            Some(program) => program.to_owned(),
            None => lang.t("sync-by-command"),
        },
    })
}

async fn report(tx: &mut Tx, run: &Run, telling: (Lang, Tz)) -> sqlx::Result<Report> {
    let differences = store::differences_of_run(tx, run.id).await?.into_iter();
    let findings = store::findings_of_run(tx, run.id).await?.into_iter();
    Ok(Report {
        run: run_row(tx, run, telling).await?,
        differences: differences
            .map(|store::DifferenceRow { kind, source_id, name, fields }| DifferenceRow {
                kind,
                name,
                source_id,
                fields,
            })
            .collect(),
        findings: findings
            .map(|store::FindingRow { place, code, detail }| FindingRow {
                place,
                text: telling.0.try_t(&code.to_ascii_lowercase()).unwrap_or(detail),
                code,
            })
            .collect(),
    })
}
