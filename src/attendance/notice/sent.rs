//! `/attendance/alerts/sent`: what was told, to whom, and who could not be told.
use super::admin::within;
use super::pages::{NoticeLine, Sent, SentLine};
use super::rule::value_said;
use super::store::{self, NoticeRow, SentRow};
use crate::attendance::desk::Desk;
use crate::attendance::roll::Parts;
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::mail::pages::{state, tone};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// Alerts of one page.
const PAGE: i64 = 50;

/// The newest first.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let paging = Paging::read(&query, PAGE);
    let within = within(&who)?;
    let mut tx = db.read().await?;
    let mut found = store::sent(&mut tx, &within, (paging.skip, paging.limit())).await?;
    let address = |skip: i64| format!("/attendance/alerts/sent?skip={skip}");
    let (before, behind) = paging.turn(&mut found, address);
    let mut rows = Vec::new();
    for one in &found {
        rows.push(line(&mut tx, (&desk, frame.lang), one).await?);
    }
    let shell = who.shell(&frame, Place::Attendance);
    Ok(Page(Sent { shell, rows, before, behind }).with(StatusCode::OK))
}

async fn line(tx: &mut Tx, (desk, lang): (&Desk, Lang), of: &SentRow) -> sqlx::Result<SentLine> {
    let at = |at: DateTime<Utc>| lang.moment(at.with_timezone(&desk.zone).naive_local());
    let days = of.span.said(of.since, lang);
    let letters = store::letters_of(tx, of.id).await?;
    Ok(SentLine {
        id: of.id.to_string(),
        name: of.display_name.clone(),
        rule: super::rule::name_said(&of.code, &of.name, lang),
        value: value_said(of.metric, of.value, lang),
        days: match of.subject_name.as_str() {
            "" => days,
            subject => format!("{days}, {subject}"),
        },
        at: at(of.sent_at),
        notices: store::notices(tx, of.id).await?.iter().map(notice).collect(),
        letters: letters
            .into_iter()
            .map(|(made, wording)| (at(made), wording.unsigned_abs()))
            .collect(),
    })
}

fn notice(of: &NoticeRow) -> NoticeLine {
    let kind = match of.kind.as_str() {
        "student" => "alert-to-student",
        "secretariat" => "alert-to-secretariat",
        "teacher" => "alert-to-teachers",
        "guardian" => "alert-to-guardian",
        "employer" => "alert-to-employer",
        _ => "alert-to-fixed",
    };
    let known = of.display_name.clone().filter(|_| of.kind != "student");
    let parts = [known.unwrap_or_default(), of.address.clone()];
    let who: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let (state, tone) = match of.state {
        _ if of.address.is_empty() => ("alert-no-address", "warn"),
        Some(it) => (state(it), tone(it)),
        None => ("alert-forgotten", ""),
    };
    NoticeLine {
        kind,
        who: who.join(", "),
        state,
        tone,
        wording: of.wording.map(i64::unsigned_abs),
    }
}
