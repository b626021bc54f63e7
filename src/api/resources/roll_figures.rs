//! Figures of attendance, and its lines to take away.
use super::attendance::Parts;
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Line, Query};
use crate::attendance::figures::{
    Asked, By, Row, Span, Taker, lines_csv, lines_json, lines_xlsx, table, table_csv, table_pdf,
    table_xlsx,
};
use crate::attendance::store::Within;
use crate::web::lang::Lang;
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct StatsQuery {
    /// By what rows are told apart; by group when it is left out.
    #[param(inline)]
    by: Option<By>,
    /// The first day; 1 August when it is left out.
    from: Option<NaiveDate>,
    /// The last day; today when it is left out.
    until: Option<NaiveDate>,
    /// Only this programme.
    programme: Option<Uuid>,
    /// Only this subject.
    subject: Option<Uuid>,
    /// Only this kind of séance.
    #[param(value_type = Option<String>, max_length = 8, pattern = r"^[^\x00-\x1f\x7f]*$")]
    kind: Option<Line<8>>,
}

/// One row of figures: minutes, counts, and rates in tenths of a percent.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct StatRow {
    /// Of whom or of what; null for a month.
    id: Option<Uuid>,
    /// What it is of.
    name: String,
    /// Planned minutes of what counts.
    expected_minutes: i64,
    /// Minutes of absences.
    absent_minutes: i64,
    /// Minutes of those that nobody excused.
    unjustified_minutes: i64,
    /// Rate of attendance; null when nothing was planned.
    attendance_rate: Option<i64>,
    /// Rate of absence.
    absence_rate: Option<i64>,
    /// Rate of absences that nobody excused.
    unjustified_rate: Option<i64>,
    /// How often late.
    lates: i64,
    /// Minutes late.
    minutes_late: i64,
    /// Half-days with an absence in them.
    half_days: i64,
    /// Those with an absence that nobody excused.
    unjustified_half_days: i64,
    /// Half-days by their minutes, in tenths.
    computed_half_days: i64,
    /// Rolls that nobody called.
    not_called: i64,
    /// Of those that are over.
    not_called_rate: Option<i64>,
    /// Median of the minutes until rolls were opened.
    delay_minutes: Option<i64>,
}

/// All rows.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Stats {
    /// In the order of names.
    items: Vec<StatRow>,
}

/// What is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum ExportKind {
    /// The lines of rolls.
    Records,
    /// The table of figures.
    Figures,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum ExportFormat {
    /// UTF-8 with a mark, semicolons.
    Csv,
    /// A workbook.
    Xlsx,
    /// One object a line for records, one document for figures.
    Json,
    /// On paper: figures only.
    Pdf,
}

impl From<&Row> for StatRow {
    fn from(row: &Row) -> Self {
        Self {
            id: row.id,
            name: row.name.clone(),
            expected_minutes: row.expected,
            absent_minutes: row.absent,
            unjustified_minutes: row.unjustified,
            attendance_rate: row.attendance_rate(),
            absence_rate: row.absence_rate(),
            unjustified_rate: row.unjustified_rate(),
            lates: row.lates,
            minutes_late: row.minutes_late,
            half_days: row.half_days,
            unjustified_half_days: row.unjustified_half_days,
            computed_half_days: row.computed(),
            not_called: row.uncalled,
            not_called_rate: row.uncalled_rate(),
            delay_minutes: row.delay(),
        }
    }
}

fn asked(
    caller: &Caller,
    query: StatsQuery,
    (_, _, desk): &Parts,
    now: DateTime<Utc>,
) -> (Asked, Taker) {
    let span = Span {
        from: query.from,
        until: query.until,
        programme: query.programme,
        subject: query.subject,
        kind: query.kind.map(|kind| kind.0),
    };
    let within = Within::schools(caller.schools());
    let taker = Taker { within, hand: caller.hand(now), lang: Lang::En };
    (Asked::of(query.by.unwrap_or(By::Group), span, desk, now), taker)
}

async fn told(asked: &Asked, taker: &Taker, parts: &Parts) -> web::Result<HttpResponse> {
    let rows = table(asked, taker, parts).await?;
    Ok(answer::json(&Stats { items: rows.iter().map(StatRow::from).collect() }))
}

/// Add attendance up
///
/// What is closed, confirmed and compulsory; a rate of many is a quotient of sums.
#[utoipa::path(get, path = "/api/v1/stats", tag = "attendance", params(StatsQuery),
    responses((status = 200, description = "Figures", body = Stats)))]
pub(in crate::api) async fn stats(
    caller: Caller,
    (Query(query), parts): (Query<StatsQuery>, Parts),
) -> web::Result<HttpResponse> {
    let now = parts.1.now();
    let (asked, taker) = asked(&caller, query, &parts, now);
    told(&asked, &taker, &parts).await
}

/// Take lines or figures away
///
/// The same files as those of the pages; each one that is taken away is recorded.
#[utoipa::path(get, path = "/api/v1/exports/{kind}.{format}", tag = "attendance",
    params(
        ("kind" = inline(ExportKind), Path, description = "What", example = "records"),
        ("format" = inline(ExportFormat), Path, description = "In which form", example = "csv"),
        StatsQuery,
    ),
    responses((status = 200, description = "The file", content(
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (String = "application/x-ndjson"),
        (String = "application/pdf"),
        (Stats = "application/json"),
    ))))]
pub(in crate::api) async fn export(
    caller: Caller,
    (path, Query(query), parts): (Path<(String, String)>, Query<StatsQuery>, Parts),
) -> web::Result<HttpResponse> {
    let now = parts.1.now();
    let (asked, taker) = asked(&caller, query, &parts, now);
    match (path.0.as_str(), path.1.as_str()) {
        ("records", "csv") => lines_csv(&asked, taker, &parts).await,
        ("records", "xlsx") => lines_xlsx(&asked, taker, &parts).await,
        ("records", "json") => lines_json(&asked, taker, &parts).await,
        ("figures", "csv") => table_csv(&asked, &taker, &parts).await,
        ("figures", "pdf") => table_pdf(&asked, &taker, &parts).await,
        ("figures", "xlsx") => table_xlsx(&asked, &taker, &parts).await,
        ("figures", "json") => told(&asked, &taker, &parts).await,
        _ => Err(Error::NotFound),
    }
}
