//! `/attendance/sessions/ID`: one roll, and what is done with it as a whole.
use super::calling::Said;
use super::creating::hand;
use super::desk::Desk;
use super::headcount::{differs, spot_check};
use super::may::May;
use super::pages::{Closing, RefusedLine, Roll};
use super::record::Status;
use super::seance::{Act, State};
use super::shown;
use super::store::{self, RefusedRow, Seance};
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

/// A séance whose roll somebody may call, and whether they look after its school.
pub(super) async fn theirs(
    tx: &mut Tx,
    who: &SignedIn,
    id: Uuid,
    now: DateTime<Utc>,
) -> web::Result<(Seance, bool)> {
    let may = May::of(tx, who, now).await?;
    let here = store::seance(tx, id).await?.ok_or(Error::NotFound)?;
    may.call(tx, &here).await?;
    let is_tending = may.tend(&here.rne).is_ok();
    Ok((here, is_tending))
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
    let (here, is_tending) = theirs(&mut tx, &who, *id, now).await?;
    let lines = store::lines(&mut tx, here.id).await?;
    let refused = store::refused(&mut tx, &here).await?;
    let refused_line = |row: &RefusedRow| RefusedLine {
        name: row.display_name.clone(),
        why: row.code.to_lowercase(),
        at: desk.clock(row.at),
        elsewhere: row.elsewhere.clone(),
    };
    let page = Roll {
        seance: shown::tile(&mut tx, &desk, &here, (lang, now)).await?,
        lines: lines.iter().map(|row| shown::line(&desk, &here, row, is_tending)).collect(),
        refused: refused.iter().map(refused_line).collect(),
        may_reopen: here.state == State::Closed && (is_tending || here.times().is_recent(now)),
        may_tend: is_tending,
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
    let (here, _) = theirs(&mut tx, &who, *id, now).await?;
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
    let fields = Fields::parse(&body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let (id, word) = path.into_inner();
    let act = Act::parse(&word).ok_or(Error::NotFound)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let (here, is_tending) = theirs(&mut tx, &who, id, now).await?;
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
    let said = Said { headcount, reason, is_tending };
    desk.act(&mut tx, &here, act, &said, &hand(&who, &client, now)).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/sessions/{id}?done={word}")))
}

/// Names to be called out: of those who marked themselves.
async fn spot(tx: &mut Tx, here: &Seance) -> sqlx::Result<Vec<String>> {
    let lines = store::lines(tx, here.id).await?;
    let there = lines.into_iter().filter(|line| line.status.is_there());
    Ok(spot_check(there.map(|line| line.display_name).collect()))
}
