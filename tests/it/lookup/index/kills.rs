//! kill -9 at any moment loses nobody and doubles nobody (REL-14).
use super::{RULES, Register, Row, Running, opened, place};
use crate::peers::process::Process;
use crate::program::Installation;
use aiguillage::lookup::index::Index;
use std::fs;
use std::time::Duration;

/// An installation with the database and the index of a register.
fn installation(register: &Register) -> Installation {
    let (database, index) = (register.test.url(), register.path());
    let more = format!("[database]\nurl = {database}\n[index]\npath = {}\n", index.display());
    Installation::with(&more)
}

/// The program, as soon as it holds the index.
async fn service(house: &Installation, register: &Register) -> Process {
    let process = house.start();
    let name = format!("process {}", process.id());
    for _ in 0..3_000 {
        let holder = fs::read_to_string(register.path().join("lock"));
        if holder.is_ok_and(|holder| holder == name) {
            return process;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never holds the index: {}", house.log());
}

#[actix_web::test]
async fn kills_at_any_moment_lose_nobody_and_double_nobody() {
    kill_and_compare(15).await;
}

#[actix_web::test]
#[ignore = "a long run: make soak"]
async fn soak_two_hundred_kills() {
    kill_and_compare(200).await;
}

async fn kill_and_compare(rounds: u64) {
    let register = Register::with(200).await;
    let house = installation(&register);
    let mut seq = 0;
    for round in 0..rounds {
        let process = service(&house, &register).await;
        // From before the first commit to some commits and merges later.
        for step in 0..=round % 5 {
            let rows: Vec<_> = (0..20)
                .map(|n| {
                    Row::of((round * 31 + step * 7 + n * 11) % 260).named(&format!("Zoé R{round}"))
                })
                .collect();
            register.keep(&rows).await;
            seq = register.remove(Row::of((round * 17 + step * 3) % 260).id).await;
            tokio::time::sleep(Duration::from_millis(20 + 37 * round % 190)).await;
        }
        process.kill();
    }

    let running = Running::on(&register).await;
    running.shows(seq).await;
    running.until(|index| index.state().lag_changes == 0).await;
    let verified = register.verified().await;
    assert!(verified.is_good(), "{verified:?}");
    assert!(verified.documents > 100);
}

#[actix_web::test]
async fn the_folder_of_a_running_process_is_refused_and_free_when_it_is_killed() {
    let register = Register::with(5).await;
    let house = installation(&register);
    let process = service(&house, &register).await;
    let refused = Index::open(&place(&register.path()), RULES).unwrap_err().to_string();
    assert!(refused.contains("another process (process "), "{refused}");
    process.kill();
    drop(opened(&register, RULES).await);
}
