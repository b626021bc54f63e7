//! The table of figures to take away.
use super::asking::Asked;
use super::records::{CSV_TYPE, attached, exported};
use super::workbook::{self, Workbook};
use super::{Column, Row, rows};
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
    let (asked, rows) = found(&request, &frame, (&who, &client), &parts).await?;
    let head = head(&asked);
    let mut text = format!("\u{feff}{}", semicolons(head.map(|cell| Cell::Text(cell.to_owned()))));
    for row in &rows {
        text.push_str(&semicolons(cells(row)));
    }
    Ok(attached(CSV_TYPE, &name(&asked, "csv")).body(text))
}

/// `/attendance/figures.xlsx`
pub(in crate::attendance) async fn xlsx(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, rows) = found(&request, &frame, (&who, &client), &parts).await?;
    let mut book = Workbook::begin(head(&asked).map(str::to_owned).to_vec())?;
    for row in &rows {
        book.add(cells(row))?;
    }
    let body = book.end().await?;
    Ok(attached(workbook::TYPE, &name(&asked, "xlsx")).streaming(body))
}

/// The rows that were asked for, once it is written down who takes them.
async fn found(
    request: &HttpRequest,
    frame: &Frame,
    (who, client): (&SignedIn, &Client),
    (db, clock, desk): &Parts,
) -> web::Result<(Asked, Vec<Row>)> {
    let now = clock.now();
    let query = Fields::parse(request.query_string())?;
    let asked = Asked::read(&query, desk, now);
    let within = May::of(who).within(Permission::SeeRates)?;
    exported(db, (who, client), "figures", (&asked, now)).await?;
    let mut tx = db.read().await?;
    let limit = now - desk.rules.grace;
    let mut rows = rows(&mut tx, (asked.by, &within), &asked.of, (frame.lang, limit)).await?;
    asked.sort(&mut rows);
    Ok((asked, rows))
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
