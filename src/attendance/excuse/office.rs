//! `/attendance/justifications`: the secretariat decides.
use super::acts::Decision;
use super::pages::{CaseRow, DecideCase, Waiting};
use super::refusal::ExcuseRefusal;
use super::shown;
use super::state::Step;
use super::store::{self, Justification};
use crate::attendance::creating::hand;
use crate::attendance::may::May;
use crate::attendance::roll::Parts;
use crate::attendance::store::changes_of;
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::web::lang::Argument;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// Waiting ones first.
pub(super) async fn list(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let paging = Paging::read(&Fields::parse(request.query_string())?, 50);
    let within = May::of(&who).within(Permission::DecideAbsences)?;
    let mut tx = db.read().await?;
    let mut rows = store::within(&mut tx, &within, (paging.skip, paging.limit())).await?;
    let address = |skip: i64| format!("/attendance/justifications?skip={skip}");
    let (newer, older) = paging.turn(&mut rows, address);
    let row = |of: &Justification| CaseRow {
        case: shown::case(frame.lang, &desk, of),
        address: format!("/attendance/justifications/{}", of.id),
    };
    let page = Waiting {
        rows: rows.iter().map(row).collect(),
        newer,
        older,
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// One of them, with its papers, its absences and what was changed on them.
pub(super) async fn show(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let (now, lang) = (clock.now(), frame.lang);
    let mut tx = db.read().await?;
    let of = decidable(&mut tx, &who, *id).await?;
    let covered = store::covered(&mut tx, of.id).await?;
    let mut history = Vec::new();
    for absence in &covered {
        for change in changes_of(&mut tx, absence.record).await? {
            let at = lang.moment(change.at.with_timezone(&desk.zone).naive_local());
            let what = shown::absence(lang, &desk, absence).title;
            let (was, became) = (lang.t(change.was.label()), lang.t(change.became.label()));
            let said: [(_, &dyn Argument); 4] =
                [("at", &at), ("title", &what), ("was", &was), ("became", &became)];
            history.push(lang.t_with("excuse-change", &said));
        }
    }
    let papers = store::files_of(&mut tx, of.id, now).await?;
    let may = |step| of.state.after(step).is_some();
    let page = DecideCase {
        absences: covered.iter().map(|it| shown::absence(lang, &desk, it)).collect(),
        papers: papers.iter().map(|it| shown::paper(lang, &desk, it)).collect(),
        history,
        may_accept: may(Step::Accept),
        may_ask: may(Step::Ask),
        may_cancel: may(Step::Cancel),
        case: shown::case(lang, &desk, &of),
        shell: who.shell(&frame, Place::Attendance),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST …/decide`: `act` is accept, refuse, ask or cancel.
pub(super) async fn decide(
    body: String,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let step = fields.get("act").and_then(Step::decision).ok_or(ExcuseRefusal::State)?;
    let version = fields.get("version").and_then(|version| version.parse().ok());
    let mut tx = db.write().await?;
    let of = decidable(&mut tx, &who, *id).await?;
    let covered = store::covered(&mut tx, of.id).await?;
    let is_ticked = |record: &Uuid| fields.is_on(&format!("r-{record}"));
    let decision = Decision {
        step,
        note: fields.get("note").unwrap_or_default().to_owned(),
        lines: covered.iter().map(|absence| absence.record).filter(is_ticked).collect(),
        version: version.ok_or(ExcuseRefusal::Version)?,
    };
    let hand = hand(&who, &client, clock.now());
    desk.decide_excuse(&mut tx, &of, &decision, &hand).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/justifications/{id}")))
}

async fn decidable(tx: &mut Tx, who: &SignedIn, id: Uuid) -> web::Result<Justification> {
    let within = May::of(who).within(Permission::DecideAbsences)?;
    store::decidable(tx, &within, id).await?.ok_or(Error::NotFound)
}
