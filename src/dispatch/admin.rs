//! The small administration: files, findings, zones, explanations.
use super::explain::{self, Explanation};
use super::files::Health;
use super::pages::admin::{self as pages, LintFilter, LintRow};
use super::reloading::{Reloader, by};
use super::service::Dispatcher;
use super::{Mfa, Zone};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::{SignedIn, store};
use crate::web::client::ClientSettings;
use crate::web::client_ip::ClientAddress;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use std::net::IpAddr;

use super::explained;

/// Findings of accounts that are shown.
const NEWEST: i64 = 200;

/// State of the files.
pub(super) async fn home(
    frame: Frame,
    who: SignedIn,
    dispatcher: Data<Dispatcher>,
) -> web::Result<HttpResponse> {
    Ok(Page(home_page(&frame, &who, &dispatcher, None)).with(StatusCode::OK))
}

/// Read the files again, then show how it went.
pub(super) async fn reload(
    body: String,
    frame: Frame,
    who: SignedIn,
    client: Client,
    (dispatcher, reloader): (Data<Dispatcher>, Data<Reloader>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let outcome = match reloader.reload(Some(by(&who)), client.trace()).await? {
        Ok(snapshot) => pages::Reload::Done { findings: snapshot.findings.len() },
        Err(refused) => pages::Reload::Refused { reason: refused.to_string() },
    };
    let mut frame = frame;
    "/admin".clone_into(&mut frame.here);
    Ok(Page(home_page(&frame, &who, &dispatcher, Some(outcome))).with(StatusCode::OK))
}

fn home_page(
    frame: &Frame,
    who: &SignedIn,
    dispatcher: &Dispatcher,
    reload: Option<pages::Reload>,
) -> pages::AdminHome {
    let snapshot = dispatcher.files.snapshot();
    let places = dispatcher.files.places();
    let zone = dispatcher.rules.dispatch.time_zone;
    let loaded = frame.lang.moment(snapshot.loaded_at.with_timezone(&zone).naive_local());
    let health = match dispatcher.files.health() {
        Health::Ok => pages::Health::Good,
        Health::Degraded { .. } => pages::Health::Refused,
    };
    let file = |path: &std::path::Path, entries: usize| pages::FileState {
        name: path.display().to_string(),
        health: if path.exists() { health } else { pages::Health::Missing },
        read: loaded.clone(),
        entries,
        findings: snapshot.findings.iter().filter(|f| f.file == path.display().to_string()).count(),
    };
    let mut files = vec![file(&places.etabs, snapshot.schools.len())];
    files.extend(places.portails.as_deref().map(|path| file(path, snapshot.zones.len())));
    files.extend(places.partners.first().map(|path| file(path, snapshot.partners.partners.len())));
    pages::AdminHome {
        shell: who.shell(frame, Place::Home),
        generation: snapshot.generation,
        loaded: loaded.clone(),
        counts: pages::Counts {
            schools: snapshot.schools.len(),
            with_portal: snapshot.schools.iter().filter(|s| s.portals().next().is_some()).count(),
            partners: snapshot.partners.partners.len(),
            zones: snapshot.zones.len(),
            findings: snapshot.findings.len(),
        },
        files,
        reload,
    }
}

/// Findings in all files and in the newest accounts.
pub(super) async fn lint(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, dispatcher): (Data<Db>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let filter = LintFilter {
        severity: query.get("severity").unwrap_or_default().to_owned(),
        file: query.get("file").unwrap_or_default().to_owned(),
        words: query.get("q").unwrap_or_default().to_owned(),
    };
    let mut tx = db.read().await?;
    let accounts = store::newest_findings(&mut tx, NEWEST).await?;
    let snapshot = dispatcher.files.snapshot();
    let in_files = snapshot.findings.iter().map(|finding| LintRow::of(finding, frame.lang));
    let in_accounts = accounts.iter().map(|finding| LintRow::of_account(finding, frame.lang));
    let rows: Vec<LintRow> = in_files.chain(in_accounts).collect();
    let mut files: Vec<String> = rows.iter().map(|row| row.file.clone()).collect();
    files.sort();
    files.dedup();
    let words = super::collation::fold(&filter.words);
    let passes = |row: &LintRow| {
        let text = format!("{} {} {} {}", row.code, row.subject, row.text, row.detail);
        let severity = format!("{:?}", row.severity).to_lowercase();
        (filter.severity.is_empty() || filter.severity == severity)
            && (filter.file.is_empty() || filter.file == row.file)
            && super::collation::fold(&text).contains(&words)
    };
    let page = pages::AdminLint {
        shell: who.shell(&frame, Place::Lint),
        total: rows.len(),
        rows: rows.into_iter().filter(passes).collect(),
        files: files.into_iter().filter(|file| !file.is_empty()).collect(),
        filter,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// The networks, and where an address would be.
pub(super) async fn zones(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    dispatcher: Data<Dispatcher>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let address = query.get("address").unwrap_or_default().trim().to_owned();
    let snapshot = dispatcher.files.snapshot();
    let answer = (!address.is_empty()).then(|| zone_answer(&snapshot.zones, &address));
    let mut zones: Vec<_> = snapshot.zones.iter().map(zone_row).collect();
    zones.sort_by_key(|row| row.network == "default");
    let shell = who.shell(&frame, Place::Zones);
    Ok(Page(pages::AdminZones { shell, zones, address, answer }).with(StatusCode::OK))
}

fn zone_answer(zones: &super::Zones, address: &str) -> pages::ZoneAnswer {
    let Ok(address) = address.parse::<IpAddr>() else { return pages::ZoneAnswer::NoAddress };
    let address = address.to_canonical();
    let Some(zone) = zones.find(ClientAddress::Known(address)) else {
        return pages::ZoneAnswer::Nowhere;
    };
    pages::ZoneAnswer::Zone {
        network: network_name(zone),
        portal: zone.portal.as_str().to_owned(),
        candidates: zones.networks().iter().filter(|network| network.contains(&address)).count(),
    }
}

fn zone_row(zone: &Zone) -> pages::ZoneRow {
    pages::ZoneRow {
        network: network_name(zone),
        label: zone.label.clone().unwrap_or_default(),
        portal: zone.portal.as_str().to_owned(),
        arena: zone.arena.clone().unwrap_or_default(),
        second_factor: match zone.mfa {
            Mfa::Never => pages::SecondFactor::Never,
            Mfa::Optional => pages::SecondFactor::Optional,
            Mfa::Required => pages::SecondFactor::Required,
        },
        remembers: zone.remember,
        line: Some(zone.line),
    }
}

fn network_name(zone: &Zone) -> String {
    zone.network.map_or_else(|| "default".to_owned(), |network| network.to_string())
}

/// Why somebody would land where they would land.
pub(super) async fn explain(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, dispatcher): (Data<Db>, Data<Clock>, Data<Dispatcher>),
    clients: Data<ClientSettings>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let text = |name: &str| query.get(name).unwrap_or_default().to_owned();
    let question = pages::Question {
        login: text("login"),
        ip: text("ip"),
        peer: text("peer"),
        xff: text("xff"),
        service: text("service"),
    };
    let mut page = pages::AdminExplain {
        shell: who.shell(&frame, Place::Explain),
        question,
        ..pages::AdminExplain::default()
    };
    if !request.query_string().is_empty() {
        let asked = super::api::question(&query)?;
        let now = clock.now();
        let answer: Explanation =
            explain::explain(&dispatcher, &db, &clients.proxies, &asked, now).await?;
        page.steps = explained::steps(&answer);
        page.verdict = Some(explained::verdict(&answer));
    }
    Ok(Page(page).with(StatusCode::OK))
}
