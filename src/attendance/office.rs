//! `/attendance/office`: rolls that nobody called, and who is absent.
use super::desk::Desk;
use super::may::May;
use super::pages::{AbsenceRow, Office};
use super::shown;
use super::store::{self, Missing};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;

/// How far back it looks.
const BACK: TimeDelta = TimeDelta::days(30);
/// Absences of one page.
const PAGE: i64 = 50;

/// Rolls of the schools that somebody looks after.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let skip = query.get("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0_i64);
    let skip = skip.clamp(0, 1_000_000);
    let (now, lang) = (clock.now(), frame.lang);
    let mut tx = db.read().await?;
    let within = May::of(&who).within(Permission::SeeAttendance)?;
    let mut page = Office::default();
    for seance in store::uncalled(&mut tx, &within, (now - BACK, now - desk.rules.grace)).await? {
        page.uncalled.push(shown::tile(&mut tx, &desk, &seance, (lang, now)).await?);
    }
    let mut absences = store::absences(&mut tx, &within, now - BACK, (skip, PAGE + 1)).await?;
    let kept = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let is_more = absences.len() > kept;
    absences.truncate(kept);
    let row = |it: &Missing| AbsenceRow {
        session: it.session.to_string(),
        name: it.display_name.clone(),
        title: shown::title(&it.kind, &it.subject_name),
        at: lang.moment(it.starts_at.with_timezone(&desk.zone).naive_local()),
        status: it.status,
    };
    let address = |skip: i64| format!("/attendance/office?skip={skip}");
    page.absences = absences.iter().map(row).collect();
    page.newer = (skip > 0).then(|| address((skip - PAGE).max(0)));
    page.older = is_more.then(|| address(skip + PAGE));
    page.may_decide = May::of(&who).anywhere(Permission::DecideAbsences);
    page.shell = who.shell(&frame, Place::Attendance);
    Ok(Page(page).with(StatusCode::OK))
}
