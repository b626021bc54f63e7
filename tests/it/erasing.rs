//! Everything that is held of one person: taken away, and erased for good.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
mod killed;

use crate::house::{House, OFFICE, Person, Setup};
use crate::program::Installation;
use crate::rights::person_of;
use aiguillage::app::held;
use aiguillage::audit::{Event, Trace};
use aiguillage::identity::{PersonId, store};
use aiguillage::people::{ErasePerson, Wish};
use chrono::Duration;
use serde_json::Value;
use sqlx::{AssertSqlSafe, query_scalar};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Columns that name a person, an account or a session of somebody.
const NAMING: [&str; 9] = [
    "person",
    "account",
    "session",
    "from_person",
    "to_person",
    "subject",
    "source_id",
    "student",
    "teacher",
];

/// Tables of the migrations with a column that names somebody, comments left out.
fn tables_with_people() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let mut tables = BTreeSet::new();
    for file in files {
        let mut table = String::new();
        for line in fs::read_to_string(file).unwrap().lines() {
            let line = line.split("--").next().unwrap_or_default();
            let words: Vec<_> = line.split([' ', '(']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                ["CREATE" | "ALTER", "TABLE", name, ..] => {
                    (*name).clone_into(&mut table);
                }
                [column, ..] if NAMING.contains(column) => drop(tables.insert(table.clone())),
                _ => {}
            }
        }
    }
    tables
}

#[test]
fn every_table_that_names_people_is_taken_away_and_erased() {
    let held: BTreeSet<String> = held().iter().map(|held| held.table.to_owned()).collect();
    // The new table takes the old one's name; rows of mail servers name none of our people; the
    // personal part of the record goes with its row; `account` of a mail token is a mailbox.
    let others = ["role_given", "audit_personal", "mail_token"];
    let missing: Vec<_> = tables_with_people()
        .into_iter()
        .filter(|table| !held.contains(table) && !others.contains(&table.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?} are in no list of HELD");
}

async fn document(person: &Person<'_>, path: &str) -> Value {
    let answer = person.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-disposition").contains(".json"));
    answer.json()
}

#[actix_web::test]
async fn people_take_their_own_data_away_and_administrators_that_of_others() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    let admin = house.administrator().await;
    let path = format!("/admin/people/{id}/data.json");
    marie.get(&path).await.must_be(403, "E-FORBIDDEN");

    let own = document(&marie, "/accounts/data.json").await;
    assert_eq!(own["person"], id.to_string());
    let of = document(&admin, &path).await;
    for whole in [&own, &of] {
        let tables = whole["tables"].as_object().unwrap();
        assert_eq!(tables.len(), held().len(), "every table appears");
        assert_eq!(tables["person"][0]["display_name"], "Marie Dupont");
        assert_eq!(tables["account"][0]["login"], "marie.dupont");
        assert_eq!(tables["account"][0]["attributes"]["uid"][0], "marie.dupont");
        assert_eq!(tables["session"][0]["person"], id.to_string());
        assert_eq!(tables["affiliation"][0]["rne"], "9740091F");
        let text = whole.to_string();
        for secret in ["token_hash", "csrf_token", "$argon2"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    let acts = of["tables"]["audit"].as_array().unwrap();
    assert!(acts.iter().any(|row| row["event"] == "auth.login"), "{acts:?}");
    let rows = house.audit("person.export").await;
    let of = rows.iter().map(|row| row.fields["of"].as_str().unwrap().to_owned());
    assert_eq!(of.collect::<Vec<_>>(), [id.to_string(), id.to_string()]);
}

async fn is_known(house: &House, person: PersonId) -> bool {
    let mut tx = house.db().read().await.unwrap();
    store::find_person(&mut tx, person).await.unwrap().is_some()
}

#[actix_web::test]
async fn erasing_asks_for_the_name_ends_sessions_and_leaves_nothing_that_names_anybody() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    let admin = house.administrator().await;
    let path = format!("/admin/people/{id}/erase");
    let page = admin.get(&path).await;
    assert!(
        page.text.contains("local_password") && page.text.contains("Ce qui reste"),
        "{}",
        page.text
    );
    for (name, reason) in [("marie dupont", "x"), ("Marie Dupont", ""), ("", "x")] {
        let form = [("name", name), ("reason", reason)];
        let answer = admin.post_from(&path, &path, &form).await;
        assert_eq!(answer.status, 422, "{name} {reason}");
    }
    assert_eq!(marie.get("/sessions").await.status, 200, "nothing happened");

    let form = [("name", "Marie Dupont"), ("reason", "demande du 15 janvier")];
    let done = admin.post_from(&path, &path, &form).await;
    assert_eq!(done.location(), "/admin/people?erased=1");
    assert_eq!(marie.get("/sessions").await.status, 302, "at once");
    assert!(is_known(&house, id).await, "the job did not run yet");
    house.run_jobs().await;
    assert!(!is_known(&house, id).await);
    assert_eq!(admin.get(&path).await.status, 404);

    let mut tx = house.db().read().await.unwrap();
    let whole = aiguillage::people::taken(&mut tx, &held(), id, house.now()).await.unwrap();
    drop(tx);
    for (table, rows) in whole["tables"].as_object().unwrap() {
        let stays = ["audit", "change", "erasure"].contains(&table.as_str());
        assert_eq!(rows.as_array().unwrap().is_empty(), !stays, "{table}: {rows}");
    }
    let text = whole.to_string();
    for old in ["Dupont", "marie", "203.0.113"] {
        assert!(!text.contains(old), "{old} in {text}");
    }
    assert!(whole["tables"]["erasure"][0]["done_at"].is_string());
    let rows = house.audit("person.erase").await;
    let told: Vec<_> = rows.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(told, ["asked", "done"]);
}

/// Rows that name somebody by a hash of their login.
async fn tries(house: &House) -> [i64; 3] {
    let mut counts = [0; 3];
    let tables = ["sign_in_failure", "known_device", "bind_failure"];
    for (count, table) in counts.iter_mut().zip(tables) {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let mut tx = house.db().read().await.unwrap();
        *count = aiguillage::on!(&mut tx, |conn| query_scalar(sql).fetch_one(conn).await).unwrap();
    }
    counts
}

#[actix_web::test]
async fn wrong_passwords_and_known_browsers_are_forgotten_with_the_person() {
    let sources = include_str!("data/house/sources.ini");
    let sources = sources.replace("[source:agents]", "[source:agents]\nlockout = 5/15");
    let setup = Setup { sources: Some(sources), ..Setup::default() };
    let house = House::open_with(setup).await;
    for login in ["marie.dupont", "paul.hoarau"] {
        house.sign_in(login).await;
        house.visitor().try_password(login, "wrong").await;
    }
    let before = tries(&house).await;
    assert_eq!(before[..2], [2, 2]);

    begin(&house, person_of(&house, "marie.dupont").await).await;
    house.run_jobs().await;

    let after = tries(&house).await;
    assert_eq!(after[..2], [1, 1], "those of the other one stay");
    assert!(after[2] < before[2], "{before:?} {after:?}");
}

#[actix_web::test]
async fn nobody_erases_themselves_or_the_last_administrator() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let own = person_of(&house, "admin").await;
    let path = format!("/admin/people/{own}/erase");
    admin.get(&path).await.must_be(409, "E-LAST-ADMIN");
    admin.post_from("/sessions", &path, &[]).await.must_be(409, "E-LAST-ADMIN");
}

/// Begin to erase somebody as the command line does.
async fn begin(house: &House, id: PersonId) {
    let parts = house.parts();
    let event = Event::ok("person.erase").reason("asked");
    let wish = Wish { by: None, reason: "test", event: &event, may_return: false };
    let mut tx = house.db().write().await.unwrap();
    let when = (&Trace::default(), house.now());
    let begun = parts.eraser().begin(&mut tx, &parts.jobs.queue, id, &wish, when).await;
    begun.unwrap();
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn a_backup_does_not_bring_back_who_was_erased() {
    let house = House::open().await;
    house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    begin(&house, id).await;
    house.run_jobs().await;
    assert!(!is_known(&house, id).await);

    // The backup knows nothing of the erasure: the person, without tombstone.
    let person =
        aiguillage::identity::Person { id, display_name: "Marie Dupont".into(), mail: None };
    let hash = store::tombstone("agents", "marie.dupont");
    let mut tx = house.db().write().await.unwrap();
    store::insert_person(&mut tx, &person, house.now()).await.unwrap();
    store::unbury_account(&mut tx, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let parts = house.parts();
    let eraser = parts.eraser();
    let again = eraser.reapply(house.db(), &parts.jobs.queue, house.now()).await.unwrap();
    assert_eq!(again, 1);
    house.run_jobs().await;
    assert!(!is_known(&house, id).await);
    let mut tx = house.db().read().await.unwrap();
    let ids = ["marie.dupont".to_owned()];
    let buried = store::buried_accounts(&mut tx, "agents", &ids).await.unwrap();
    assert_eq!(buried.len(), 1, "the tombstone stands again");
    drop(tx);
    let again = eraser.reapply(house.db(), &parts.jobs.queue, house.now()).await.unwrap();
    assert_eq!(again, 0);
}

#[actix_web::test]
async fn an_erasure_that_was_cut_off_is_ended_by_another_node() {
    let mut house = House::open().await;
    house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    begin(&house, id).await;
    // The process is gone between the promise and the deed.
    house.restart().await;
    assert!(is_known(&house, id).await);
    house.wait(Duration::minutes(1));
    assert!(house.run_jobs().await >= 1);
    assert!(!is_known(&house, id).await);

    // Whoever takes it up a second time finds nothing left to do.
    let queue = &house.parts().jobs.queue;
    let mut tx = house.db().write().await.unwrap();
    queue.add(&mut tx, &ErasePerson { person: id }).await.unwrap();
    queue.commit(tx).await.unwrap();
    assert_eq!(house.run_jobs().await, 1);
    assert!(house.audit("job.given_up").await.is_empty());
}

#[actix_web::test]
async fn tombstones_go_after_their_time_and_at_the_own_wish_of_who_signs_in() {
    let house = House::open().await;
    house.sign_in_from("marie.dupont", OFFICE).await;
    let id = person_of(&house, "marie.dupont").await;
    begin(&house, id).await;
    house.run_jobs().await;
    let ids = ["marie.dupont".to_owned()];
    let buried = async || {
        let mut tx = house.db().read().await.unwrap();
        store::buried_accounts(&mut tx, "agents", &ids).await.unwrap().len()
    };
    assert_eq!(buried().await, 1);
    house.wait(Duration::days(1097));
    house.run_jobs().await;
    assert_eq!(buried().await, 0);
}

#[test]
fn the_command_exports_and_erases() {
    let house = Installation::new();
    house.add("alix", &["--admin"]).good();
    house.add("sacha", &["--mail", "sacha@x.example"]).good();
    let whole = house.run(&["person", "export", "sacha"]).json();
    assert_eq!(whole["tables"]["person"][0]["mail"], "sacha@x.example");
    assert!(!whole.to_string().contains("argon2"));
    let no = house.run(&["person", "erase", "sacha", "--reason", "x"]);
    assert!(no.complained.contains("--yes"), "{}", no.complained);
    let last = house.run(&["person", "erase", "alix", "--reason", "x", "--yes"]);
    assert!(last.complained.contains("nobody else"), "{}", last.complained);
    house.run(&["person", "erase", "sacha", "--reason", "x", "--yes"]).good();
    let jobs = house.run(&["jobs", "list"]).good();
    assert!(jobs.contains("person.erase"), "{jobs}");
    assert!(house.path("etc/erased.jsonl").exists() || house.path("var/erased.jsonl").exists());
}
