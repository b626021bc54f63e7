//! The program killed while it erases: everybody is whole or gone, and the next start ends it.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use crate::peers::process::Process;
use crate::program::Installation;
use crate::store::TestDb;
use crate::sync::list;
use aiguillage::app::{desk, eraser, held};
use aiguillage::audit::{Event, Trace};
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::identity::{PersonId, store};
use aiguillage::people::{Wish, taken};
use sqlx::query_scalar;

const STAFF: &str = "[source:staff]\nkind = csv\npath = staff.csv\nattr.uid = login\n\
    attr.displayName = join(' ', prenom, nom)\nattr.rne = etablissement\n\
    attr.ENTPersonProfils = profil\n";
const PEOPLE: i64 = 300;

async fn count(test: &TestDb, sql: &'static str) -> i64 {
    let mut tx = test.read().await;
    aiguillage::on!(&mut tx, |conn| query_scalar(sql).fetch_one(conn).await).unwrap()
}

async fn done(test: &TestDb) -> i64 {
    count(test, "SELECT count(*) FROM erasure WHERE done_at IS NOT NULL").await
}

/// Promise to erase everybody; nothing is done yet.
async fn begin(house: &Installation, test: &TestDb) -> Vec<PersonId> {
    let path = house.path("etc/aiguillage.ini");
    let (config, _) = Config::read(&path, &std::fs::read(&path).unwrap(), &|_| None).unwrap();
    let clock = Clock::system();
    let (eraser, desk) = (eraser(&config), desk(&config, &clock));
    let event = Event::ok("person.erase").reason("asked");
    let wish = Wish { by: None, reason: "test", event: &event, may_return: false };
    let people = store::people_after(&mut test.read().await, None, 1_000).await.unwrap();
    for person in &people {
        let mut tx = test.write().await;
        let when = (&Trace::default(), clock.now());
        eraser.begin(&mut tx, &desk.queue, *person, &wish, when).await.unwrap();
        tx.commit().await.unwrap();
    }
    people
}

/// Whether everything of somebody is there still. Something of them is never there alone.
async fn is_whole(test: &TestDb, person: PersonId) -> bool {
    let taken = taken(&mut test.read().await, &held(), person, Clock::system().now()).await;
    let taken = taken.unwrap();
    let rows = |table: &str| taken["tables"][table].as_array().unwrap().len();
    let is_there = rows("person") == 1;
    for table in ["account", "affiliation"] {
        assert_eq!(rows(table) == 1, is_there, "{table} of {person}");
    }
    is_there
}

#[actix_web::test]
async fn a_kill_in_the_middle_leaves_everybody_whole_or_gone_and_the_next_start_ends_it() {
    let test = TestDb::open().await;
    let house = Installation::with(&format!("{STAFF}[database]\nurl = {}\n", test.url()));
    house.write("etc/staff.csv", &list(0..PEOPLE.unsigned_abs()));
    house.run(&["sync", "run", "staff"]).good();
    let people = begin(&house, &test).await;
    assert_eq!((i64::try_from(people.len()), done(&test).await), (Ok(PEOPLE), 0));

    let mut running: Option<Process> = Some(house.start());
    while let Some(process) = &mut running {
        assert!(process.ended().is_none(), "{}", house.log());
        if done(&test).await > 0 {
            running.take().unwrap().kill();
        }
    }

    let half = done(&test).await;
    assert!((1..PEOPLE).contains(&half), "{half}");
    let mut whole = 0;
    for person in &people {
        whole += i64::from(is_whole(&test, *person).await);
    }
    assert_eq!(whole, PEOPLE - half);
    // So that nobody has to wait until the lease of the dead ends.
    let mut tx = test.write().await;
    let leases = "UPDATE job SET lease_until = created_at WHERE state = 'running'";
    aiguillage::on!(&mut tx, |conn| sqlx::query(leases).execute(conn).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();

    let mut service = house.serve().await;
    while done(&test).await < PEOPLE {
        assert!(service.process.ended().is_none(), "{}", house.log());
    }
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(0));
    assert_eq!(count(&test, "SELECT count(*) FROM person").await, 0);
    let told = "SELECT count(*) FROM audit WHERE event = 'person.erase' AND reason = 'done'";
    assert_eq!(count(&test, told).await, PEOPLE, "each of them once");
    assert_eq!(count(&test, "SELECT count(*) FROM job WHERE state = 'given_up'").await, 0);
    assert!(house.run(&["audit", "verify"]).good().contains("whole"));
    let again = house.run(&["sync", "run", "staff", "--json"]).json();
    assert_eq!(again["counts"]["appeared"], 0, "nobody comes back by the list");
}
