//! `/attendance/groups/ID`: who is in a group, from which day to which.
use super::creating::hand;
use super::directory::filling;
use super::pages::{GroupPage, MemberLine};
use super::refusal::RollRefusal;
use super::roll::Parts;
use super::store::{self, Group, Membership, Within};
use crate::db::Tx;
use crate::identity::{PersonId, SignedIn};
use crate::rights::Reach;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Days, NaiveDate};
use uuid::Uuid;

/// Members of one page.
const PAGE: i64 = 100;

/// A group of the schools that somebody sets up.
pub(super) async fn found(tx: &mut Tx, reach: &Reach, id: Uuid) -> web::Result<Group> {
    let group = store::group(tx, &Within::of(reach), id).await?;
    group.ok_or(Error::NotFound)
}

/// Members with their days; `?q=` finds people of the school.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (now, today) = (clock.now(), desk.day(clock.now()));
    let paging = Paging::read(&query, PAGE);
    let mut tx = db.read().await?;
    let group = found(&mut tx, &reach, *id).await?;
    let place = (paging.skip, paging.limit());
    let mut members = store::members(&mut tx, *id, today, place).await?;
    let address = |skip: i64| format!("/attendance/groups/{id}?skip={skip}");
    let (newer, older) = paging.turn(&mut members, address);
    let words = query.get("q").unwrap_or_default().trim().to_owned();
    let found = match words.as_str() {
        "" => Vec::new(),
        words => store::people_at(&mut tx, &group.rne, words, now).await?,
    };
    let filling = filling(&mut tx, &desk, (&group, &reach), frame.lang).await?;
    let page = GroupPage {
        id: id.to_string(),
        title: format!("{} {}", group.programme, group.name),
        rne: group.rne.to_string(),
        found: found.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        words,
        today: today.to_string(),
        members: members.iter().map(|it| line(frame.lang, it, today)).collect(),
        newer,
        older,
        filling,
        notice: query.get("done").and_then(notice),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "add" => Some("group-done-add"),
        "same" => Some("group-done-same"),
        "end" => Some("group-done-end"),
        "read" => Some("group-done-read"),
        "directory" => Some("group-done-directory"),
        _ => None,
    }
}

fn line(lang: Lang, of: &Membership, today: NaiveDate) -> MemberLine {
    // People name the last day, tables the first one without.
    let last = |until: NaiveDate| until.checked_sub_days(Days::new(1)).unwrap_or(until);
    MemberLine {
        id: of.student.to_string(),
        name: of.display_name.clone(),
        since: lang.day(of.since),
        until: of.until.map(|until| lang.day(last(until))).unwrap_or_default(),
        is_over: of.until.is_some_and(|until| until <= today),
    }
}

/// Add somebody (`add`, from `since` on), or end a membership (`end`, `until` is the last day).
pub(super) async fn change(
    body: String,
    (who, client, reach): (SignedIn, Client, Reach),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let now = clock.now();
    let today = desk.day(now);
    let mut tx = db.write().await?;
    let group = found(&mut tx, &reach, *id).await?;
    if !store::hold_by_hand(&mut tx, *id).await? {
        return Err(RollRefusal::OfDirectory.into());
    }
    let day = |name: &str| fields.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let (act, of, from, is_done) = if let Some(student) = fields.id("add").map(PersonId) {
        let since = day("since").filter(|day| *day >= today).ok_or(RollRefusal::Past)?;
        if !store::is_at(&mut tx, student, &group.rne, now).await? {
            return Err(Error::NotFound);
        }
        let is_done = store::add_member(&mut tx, *id, student, since).await?;
        ("add", student, since, is_done)
    } else {
        let student = fields.id("end").map(PersonId).ok_or(Error::NotFound)?;
        // The last day may be yesterday: whoever left is not expected today.
        let last = day("until").and_then(|last| last.checked_add_days(Days::new(1)));
        let until = last.filter(|until| *until >= today).ok_or(RollRefusal::Past)?;
        let is_done = store::end_member(&mut tx, *id, student, until).await?;
        ("end", student, until, is_done)
    };
    if !is_done {
        return Ok(see_other(&format!("/attendance/groups/{id}?done=same")));
    }
    let hand = hand(&who, &client, now);
    let event = hand.signed("roll.member_changed").reason(act).field("group", *id);
    let event = event.field("of", of).field("from", from);
    event.record(&mut tx, &hand.trace, now).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/groups/{id}?done={act}")))
}
