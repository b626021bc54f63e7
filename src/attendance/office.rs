//! `/attendance/office`: rolls that nobody called, what timetables changed, and who is absent.
use super::calling::Hand;
use super::creating::hand;
use super::desk::Desk;
use super::may::{May, Over};
use super::pages::{AbsenceRow, Office};
use super::shown;
use super::store::{self, Missing, Seance, Within};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, TimeDelta, Utc};

/// How far back it looks.
const BACK: TimeDelta = TimeDelta::days(30);
/// Rows of one list on one page.
const PAGE: i64 = 50;

type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// One of the lists of séances.
#[derive(Debug, Clone, Copy)]
enum List {
    Uncalled,
    Moved,
    Gone,
}

/// Rolls of the schools that somebody looks after.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (now, lang) = (clock.now(), frame.lang);
    let mut tx = db.read().await?;
    let within = May::of(&who).within(Permission::SeeAttendance)?;
    let mut page = Office::default();
    for (list, into) in [
        (List::Uncalled, &mut page.uncalled),
        (List::Moved, &mut page.moved),
        (List::Gone, &mut page.gone),
    ] {
        let paging = paging(&query, list.name());
        let mut seances = list.seances(&mut tx, &within, (&desk, now), paging).await?;
        (into.newer, into.older) = paging.turn(&mut seances, |skip| address(list.name(), skip));
        into.rows = shown::tiles(&mut tx, &desk, &seances, (lang, now)).await?;
    }
    let paging = paging(&query, "absences");
    let rows = (paging.skip, paging.limit());
    let mut absences = store::absences(&mut tx, &within, now - BACK, rows).await?;
    (page.newer, page.older) = paging.turn(&mut absences, |skip| address("absences", skip));
    let row = |it: &Missing| AbsenceRow {
        session: it.session.to_string(),
        name: it.display_name.clone(),
        title: shown::title(&it.kind, &it.subject_name),
        at: lang.moment(it.starts_at.with_timezone(&desk.zone).naive_local()),
        status: it.status,
    };
    page.absences = absences.iter().map(row).collect();
    page.may_decide = May::of(&who).anywhere(Permission::DecideAbsences);
    page.shell = who.shell(&frame, Place::Attendance);
    Ok(Page(page).with(StatusCode::OK))
}

fn address(list: &str, skip: i64) -> String {
    format!("/attendance/office?list={list}&skip={skip}")
}

/// Only one list is turned at a time; the others begin at their beginning.
fn paging(query: &Fields, list: &str) -> Paging {
    let is_turned = query.get("list").unwrap_or("absences") == list;
    let first = Fields::default();
    Paging::read(if is_turned { query } else { &first }, PAGE)
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Uncalled => "uncalled",
            Self::Moved => "moved",
            Self::Gone => "gone",
        }
    }

    async fn seances(
        self,
        tx: &mut Tx,
        within: &Within,
        (desk, now): (&Desk, DateTime<Utc>),
        paging: Paging,
    ) -> sqlx::Result<Vec<Seance>> {
        let (since, rows) = (now - BACK, (paging.skip, paging.limit()));
        match self {
            Self::Uncalled => {
                store::uncalled(tx, within, (since, now - desk.rules.grace), rows).await
            }
            Self::Moved => store::changed_elsewhere(tx, within, (false, since), rows).await,
            Self::Gone => store::changed_elsewhere(tx, within, (true, since), rows).await,
        }
    }
}

/// `POST`: somebody has looked at what a timetable changed.
pub(super) async fn look(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let Hand { now, trace, .. } = hand(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let id = fields.id("session").ok_or(Error::NotFound)?;
    let here = store::seance(&mut tx, id).await?.ok_or(Error::NotFound)?;
    Over::must(May::of(&who).over(&mut tx, &here).await?.tends)?;
    if store::look_at(&mut tx, id, now).await? {
        let event: Event = who.event("roll.looked_at").field("session", id);
        event.record(&mut tx, &trace, now).await?;
        tx.commit().await?;
    }
    Ok(see_other("/attendance/office"))
}
