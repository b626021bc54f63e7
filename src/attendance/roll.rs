//! `/attendance/sessions/ID`: one roll, and what is done with it as a whole.
use super::calling::Said;
use super::creating::hand;
use super::desk::Desk;
use super::headcount::{differs, spot_check};
use super::may::{May, Over};
use super::pages::{Closing, RefusedLine, Roll};
use super::record::Status;
use super::seance::{Act, State};
use super::shown;
use super::store::{self, LineRow, RefusedRow, Seance};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::SignedIn;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub(super) type Parts = (Data<Db>, Data<Clock>, Data<Desk>);

/// A séance, and what somebody may do on it, who may at least look at it.
pub(super) async fn seen(tx: &mut Tx, who: &SignedIn, id: Uuid) -> web::Result<(Seance, Over)> {
    let here = store::seance(tx, id).await?.ok_or(Error::NotFound)?;
    let over = May::of(who).over(tx, &here).await?;
    Over::must(over.sees)?;
    Ok((here, over))
}

/// A séance whose roll somebody may call, and what else they may do on it.
pub(super) async fn called(tx: &mut Tx, who: &SignedIn, id: Uuid) -> web::Result<(Seance, Over)> {
    let (here, over) = seen(tx, who, id).await?;
    Over::must(over.calls)?;
    Ok((here, over))
}

/// Who is there.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let (now, lang) = (clock.now(), frame.lang);
    let mut tx = db.read().await?;
    let (here, over) = seen(&mut tx, &who, *id).await?;
    let lines = store::lines(&mut tx, here.id).await?;
    let refused = store::refused(&mut tx, &here).await?;
    let exempted = desk.exempted(&mut tx, &here, over).await?;
    let line = |row: &LineRow| {
        let mut line = shown::line(&desk, &here, row, over);
        line.keys.iter_mut().for_each(|key| key.takes_back &= !exempted.contains(&row.student));
        line
    };
    let refused_line = |row: &RefusedRow| RefusedLine {
        name: row.display_name.clone(),
        why: row.code.to_lowercase(),
        at: desk.clock(row.at),
        elsewhere: row.elsewhere.clone(),
    };
    let page = Roll {
        seance: shown::tile(&mut tx, &desk, &here, (lang, now)).await?,
        lines: lines.iter().map(line).collect(),
        refused: refused.iter().map(refused_line).collect(),
        may_reopen: here.state == State::Closed
            && over.calls
            && (over.tends || here.times().is_recent(&desk.rules, now)),
        over,
        headcount: here.headcount.and_then(|count| usize::try_from(count).ok()),
        notice: notice(&query),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn notice(query: &Fields) -> Option<&'static str> {
    Some(match query.get("done")? {
        "open" => "roll-done-open",
        "close" => "roll-done-close",
        "validate" => "roll-done-validate",
        "reopen" => "roll-done-reopen",
        "cancel" => "roll-done-cancel",
        "lock" => "roll-done-lock",
        _ => return None,
    })
}

/// Before closing: who would be absent, and how many people are in the room.
pub(super) async fn closing(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let mut tx = db.read().await?;
    let (here, _) = called(&mut tx, &who, *id).await?;
    if here.state != State::Open {
        return Ok(see_other(&format!("/attendance/sessions/{}", here.id)));
    }
    let page = closing_page(&mut tx, &desk, &here, (&frame, &who, now)).await?;
    Ok(Page(page).with(StatusCode::OK))
}

async fn closing_page(
    tx: &mut Tx,
    desk: &Desk,
    here: &Seance,
    (frame, who, now): (&Frame, &SignedIn, DateTime<Utc>),
) -> sqlx::Result<Closing> {
    let lines = store::lines(tx, here.id).await?;
    let missing = lines.iter().filter(|line| line.status == Status::Expected);
    Ok(Closing {
        seance: shown::tile(tx, desk, here, (frame.lang, now)).await?,
        missing: missing.map(|line| line.display_name.clone()).collect(),
        headcount: None,
        spot: Vec::new(),
        shell: who.shell(frame, Place::Attendance),
    })
}

/// `POST …/open`, `…/close`, …: do it.
pub(super) async fn act(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    path: Path<(Uuid, String)>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (id, word) = path.into_inner();
    desk.proof.prepare().await?;
    let act = Act::parse(&word).filter(|act| *act != Act::Lock).ok_or(Error::NotFound)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let (here, over) = called(&mut tx, &who, id).await?;
    let headcount = fields.get("headcount").and_then(|count| count.parse::<u16>().ok());
    let headcount = headcount.map(usize::from);
    if act == Act::Close
        && here.state == State::Open
        && !fields.is_on("sure")
        && let Some(headcount) = headcount
    {
        let marked = store::absences_of_roll(&mut tx, id).await?.there;
        if differs(headcount, marked) {
            let mut page = closing_page(&mut tx, &desk, &here, (&frame, &who, now)).await?;
            page.headcount = Some(headcount);
            page.spot = spot(&mut tx, &here).await?;
            return Ok(Page(page).with(StatusCode::OK));
        }
    }
    let reason = fields.get("reason").unwrap_or_default().to_owned();
    let said = Said { headcount, reason, over };
    desk.act(&mut tx, &here, act, &said, &hand(&who, &client, now)).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/sessions/{id}?done={word}")))
}

/// `POST …/lock`: nothing changes any more.
pub(super) async fn lock(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    let (here, over) = seen(&mut tx, &who, *id).await?;
    let said = Said { over, ..Said::default() };
    desk.act(&mut tx, &here, Act::Lock, &said, &hand(&who, &client, clock.now())).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/sessions/{id}?done=lock")))
}

/// Names to be called out: of those who are present.
async fn spot(tx: &mut Tx, here: &Seance) -> sqlx::Result<Vec<String>> {
    let lines = store::lines(tx, here.id).await?;
    let there = lines.into_iter().filter(|line| line.status.is_there());
    Ok(spot_check(there.map(|line| line.display_name).collect()))
}
