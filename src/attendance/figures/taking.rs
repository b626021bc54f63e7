//! The table of figures to take away.
use super::asking::Asked;
use super::records::{CSV_TYPE, attached, exported};
use super::workbook::{self, Workbook};
use super::{By, Column, Row, Taker, rows};
use crate::attendance::documents::{establishment, writing, written};
use crate::attendance::may::May;
use crate::attendance::proof::FiguresSheet;
use crate::attendance::roll::Parts;
use crate::attendance::{RollRefusal, store};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::rows::{Cell, semicolons};
use crate::web::query::Fields;
use crate::web::{self, Client, Error, Frame};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// Rows that somebody prints.
const PRINTED: usize = 2_000;
/// What stands on paper: as much as fits beside a name.
const PAPER: [Column; 5] =
    [Column::Absence, Column::Unjustified, Column::Absent, Column::Lates, Column::HalfDays];

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

/// `/attendance/figures.pdf`
pub(in crate::attendance) async fn pdf(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, taker) = asked(&request, &frame, (&who, &client), &parts)?;
    table_pdf(&asked, &taker, &parts).await
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

/// What fits on paper, one page or many.
pub async fn table_pdf(asked: &Asked, taker: &Taker, parts: &Parts) -> web::Result<HttpResponse> {
    exported(&parts.0, taker, "figures", asked).await?;
    let mut rows = table(asked, taker, parts).await?;
    if rows.len() > PRINTED {
        return Err(RollRefusal::Paper.into());
    }
    let (lang, desk) = (taker.lang, &parts.2);
    let mut tx = parts.0.read().await?;
    let limit = taker.hand.now - desk.rules.grace;
    let whole = rows_of_all(&mut tx, asked, taker, limit).await?;
    let filters = filters(&mut tx, asked, taker).await?;
    drop(tx);
    rows.extend(whole.filter(|_| !rows.is_empty()));
    let heads = [asked.by.label()].into_iter().chain(PAPER.map(Column::label));
    let cells = |row: &Row| {
        let figures = PAPER.map(|column| column.shown(row, lang));
        [row.name.clone()].into_iter().chain(figures).collect()
    };
    let sheet = FiguresSheet {
        establishment: establishment(desk, taker.within.only_school().as_ref()),
        days: (asked.since, asked.until),
        filters,
        heads: heads.map(|key| lang.t(key)).collect(),
        rows: rows.iter().map(cells).collect(),
    };
    let writing = writing(desk, lang, taker.hand.now);
    // Few at once: a long table takes much room while it is laid out.
    let turn = desk.vault.turns.clone().acquire_owned().await.map_err(Error::internal)?;
    let answer = written(name(asked, "pdf"), move || sheet.pdf(&writing)).await;
    drop(turn);
    answer
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

/// All of it as one row, which says so.
async fn rows_of_all(
    tx: &mut Tx,
    asked: &Asked,
    taker: &Taker,
    limit: DateTime<Utc>,
) -> sqlx::Result<Option<Row>> {
    let whole = rows(tx, (By::All, &taker.within), &asked.of, (taker.lang, limit)).await?;
    let name = taker.lang.t("figures-whole");
    Ok(whole.into_iter().next().map(|row| Row { name, ..row }))
}

/// What narrows the question, as people read it.
async fn filters(
    tx: &mut Tx,
    asked: &Asked,
    taker: &Taker,
) -> sqlx::Result<Vec<(&'static str, String)>> {
    let mut said = Vec::new();
    if let Some(wanted) = asked.of.programme {
        let all = store::programme_rows(tx, &taker.within).await?;
        let named = all.into_iter().find(|(id, ..)| *id == wanted);
        said.extend(named.map(|(_, _, name)| ("figures-programme", name)));
    }
    if let Some(wanted) = asked.of.subject {
        let all = store::subjects(tx, &taker.within).await?;
        let named = all.into_iter().find(|row| row.id == wanted);
        said.extend(named.map(|row| ("roll-subject", row.name)));
    }
    said.extend(asked.of.kind.clone().map(|kind| ("roll-kind", kind)));
    Ok(said)
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
