//! kill -9 at any moment loses nobody and doubles nobody (REL-14).
use super::{RULES, Register, Row, Running, place};
use crate::peers::process::Process;
use aiguillage::clock::Clock;
use aiguillage::db::{DatabaseSettings, Db};
use aiguillage::lookup::index::{Index, follow};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Where the child finds index and database; it is this binary itself.
const FOLDER: &str = "AIGUILLAGE_TEST_INDEX";
const DATABASE: &str = "AIGUILLAGE_TEST_DATABASE";

/// What the killed process does: follow, until it is killed.
#[actix_web::test]
#[ignore = "the process that other tests kill"]
async fn the_child_follows() {
    let (Some(folder), Some(database)) = (environment(FOLDER), environment(DATABASE)) else {
        return;
    };
    let settings = DatabaseSettings::parse(&database, Path::new("/")).unwrap();
    let db = Db::open(&settings).await.unwrap();
    let index = Index::open(&place(&PathBuf::from(folder)), RULES).unwrap();
    follow(index, db, Clock::system()).await;
}

#[expect(clippy::disallowed_methods, reason = "a child has no other way to be told")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn child(register: &Register) -> Process {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command
        .args(["--exact", "lookup::index::kills::the_child_follows", "--ignored"])
        .env(FOLDER, register.path())
        .env(DATABASE, register.test.url())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process::start(&mut command).expect("the child starts")
}

#[actix_web::test]
async fn kills_at_any_moment_lose_nobody_and_double_nobody() {
    let register = Register::with(200).await;
    let mut seq = 0;
    for round in 0..15_u64 {
        let process = child(&register);
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

    let running = Running::on(&register);
    running.shows(seq).await;
    running.until(|index| index.state().lag_changes == 0).await;
    let verified = register.verified().await;
    assert!(verified.is_good(), "{verified:?}");
    assert!(verified.documents > 100);
}

#[actix_web::test]
async fn the_folder_of_a_running_process_is_refused_and_free_when_it_is_killed() {
    let register = Register::with(5).await;
    let process = child(&register);
    let holder = register.path().join("current");
    for _ in 0..3_000 {
        if holder.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let refused = Index::open(&place(&register.path()), RULES).unwrap_err().to_string();
    assert!(refused.contains("another process (process "), "{refused}");
    process.kill();
    assert!(Index::open(&place(&register.path()), RULES).is_ok());
}
