//! `/attendance/exemptions`: who is not expected, and whose absence was announced.
use super::pages::{AwayLine, Exemptions};
use super::refusal::ExcuseRefusal;
use super::shown;
use super::store::{self, AwayRow, NewExemption, PlannedRow, StudentRow};
use crate::attendance::calling::Hand;
use crate::attendance::creating::{KINDS, hand};
use crate::attendance::desk::Desk;
use crate::attendance::may::May;
use crate::attendance::record::{By, Status};
use crate::attendance::roll::Parts;
use crate::attendance::store::{Change, Within, insert_change, subjects};
use crate::db::Tx;
use crate::identity::{Person, PersonId, Rne, SignedIn};
use crate::rights::Permission;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Days, NaiveDate, TimeDelta};
use uuid::Uuid;

/// Exemptions on a page, and as many announced absences.
const PAGE: i64 = 100;
/// Longest exemption.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// The list; `?q=NAME` finds students, `?student=ID&school=CODE` shows the form for one.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (now, lang) = (clock.now(), frame.lang);
    let today = desk.day(now);
    let within = May::of(&who).within(Permission::DecideAbsences)?;
    let mut tx = db.write().await?;
    let words = query.get("q").unwrap_or_default().to_owned();
    let mut page = Exemptions {
        today: today.to_string(),
        words: words.clone(),
        shell: who.shell(&frame, Place::Attendance),
        ..Exemptions::default()
    };
    if !words.is_empty() {
        let folded = Person { id: who.id(), display_name: words, mail: None }.sort_name();
        page.found = store::students(&mut tx, &within, &folded).await?.iter().map(found).collect();
    }
    if let Some(student) = query.id("student") {
        let rne = query.get("school").and_then(|code| Rne::parse(code).ok());
        let rne = rne.ok_or(Error::NotFound)?;
        let row = store::student(&mut tx, &within, (PersonId(student), &rne)).await?;
        let row = row.ok_or(Error::NotFound)?;
        fill(&mut tx, (&mut page, lang), &within, &row).await?;
    }
    // Both lists are turned together.
    let paging = Paging::read(&query, PAGE);
    let part = (paging.skip, paging.limit());
    let address = |skip: i64| format!("/attendance/exemptions?skip={skip}");
    let mut exempt = store::exemptions(&mut tx, &within, today, part).await?;
    let (newer, older) = paging.turn(&mut exempt, address);
    page.rows = exempt.iter().map(|row| away(lang, row)).collect();
    let mut planned = store::planned(&mut tx, &within, now, part).await?;
    let (_, older_planned) = paging.turn(&mut planned, address);
    page.rows.extend(planned.iter().map(|row| announced(lang, &desk, row)));
    (page.newer, page.older) = (newer, older.or(older_planned));
    tx.commit().await?;
    Ok(Page(page).with(StatusCode::OK))
}

fn found(row: &StudentRow) -> (String, String) {
    let address = format!("/attendance/exemptions?student={}&school={}", row.student, row.rne);
    (address, row.display_name.clone())
}

/// What can be chosen for a student.
async fn fill(
    tx: &mut Tx,
    (page, lang): (&mut Exemptions, Lang),
    within: &Within,
    of: &StudentRow,
) -> sqlx::Result<()> {
    store::begin_reasons(tx, &of.rne).await?;
    page.reasons = shown::choices(lang, &store::reasons(tx, &of.rne).await?);
    let known = subjects(tx, within).await?.into_iter().filter(|subject| subject.rne == of.rne);
    page.subjects = known.map(|subject| (subject.id.to_string(), subject.name)).collect();
    page.kinds = KINDS.iter().map(|(kind, key)| ((*kind).to_owned(), lang.t(key))).collect();
    page.student = Some((of.student.to_string(), of.rne.to_string(), of.display_name.clone()));
    Ok(())
}

fn away(lang: Lang, row: &AwayRow) -> AwayLine {
    let what = match row.scope.as_str() {
        "subject" => row.subject_name.clone(),
        "kind" => row.kind.clone(),
        "session" => lang.t("excuse-away-session"),
        _ => lang.t("excuse-away-all"),
    };
    AwayLine {
        id: row.id.to_string(),
        name: row.display_name.clone(),
        what,
        reason: shown::reason_name(lang, &row.reason_code, &row.reason_label),
        since: lang.day(row.since),
        until: lang.day(row.until),
        is_on_site: row.is_on_site,
        is_planned: false,
    }
}

fn announced(lang: Lang, desk: &Desk, row: &PlannedRow) -> AwayLine {
    AwayLine {
        id: row.id.to_string(),
        name: row.display_name.clone(),
        what: lang.t("excuse-away-planned"),
        reason: shown::reason_name(lang, &row.reason_code, &row.reason_label),
        since: lang.day(desk.day(row.since)),
        until: lang.day(desk.day(row.until - TimeDelta::milliseconds(1))),
        is_on_site: false,
        is_planned: true,
    }
}

/// `POST`: keep one (`what` is `exempt` or `planned`), or end one (`end` is its id).
pub(super) async fn change(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let within = May::of(&who).within(Permission::DecideAbsences)?;
    let hand = hand(&who, &client, clock.now());
    let is_planned = fields.get("what") == Some("planned");
    let mut tx = db.write().await?;
    if let Some(id) = fields.id("end") {
        end(&mut tx, &desk, (&within, id, is_planned), &hand).await?;
        tx.commit().await?;
        return Ok(see_other("/attendance/exemptions"));
    }
    let new = read(&mut tx, &within, &fields, &hand).await?;
    let span = desk.span(new.days);
    let (from, to, by) = if is_planned {
        store::insert_planned(&mut tx, &new, span, hand.now).await?;
        (Status::Absent, Status::Excused, By::Decision)
    } else {
        store::insert_exemption(&mut tx, &new, hand.now).await?;
        (Status::Expected, Status::Exempt, By::Exemption)
    };
    // A reason that has to be decided excuses nothing by itself.
    let reasons = store::reasons(&mut tx, &new.rne).await?;
    let is_accepted = reasons.iter().any(|it| it.id == new.reason && it.flags.is_accepted);
    let mut changed = 0;
    for (record, was) in store::lines_of(&mut tx, &new, span).await? {
        let is_meant = !is_planned || (is_accepted && was == from);
        if !is_meant
            || !was.may_become(to, by)
            || !store::set_status(&mut tx, record, (was, to)).await?
        {
            continue;
        }
        let (at, made_by) = (hand.now, hand.by());
        let change = Change { at, made_by, was, became: to, why: String::new() };
        insert_change(&mut tx, record, &change).await?;
        changed += 1;
    }
    let event = who.event("roll.exempted").reason(if is_planned { "planned" } else { "exempt" });
    let event = event.field("of", new.student).field("id", new.id).field("count", changed);
    event.record(&mut tx, &hand.trace, hand.now).await?;
    tx.commit().await?;
    Ok(see_other("/attendance/exemptions"))
}

async fn read(
    tx: &mut Tx,
    within: &Within,
    fields: &Fields,
    hand: &Hand,
) -> web::Result<NewExemption> {
    let student = PersonId(fields.id("student").ok_or(Error::NotFound)?);
    let rne = fields.get("school").and_then(|code| Rne::parse(code).ok()).ok_or(Error::NotFound)?;
    store::student(tx, within, (student, &rne)).await?.ok_or(Error::NotFound)?;
    let day = |name: &str| fields.get(name)?.parse::<NaiveDate>().ok();
    let days = day("since").zip(day("until"));
    let days = days.filter(|(since, until)| since <= until && *until - *since <= LONGEST);
    let reason = fields.id("reason").ok_or(ExcuseRefusal::Form)?;
    let reasons = store::reasons(tx, &rne).await?;
    let is_known = reasons.iter().any(|it| it.id == reason && it.flags.is_active);
    let subject = fields.id("subject");
    let known = subjects(tx, within).await?;
    let is_here = |id: Uuid| known.iter().any(|it| it.id == id && it.rne == rne);
    let kind = fields.get("kind").map(str::to_owned);
    let is_kind = |kind: &String| KINDS.iter().any(|(known, _)| known == kind);
    if !is_known || !subject.is_none_or(is_here) || !kind.as_ref().is_none_or(is_kind) {
        return Err(ExcuseRefusal::Form.into());
    }
    Ok(NewExemption {
        id: Uuid::now_v7(),
        rne,
        student,
        // Of both only one: a subject says more.
        kind: kind.filter(|_| subject.is_none() && fields.get("what") != Some("planned")),
        subject: subject.filter(|_| fields.get("what") != Some("planned")),
        days: days.ok_or(ExcuseRefusal::Form)?,
        is_on_site: fields.is_on("on_site"),
        reason,
        by: hand.by(),
    })
}

async fn end(
    tx: &mut Tx,
    desk: &Desk,
    (within, id, is_planned): (&Within, Uuid, bool),
    hand: &Hand,
) -> web::Result<()> {
    let today = desk.day(hand.now);
    if is_planned {
        if !store::has_planned(tx, within, id, hand.now).await? {
            return Err(Error::NotFound);
        }
        store::end_planned(tx, id, hand.now).await?;
    } else {
        if !store::has_exemption(tx, within, id, today).await? {
            return Err(Error::NotFound);
        }
        let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
        store::end_exemption(tx, id, (today, yesterday)).await?;
    }
    let event = hand.signed("roll.exempted");
    event.reason("ended").field("id", id).record(tx, &hand.trace, hand.now).await?;
    Ok(())
}
