//! `/cards/office/services`: what nobody handled, to look at and to take away.
use super::Service;
use super::pages::{CardServices, CodeCount, RefusedLine, ServiceHealth};
use super::saying::{said, text, word};
use super::store::{self, Health, Listed, Sought};
use crate::card::desk::Desk;
use crate::card::office::types;
use crate::card::photos::Parts;
use crate::card::pieces::{self, PIECE};
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::{Permission, Reach};
use crate::rows::{Cell, semicolons};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// Cards of one page.
const PAGE: i64 = 50;
/// The page.
const LIST: &str = "/cards/office/services";
/// Columns of the file, as ESUP-SGC calls them as far as it has them.
const COLUMNS: [&str; 14] = [
    "service",
    "code",
    "message",
    "field",
    "crousOperation",
    "date",
    "blocking",
    "tries",
    "eppn",
    "ine",
    "name",
    "mail",
    "csn",
    "crousUrl",
];

/// What nobody handled.
pub(in crate::card) async fn list(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let lang = frame.lang;
    let query = Fields::parse(request.query_string())?;
    let paging = Paging::read(&query, PAGE);
    let of = sought(&query, &reach);
    let mut tx = db.read().await?;
    let counts = store::count_listed(&mut tx, of.types.as_deref()).await?;
    let mut rows = store::listed(&mut tx, &of, (paging.skip, paging.limit())).await?;
    let (newer, older) = paging.turn(&mut rows, |skip| address(LIST, &of, skip));
    let mut health = Vec::new();
    for service in desk.services.on() {
        let known = store::health(&mut tx, service.as_str()).await?;
        health.push(how(&desk, lang, (service, &known)));
    }
    let page = CardServices {
        health,
        counts: counts.iter().map(|it| count(lang, it, &of)).collect(),
        csv: address("/cards/office/services.csv", &of, 0),
        sets_up: desk.services.is_on(Service::Crous) && who.grants.may(Permission::SetCardsUp),
        is_all: of.kind.0.is_empty(),
        is_filtered: !of.message.is_empty() || of.blocking.is_some(),
        rows: rows.iter().map(|row| refused(&desk, lang, row)).collect(),
        kind: of.kind,
        message: of.message,
        blocking: of.blocking,
        newer,
        older,
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// What an address asks for.
fn sought(query: &Fields, reach: &Reach) -> Sought {
    let text = |name: &str| query.get(name).unwrap_or_default().trim().to_owned();
    Sought {
        kind: (text("service"), text("code")),
        message: text("message"),
        blocking: match query.get("blocking") {
            Some("1") => Some(true),
            Some("0") => Some(false),
            _ => None,
        },
        types: types(reach),
    }
}

fn address(path: &str, of: &Sought, skip: i64) -> String {
    let skip = if skip > 0 { skip.to_string() } else { String::new() };
    let blocking = of.blocking.map_or("", |blocking| if blocking { "1" } else { "0" });
    let (service, code) = &of.kind;
    let fields = [
        ("service", service.as_str()),
        ("code", code),
        ("message", &of.message),
        ("blocking", blocking),
        ("skip", &skip),
    ];
    let fields: Vec<_> = fields.iter().filter(|(_, it)| !it.is_empty()).collect();
    format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}

fn label(lang: Lang, service: &str) -> String {
    let known = Service::parse(service).map(|service| service.label(lang));
    known.unwrap_or_else(|| lang.t("card-service-unknown"))
}

fn count(lang: Lang, of: &(String, String, i64), here: &Sought) -> CodeCount {
    let (service, code, count) = of;
    let kind = (service.clone(), code.clone());
    let is_here = here.kind == kind;
    CodeCount {
        address: address(LIST, &Sought { kind, ..here.clone() }, 0),
        text: format!("{} · {}", label(lang, service), word(lang, code)),
        count: u32::try_from(*count).unwrap_or(u32::MAX),
        is_here,
    }
}

fn how(desk: &Desk, lang: Lang, (service, of): (Service, &Health)) -> ServiceHealth {
    let moment = |at| desk.moment(lang, at);
    let trouble = text(lang, &of.last_error).filter(|_| of.failures > 0);
    let at = if of.failures > 0 { of.failing_since } else { of.worked_at };
    ServiceHealth {
        name: service.label(lang),
        trouble: trouble.unwrap_or_default(),
        at: at.map(moment).unwrap_or_default(),
        again: of.rests_until.map_or_else(|| lang.t("card-services-soon"), moment),
    }
}

fn refused(desk: &Desk, lang: Lang, row: &Listed) -> RefusedLine {
    let told = &row.telling;
    RefusedLine {
        name: row.display_name.clone(),
        eppn: row.eppn.clone(),
        service: label(lang, &told.service),
        address: format!("/cards/office/{}/services/{}", told.card, told.service),
        state: told.state,
        said: said(lang, told),
        at: desk.moment(lang, told.tried_at),
    }
}

/// `/cards/office/services.csv`: all that the list shows, read piece by piece.
pub(in crate::card) async fn csv(
    request: HttpRequest,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let of = sought(&Fields::parse(request.query_string())?, &reach);
    let mut tx = db.write().await?;
    let event = who.event("export.made").reason("card_services");
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let head = COLUMNS.iter().map(|name| Cell::Text((*name).to_owned()));
    let head = format!("\u{feff}{}", semicolons(head));
    let from = Reading { db, of, behind: (Uuid::nil(), String::new()) };
    Ok(pieces::csv("services.csv", head, from, |mut reading| async move {
        Ok(reading.next().await?.map(|piece| (piece, reading)))
    }))
}

/// How far a file is read.
struct Reading {
    db: Data<Db>,
    of: Sought,
    behind: (Uuid, String),
}

impl Reading {
    async fn next(&mut self) -> sqlx::Result<Option<String>> {
        let mut tx = self.db.read().await?;
        let rows = store::listed_behind(&mut tx, &self.of, &self.behind, PIECE).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.behind = (last.telling.card, last.telling.service.clone());
        Ok(Some(rows.iter().map(|row| semicolons(cells(row))).collect()))
    }
}

fn cells(row: &Listed) -> [Cell; COLUMNS.len()] {
    let told = &row.telling;
    let text = |text: &str| Cell::Text(text.to_owned());
    [
        text(&told.service),
        text(&told.code),
        text(&told.message),
        text(&told.field),
        text(&told.operation),
        Cell::Text(told.tried_at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        text(if row.is_blocking() { "true" } else { "false" }),
        Cell::Number(told.tries),
        text(&row.eppn),
        text(row.attributes.first("supannCodeINE").unwrap_or_default()),
        text(&row.display_name),
        text(row.mail.as_deref().unwrap_or_default()),
        text(row.csn.as_deref().unwrap_or_default()),
        text(&told.place),
    ]
}
