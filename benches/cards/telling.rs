//! Services are told of every card; then one is lost.
use super::connection::Connection;
use super::office::Office;
use super::services::Services;
use super::students::post;
use super::table;
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// So long nothing may come of it.
const PATIENCE: Duration = Duration::from_mins(30);

/// The jobs that the cards asked for, as the service does them.
pub(crate) fn tell(office: &Office, services: &Services) -> Result<()> {
    let cards = office.students.len();
    let bare = bare(services)?;
    let start = Instant::now();
    let _inside = office.runtime.enter();
    let running = office.parts.runner().start();
    while services.router.look().cards.len() < cards || services.izly.look().cards.len() < cards {
        ensure!(start.elapsed() < PATIENCE, "services were not told of everybody");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let baseline = (bare, "calls that are refused, two at a time");
    table::stage("told to the router and the CROUS", cards, start.elapsed(), baseline);
    one_is_lost(office, services)?;
    office.runtime.block_on(running.stop(Duration::from_secs(10)));
    let held = office.count("SELECT count(*) FROM card_told WHERE state NOT IN ('on', 'off')")?;
    ensure!(held == 0, "{held} were not told");
    Ok(())
}

/// From the form of a student until both services know.
fn one_is_lost(office: &Office, services: &Services) -> Result<()> {
    let student = office.students.first().context("somebody")?;
    let mut line = Connection::open(office.running.address)?;
    let working = || services.izly.look().cards.values().filter(|(.., works)| *works).count();
    let (before, host) = (working(), office.running.address);
    let get = format!("GET /cards HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n\r\n", student.cookie);
    ensure!(line.ask(get.as_bytes())? == 200, "their cards");
    let page = String::from_utf8_lossy(line.body()).into_owned();
    let stop = page.split('"').find(|it| it.starts_with("/cards/") && it.ends_with("/stop"));
    let start = Instant::now();
    post(
        &mut line,
        stop.context("a way to stop it")?,
        student,
        &format!("csrf={}&why=lost", student.csrf),
    )?;
    while working() == before {
        ensure!(start.elapsed() < PATIENCE, "the CROUS was not told");
        std::thread::park_timeout(Duration::from_millis(1));
    }
    println!(
        "{:<36} {:>7.0} ms",
        "lost, until the CROUS knows",
        start.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}

/// How many cards a second could be told by calls alone: two services, four calls a card.
fn bare(services: &Services) -> Result<f64> {
    let runtime = Runtime::new()?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let (router, izly) = (services.router.url(), services.izly.url());
    let calls = table::rate(|| {
        runtime.block_on(async {
            let ask = |url: &str| client.post(format!("{url}/persons")).body("{}").send();
            let (one, other) = tokio::join!(ask(&router), ask(&izly));
            one?;
            other.map(drop)
        })
    })?;
    Ok(calls * 2.0 / 4.0)
}
