//! `/attendance`: own séances of today, and what was left undone.
use super::desk::Desk;
use super::may::May;
use super::pages::Home;
use super::seance::State;
use super::store::{self, Seance};
use super::{seance::is_uncalled, shown};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::redirect::see_other;
use crate::web::{self, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Days, TimeDelta, Utc};

/// How far back something undone is looked for.
const BACK: TimeDelta = TimeDelta::days(7);

/// Those who call no rolls see their own presences.
pub(super) async fn show(
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
    for seance in &seances {
        if seance.starts_at >= begin {
            let tile = shown::tile(&mut tx, &desk, seance, (lang, now)).await?;
            page.rows.push(super::pages::Tile { day: String::new(), ..tile });
        } else if is_undone(&desk, seance, now) {
            page.open_ends.push(shown::tile(&mut tx, &desk, seance, (lang, now)).await?);
        }
    }
    if page.may_tend {
        let within = may.within(Permission::SeeAttendance)?;
        for seance in store::of_day(&mut tx, &within, (begin, end)).await? {
            if !seances.iter().any(|own| own.id == seance.id) {
                let tile = shown::tile(&mut tx, &desk, &seance, (lang, now)).await?;
                page.others.push(super::pages::Tile { day: String::new(), ..tile });
            }
        }
    }
    Ok(Page(page).with(StatusCode::OK))
}

fn is_undone(desk: &Desk, seance: &Seance, now: DateTime<Utc>) -> bool {
    let is_waiting = seance.state == State::Open || seance.is_provisional;
    is_waiting || is_uncalled(seance.state, seance.times(), &desk.rules, now)
}
