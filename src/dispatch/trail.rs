//! The audit trail in the administration: to read, and to take away.
use super::pages::admin::{AdminAudit, AuditFilter, AuditRow, ChainHead, Checked};
use super::service::Dispatcher;
use crate::audit::{self, Search};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::{PersonId, SignedIn, store};
use crate::rights::{Permission, Reach};
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// Rows of one page.
const PAGE: i64 = 50;
/// Rows of each chain that the button checks; the command checks all.
const CHECKED: i64 = 10_000;
/// Rows of one CSV file.
const CSV: i64 = 10_000;

/// The audit trail.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    reach: Reach,
    (db, clock, dispatcher): (Data<Db>, Data<Clock>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let page = page(&frame, (&who, &reach), &query, (&db, clock.now(), &dispatcher)).await?;
    Ok(Page(page).with(StatusCode::OK))
}

/// Walk along the last rows, then show the trail and what was found.
pub(super) async fn check(
    body: String,
    frame: Frame,
    who: SignedIn,
    (db, clock, dispatcher): (Data<Db>, Data<Clock>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let report = audit::verify_last(&db, CHECKED).await?;
    let broken = |chain: &audit::Walked| {
        let fault = chain.fault?;
        Some(Checked::Broken { node: chain.node, seq: fault.seq, kind: fault.kind })
    };
    let rows: i64 = report.chains.iter().map(|chain| chain.rows).sum();
    let checked = report.chains.iter().find_map(broken);
    let whole = Checked::Whole(usize::try_from(rows).unwrap_or_default());
    let mut frame = frame;
    "/admin/audit".clone_into(&mut frame.here);
    let reach = who.grants.reach(Permission::SeeAudit).ok_or(web::Error::NotFound)?;
    let page =
        page(&frame, (&who, &reach), &Fields::parse("")?, (&db, clock.now(), &dispatcher)).await?;
    let page = AdminAudit { checked: Some(checked.unwrap_or(whole)), ..page };
    Ok(Page(page).with(StatusCode::OK))
}

async fn page(
    frame: &Frame,
    (who, reach): (&SignedIn, &Reach),
    query: &Fields,
    (db, now, dispatcher): (&Db, DateTime<Utc>, &Dispatcher),
) -> web::Result<AdminAudit> {
    let paging = Paging::read(query, PAGE);
    let search = searched(query, reach, (paging.skip, paging.limit()), (now, dispatcher));
    let mut tx = db.read().await?;
    let mut records = audit::search(&mut tx, &search).await?;
    let total = audit::count(&mut tx, &search).await?;
    let filter = AuditFilter {
        event: search.event.clone(),
        from: query.get("from").unwrap_or_default().to_owned(),
        until: query.get("until").unwrap_or_default().to_owned(),
        words: search.words.clone(),
    };
    let address = |path: &str, skip: i64| {
        let fields = [
            ("event", filter.event.as_str()),
            ("from", &filter.from),
            ("until", &filter.until),
            ("q", &filter.words),
            ("skip", &skip.to_string()),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    };
    let (newer, older) = paging.turn(&mut records, |skip| address("/admin/audit", skip));
    let mut rows = Vec::new();
    for record in &records {
        rows.push(row(&mut tx, record, dispatcher).await?);
    }
    let may_check = who.grants.may(Permission::CheckAudit);
    let heads = if may_check { audit::standing(&mut tx).await? } else { Vec::new() };
    Ok(AdminAudit {
        shell: who.shell(frame, Place::Audit),
        rows,
        heads: heads.iter().map(|standing| head(standing, dispatcher)).collect(),
        checked: None,
        may_check,
        total: u64::try_from(total).unwrap_or(0),
        csv: address("/admin/audit.csv", 0),
        newer,
        older,
        filter,
    })
}

fn head(standing: &audit::Standing, dispatcher: &Dispatcher) -> ChainHead {
    let sealed = standing.sealed_at.with_timezone(&dispatcher.rules.dispatch.time_zone);
    ChainHead { head: standing.head.to_string(), sealed: sealed.format("%F %T").to_string() }
}

/// The same rows to take away.
pub(super) async fn csv(
    request: HttpRequest,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (db, clock, dispatcher): (Data<Db>, Data<Clock>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let search = searched(&query, &reach, (0, CSV), (clock.now(), &dispatcher));
    let mut tx = db.write().await?;
    let records = audit::search(&mut tx, &search).await?;
    let event = who.event("export.made").reason("audit").field("rows", records.len());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    let file = [(header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\"")];
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(file[0].clone())
        .body(audit::csv(&records)))
}

fn searched(
    query: &Fields,
    reach: &Reach,
    (skip, limit): (i64, i64),
    (now, dispatcher): (DateTime<Utc>, &Dispatcher),
) -> Search {
    let schools = reach.schools().map(|schools| schools.into_iter().cloned().collect());
    let zone = dispatcher.rules.dispatch.time_zone;
    Search {
        event: query.get("event").unwrap_or_default().to_owned(),
        words: query.get("q").unwrap_or_default().trim().to_owned(),
        from: query.get("from").and_then(|day| audit::start_of_day(day, 0, zone)),
        until: query.get("until").and_then(|day| audit::start_of_day(day, 1, zone)),
        schools: schools.map(|schools| (schools, now)),
        skip,
        limit,
        before: None,
    }
}

async fn row(
    tx: &mut Tx,
    record: &audit::Record,
    dispatcher: &Dispatcher,
) -> sqlx::Result<AuditRow> {
    let zone = dispatcher.rules.dispatch.time_zone;
    let field = |name: &str| {
        let value = record.fields.get(name).and_then(serde_json::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let target = [field("chosen"), field("sp")].into_iter().find(|text| !text.is_empty());
    Ok(AuditRow {
        time: record.at.with_timezone(&zone).format("%F %T").to_string(),
        event: record.event.clone(),
        person: person_name(tx, record.person).await?,
        client: record.network.clone(),
        zone: field("zone"),
        target: target.unwrap_or_default(),
        reason: record.reason.clone(),
        reference: record.request_id.clone(),
    })
}

/// The name, or the number of somebody whose name is gone.
async fn person_name(tx: &mut Tx, person: Option<PersonId>) -> sqlx::Result<String> {
    let Some(id) = person else { return Ok(String::new()) };
    let person = store::find_person(tx, id).await?;
    Ok(person.map_or_else(|| id.to_string(), |person| person.display_name))
}
