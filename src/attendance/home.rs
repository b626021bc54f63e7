//! `/attendance`: own séances of today, and what was left undone.
use super::desk::Desk;
use super::may::May;
use super::pages::{Home, Tile};
use super::seance::State;
use super::store::{self, Seance};
use super::{seance::is_uncalled, shown};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Days, TimeDelta, Utc};

/// How far back something undone is looked for.
const BACK: TimeDelta = TimeDelta::days(7);

/// Séances of others on one page.
const PAGE: i64 = 100;

/// Those who call no rolls see their own presences.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let (now, lang) = (clock.now(), frame.lang);
    let mut tx = db.read().await?;
    let may = May::of(&who);
    if !may.anywhere(Permission::SeeRoll) {
        let is_setter = may.anywhere(Permission::SetAttendanceUp);
        return Ok(see_other(if is_setter { "/attendance/setup" } else { "/attendance/me" }));
    }
    let today = desk.day(now);
    let begin = desk.midnight(today);
    let end = desk.midnight(today.checked_add_days(Days::new(1)).unwrap_or(today));
    let seances = store::of_teacher(&mut tx, who.id(), (begin - BACK, end)).await?;
    let mut page = Home {
        today: lang.day(today),
        may_plan: may.anywhere(Permission::PlanRoll),
        may_tend: may.anywhere(Permission::SeeAttendance),
        may_set_up: may.anywhere(Permission::SetAttendanceUp),
        may_count: may.anywhere(Permission::SeeRates),
        shell: who.shell(&frame, Place::Attendance),
        ..Home::default()
    };
    let (today, mut before): (Vec<_>, Vec<_>) =
        seances.into_iter().partition(|seance| seance.starts_at >= begin);
    before.retain(|seance| is_undone(&desk, seance, now));
    let of_today = |tile: Tile| Tile { day: String::new(), ..tile };
    let tiles = shown::tiles(&mut tx, &desk, &today, (lang, now)).await?;
    page.rows = tiles.into_iter().map(of_today).collect();
    page.open_ends = shown::tiles(&mut tx, &desk, &before, (lang, now)).await?;
    if page.may_tend {
        let within = may.within(Permission::SeeAttendance)?;
        let paging = Paging::read(&Fields::parse(request.query_string())?, PAGE);
        let span = (who.id(), paging.skip, paging.limit());
        let mut others = store::of_day(&mut tx, &within, (begin, end), span).await?;
        let address = |skip: i64| format!("/attendance?skip={skip}");
        (page.earlier, page.later) = paging.turn(&mut others, address);
        let tiles = shown::tiles(&mut tx, &desk, &others, (lang, now)).await?;
        page.others = tiles.into_iter().map(of_today).collect();
    }
    Ok(Page(page).with(StatusCode::OK))
}

fn is_undone(desk: &Desk, seance: &Seance, now: DateTime<Utc>) -> bool {
    let is_waiting = seance.state == State::Open || seance.is_provisional;
    is_waiting || is_uncalled(seance.state, seance.times(), &desk.rules, now)
}
