//! JSON for programs: where am I going, why, what is wrong with the files, read them again.
use super::choice::Memory;
use super::explain::{self, Question};
use super::reloading::{Reloader, by};
use super::service::{Dispatcher, Wish};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::identity::store;
use crate::web::client::ClientSettings;
use crate::web::query::{Fields, bad};
use crate::web::{self, Client};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use std::net::IpAddr;

/// `GET /api/v1/dispatch/me`
pub(super) async fn me(
    request: HttpRequest,
    who: SignedIn,
    client: Client,
    (db, clock, dispatcher): (Data<Db>, Data<Clock>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let remembered = Memory::of(&request, &dispatcher, &who, now).choice;
    let wish = Wish { remembered, ..Wish::default() };
    let view = dispatcher.view(&db, who.id(), client.address, &wish, now).await?;
    let mut tx = db.read().await?;
    let accounts = store::accounts_of(&mut tx, who.id()).await?;
    let login = accounts.iter().find(|account| account.id == who.session.account);
    let zone = view.zone.as_ref().map(|zone| {
        json!({ "name": zone.name, "portal": zone.portal.as_str(), "arena": zone.arena, "mfa": zone.mfa })
    });
    let destinations: Vec<Value> = view.destinations.iter().map(destination).collect();
    Ok(HttpResponse::Ok().json(json!({
        "login": login.map(|account| &account.login),
        "display_name": who.person.display_name,
        "zone": zone,
        "destinations": destinations,
        "decision": view.decision.word(),
        "warnings": view.decision.warnings,
    })))
}

fn destination(destination: &super::Destination) -> Value {
    json!({
        "rne": destination.rne,
        "label": destination.label,
        "academie": destination.academy,
        "type": destination.kind,
        "portal": destination.portal.as_ref().map(super::PortalUrl::as_str),
        "sp": destination.sp,
        "profiles": destination.profiles,
        "state": destination.state,
        "mfa": destination.mfa,
        "message": destination.message,
        "current": destination.current,
        "remembered": destination.remembered,
        "link": format!("/dispatch?rne={}", destination.rne),
    })
}

/// `GET /api/v1/admin/dispatch/explain`
pub(super) async fn explain(
    request: HttpRequest,
    (db, clock, dispatcher): (Data<Db>, Data<Clock>, Data<Dispatcher>),
    clients: Data<ClientSettings>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let question = question(&query)?;
    let now = clock.now();
    let answer = explain::explain(&dispatcher, &db, &clients.proxies, &question, now).await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// Read a question from a query: `login`, `service`, and `ip` or `peer` with `xff`.
pub(super) fn question(query: &Fields) -> web::Result<Question> {
    let address = |name: &str| -> web::Result<Option<IpAddr>> {
        let text = query.get(name).map(str::trim);
        text.map(str::parse).transpose().map_err(|_| bad("no address"))
    };
    Ok(Question {
        login: query.get("login").map(|login| login.trim().to_owned()),
        ip: address("ip")?,
        peer: address("peer")?,
        header: query.get("xff").map(str::to_owned).into_iter().collect(),
        service: query.get("service").map(str::to_owned),
    })
}

/// `GET /api/v1/admin/lint`
pub(super) async fn lint(dispatcher: Data<Dispatcher>) -> HttpResponse {
    HttpResponse::Ok().json(&dispatcher.files.snapshot().findings)
}

/// `POST /api/v1/admin/reload`, with the form token in `X-CSRF-Token`.
pub(super) async fn reload(
    request: HttpRequest,
    who: SignedIn,
    client: Client,
    reloader: Data<Reloader>,
) -> web::Result<HttpResponse> {
    let token = request.headers().get("x-csrf-token").and_then(|value| value.to_str().ok());
    who.must_own_form(token.unwrap_or_default())?;
    Ok(match reloader.reload(Some(by(&who)), client.trace()).await? {
        Ok(snapshot) => HttpResponse::Ok().json(json!({
            "generation": snapshot.generation,
            "warnings": snapshot.findings.len(),
        })),
        Err(refused) => HttpResponse::build(StatusCode::CONFLICT).json(json!({
            "error": "refused",
            "detail": refused.to_string(),
        })),
    })
}
