//! The daily push of everybody, of whom nobody changed.
use super::connection::Connection;
use super::load;
use super::running::KEY;
use super::running::Running;
use super::server;
use aiguillage::demo::colleagues::Colleague;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Instant;

/// Users of one server.
const USERS: u64 = 30_000;
/// Pushes of which nothing is news.
const TIMES: usize = 5;

pub(crate) fn measure(folder: &Path) -> Result<()> {
    // The parts hold the index for as long as they are there.
    let (_parts, server) = server::service(folder)?;
    let body = body();
    let parsing = parsing(&body)?;
    println!("\n{:<44} {:>9.2} s", "push of 30 000, all new", push(&server, &body)?);
    let mut took = Vec::new();
    for _ in 0..TIMES {
        took.push(push(&server, &body)?);
    }
    took.sort_unstable_by(f64::total_cmp);
    let middle = took[took.len() / 2];
    println!(
        "{:<44} {:>9.2} s  {:.1} x reading its JSON alone; aim 2 s",
        "push of 30 000, unchanged",
        middle,
        middle / parsing
    );
    server.stop();
    Ok(())
}

fn body() -> String {
    let mut users = Map::new();
    for number in 0..USERS {
        let person = Colleague::of(number);
        let user = json!({ "userid": person.login, "name": person.name, "email": person.mail });
        users.insert(person.cloud_id(), user);
    }
    json!({ "authKey": KEY, "users": users }).to_string()
}

/// Seconds to make values of a text, the least that any receiver does.
fn parsing(body: &str) -> Result<f64> {
    let start = Instant::now();
    for _ in 0..TIMES {
        std::hint::black_box(serde_json::from_str::<Value>(body)?);
    }
    Ok(start.elapsed().as_secs_f64() / TIMES as f64)
}

/// Seconds until it is answered.
fn push(server: &Running, body: &str) -> Result<f64> {
    let request = format!(
        "POST /lookup/gs/users HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    let start = Instant::now();
    load::found(&mut Connection::open(server.address)?, request.as_bytes())?;
    Ok(start.elapsed().as_secs_f64())
}
