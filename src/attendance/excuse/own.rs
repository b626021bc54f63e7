//! `/attendance/me/…`: a student justifies absences.
use super::pages::{CaseRow, ExcuseForm, OwnCase, OwnCases};
use super::refusal::ExcuseRefusal;
use super::shown;
use super::state::{State, Step};
use super::store::{self, Justification, NewJustification};
use crate::attendance::creating::hand;
use crate::attendance::desk::Desk;
use crate::attendance::roll::Parts;
use crate::db::Tx;
use crate::identity::{Rne, SignedIn};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

/// Longest span of one justification, and how far back it may begin.
const LONGEST: TimeDelta = TimeDelta::days(366);
/// Longest comment, letters.
const COMMENT: usize = 500;

/// `/attendance/me/justify?record=ID`: the form, for the day of that absence.
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let record = query.id("record").ok_or(Error::NotFound)?;
    let mut tx = db.write().await?;
    let absence = store::absence_of(&mut tx, record, who.id()).await?;
    let (rne, at) = absence.ok_or(Error::NotFound)?;
    store::begin_reasons(&mut tx, &rne).await?;
    let reasons = store::reasons(&mut tx, &rne).await?;
    tx.commit().await?;
    let day = desk.day(at).to_string();
    let page = ExcuseForm {
        record: record.to_string(),
        reasons: shown::choices(frame.lang, &reasons),
        since: day.clone(),
        until: day,
        shell: who.shell(&frame, Place::Attendance),
        ..ExcuseForm::default()
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /attendance/me/justify`: keep a draft, to which papers can be added.
pub(super) async fn write(
    body: String,
    frame: Frame,
    (who, _): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let record = fields.id("record").ok_or(Error::NotFound)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let absence = store::absence_of(&mut tx, record, who.id()).await?;
    let (rne, _) = absence.ok_or(Error::NotFound)?;
    store::begin_reasons(&mut tx, &rne).await?;
    let reasons = store::reasons(&mut tx, &rne).await?;
    let chosen = fields.id("reason");
    let known = reasons.iter().any(|it| it.flags.is_active && Some(it.id) == chosen);
    let reason = chosen.filter(|_| known);
    let (Some(reason), Some(days)) = (reason, days(&desk, &fields, now)) else {
        let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        let page = ExcuseForm {
            record: record.to_string(),
            reasons: shown::choices(frame.lang, &reasons),
            chosen: text("reason"),
            since: text("since"),
            until: text("until"),
            comment: text("comment"),
            wrong: Some(if known { "excuse-wrong-days" } else { "excuse-wrong-reason" }),
            shell: who.shell(&frame, Place::Attendance),
        };
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    };
    let comment = fields.get("comment").unwrap_or_default().chars().take(COMMENT).collect();
    let new = draft(&who, (rne, reason), days, comment);
    let id = keep(&mut tx, &desk, &new, now).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/me/justifications/{id}")))
}

fn draft(
    who: &SignedIn,
    (rne, reason): (Rne, Uuid),
    days: (NaiveDate, NaiveDate),
    comment: String,
) -> NewJustification {
    NewJustification { id: Uuid::now_v7(), rne, student: who.id(), reason, days, comment }
}

/// Pressing twice makes one; days without an absence make none.
async fn keep(
    tx: &mut Tx,
    desk: &Desk,
    new: &NewJustification,
    now: DateTime<Utc>,
) -> web::Result<Uuid> {
    if let Some(id) = store::draft_like(tx, new).await? {
        return Ok(id);
    }
    let span = desk.span(new.days);
    if store::coverable(tx, (new.student, &new.rne), span).await?.is_empty() {
        return Err(ExcuseRefusal::Nothing.into());
    }
    store::insert(tx, new, now).await?;
    Ok(new.id)
}

fn days(desk: &Desk, fields: &Fields, now: DateTime<Utc>) -> Option<(NaiveDate, NaiveDate)> {
    let day = |name: &str| fields.get(name)?.parse::<NaiveDate>().ok();
    let (since, until) = (day("since")?, day("until")?);
    let today = desk.day(now);
    let is_sane = since <= until && until <= today + LONGEST && since >= today - LONGEST;
    (is_sane && until - since <= LONGEST).then_some((since, until))
}

/// `/attendance/me/justifications`: own ones with state and answer.
pub(super) async fn list(
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let mut rows = store::of_student(&mut tx, who.id()).await?;
    rows.retain(|row| row.state != State::Withdrawn);
    let row = |of: &Justification| CaseRow {
        case: shown::case(frame.lang, &desk, of),
        address: format!("/attendance/me/justifications/{}", of.id),
    };
    let page = OwnCases {
        rows: rows.iter().map(row).collect(),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `/attendance/me/justifications/ID`: what it says, its papers, and the absences that it is about.
pub(super) async fn show(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let (now, lang) = (clock.now(), frame.lang);
    let mut tx = db.read().await?;
    let of = own(&mut tx, &who, *id).await?;
    let mut absences = store::covered(&mut tx, of.id).await?;
    if of.state.is_being_written() {
        let span = desk.span((of.since, of.until));
        absences.extend(store::coverable(&mut tx, (of.student, &of.rne), span).await?);
    }
    let papers = store::files_of(&mut tx, of.id, now).await?;
    let page = OwnCase {
        absences: absences.iter().map(|it| shown::absence(lang, &desk, it)).collect(),
        papers: papers.iter().map(|it| shown::paper(lang, &desk, it)).collect(),
        may_send: of.state.is_being_written(),
        may_withdraw: of.state.after(Step::Withdraw).is_some(),
        case: shown::case(lang, &desk, &of),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST …/send`: from now on it waits for the secretariat.
pub(super) async fn send(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    let of = own(&mut tx, &who, *id).await?;
    desk.send_excuse(&mut tx, &of, &hand(&who, &client, clock.now())).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/me/justifications/{id}")))
}

/// `POST …/withdraw`: it was not decided yet.
pub(super) async fn withdraw(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    let of = own(&mut tx, &who, *id).await?;
    desk.withdraw_excuse(&mut tx, &of, &hand(&who, &client, clock.now())).await?;
    tx.commit().await?;
    Ok(see_other("/attendance/me/justifications"))
}

/// One's own; what somebody else wrote does not exist.
async fn own(tx: &mut Tx, who: &SignedIn, id: Uuid) -> web::Result<Justification> {
    let of = store::justification(tx, id).await?.ok_or(Error::NotFound)?;
    if of.student == who.id() { Ok(of) } else { Err(Error::NotFound) }
}
