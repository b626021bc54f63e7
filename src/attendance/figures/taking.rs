//! The table of figures to take away.
use super::asking::Asked;
use super::records::{CSV_TYPE, attached, exported};
use super::workbook::{self, Workbook};
use super::{Column, Row, Taker, rows};
use crate::attendance::may::May;
use crate::attendance::roll::Parts;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::rows::{Cell, semicolons};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::{HttpRequest, HttpResponse};

/// `/attendance/figures.csv`
pub(in crate::attendance) async fn csv(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, taker) = asked(&request, &frame, (&who, &client), &parts)?;
    table_csv(&asked, &taker, &parts).await
}

/// `/attendance/figures.xlsx`
pub(in crate::attendance) async fn xlsx(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, taker) = asked(&request, &frame, (&who, &client), &parts)?;
    table_xlsx(&asked, &taker, &parts).await
}

fn asked(
    request: &HttpRequest,
    frame: &Frame,
    (who, client): (&SignedIn, &Client),
    (_, clock, desk): &Parts,
) -> web::Result<(Asked, Taker)> {
    let query = Fields::parse(request.query_string())?;
    let within = May::of(who).within(Permission::SeeRates)?;
    let taker = Taker::person((who, client), within, (frame.lang, clock.now()));
    Ok((Asked::read(&query, desk, clock.now()), taker))
}

/// Semicolons, with a mark for UTF-8.
pub async fn table_csv(asked: &Asked, taker: &Taker, parts: &Parts) -> web::Result<HttpResponse> {
    exported(&parts.0, taker, "figures", asked).await?;
    let rows = table(asked, taker, parts).await?;
    let head = head(asked);
    let mut text = format!("\u{feff}{}", semicolons(head.map(|cell| Cell::Text(cell.to_owned()))));
    for row in &rows {
        text.push_str(&semicolons(cells(row)));
    }
    Ok(attached(CSV_TYPE, &name(asked, "csv")).body(text))
}

/// A workbook.
pub async fn table_xlsx(asked: &Asked, taker: &Taker, parts: &Parts) -> web::Result<HttpResponse> {
    exported(&parts.0, taker, "figures", asked).await?;
    let rows = table(asked, taker, parts).await?;
    let mut book = Workbook::begin(head(asked).map(str::to_owned).to_vec())?;
    for row in &rows {
        book.add(cells(row))?;
    }
    let body = book.end().await?;
    Ok(attached(workbook::TYPE, &name(asked, "xlsx")).streaming(body))
}

/// The rows that were asked for, in their order.
pub async fn table(asked: &Asked, taker: &Taker, (db, _, desk): &Parts) -> web::Result<Vec<Row>> {
    let mut tx = db.read().await?;
    let limit = taker.hand.now - desk.rules.grace;
    let which = (asked.by, &taker.within);
    let mut rows = rows(&mut tx, which, &asked.of, (taker.lang, limit)).await?;
    asked.sort(&mut rows);
    Ok(rows)
}

fn name(asked: &Asked, end: &str) -> String {
    format!("figures-{}-{}-{}.{end}", asked.by.as_str(), asked.since, asked.until)
}

fn head(asked: &Asked) -> [&'static str; Column::ALL.len() + 1] {
    let mut head = [asked.by.as_str(); Column::ALL.len() + 1];
    for (place, column) in head.iter_mut().skip(1).zip(Column::ALL) {
        *place = column.as_str();
    }
    head
}

fn cells(row: &Row) -> [Cell; Column::ALL.len() + 1] {
    let mut cells = [const { Cell::Number(0) }; Column::ALL.len() + 1];
    for (place, column) in cells.iter_mut().skip(1).zip(Column::ALL) {
        *place = column.cell(row);
    }
    cells[0] = Cell::Text(row.name.clone());
    cells
}
