//! The manager checks requests by the page, prints in batches, and the encoder writes the chips.
use super::connection::Connection;
use super::office::Office;
use super::students::{WITH_FILE, post, send, with_file};
use super::table;
use aiguillage::card::Hand;
use aiguillage::on;
use anyhow::{Result, ensure};
use std::fmt::Write;
use std::time::Instant;
use uuid::Uuid;

/// Cards of one page of the queue.
const PAGE: usize = 50;

/// From requests to cards that work.
pub(crate) fn lead(office: &Office, bare: f64) -> Result<()> {
    let mut line = Connection::open(office.running.address)?;
    let start = Instant::now();
    let asked = cards(office, "new")?;
    for page in asked.chunks(PAGE) {
        let mut form = format!("csrf={}&to=request_checked&state=new", office.manager.csrf);
        for (card, version) in page {
            write!(form, "&c-{card}={version}")?;
        }
        let led = post(&mut line, "/cards/office/bulk", &office.manager, &form)?;
        ensure!(led.contains("refused=0"), "{led}");
    }
    let row = (bare, "a row kept");
    table::stage("checked, fifty at a time", asked.len(), start.elapsed(), row);
    print(office, &mut line, bare)?;

    let start = Instant::now();
    zones(office, &mut line)?;
    table::stage("zones of their chips read", asked.len(), start.elapsed(), row);

    let start = Instant::now();
    let printed = cards(office, "printed")?;
    ensure!(printed.len() == asked.len(), "{} cards printed", printed.len());
    for (number, (card, _)) in (0_u64..).zip(&printed) {
        office.runtime.block_on(async {
            let mut tx = office.parts.db.write().await?;
            let hand = Hand::of_nobody(office.parts.clock.now());
            let csn = chip(number);
            let desk = &office.parts.cards;
            desk.encode(&mut tx, *card, &csn, &hand)
                .await
                .map_err(|it| anyhow::anyhow!("{it:?}"))?;
            tx.commit().await?;
            anyhow::Ok(())
        })?;
    }
    table::stage("chips written, cards enabled", printed.len(), start.elapsed(), row);
    let enabled = office.count("SELECT count(*) FROM card WHERE state = 'enabled'")?;
    ensure!(enabled == asked.len(), "{enabled} cards work");
    Ok(())
}

/// The number of a chip.
fn chip(number: u64) -> String {
    format!("04{number:012X}")
}

/// What the supplier wrote on the chips, as a file of the CROUS.
fn zones(office: &Office, line: &mut Connection) -> Result<()> {
    let mut file = String::from("a;b;c;d;e;f;g;h;i;j;k;l\n");
    for number in 0..u64::try_from(office.students.len())? {
        let zone = 990_000_000 + number;
        let csn = chip(number);
        writeln!(file, "250;01;5001;{csn};D2500001;;;;2F;11;{zone};15/06/2026")?;
    }
    let body = with_file(&office.manager, ("zones.csv", "text/csv", file.as_bytes()));
    let form = (WITH_FILE, body.as_slice());
    let status = send(line, "/cards/office/services/zones", &office.manager, form)?;
    ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(line.body()));
    let kept = office.count("SELECT count(*) FROM crous_smart_card")?;
    ensure!(kept == office.students.len(), "{kept} zones");
    Ok(())
}

/// Batches of five hundred, each taken as PDF and said to have come out well.
fn print(office: &Office, line: &mut Connection, bare: f64) -> Result<()> {
    let (mut made, mut taken, mut settled) = Default::default();
    let (who, mut count) = (&office.manager, 0);
    loop {
        let waiting = office.count("SELECT count(*) FROM card WHERE state = 'request_checked'")?;
        if waiting == 0 {
            break;
        }
        let start = Instant::now();
        let form = format!("csrf={}&print_all=1&state=request_checked&q=", who.csrf);
        let batch = post(line, "/cards/office/bulk", who, &form)?;
        let batch = batch.split('?').next().unwrap_or_default();
        made += start.elapsed();
        let start = Instant::now();
        let (host, cookie) = (office.running.address, &who.cookie);
        let get =
            format!("GET {batch}/cards.pdf HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
        ensure!(line.ask(get.as_bytes())? == 200, "{}", String::from_utf8_lossy(line.body()));
        taken += start.elapsed();
        let start = Instant::now();
        post(line, batch, who, &format!("csrf={}&how=all_printed", who.csrf))?;
        settled += start.elapsed();
        let left = office.count("SELECT count(*) FROM card WHERE state = 'request_checked'")?;
        ensure!(left < waiting, "nothing was printed");
        count += waiting - left;
    }
    let row = (bare, "a row kept");
    table::stage("put in batches of 500", count, made, row);
    table::stage("taken as PDF, both sides", count, taken, row);
    table::stage("printed well", count, settled, row);
    Ok(())
}

/// Cards of a state with their versions.
fn cards(office: &Office, state: &'static str) -> Result<Vec<(Uuid, i64)>> {
    Ok(office.runtime.block_on(async {
        let mut tx = office.parts.db.read().await?;
        let sql = "SELECT id, version FROM card WHERE state = $1 ORDER BY id";
        on!(&mut tx, |conn| sqlx::query_as(sql).bind(state).fetch_all(conn).await)
    })?)
}
