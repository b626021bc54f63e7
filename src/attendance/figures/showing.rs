//! `/attendance/figures`
use super::asking::Asked;
use super::{By, Column, Row, rows};
use crate::attendance::creating::KINDS;
use crate::attendance::may::May;
use crate::attendance::pages::{Bar, Choice, FigureHead, FigureRow, FiguresPage};
use crate::attendance::roll::Parts;
use crate::attendance::store::{self, Within};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::Permission;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

/// Rows of one page.
const PAGE: i64 = 25;
/// Formats of the lines themselves, and how their files end.
const RECORDS: [(&str, &str); 3] = [("CSV", "csv"), ("XLSX", "xlsx"), ("JSON", "jsonl")];
/// Where it is.
const HERE: &str = "/attendance/figures";

/// The table, and its bars.
pub(in crate::attendance) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let asked = Asked::read(&query, &desk, clock.now());
    let paging = Paging::read(&query, PAGE);
    let within = May::of(&who).within(Permission::SeeRates)?;
    let (lang, limit) = (frame.lang, clock.now() - desk.rules.grace);
    let mut tx = db.read().await?;
    let mut all = rows(&mut tx, (asked.by, &within), &asked.of, (lang, limit)).await?;
    let whole = rows(&mut tx, (By::All, &within), &asked.of, (lang, limit)).await?;
    let page = offered(&mut tx, &asked, &within, lang).await?;
    drop(tx);
    asked.sort(&mut all);
    let mut here: Vec<Row> =
        all.into_iter().skip(usize::try_from(paging.skip).unwrap_or(0)).collect();
    let order = (asked.sort, asked.is_down);
    let (before, behind) = paging.turn(&mut here, |skip| asked.address(HERE, order, skip));
    let may_take = May::of(&who).anywhere(Permission::SeeAttendance);
    let page = FiguresPage {
        shell: who.shell(&frame, Place::Attendance),
        heads: heads(&asked),
        name_head: head(&asked, None),
        rows: here.iter().map(|row| shown(row, lang)).collect(),
        whole: whole.first().map(|row| shown(row, lang)),
        bars: here.iter().enumerate().map(|(place, row)| bar(place, row, lang)).collect(),
        before,
        behind,
        tables: files(&asked, "figures", &[("CSV", "csv"), ("XLSX", "xlsx"), ("PDF", "pdf")]),
        records: if may_take { files(&asked, "records", &RECORDS) } else { Vec::new() },
        ..page
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Addresses of files in this order, with the name of each format.
fn files(
    asked: &Asked,
    what: &str,
    formats: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let order = (asked.sort, asked.is_down);
    let of = |end: &str| asked.address(&format!("/attendance/{what}.{end}"), order, 0);
    formats.iter().map(|(format, end)| (*format, of(end))).collect()
}

/// The filters with what is picked.
async fn offered(
    tx: &mut Tx,
    asked: &Asked,
    within: &Within,
    lang: Lang,
) -> sqlx::Result<FiguresPage> {
    let choice = |id: &str, label: String, is_on| Choice { id: id.to_owned(), label, is_on };
    let mut programmes = Vec::new();
    for (id, _, name) in store::programme_rows(tx, within).await? {
        programmes.push(choice(&id.to_string(), name, asked.of.programme == Some(id)));
    }
    let mut subjects = Vec::new();
    for row in store::subjects(tx, within).await? {
        subjects.push(choice(&row.id.to_string(), row.name, asked.of.subject == Some(row.id)));
    }
    let kind = |(kind, key): (&str, &str)| {
        choice(kind, lang.t(key), asked.of.kind.as_deref() == Some(kind))
    };
    let by = |by: By| choice(by.as_str(), lang.t(by.label()), asked.by == by);
    Ok(FiguresPage {
        by: By::OFFERED.into_iter().map(by).collect(),
        programmes,
        subjects,
        kinds: KINDS.into_iter().map(kind).collect(),
        from: asked.since.to_string(),
        until: asked.until.to_string(),
        ..FiguresPage::default()
    })
}

fn heads(asked: &Asked) -> Vec<FigureHead> {
    Column::ALL.into_iter().map(|column| head(asked, Some(column))).collect()
}

/// A head leads to the table in its order, and a second time to the other way round. Figures begin
/// with the largest.
fn head(asked: &Asked, column: Option<Column>) -> FigureHead {
    let is_here = asked.sort == column;
    let way = if is_here { !asked.is_down } else { column.is_some() };
    FigureHead {
        label: column.map_or(asked.by.label(), Column::label),
        address: asked.address(HERE, (column, way), 0),
        sorted: match (is_here, asked.is_down) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        },
    }
}

fn shown(row: &Row, lang: Lang) -> FigureRow {
    let cell = |column: Column| (column.label(), column.shown(row, lang));
    FigureRow { name: row.name.clone(), cells: Column::ALL.into_iter().map(cell).collect() }
}

fn bar(place: usize, row: &Row, lang: Lang) -> Bar {
    Bar {
        place,
        name: row.name.clone(),
        absence: row.absence_rate(),
        unjustified: row.unjustified_rate().unwrap_or_default(),
        said: Column::Absence.shown(row, lang),
    }
}
