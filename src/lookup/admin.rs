//! Administration of the lookup.
use super::conflict::{Conflict, by_person};
use super::index::{IndexState, SearchError, Step};
use super::pages::{
    AdminLookup, ConflictRow, Counts, HitRow, IndexNow, IntakeRow, ServerRow, SlowRow, SourceRow,
    StepRow, Trial,
};
use super::routes::Desk;
use super::slow::{Outcome, Searched};
use super::trial::{Unheard, try_out};
use super::{Parts, said};
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::identity::SignedIn;
use crate::identity::store::{self, RecordCount};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields as Form;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// Hits of a search that is tried out.
const HITS: usize = 20;
/// People claimed by several servers on the page.
const ROWS: i64 = 20;
/// Servers on the page.
const MOST_SERVERS: usize = 200;
/// Pushes and imports on the page.
const MOST_INTAKES: usize = 50;

/// State of the lookup, and a search tried out.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let query = Form::parse(request.query_string())?;
    let shell = who.shell(&frame, Place::Lookup);
    let Some(parts) = &desk.parts else {
        return Ok(Page(AdminLookup { shell, ..AdminLookup::default() }).with(StatusCode::OK));
    };
    let (config, lang) = (&*desk.config, frame.lang);
    let words = query.get("q").unwrap_or_default().to_owned();
    let asker = query.get("as").unwrap_or_default().to_owned();
    let instances = config.instances.iter();
    let mut page = AdminLookup {
        shell,
        index: Some(index_now(&parts.index.state())),
        trial: (!words.is_empty()).then(|| trial(parts, &words, &asker, &desk.config)),
        askers: instances.map(|one| (one.name.clone(), one.label.clone())).collect(),
        slow: parts.slowest.list().iter().map(|one| slow(one, config, lang)).collect(),
        words,
        asker,
        ..AdminLookup::default()
    };
    page.counts.found = parts.index.state().documents;
    fill(&mut page, &mut db.read().await?, (config, lang)).await?;
    Ok(Page(page).with(StatusCode::OK))
}

/// What stands in the tables.
async fn fill(
    page: &mut AdminLookup,
    tx: &mut Tx,
    (config, lang): (&Config, Lang),
) -> sqlx::Result<()> {
    let mut servers = store::cloud::count_by_instance(tx).await?;
    servers.sort_by_key(|(server, records)| (-records, server.clone()));
    let sources = store::records_by_origin(tx).await?;
    let intakes = store::cloud::intakes(tx).await?;
    let conflicts = by_person(&store::cloud::conflicts(tx, "", ROWS).await?);
    page.counts = Counts {
        records: servers.iter().map(|(_, records)| count(*records)).sum(),
        servers: servers.len(),
        conflicts: conflicts.len() as u64,
        ..page.counts
    };
    let rows = servers.into_iter().take(MOST_SERVERS);
    page.servers = rows.map(|row| server(row, config)).collect();
    let source = |row: &RecordCount| SourceRow {
        origin: said::origin(&row.name, lang),
        records: count(row.records),
    };
    page.sources = sources.iter().map(source).collect();
    let intake = |row: store::cloud::IntakeRow| IntakeRow {
        origin: said::origin(&row.origin, lang),
        at: said::moment(row.at, config, lang),
        server: row.instance,
        records: count(row.records),
        changed: count(row.changed),
        refused: count(row.refused),
    };
    page.intakes = intakes.into_iter().take(MOST_INTAKES).map(intake).collect();
    let conflict = |one: Conflict| ConflictRow {
        wins: one.shown.unwrap_or_else(|| lang.t("conflict-nobody")),
        others: one.others,
        active: said::moment(one.active_at, config, lang),
    };
    page.conflicts = conflicts.into_iter().map(conflict).collect();
    Ok(())
}

fn server((server, records): (String, i64), config: &Config) -> ServerRow {
    let label = said::server(&server, config);
    let label = if label == server { String::new() } else { label };
    ServerRow { server, label, records: count(records) }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn index_now(state: &IndexState) -> IndexNow {
    IndexNow {
        is_ready: state.ready,
        rebuilding: state.rebuilding.map(|progress| (progress.done, progress.total)),
        lag_changes: count(state.lag_changes),
        lag_seconds: whole_seconds(state.lag_seconds),
        mebibytes: state.size.div_ceil(1 << 20),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to a day first")]
fn whole_seconds(seconds: f64) -> u64 {
    seconds.clamp(0.0, 86_400.0) as u64
}

fn trial(parts: &Parts, words: &str, asker: &str, config: &Config) -> Trial {
    let asker = parts.access.asker(asker);
    match try_out(&parts.index, words, HITS, (asker.as_ref(), &config.lookup)) {
        Ok(tried) => Trial {
            trouble: tried.unheard.map(unheard),
            steps: steps(&tried.steps),
            hits: tried.hits.into_iter().map(hit).collect(),
            micros: tried.micros,
        },
        Err(error) => Trial { trouble: Some(trouble(error)), ..Trial::default() },
    }
}

fn unheard(why: Unheard) -> &'static str {
    match why {
        Unheard::TooShort => "lookup-try-short",
        Unheard::ExactOnly => "lookup-try-exact",
    }
}

/// Steps by name: those at home and elsewhere, and both spellings of a name, together.
fn steps(tried: &[super::trial::TriedStep]) -> Vec<StepRow> {
    let mut rows: Vec<StepRow> = Vec::new();
    for one in tried {
        let step = step(one.step);
        if rows.last().is_none_or(|row| row.step != step) {
            rows.push(StepRow { step, ..StepRow::default() });
        }
        if let Some(row) = rows.last_mut() {
            row.hits += one.found;
            row.micros += one.micros;
        }
    }
    rows
}

fn hit(hit: super::trial::TrialHit) -> HitRow {
    HitRow { name: hit.name, cloud_id: hit.cloud_id, mail: hit.mail, step: step(hit.step) }
}

/// Key of the name of a step.
pub fn step(step: Step) -> &'static str {
    match step {
        Step::Exact => "step-exact",
        Step::Words => "step-equal",
        Step::Beginnings => "step-prefix",
        Step::Login => "step-login",
        Step::Domain => "step-domain",
        Step::Typo => "step-typo",
    }
}

/// Key of what is said about a search that was not answered.
pub fn trouble(error: SearchError) -> &'static str {
    match error {
        SearchError::NotReady => "lookup-not-ready",
        SearchError::Busy => "lookup-busy",
        SearchError::TooCostly => "lookup-too-costly",
    }
}

fn slow(searched: &Searched, config: &Config, lang: Lang) -> SlowRow {
    SlowRow {
        at: said::moment(searched.at, config, lang),
        asker: said::credential(&searched.credential, config),
        millis: u64::try_from(searched.took.as_millis()).unwrap_or(u64::MAX),
        bytes: searched.bytes,
        outcome: outcome(searched.outcome),
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "outcome-answered",
        Outcome::BadRequest => "outcome-bad-request",
        Outcome::Denied => "outcome-denied",
        Outcome::TooMany => "outcome-too-many",
        Outcome::Unavailable => "outcome-unavailable",
        Outcome::Failed => "outcome-failed",
    }
}
