//! The index beside a real database: made from it, and following its changes.
use super::build::{RULES, place, seconds};
use super::{mebibytes, memory};
use aiguillage::clock::Clock;
use aiguillage::db::{DatabaseSettings, Db, Tx};
use aiguillage::demo::colleagues::{Colleague, record_id};
use aiguillage::identity::cloud::Field;
use aiguillage::identity::store;
use aiguillage::lookup::index::{Index, follow, rebuild};
use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, types::Json};
use std::path::Path;
use std::time::{Duration, Instant};

/// Records written in one statement.
const AT_ONCE: usize = 1_000;
/// Changes of each measurement.
const CHANGES: u64 = 20_000;
/// So long the pieces of a new copy may take to become one.
const PATIENCE: Duration = Duration::from_mins(20);

pub(crate) async fn measure(folder: &Path, people: u64) -> Result<()> {
    let db = Db::open(&DatabaseSettings::Sqlite(folder.join("people.db"))).await?;
    db.migrate().await?;
    let now = Clock::system().now();
    let start = Instant::now();
    let numbers: Vec<u64> = (0..people).collect();
    for chunk in numbers.chunks(AT_ONCE) {
        let mut tx = db.write().await?;
        write(&mut tx, chunk, "", now).await?;
        tx.commit().await?;
    }
    println!("\n{:<44} {:>12}", "people written to SQLite", seconds(start));

    let index = Index::open(&place(folder), RULES)?;
    let start = Instant::now();
    rebuild(&index, &db, |_| ()).await?;
    println!("{:<44} {:>12}  aim 60 s at 1.2 M", "rebuild from SQLite", seconds(start));
    let (start, pieces) = (Instant::now(), index.state().segments);
    let follower = tokio::spawn(follow(index.clone(), db.clone(), Clock::system()));
    while index.state().segments > 1 {
        ensure!(start.elapsed() < PATIENCE, "{pieces} pieces do not become one");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("{:<44} {:>12}  of {pieces}, while it serves", "one segment after", seconds(start));
    one_at_a_time(&db, &index, people).await?;
    many(&db, &index, people).await?;
    println!("{:<44} {:>12}", "anonymous memory, following", mebibytes(memory::anonymous()));
    follower.abort();
    db.close().await;
    Ok(())
}

/// From the commit of one change until searches show it.
async fn one_at_a_time(db: &Db, index: &Index, people: u64) -> Result<()> {
    let mut took = Vec::new();
    for round in 0..20 {
        let seq = change(db, &[round * 97 % people], &format!(" {round}")).await?;
        let start = Instant::now();
        index.wake();
        shown(index, seq).await;
        took.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    took.sort_unstable();
    let (middle, most) = (took[took.len() / 2].as_millis(), took[took.len() - 1].as_millis());
    println!("{:<44} {:>9} ms  at most {most} ms", "one change visible after", middle);
    Ok(())
}

async fn many(db: &Db, index: &Index, people: u64) -> Result<()> {
    let numbers: Vec<u64> = (0..CHANGES.min(people)).map(|n| n * 53 % people).collect();
    let start = Instant::now();
    let mut seq = 0;
    for chunk in numbers.chunks(AT_ONCE) {
        seq = change(db, chunk, " X").await?;
        index.wake();
    }
    let written = start.elapsed().as_secs_f64();
    shown(index, seq).await;
    let all = start.elapsed().as_secs_f64();
    println!(
        "{:<44} {:>10.0}/s  written at {:.0}/s",
        "changes written and visible",
        numbers.len() as f64 / all,
        numbers.len() as f64 / written
    );
    Ok(())
}

async fn change(db: &Db, numbers: &[u64], suffix: &str) -> Result<i64> {
    let now = Clock::system().now();
    let mut tx = db.write().await?;
    write(&mut tx, numbers, suffix, now).await?;
    let ids: Vec<_> = numbers.iter().map(|number| record_id(*number).0).collect();
    let seq = store::note_changes(&mut tx, &ids, "cloud", now).await?;
    tx.commit().await?;
    Ok(seq)
}

async fn shown(index: &Index, seq: i64) {
    while index.state().seq < seq {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn write(tx: &mut Tx, numbers: &[u64], suffix: &str, now: DateTime<Utc>) -> Result<()> {
    aiguillage::on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "INSERT INTO cloud_record (id, cloud_key, cloud_id, instance, origin, fields, digest,
                claim, priority, state, changed_at, active_at, seen_at, signed_at) ",
        );
        sql.push_values(numbers, |mut row, number| {
            let person = Colleague::of(*number);
            let mut fields = person.fields();
            fields.set(Field::Name, &format!("{}{suffix}", person.name));
            let (id, digest) = (person.cloud_id(), fields.digest().to_vec());
            row.push_bind(record_id(*number)).push_bind(id.clone()).push_bind(id);
            row.push_bind(person.server.clone()).push_bind("push");
            row.push_bind(Json(fields)).push_bind(digest).push_bind(person.cloud_id());
            row.push_bind(0_i64).push_bind("shown");
            row.push_bind(now).push_bind(now).push_bind(now).push_bind(0_i64);
        });
        sql.push(" ON CONFLICT (id) DO UPDATE SET fields = excluded.fields");
        sql.build().execute(conn).await.map(drop)
    })?;
    Ok(())
}
