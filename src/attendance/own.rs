//! `/attendance/me`: own presences, absences and rates.
use super::desk::Desk;
use super::forgetting::year_begin;
use super::pages::{Own, OwnRow};
use super::rates::{Figures, Line};
use super::record::{Channel, Status};
use super::seance::{State, Times};
use super::shown;
use super::store::{self, OwnLine};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::{Rne, SignedIn};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Everything of this school year.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let since = begin_of_year(&desk, clock.now());
    let lines = store::own_lines(&mut tx, who.id(), (since, None), None).await?;
    let marked = query.id("marked").and_then(|id| lines.iter().find(|line| line.session == id));
    let page = Own {
        figures: Figures::of(lines.iter().map(line), desk.zone),
        rows: lines.iter().map(|line| row(frame.lang, &desk, line)).collect(),
        attestations: attestations(&desk, &lines),
        marked: marked.and_then(|line| told(&desk, line, query.is_on("again"))),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// When the school year begins.
pub fn begin_of_year(desk: &Desk, now: DateTime<Utc>) -> DateTime<Utc> {
    desk.midnight(first_of_august(desk, now))
}

/// Where the attestation of this year is, for each school; its name, unless there is only one.
fn attestations(desk: &Desk, lines: &[OwnLine]) -> Vec<(String, String)> {
    let schools: BTreeSet<_> = lines.iter().map(|line| &line.rne).collect();
    let name = |rne: &Rne| (desk.schools)(rne).unwrap_or_else(|| rne.to_string());
    let is_one = schools.len() == 1;
    let address = |rne: &Rne| format!("/attendance/me/attestation.pdf?school={rne}");
    let link = |rne: &Rne| (address(rne), if is_one { String::new() } else { name(rne) });
    schools.into_iter().map(link).collect()
}

pub(super) fn first_of_august(desk: &Desk, now: DateTime<Utc>) -> NaiveDate {
    year_begin(desk.day(now))
}

pub(super) fn line(of: &OwnLine) -> Line {
    Line {
        state: of.state,
        is_provisional: of.is_provisional,
        is_compulsory: of.is_compulsory,
        starts_at: of.starts_at,
        minutes: Times { starts_at: of.starts_at, ends_at: of.ends_at }.minutes(),
        status: of.status,
        minutes_late: of.minutes_late,
    }
}

fn row(lang: Lang, desk: &Desk, of: &OwnLine) -> OwnRow {
    // What nobody validated is staff's business.
    let status = if of.status == Status::AbsentProvisional { Status::Expected } else { of.status };
    let paper = || format!("/attendance/records/{}/certificate.pdf", of.record);
    let is_open = status == Status::Absent && of.state == State::Closed;
    let justify = is_open.then(|| format!("/attendance/me/justify?record={}", of.record));
    let certificate = status.is_there().then(paper);
    OwnRow {
        title: shown::title(&of.kind, &of.subject_name),
        at: lang.moment(of.starts_at.with_timezone(&desk.zone).naive_local()),
        status,
        minutes_late: of.minutes_late,
        marked: of.marked_at.map(|at| desk.clock(at)).unwrap_or_default(),
        channel: of.channel.map_or("", Channel::label),
        certificate: certificate.unwrap_or_default(),
        justify: justify.unwrap_or_default(),
    }
}

fn told(desk: &Desk, of: &OwnLine, is_again: bool) -> Option<(&'static str, String, String)> {
    let key = match of.status {
        Status::Present | Status::Late if is_again => "roll-told-again",
        Status::Present => "roll-told-present",
        Status::Late => "roll-told-late",
        _ => return None,
    };
    let title = shown::title(&of.kind, &of.subject_name);
    Some((key, desk.clock(of.marked_at?), title))
}
