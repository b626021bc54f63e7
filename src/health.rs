//! Health and figures for operators, on a listener of their own that never queues (OPS-01).
use crate::app::Parts;
use crate::db::Db;
use crate::dispatch::files::Health;
use crate::identity::sources::Backend;
use actix_web::dev::ServerHandle;
use actix_web::web::{Data, get};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// An index that is behind for longer makes the node degraded, seconds (REL-18).
const MOST_LAG: f64 = 30.0;

/// Set once we are on the way down: balancers send nobody any more (REL-22).
static DRAINING: AtomicBool = AtomicBool::new(false);

/// Say on `/readyz` that we are going.
pub fn draining() {
    DRAINING.store(true, Ordering::SeqCst);
}

/// Open the listener, unless it is switched off.
pub fn serve(parts: &Parts) -> Result<Option<ServerHandle>> {
    let Some(listen) = parts.config.admin.listen else { return Ok(None) };
    let parts = Data::new(parts.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(parts.clone())
            .route("/livez", get().to(async || HttpResponse::Ok().body("ok\n")))
            .route("/readyz", get().to(ready))
            .route("/healthz", get().to(healthy))
            .route("/metrics", get().to(metrics))
    });
    let server = server
        .workers(1)
        .disable_signals()
        .bind(listen)
        .with_context(|| format!("cannot listen on {listen} ([admin] listen)"))?
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Some(handle))
}

async fn ready(parts: Data<Parts>) -> HttpResponse {
    let report = report(&parts).await;
    let is_ready = report["ready"] == Value::Bool(true);
    if is_ready {
        HttpResponse::Ok().json(report)
    } else {
        HttpResponse::ServiceUnavailable().json(report)
    }
}

async fn healthy(parts: Data<Parts>) -> HttpResponse {
    HttpResponse::Ok().json(report(&parts).await)
}

/// The database decides whether we are ready; files, directories and the index only make us
/// degraded.
pub async fn report(parts: &Parts) -> Value {
    let database = answers(&parts.db).await;
    let mut checks = Map::new();
    checks.insert("database".to_owned(), json!({ "ok": database }));
    let files = parts.dispatcher.files.health();
    checks.insert("config".to_owned(), json!({ "ok": files == Health::Ok, "detail": files }));
    let mut is_degraded = files != Health::Ok;
    for source in parts.dispatcher.directories.all() {
        let Backend::Ldap(ldap) = &source.backend else { continue };
        let servers = ldap.health().await;
        let ok = servers.iter().any(|server| server.problem.is_none());
        is_degraded |= !ok;
        checks.insert(format!("ldap:{}", source.name), json!({ "ok": ok }));
    }
    if let Some(lookup) = &parts.lookup {
        let index = lookup.index.state();
        let ok = index.ready && index.lag_seconds <= MOST_LAG;
        is_degraded |= !ok;
        let (lag, documents) = (index.lag_seconds, index.documents);
        checks
            .insert("index".to_owned(), json!({ "ok": ok, "lag_s": lag, "documents": documents }));
    }
    if let Ok(damaged) = damaged_texts(parts).await {
        is_degraded |= !damaged.is_empty();
        let ok = damaged.is_empty();
        checks.insert("mail_texts".to_owned(), json!({ "ok": ok, "damaged": damaged }));
    }
    let state = if is_degraded { "degraded" } else { "ok" };
    let ready = database && !DRAINING.load(Ordering::SeqCst);
    json!({ "ready": ready, "state": state, "checks": checks })
}

async fn answers(db: &Db) -> bool {
    let Ok(mut tx) = db.read().await else { return false };
    crate::identity::store::count_people(&mut tx).await.is_ok()
}

/// Texts of messages that cannot be used; their defaults are sent.
async fn damaged_texts(parts: &Parts) -> sqlx::Result<Vec<String>> {
    parts.mailer.damaged_words(&mut parts.db.read().await?).await
}

async fn metrics(parts: Data<Parts>) -> HttpResponse {
    if let Ok(mut tx) = parts.db.read().await {
        // Without a database the last figures stay, and `/readyz` says why.
        drop(crate::mail::figures::measure(&mut tx, parts.clock.now()).await);
    }
    let text = crate::figures::text(&parts);
    HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0").body(text)
}
