//! Pages for administrators.
use super::pages::{CheckRow, Health, SettingRow, Settings};
use crate::app::Parts;
use crate::audit;
use crate::config::{InForce, Origin};
use crate::health;
use crate::identity::SignedIn;
use crate::rights::Permission::SeeState;
use crate::rights::Rule::May;
use crate::rows::sheet;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::resource::{Map, at};
use crate::web::workroom::Class;
use crate::web::{self, Client, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

/// The map. Wants the [`Parts`] as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/admin/settings", May(SeeState)).get(settings).mount(map);
    at("/admin/settings.csv", May(SeeState)).class(Class::Export).get(settings_csv).mount(map);
    at("/admin/health", May(SeeState)).get(show_health).mount(map);
}

async fn settings(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    parts: Data<Parts>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let words = query.get("q").unwrap_or_default().trim().to_owned();
    let is_written_only = query.is_on("written");
    let rows = found(&parts, &words, is_written_only).map(|it| SettingRow {
        section: it.section.clone(),
        key: it.key.clone(),
        value: it.value.clone(),
        origin: origin(it, &parts),
        help: it.help,
    });
    let page = Settings {
        rows: rows.collect(),
        file: parts.config.file.display().to_string(),
        csv: query_of(&words, is_written_only),
        words,
        is_written_only,
        shell: who.shell(&frame, Place::Settings),
    };
    Ok(Page(page).with(StatusCode::OK))
}

async fn settings_csv(
    request: HttpRequest,
    who: SignedIn,
    client: Client,
    parts: Data<Parts>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let words = query.get("q").unwrap_or_default().trim().to_owned();
    let row =
        |it: &InForce| [it.section.clone(), it.key.clone(), it.value.clone(), origin(it, &parts)];
    let rows: Vec<_> = found(&parts, &words, query.is_on("written")).map(row).collect();
    let event = who.event("export.made").reason("settings").field("rows", rows.len());
    let mut tx = parts.db.write().await?;
    event.record(&mut tx, &client.trace(), parts.clock.now()).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"settings.csv\""))
        .body(sheet(["section", "key", "value", "origin"], rows)))
}

fn found<'p>(
    parts: &'p Parts,
    words: &str,
    is_written_only: bool,
) -> impl Iterator<Item = &'p InForce> {
    let words = words.to_lowercase();
    parts.config.in_force.iter().filter(move |it| {
        let is_meant = |text: &str| text.to_lowercase().contains(&words);
        (!is_written_only || it.origin != Origin::Default)
            && (is_meant(&it.section) || is_meant(&it.key) || is_meant(&it.value))
    })
}

fn query_of(words: &str, is_written_only: bool) -> String {
    let written = if is_written_only { "1" } else { "" };
    let fields = serde_urlencoded::to_string([("q", words), ("written", written)]);
    format!("/admin/settings.csv?{}", fields.unwrap_or_default())
}

/// `aiguillage.ini:12`, the name of a variable, or nothing.
fn origin(setting: &InForce, parts: &Parts) -> String {
    match &setting.origin {
        Origin::Line(line) => {
            let file = parts.config.file.file_name().unwrap_or_default();
            format!("{}:{line}", file.to_string_lossy())
        }
        Origin::Environment(name) => name.clone(),
        Origin::Default => String::new(),
    }
}

/// What `/readyz` says, in words.
async fn show_health(frame: Frame, who: SignedIn, parts: Data<Parts>) -> web::Result<HttpResponse> {
    let report = health::report(&parts).await;
    let checks = report["checks"].as_object().cloned().unwrap_or_default();
    let row = |(name, check): (String, Value)| {
        let (kind, subject) = name.split_once(':').unwrap_or((&name, ""));
        let detail = |key: &str| check.get(key).map(ToString::to_string).unwrap_or_default();
        CheckRow {
            label: match kind {
                "database" => "health-database",
                "config" => "health-files",
                "ldap" => "health-directory",
                "index" => "health-index",
                _ => "health-other",
            },
            subject: subject.to_owned(),
            is_ok: check["ok"] == Value::Bool(true),
            documents: detail("documents"),
            lag: detail("lag_s"),
        }
    };
    let waiting = audit::standing(&mut parts.db.read().await?).await?;
    let page = Health {
        is_ready: report["ready"] == Value::Bool(true),
        is_degraded: report["state"] != "ok",
        checks: checks.into_iter().map(row).collect(),
        version: env!("CARGO_PKG_VERSION"),
        chains: waiting.len(),
        shell: who.shell(&frame, Place::Health),
    };
    Ok(Page(page).with(StatusCode::OK))
}
