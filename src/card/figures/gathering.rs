//! From sums to charts.
use super::super::state::State;
use super::super::stop::Why;
use super::asking::Asked;
use super::pages::{Chart, ChartRow};
use super::store::{self, By, Shares};
use crate::db::Tx;
use crate::web::lang::Lang;
use chrono::{DateTime, NaiveDate, Utc};

/// Names of what is dated on cards, in the order of [`store::DATED`].
const DATED: [&str; 4] =
    ["card-stat-requested", "card-stat-encoded", "card-stat-enabled", "card-stat-delivered"];
/// Names of the interval in which somebody has so many cards.
const EACH: [&str; 4] = ["card-stat-one", "card-stat-two", "card-stat-three", "card-stat-more"];

/// Everything that is shown, in its order; charts without a figure are left out.
pub(super) async fn charts(tx: &mut Tx, asked: &Asked, lang: Lang) -> sqlx::Result<Vec<Chart>> {
    let mut all = vec![
        states(tx, asked, lang).await?,
        kinds(tx, asked).await?,
        dated(tx, ("months", "card-stat-months"), asked, lang).await?,
        dated(tx, ("days", "card-stat-days"), asked, lang).await?,
        worded(tx, By::Refusal, asked, lang).await?,
        worded(tx, By::Why, asked, lang).await?,
        worded(tx, By::Print, asked, lang).await?,
        shares(store::shares(tx, &asked.of).await?, lang),
        due(tx, asked, lang).await?,
        each(tx, asked, lang).await?,
    ];
    all.retain(|chart| chart.most() > 0);
    Ok(all)
}

async fn states(tx: &mut Tx, asked: &Asked, lang: Lang) -> sqlx::Result<Chart> {
    let found = store::by(tx, By::State, &asked.of).await?;
    let row = |state: State| {
        let count = found.iter().find(|(word, _)| word == state.as_str()).map(|(_, count)| *count);
        count.map(|count| ChartRow::new(lang.t(state.label()), vec![count]))
    };
    let rows = State::ALL.into_iter().filter_map(row).collect();
    Ok(Chart::plain("states", "card-stat-states", rows))
}

async fn kinds(tx: &mut Tx, asked: &Asked) -> sqlx::Result<Chart> {
    let found = store::by(tx, By::Type, &asked.of).await?;
    let rows = found.into_iter().map(|(word, count)| ChartRow::new(word, vec![count]));
    Ok(Chart::plain("types", "card-stat-types", rows.collect()))
}

/// Cards asked for, written, enabled and handed out, month by month or day by day.
async fn dated(
    tx: &mut Tx,
    (id, title): (&'static str, &'static str),
    asked: &Asked,
    lang: Lang,
) -> sqlx::Result<Chart> {
    let is_months = id == "months";
    let spans = if is_months { &asked.months } else { &asked.days };
    let found = store::dated(tx, &beginnings(spans), &asked.of).await?;
    let count = |what: i64, place: i64| {
        let at = found.iter().find(|(of, at, _)| (*of, *at) == (what, place));
        at.map_or(0, |(_, _, count)| *count)
    };
    let row = |(place, (day, _)): (i64, &(NaiveDate, DateTime<Utc>))| {
        let label = if is_months { lang.month_of(*day) } else { lang.day(*day) };
        ChartRow::new(label, (0..4).map(|what| count(what, place)).collect())
    };
    let last = spans.len().saturating_sub(1);
    let mut rows: Vec<ChartRow> = (0..).zip(&spans[..last]).map(row).collect();
    let is_empty = |row: &ChartRow| row.values.iter().all(|value| *value == 0);
    if is_months {
        // The months before the first and behind the last figure say nothing.
        let first = rows.iter().position(|row| !is_empty(row)).unwrap_or(0);
        rows.drain(..first);
        while rows.last().is_some_and(is_empty) {
            rows.pop();
        }
    } else {
        rows.retain(|row| !is_empty(row));
    }
    Ok(Chart { series: DATED.to_vec(), ..Chart::plain(id, title, rows) })
}

async fn worded(tx: &mut Tx, by: By, asked: &Asked, lang: Lang) -> sqlx::Result<Chart> {
    let (id, title) = match by {
        By::Why => ("why", "card-stat-why"),
        By::Print => ("print", "card-stat-print"),
        _ => ("refusals", "card-stat-refusals"),
    };
    let name = |word: &str| match by {
        By::Why => Why::parse(word).map_or("card-why-none", Why::label),
        By::Print if word == "printed" => "card-print-printed",
        By::Print => "card-print-misprinted",
        _ => State::parse(word).map_or("card-stat-other", State::label),
    };
    let found = store::by(tx, by, &asked.of).await?;
    let rows =
        found.into_iter().map(|(word, count)| ChartRow::new(lang.t(name(&word)), vec![count]));
    Ok(Chart::plain(id, title, rows.collect()))
}

fn shares(of: Shares, lang: Lang) -> Chart {
    let rows = [
        ("card-stat-working", of.working),
        ("card-stat-photo", of.photo),
        ("card-stat-european", of.european),
        ("card-stat-crous", of.crous),
        ("card-stat-undelivered", of.undelivered),
    ];
    let row = |(name, count): (&str, i64)| {
        let percent = (count * 100 + of.working / 2) / of.working.max(1);
        let share = lang.t_with("card-stat-percent", &[("percent", &percent.to_string())]);
        ChartRow { share, ..ChartRow::new(lang.t(name), vec![count]) }
    };
    Chart::plain("shares", "card-stat-shares", rows.into_iter().map(row).collect())
}

/// Cards that work and end in this month and the twelve behind it.
async fn due(tx: &mut Tx, asked: &Asked, lang: Lang) -> sqlx::Result<Chart> {
    let found = store::due(tx, &beginnings(&asked.ahead), &asked.of).await?;
    let row = |(place, (day, _)): (i64, &(NaiveDate, DateTime<Utc>))| {
        let count = found.iter().find(|(at, _)| *at == place).map_or(0, |(_, count)| *count);
        ChartRow::new(lang.month_of(*day), vec![count])
    };
    let last = asked.ahead.len().saturating_sub(1);
    let rows = (0..).zip(&asked.ahead[..last]).map(row).collect();
    Ok(Chart::plain("due", "card-stat-due", rows))
}

async fn each(tx: &mut Tx, asked: &Asked, lang: Lang) -> sqlx::Result<Chart> {
    let found = store::each(tx, &asked.of).await?;
    let name = |many: i64| usize::try_from(many - 1).ok().and_then(|at| EACH.get(at));
    let row = |(many, people): &(i64, i64)| {
        name(*many).map(|name| ChartRow::new(lang.t(name), vec![*people]))
    };
    Ok(Chart::plain("each", "card-stat-each", found.iter().filter_map(row).collect()))
}

fn beginnings(spans: &[(NaiveDate, DateTime<Utc>)]) -> Vec<DateTime<Utc>> {
    spans.iter().map(|(_, at)| *at).collect()
}
