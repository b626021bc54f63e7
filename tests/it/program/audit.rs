//! The audit record of a running program: sealed, checked, killed.
use super::Installation;
use aiguillage::audit::{Event, Trace};
use aiguillage::clock::Clock;
use aiguillage::db::{DatabaseSettings, Db, Tx};
use serde_json::Value;
use std::time::Duration;

async fn database(house: &Installation) -> Db {
    let file = DatabaseSettings::Sqlite(house.path("var/aiguillage.db"));
    Db::open(&file).await.expect("the database opens")
}

async fn change(db: &Db, sql: &'static str) {
    let mut tx = db.write().await.expect("a transaction");
    let Tx::Sqlite(file) = &mut tx else { unreachable!("it was opened as SQLite") };
    sqlx::query(sql).execute(&mut **file).await.expect("done");
    tx.commit().await.expect("kept");
}

/// Many rows, as if somebody else had recorded them.
async fn record(db: &Db, count: usize) {
    let mut tx = db.write().await.expect("a transaction");
    for number in 0..count {
        let event = Event::ok("lookup.search").field("searches", number);
        let trace = Trace { network: "192.0.2.0/24".into(), ..Trace::default() };
        event.record(&mut tx, &trace, Clock::system().now()).await.expect("recorded");
    }
    tx.commit().await.expect("kept");
}

fn logged_head(log: &str) -> String {
    let line = log.lines().rfind(|line| line.contains("audit head ")).expect("a head is logged");
    let head = line.split("audit head ").nth(1).unwrap_or_default();
    head.split_whitespace().next().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn the_record_of_a_service_is_whole_until_somebody_changes_it() {
    let house = Installation::new();
    house.add("alix", &[]).good();
    let service = house.serve().await;
    assert_eq!(service.sign_in("alix", super::PASSWORD).await.status(), 303);
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(0));

    let head = logged_head(&house.log());
    let verified = house.run(&["audit", "verify", "--json", "--seen", &head]).json();
    assert_eq!((&verified["waiting"], &verified["chains"][0]["fault"]), (&0.into(), &Value::Null));
    let seq = verified["chains"][0]["seq"].as_i64().expect("a number");
    assert!(head.starts_with(&format!("1:{seq}:")), "{head}: the last row was sealed at stop");
    assert!(house.run(&["audit", "verify"]).good().contains("the record is whole"));

    let exported = house.run(&["audit", "export"]).good();
    let rows: Vec<Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), usize::try_from(seq).expect("a number") + 1, "and the export itself");
    let login = rows.iter().find(|row| row["event"] == "auth.login").expect("a login");
    assert_eq!(login["network"], "127.0.0.0/24");

    let db = database(&house).await;
    change(&db, "UPDATE audit SET outcome = 'refused' WHERE event = 'auth.login'").await;
    let broken = house.run(&["audit", "verify"]);
    assert_eq!(broken.code, Some(1), "{}", broken.said);
    assert!(broken.said.contains("was changed") && broken.said.contains("NOT whole"));
    assert!(broken.said.contains(login["id"].as_str().expect("an id")), "{}", broken.said);
    let broken = house.run(&["audit", "verify", "--json"]);
    assert_eq!(
        (broken.code, &broken.json()["chains"][0]["fault"]["kind"]),
        (Some(1), &"changed".into())
    );

    let seen = house.run(&["audit", "verify", "--seen", "nonsense"]);
    assert_eq!(seen.code, Some(2));
    assert!(seen.complained.contains("NODE:SEQ:HASH"), "{}", seen.complained);
}

#[actix_web::test]
async fn kills_in_the_middle_of_sealing_leave_a_chain_that_can_be_verified() {
    let house = Installation::new();
    house.run(&["migrate"]).good();
    let db = database(&house).await;
    for round in 0..6 {
        record(&db, 3_000).await;
        let process = house.start();
        // Long enough to begin with sealing, too short to end it.
        for _ in 0..1_000 {
            let said = house.run(&["audit", "verify", "--json"]).json();
            assert!(
                said["chains"]
                    .as_array()
                    .is_some_and(|all| all.iter().all(|it| it["fault"].is_null())),
                "{said}"
            );
            let waiting = said["waiting"].as_i64().expect("a number");
            if waiting < 3_000 - 400 * round {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        process.kill();
        assert!(house.run(&["audit", "verify"]).good().contains("whole"));
    }

    let mut service = house.serve().await;
    service.until("/metrics", |_, text| text.contains("audit_sealing_lag_seconds 0.0")).await;
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(0));
    let verified = house.run(&["audit", "verify", "--json"]).json();
    assert_eq!(verified["waiting"], 0);
    assert_eq!(verified["chains"].as_array().map(Vec::len), Some(1), "one process, one chain");
    assert!(verified["chains"][0]["rows"].as_i64().is_some_and(|rows| rows > 18_000));
}
