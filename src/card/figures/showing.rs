//! The page, and the same figures to take away.
use super::super::photos::Parts;
use super::asking::Asked;
use super::gathering::charts;
use super::pages::{Choice, Statistics};
use super::store;
use crate::identity::SignedIn;
use crate::rights::{Reach, Scope};
use crate::rows::{Cell, semicolons};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

/// `/cards/office/statistics?year=2026&type=E`
pub(in crate::card) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let asked = Asked::read(&query, (&desk, &reach), clock.now());
    let mut tx = db.read().await?;
    let charts = charts(&mut tx, &asked, frame.lang).await?;
    let mut types = store::all_types(&mut tx).await?;
    drop(tx);
    types.retain(|kind| reach.covers(&Scope::CardType(kind.clone())));
    let year = |year: &i32| Choice {
        id: year.to_string(),
        label: format!("{year}–{}", year + 1),
        is_on: *year == asked.year,
    };
    let kind =
        |kind: String| Choice { is_on: kind == asked.card_type, label: kind.clone(), id: kind };
    let page = Statistics {
        years: asked.years.iter().map(year).collect(),
        types: types.into_iter().map(kind).collect(),
        csv: asked.address("/cards/office/statistics.csv"),
        charts,
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `/cards/office/statistics.csv`: the same, a line for each figure.
pub(in crate::card) async fn csv(
    request: HttpRequest,
    frame: Frame,
    ((who, reach), client): ((SignedIn, Reach), Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let asked = Asked::read(&query, (&desk, &reach), clock.now());
    let lang = frame.lang;
    let mut tx = db.read().await?;
    let charts = charts(&mut tx, &asked, lang).await?;
    drop(tx);
    let head = ["card-stat-chart", "card-stat-row", "card-stat-series", "card-stat-count"];
    let mut text = format!("\u{feff}{}", semicolons(head.map(|key| Cell::Text(lang.t(key)))));
    let mut rows = 0;
    for chart in &charts {
        for row in &chart.rows {
            for (series, value) in chart.series.iter().zip(&row.values) {
                let words = [lang.t(chart.title), row.label.clone(), lang.t(series)];
                let cells = words.map(Cell::Text).into_iter();
                text.push_str(&semicolons(cells.chain([Cell::Number(*value)])));
                rows += 1;
            }
        }
    }
    let mut tx = db.write().await?;
    let event = who.event("export.made").reason("card_statistics").field("rows", rows);
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"statistics.csv\""))
        .body(text))
}
