//! Lists that programs bring in: timetables, members, marks.
use super::attendance::Parts;
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query, SchoolCode, unusable};
use crate::api::once::Once;
use crate::attendance::RollRefusal;
use crate::attendance::import::{How, Kind, LONGEST, Report, SUMMARY, Wish, Wrong};
use crate::identity::Rne;
use crate::web::body::Intake;
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What the path takes.
pub(in crate::api) const LISTS: Intake = Intake::of(&["text/csv", "text/calendar"], LONGEST as u64);
/// A timetable of one séance, as columns and as a calendar.
const CSV: &str = "\
    ext_id;date;start;end;programme;subject;type;groups;teachers;room;compulsory\n\
    4711;2027-01-20;08:00;10:00;M1MIAGE;SSI;TD;TD1;;B-214;1\n";
const ICAL: &str = "\
    BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:4711\r\nDTSTART:20270120T070000Z\r\n\
    DTEND:20270120T090000Z\r\nSUMMARY:TD - SSI - M1MIAGE TD1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// Lines that a refusal names.
const NAMED: usize = 3;

/// What is in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum ListKind {
    /// Séances of a timetable.
    Sessions,
    /// Members of groups.
    Members,
    /// Marks on rolls.
    Marks,
}

/// How a list is brought in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ListQuery {
    /// Code of the school.
    #[param(value_type = String, pattern = "^[0-9A-Z]{6,32}$", example = "0759802X")]
    rne: SchoolCode,
    /// What is in a CSV list; séances when it is left out.
    #[param(inline)]
    list: Option<ListKind>,
    /// Only say what would be done.
    dry_run: Option<bool>,
    /// Leave out lines that cannot be used, instead of bringing nothing in.
    skip_errors: Option<bool>,
    /// Go on even if more than a fifth of what is kept would change.
    sure: Option<bool>,
    /// Name of the timetable.
    #[param(value_type = Option<String>, max_length = 64, pattern = r"^[^\x00-\x1f\x7f]*$")]
    source: Option<Line<64>>,
    /// How the title of an event is read: a regular expression.
    #[param(value_type = Option<String>, max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$")]
    summary: Option<Line<500>>,
    /// Login of somebody who teaches all of a calendar.
    #[param(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$")]
    teacher: Option<Line<200>>,
}

/// Bring a CSV list in
///
/// The columns are those of `docs/attendance.md`. What comes of a dry run is not kept under the
/// `Idempotency-Key`.
#[utoipa::path(post, path = "/api/v1/imports/csv", tag = "attendance", params(ListQuery),
    request_body(content = String, content_type = "text/csv", example = json!(CSV)),
    responses(
        (status = 200, description = "What was done, or would be", body = Report),
        (status = 409, description = "More than a fifth would change (E-ROLL-SWEEPING)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn csv(
    caller: Caller,
    (Query(query), once, parts): (Query<ListQuery>, Once, Parts),
) -> web::Result<HttpResponse> {
    let kind = match query.list {
        Some(ListKind::Sessions) | None => Kind::Sessions,
        Some(ListKind::Members) => Kind::Members,
        Some(ListKind::Marks) => Kind::Marks,
    };
    bring(caller, (query, kind), once, parts).await
}

/// Bring an iCalendar in
///
/// It is whole: what it does not name any more is an orphan. What comes of a dry run is not kept under
/// the `Idempotency-Key`.
#[utoipa::path(post, path = "/api/v1/imports/ical", tag = "attendance", params(ListQuery),
    request_body(content = String, content_type = "text/calendar", example = json!(ICAL)),
    responses(
        (status = 200, description = "What was done, or would be", body = Report),
        (status = 409, description = "More than a fifth would change (E-ROLL-SWEEPING)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn ical(
    caller: Caller,
    (Query(query), once, parts): (Query<ListQuery>, Once, Parts),
) -> web::Result<HttpResponse> {
    bring(caller, (query, Kind::Calendar), once, parts).await
}

async fn bring(
    caller: Caller,
    (query, kind): (ListQuery, Kind),
    once: Once,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    // Without a body nobody says of what kind it is: an empty calendar would name nothing any more.
    if once.bytes().is_empty() {
        return Err(unusable("nothing was sent"));
    }
    let rne = Rne::parse(&query.rne.0).map_err(|_| unusable("rne is no code of a school"))?;
    if caller.schools().is_some_and(|schools| !schools.contains(&rne)) {
        return Err(Error::NotFound);
    }
    let text = |given: Option<String>, usual: &str| given.unwrap_or_else(|| usual.to_owned());
    let wish = Wish {
        kind,
        source: text(query.source.map(|it| it.0), "timetable"),
        summary: text(query.summary.map(|it| it.0), SUMMARY),
        teachers: query.teacher.map(|it| it.0).into_iter().collect(),
    };
    match wish.wrong() {
        Some("import-wrong-source") => return Err(unusable("source is no name")),
        Some("import-wrong-teachers") => return Err(unusable("teacher is no login")),
        Some(_) => return Err(unusable("summary is no regular expression")),
        None => {}
    }
    let now = clock.now();
    let how = How {
        rne,
        is_dry: query.dry_run.unwrap_or_default(),
        skips: query.skip_errors.unwrap_or_default(),
        is_sure: query.sure.unwrap_or_default(),
        hand: caller.hand(now),
        rules: desk.rules.clone(),
        zone: desk.zone,
    };
    let (file, zone) = (once.bytes().to_vec(), desk.zone);
    let read = actix_web::web::block(move || wish.read(file, zone)).await;
    let (list, wrong) = read.map_err(Error::internal)?;
    if !how.is_dry
        && let Some(answer) = once.answered(&mut db.read().await?, &caller, now).await?
    {
        return Ok(answer);
    }
    let looked = desk.look(&db, &how, (&list, wrong)).await?;
    if how.is_dry {
        return Ok(answer::json(&looked.report));
    }
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let report = desk.bring_in(&mut tx, &how, (&list, &looked)).await?;
    if !report.is_kept {
        return Err(refused(&report, how.skips));
    }
    let answer = receipt.keep(&mut tx, StatusCode::OK, &report).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Why nothing was brought in; a dry run tells everything.
fn refused(report: &Report, skips: bool) -> Error {
    if report.wrong.is_empty() || skips {
        return RollRefusal::Sweeping.into();
    }
    let line = |it: &Wrong| format!("{}: {}: {}", it.place, it.column, it.code);
    let lines: Vec<String> = report.wrong.iter().take(NAMED).map(line).collect();
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Refusal::new("E-ROLL-LINES", status, "roll.refused").subject(lines.join("; ")).into()
}
