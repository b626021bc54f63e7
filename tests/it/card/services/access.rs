//! Files of access control: written whole, with what is so, and nothing that was promised is lost.
use super::super::{MANAGER, card_of, enabled, lead, post};
use super::{CSN, STUDENT, compare, erase, set};
use crate::house::{House, Setup};
use aiguillage::card::services::store::{Health, Telling, health, keep_health, tellings_of_card};
use aiguillage::card::services::{Service, ToldState, WriteAccess};
use aiguillage::db::Tx;
use chrono::Duration;
use std::fs;

const SOURCES: &str = include_str!("../../data/house/sources.ini");
const EPPN: &str = "lucpetit@quais.example";
const TIL: &str =
    "[access:gates]\nformat = til\ndirectory = doors\ninstitute = Université de Ville\n";
const P2S: &str = "[access:halls]\nformat = p2s\ndirectory = halls\nlines = 2\n";
const PC_PASS: &str = "[access:pc]\nformat = pc_pass\ndirectory = doors\n";
const GATES: &str = "access:gates";
const HALLS: &str = "access:halls";

/// A university with these exports.
async fn doors(sections: &[&str]) -> House {
    let settings = [
        ("AIGUILLAGE_CARD_SOURCES", "university"),
        ("AIGUILLAGE_CARD_PIC", "123456789"),
        ("AIGUILLAGE_CARD_ENABLE_AUTO", "true"),
        ("AIGUILLAGE_CARD_APPLICATIONS", "access-control:counter:1234500000000000"),
    ];
    let settings = settings.map(|(name, value)| (name, value.to_owned())).to_vec();
    let sources = Some(format!("{SOURCES}\n{}", sections.concat()));
    let house = House::open_with(Setup { settings, sources, ..Setup::default() }).await;
    fs::create_dir(house.file("doors")).expect("a folder");
    fs::create_dir(house.file("halls")).expect("a folder");
    house.run_jobs().await;
    house
}

/// The next time that files are written.
async fn write(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &WriteAccess { at_once: false }).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

/// The same by a node that dies between the files and the note of them.
async fn unnoted(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    let is_postgres = matches!(tx, Tx::Postgres(_));
    let (before, behind) = if is_postgres {
        (
            "ALTER TABLE card_told ADD CONSTRAINT unnoted
                CHECK (state NOT IN ('on', 'off')) NOT VALID",
            "ALTER TABLE card_told DROP CONSTRAINT unnoted",
        )
    } else {
        (
            "CREATE TRIGGER unnoted BEFORE UPDATE ON card_told WHEN NEW.state IN ('on', 'off')
             BEGIN SELECT RAISE(ABORT, 'the plug'); END",
            "DROP TRIGGER unnoted",
        )
    };
    aiguillage::on!(&mut tx, |conn| sqlx::query(before).execute(conn).await.map(|_| ()))
        .expect("it can break");
    tx.commit().await.expect("kept");
    write(house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| sqlx::query(behind).execute(conn).await.map(|_| ()))
        .expect("it is whole");
    tx.commit().await.expect("kept");
}

/// When a job that failed is tried again.
async fn write_again(house: &House) {
    house.wait(Duration::minutes(2));
    write(house).await;
}

async fn failures(house: &House) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    health(&mut tx, GATES).await.expect("a row").failures
}

/// Names and texts of the files in a folder, those beside apart from none.
fn files(house: &House, folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(house.file(folder)).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let entry = entry.expect("a file");
            let bytes = fs::read(entry.path()).expect("bytes");
            let text = bytes.into_iter().map(char::from).collect();
            (entry.file_name().into_string().expect("text"), text)
        })
        .collect();
    files.sort();
    files
}

async fn told(house: &House, login: &str, service: &str) -> Option<Telling> {
    let card = card_of(house, login).await;
    let mut tx = house.db().read().await.expect("the database answers");
    let told = tellings_of_card(&mut tx, card.id).await.expect("rows");
    told.into_iter().find(|told| told.service == service)
}

async fn state(house: &House, service: &str) -> ToldState {
    told(house, STUDENT, service).await.expect("a row").state
}

async fn stop(house: &House, to: &str) {
    let nadia = house.sign_in(MANAGER).await;
    let card = card_of(house, STUDENT).await;
    let led = lead(&nadia, card.id, to, &[("note", "x")]).await;
    assert_eq!(led.status, 303, "{}", led.words());
}

#[actix_web::test]
async fn a_card_stands_in_the_file_of_its_holder_and_is_blocked_there() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    assert_eq!(state(&house, GATES).await, ToldState::Waiting);
    assert!(files(&house, "doors").is_empty());
    write(&house).await;
    let all = files(&house, "doors");
    let [(name, text)] = &all[..] else { panic!("one file: {all:?}") };
    assert_eq!(name, &format!("{EPPN}_til.csv"));
    let wanted =
        ";PETIT;Luc;1234500000000001;15/01/2027;31/12/2049;1;15/01/2027;Université de Ville;A\r\n";
    assert_eq!(text, wanted);
    assert_eq!(state(&house, GATES).await, ToldState::On);
    stop(&house, "disabled").await;
    write(&house).await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;0;"));
    assert_eq!(state(&house, GATES).await, ToldState::Off);
}

#[actix_web::test]
async fn a_gate_knows_at_once_what_a_queue_hears_later() {
    let house = doors(&[TIL, P2S]).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;1;"));
    assert_eq!(
        (state(&house, GATES).await, state(&house, HALLS).await),
        (ToldState::On, ToldState::Waiting)
    );
    house.wait(Duration::minutes(6));
    house.run_jobs().await;
    assert_eq!(files(&house, "halls").len(), 1);
    stop(&house, "disabled").await;
    house.run_jobs().await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;0;"));
    assert_eq!(files(&house, "halls").len(), 1);
    house.wait(Duration::minutes(6));
    house.run_jobs().await;
    assert_eq!(files(&house, "halls").len(), 2);
}

#[actix_web::test]
async fn what_a_queue_reads_is_never_written_over_and_says_each_change_once() {
    let house = doors(&[P2S]).await;
    enabled(&house, STUDENT, CSN).await;
    enabled(&house, "tom.girard", "04063F72630001").await;
    enabled(&house, "ines.robert", "04063F72630002").await;
    write(&house).await;
    let first = files(&house, "halls");
    let lines: Vec<usize> = first.iter().map(|(_, text)| text.matches('\n').count()).collect();
    assert_eq!(lines, [2, 1], "two lines a file: {first:?}");
    let millis = house.now().timestamp_millis();
    assert_eq!(first[0].0, format!("{millis}_0_p2s.csv"));
    assert_eq!(first[1].0, format!("{millis}_1_p2s.csv"));
    write(&house).await;
    assert_eq!(files(&house, "halls"), first, "nothing changed");
    stop(&house, "disabled").await;
    stop(&house, "enabled").await;
    write(&house).await;
    assert_eq!(files(&house, "halls"), first, "it works as it did");
    stop(&house, "disabled").await;
    write(&house).await;
    let second = files(&house, "halls");
    assert_eq!(second.len(), 3, "{second:?}");
    assert!(second.iter().any(|(_, text)| text.contains(";2049/12/31;1;")), "{second:?}");
}

#[actix_web::test]
async fn a_file_that_cannot_be_written_stays_to_be_written_and_the_others_do_not_wait() {
    let house = doors(&[TIL, P2S]).await;
    fs::remove_dir(house.file("doors")).expect("it is empty");
    enabled(&house, STUDENT, CSN).await;
    write(&house).await;
    let failed = told(&house, STUDENT, GATES).await.expect("a row");
    assert_eq!(
        (failed.state, failed.code.as_str(), failed.tries),
        (ToldState::Failing, "unwritable", 2),
        "at once, and with the others"
    );
    assert_eq!(state(&house, HALLS).await, ToldState::On, "another folder");
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/services").await;
    assert!(list.text.contains("gates") && list.text.contains("ne peut pas être écrit"));
    for _ in 0..6 {
        house.wait(Duration::minutes(6));
        house.run_jobs().await;
    }
    let mut tx = house.db().read().await.expect("the database answers");
    assert!(health(&mut tx, GATES).await.expect("a row").rests_until.is_some(), "it rests");
    drop(tx);
    fs::create_dir(house.file("doors")).expect("a folder");
    house.wait(Duration::hours(1));
    house.run_jobs().await;
    assert_eq!(state(&house, GATES).await, ToldState::On);
    assert_eq!(files(&house, "doors").len(), 1);
    let mut tx = house.db().read().await.expect("the database answers");
    assert_eq!(health(&mut tx, GATES).await.expect("a row").failures, 0);
}

#[actix_web::test]
async fn a_card_that_is_stopped_behind_a_file_nobody_noted_down_is_blocked() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    unnoted(&house).await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;1;"), "the door is open");
    assert_eq!(state(&house, GATES).await, ToldState::Waiting);
    stop(&house, "disabled").await;
    write_again(&house).await;
    let all = files(&house, "doors");
    assert!(all[0].1.contains(";31/12/2049;0;"), "{all:?}");
    assert_eq!(state(&house, GATES).await, ToldState::Off);
}

#[actix_web::test]
async fn a_card_that_works_again_behind_a_file_nobody_noted_down_opens_doors() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    write(&house).await;
    stop(&house, "disabled").await;
    unnoted(&house).await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;0;"), "the door is closed");
    stop(&house, "enabled").await;
    write_again(&house).await;
    let all = files(&house, "doors");
    assert!(all[0].1.contains(";31/12/2049;1;"), "{all:?}");
    assert_eq!(state(&house, GATES).await, ToldState::On);
}

#[actix_web::test]
async fn a_card_that_is_destroyed_before_the_next_file_is_blocked_there() {
    let house = doors(&[TIL, P2S]).await;
    enabled(&house, STUDENT, CSN).await;
    write(&house).await;
    stop(&house, "disabled").await;
    stop(&house, "destroyed").await;
    write(&house).await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;0;"));
    let queue = files(&house, "halls");
    assert!(queue.iter().any(|(_, text)| text.contains(";2049/12/31;1;")), "{queue:?}");
    assert_eq!(state(&house, GATES).await, ToldState::Off);
    assert_eq!(state(&house, HALLS).await, ToldState::Off);
}

#[actix_web::test]
async fn one_file_that_cannot_be_written_holds_up_nobody_else() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    enabled(&house, "tom.girard", "04063F72630001").await;
    let way = house.file("doors").join(format!("{EPPN}_til.csv"));
    fs::create_dir(&way).expect("a folder in the way");
    house.run_jobs().await;
    let failed = told(&house, STUDENT, GATES).await.expect("a row");
    assert_eq!((failed.state, failed.code.as_str()), (ToldState::Failing, "unwritable"));
    assert_eq!(failed.digest, "?", "nobody knows whether it arrived");
    let other = told(&house, "tom.girard", GATES).await.expect("a row");
    assert_eq!(other.state, ToldState::On);
    assert_eq!(failures(&house).await, 0, "the folder can be written");
    fs::remove_dir(&way).expect("it is empty");
    write(&house).await;
    assert_eq!(state(&house, GATES).await, ToldState::On);
    assert!(way.is_file());
}

#[actix_web::test]
async fn a_folder_that_nobody_waits_for_any_more_is_tried_out() {
    let house = doors(&[TIL]).await;
    let failing = Health { failures: 2, failing_since: Some(house.now()), ..Health::default() };
    let mut tx = house.db().write().await.expect("a transaction");
    keep_health(&mut tx, GATES, &failing).await.expect("kept");
    tx.commit().await.expect("kept");
    fs::remove_dir(house.file("doors")).expect("it is empty");
    write(&house).await;
    assert_eq!(failures(&house).await, 2, "it is not there");
    fs::create_dir(house.file("doors")).expect("a folder");
    write(&house).await;
    assert_eq!(failures(&house).await, 0);
    assert!(files(&house, "doors").is_empty());
}

#[actix_web::test]
async fn a_node_that_dies_behind_the_file_writes_it_once_more() {
    let house = doors(&[P2S]).await;
    enabled(&house, STUDENT, CSN).await;
    unnoted(&house).await;
    write_again(&house).await;
    let all = files(&house, "halls");
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0].1, all[1].1, "the same, and neither is torn");
    assert_eq!(state(&house, HALLS).await, ToldState::On);
}

#[actix_web::test]
async fn some_files_are_written_once_a_day() {
    let house = doors(&[PC_PASS]).await;
    // It is half past eight where they are.
    enabled(&house, STUDENT, CSN).await;
    house.wait(Duration::minutes(80));
    house.run_jobs().await;
    assert!(files(&house, "doors").is_empty(), "not before ten");
    house.wait(Duration::minutes(20));
    house.run_jobs().await;
    let all = files(&house, "doors");
    assert_eq!(all.len(), 1);
    assert!(
        all[0].1.starts_with("PETIT;Luc;803463723F0604;ETUDIANT;;20270115;20491231;"),
        "{all:?}"
    );
    stop(&house, "disabled").await;
    house.wait(Duration::hours(3));
    house.run_jobs().await;
    assert_eq!(files(&house, "doors").len(), 1, "tomorrow");
    house.wait(Duration::hours(21));
    house.run_jobs().await;
    assert_eq!(files(&house, "doors").len(), 2);
}

#[actix_web::test]
async fn what_would_be_written_is_what_is_written_and_can_be_written_again() {
    let house = doors(&[TIL]).await;
    let card = enabled(&house, STUDENT, CSN).await;
    let nadia = house.sign_in(MANAGER).await;
    let path = format!("/cards/office/{}/services/{GATES}", card.id);
    let before = nadia.get(&path).await;
    assert!(before.text.contains("au prochain fichier"), "{}", before.words());
    write(&house).await;
    let line = files(&house, "doors")[0].1.trim().to_owned();
    assert!(before.text.contains(&line), "{line} {}", before.words());
    fs::remove_file(house.file("doors").join(format!("{EPPN}_til.csv"))).expect("it was read");
    write(&house).await;
    assert!(files(&house, "doors").is_empty(), "it was taken away");
    let again = post(&nadia, &path, &[]).await;
    assert_eq!(again.status, 303, "{}", again.words());
    write(&house).await;
    assert_eq!(files(&house, "doors").len(), 1);
    stop(&house, "disabled").await;
    write(&house).await;
    fs::remove_file(house.file("doors").join(format!("{EPPN}_til.csv"))).expect("it was read");
    assert_eq!(post(&nadia, &path, &[]).await.status, 303);
    write(&house).await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;0;"), "a card that is stopped, too");
    let one = nadia.get(&format!("/cards/office/{}", card.id)).await;
    assert!(one.text.contains(&path) && one.text.contains("gates"), "{}", one.words());
    let unknown = format!("/cards/office/{}/services/access:none", card.id);
    nadia.get(&unknown).await.must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn a_new_name_is_found_at_night_and_cannot_break_a_line() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    write(&house).await;
    set(&house, STUDENT, "sn", "Łe;\"Grand\r\n<b>").await;
    compare(&house).await;
    write(&house).await;
    let all = files(&house, "doors");
    assert!(all[0].1.contains(";LE GRAND <B>;"), "{all:?}");
    assert_eq!((all.len(), all[0].1.matches("\r\n").count()), (1, 1));
}

#[actix_web::test]
async fn cards_that_no_export_takes_are_said_and_not_written() {
    let filtered = "[access:gates]\nformat = til\ndirectory = doors\neppn = .*@elsewhere.example\n";
    let house = doors(&[filtered]).await;
    enabled(&house, STUDENT, CSN).await;
    write(&house).await;
    let told = told(&house, STUDENT, GATES).await.expect("a row");
    assert_eq!((told.state, told.code.as_str()), (ToldState::Nothing, "filtered"));
    assert!(files(&house, "doors").is_empty());
}

#[actix_web::test]
async fn whoever_is_erased_here_opens_no_door_there() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    write(&house).await;
    erase(&house, (STUDENT, "Luc Petit")).await;
    let all = files(&house, "doors");
    assert!(all[0].1.contains(";31/12/2049;0;"), "{all:?}");
}

#[actix_web::test]
async fn whoever_is_erased_behind_a_file_nobody_noted_down_opens_no_door_there() {
    let house = doors(&[TIL]).await;
    enabled(&house, STUDENT, CSN).await;
    unnoted(&house).await;
    assert!(files(&house, "doors")[0].1.contains(";31/12/2049;1;"), "the door is open");
    erase(&house, (STUDENT, "Luc Petit")).await;
    let all = files(&house, "doors");
    assert!(all[0].1.contains(";31/12/2049;0;"), "{all:?}");
}

#[test]
fn services_have_one_name_each() {
    for name in ["esc", "crous", "access:gates"] {
        let service = Service::parse(name).expect("a service");
        assert_eq!(service.as_str(), name);
        let told = serde_json::to_value(service).expect("a text");
        assert_eq!(told, serde_json::json!(name));
        assert_eq!(serde_json::from_value::<Service>(told).expect("a service"), service);
    }
    for name in ["", "elsewhere", &format!("access:{}", "x".repeat(40))] {
        assert_eq!(Service::parse(name), None, "{name}");
    }
}
