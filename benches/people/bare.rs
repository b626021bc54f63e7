//! What the sync writes for somebody new, without anything around it: person, account, school.
use super::database;
use super::list::school;
use aiguillage::clock::Clock;
use aiguillage::db::Tx;
use aiguillage::demo::colleagues::Colleague;
use anyhow::Result;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use sqlx::types::Json;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// People of one transaction, as the sync has them.
const PORTION: usize = 1_000;
/// Rows of one statement, as the sync has them.
const AT_ONCE: usize = 500;

/// Somebody with their two numbers.
type Numbered = (Uuid, Uuid, Colleague);

/// People a second. Making them up is not counted.
pub(crate) async fn insert(path: &Path, people: u64) -> Result<f64> {
    let db = database(path).await?;
    let now = Clock::system().now();
    let numbers: Vec<u64> = (0..people).collect();
    let mut took = Duration::ZERO;
    for portion in numbers.chunks(PORTION) {
        let numbered = |number| (Uuid::now_v7(), Uuid::now_v7(), Colleague::of(number));
        let portion: Vec<Numbered> = portion.iter().map(|number| numbered(*number)).collect();
        let start = Instant::now();
        let mut tx = db.write().await?;
        for rows in portion.chunks(AT_ONCE) {
            write(&mut tx, rows, now).await?;
        }
        tx.commit().await?;
        took += start.elapsed();
    }
    db.close().await;
    Ok(people as f64 / took.as_secs_f64())
}

async fn write(tx: &mut Tx, rows: &[Numbered], now: DateTime<Utc>) -> Result<()> {
    aiguillage::on!(&mut *tx, |conn| {
        let mut sql = QueryBuilder::new(
            "INSERT INTO person (id, display_name, sort_name, mail, created_at, updated_at) ",
        );
        sql.push_values(rows, |mut row, (person, _, one)| {
            row.push_bind(*person).push_bind(&one.name).push_bind(one.name.to_lowercase());
            row.push_bind(&one.mail).push_bind(now).push_bind(now);
        });
        sql.build().execute(conn).await.map(drop)
    })?;
    aiguillage::on!(&mut *tx, |conn| {
        let mut sql = QueryBuilder::new(
            "INSERT INTO account (id, person, source, source_id, login, login_key, priority,
                 attributes, read_at, digest) ",
        );
        sql.push_values(rows, |mut row, (person, account, one)| {
            row.push_bind(*account).push_bind(*person).push_bind("list").push_bind(&one.login);
            row.push_bind(&one.login).push_bind(&one.login).push_bind(0_i64);
            row.push_bind(Json(attributes(one))).push_bind(now).push_bind(vec![7_u8; 32]);
        });
        sql.build().execute(conn).await.map(drop)
    })?;
    aiguillage::on!(&mut *tx, |conn| {
        let mut sql = QueryBuilder::new(
            "INSERT INTO affiliation
                (account, person, rne, profile, source, details, position, valid_from) ",
        );
        sql.push_values(rows, |mut row, (person, account, one)| {
            row.push_bind(*account).push_bind(*person).push_bind(school(one.number));
            row.push_bind("teacher").push_bind("list").push_bind(Json(Vec::<u8>::new()));
            row.push_bind(0_i64).push_bind(now);
        });
        sql.build().execute(conn).await.map(drop)
    })?;
    Ok(())
}

fn attributes(one: &Colleague) -> serde_json::Value {
    serde_json::json!({
        "uid": [one.login], "displayName": [one.name], "givenName": [one.given],
        "sn": [one.surname], "mail": [one.mail], "rne": [school(one.number)],
        "ENTPersonProfils": ["National_ENS"],
    })
}
