//! What is certified: of one school, of the groups of that day, and never against a correction.
use super::documents::{count, line_id, text_of};
use super::{Class, TEACHER, school};
use crate::house::House;
use crate::rights::person_of;
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::Times;
use aiguillage::attendance::store::{self, NewSeance};
use aiguillage::config::Attendance;
use aiguillage::db::Tx;
use aiguillage::identity::{PersonId, Rne};
use aiguillage::on;
use chrono::{Duration, NaiveDate};
use sqlx::query;

/// Another school of the demonstration.
const ELSEWHERE: &str = "9740091F";

async fn run(tx: &mut Tx, sql: &'static str) {
    on!(tx, |conn| query(sql).execute(conn).await.map(drop)).expect("done");
}

/// So many closed rolls at a school, of which somebody was absent.
async fn rolls(house: &House, rne: &Rne, student: PersonId, many: i64) {
    let mut tx = house.db().write().await.expect("a transaction");
    let subject = store::insert_subject(&mut tx, rne, ("LAT", "Latin")).await.expect("kept");
    for number in 1..=many {
        let starts_at = house.now() - Duration::hours(2 * number);
        let new = NewSeance {
            id: uuid::Uuid::new_v4(),
            rne: rne.clone(),
            subject,
            kind: "TD".to_owned(),
            title: String::new(),
            room: None,
            times: Times { starts_at, ends_at: starts_at + Duration::hours(1) },
            is_static: false,
            groups: vec![],
            teachers: vec![],
            by: None,
            rules: Attendance::default(),
        };
        store::insert_seance(&mut tx, &new, starts_at).await.expect("kept");
        let here = store::seance(&mut tx, new.id).await.expect("an answer").expect("a séance");
        store::insert_line(&mut tx, &here, student, Status::Absent).await.expect("kept");
    }
    run(&mut tx, "UPDATE class_session SET state = 'closed' WHERE state = 'planned'").await;
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn an_attestation_is_that_of_one_school() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    class.act(&teacher, "close", &[]).await;
    let student = person_of(&house, "tom.girard").await;
    let elsewhere = Rne::parse(ELSEWHERE).expect("a code");
    rolls(&house, &elsewhere, student, 1).await;

    let tom = house.sign_in("tom.girard").await;
    let own = tom.get("/attendance/me").await;
    let path = "/attendance/me/attestation.pdf";
    for rne in [&school(), &elsewhere] {
        assert!(own.text.contains(&format!("{path}?school={rne}")), "{rne}: {}", own.text);
    }
    tom.get(path).await.must_be(422, "E-ROLL-SCHOOLS");
    tom.get(&format!("{path}?school=../x")).await.must_be(422, "E-ROLL-SCHOOL");
    let here = text_of(&tom.get(&format!("{path}?school={}", school())).await.body);
    assert!(here.contains("Sécurité des SI") && !here.contains("Latin"), "{here}");
    let there = text_of(&tom.get(&format!("{path}?school={ELSEWHERE}")).await.body);
    assert!(there.contains("Latin") && !there.contains("Sécurité des SI"), "{there}");
    assert!(!there.contains("Master 1 MIAGE"), "a programme of the other: {there}");
}

#[actix_web::test]
async fn an_attestation_leaves_nothing_out() {
    let house = House::open().await;
    Class::plan(&house).await;
    let student = person_of(&house, "tom.girard").await;
    rolls(&house, &school(), student, 2_001).await;
    let tom = house.sign_in("tom.girard").await;
    let path = "/attendance/me/attestation.pdf?from=2020-01-01";
    tom.get(path).await.must_be(422, "E-ROLL-PERIOD");
    // Ends do not count what stands behind them.
    let early = tom.get(&format!("{path}&until=2026-08-10")).await;
    assert_eq!(early.status, 200, "{}", early.text);
}

#[actix_web::test]
async fn a_certificate_names_the_group_of_that_day_and_falls_with_its_session() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let student = person_of(&house, "maelle.legrand").await;
    let (rne, mut tx) = (school(), house.db().write().await.expect("a transaction"));
    // Years ago she was in a group that comes first by name.
    let named = ("M1MIAGE", "Master 1 MIAGE", "2026-2027");
    let (programme, _) = store::insert_programme(&mut tx, &rne, named).await.expect("there");
    let group = store::insert_group(&mut tx, (&rne, programme), ("TD", "A-ancien", "manual"));
    let (group, _) = group.await.expect("kept");
    let since = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");
    store::add_member(&mut tx, group, student, since).await.expect("kept");
    let sql = "INSERT INTO class_session_group (class_session, student_group) VALUES ($1, $2)";
    on!(&mut tx, |conn| query(sql).bind(class.id).bind(group).execute(conn).await.map(drop))
        .expect("kept");
    let sql = "UPDATE group_member SET until = '2020-06-30' WHERE student_group = $1";
    on!(&mut tx, |conn| query(sql).bind(group).execute(conn).await.map(drop)).expect("changed");
    tx.commit().await.expect("kept");

    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    class.mark(&maelle, &class.code(&teacher).await).await;
    let line = line_id(&house, &class, "maelle.legrand").await;
    let path = format!("/attendance/records/{line}/certificate.pdf");
    let said = text_of(&maelle.get(&path).await.body);
    assert!(said.contains("TD2") && !said.contains("A-ancien"), "{said}");

    // However it came to that: what did not take place proves nothing.
    let mut tx = house.db().write().await.expect("a transaction");
    run(&mut tx, "UPDATE class_session SET state = 'cancelled'").await;
    tx.commit().await.expect("kept");
    let visitor = house.visitor();
    let control = visitor.get("/c?serial=CP-2027-0759802X-0000001").await;
    let verdict = visitor.get(control.location()).await;
    assert!(verdict.text.contains("a été annulé"), "{}", verdict.words());
}

/// Whether somebody waits for a row that another transaction holds.
async fn is_waiting(house: &House) -> bool {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    count(house, sql).await > 0
}

#[actix_web::test]
async fn a_certificate_that_is_made_while_the_line_is_corrected_does_not_outlive_that() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    // Ticked with all the others: a presence without a token.
    assert_eq!(class.post(&teacher, "everyone", &[]).await.status, 303);
    let line = line_id(&house, &class, "maelle.legrand").await;
    let mut tx = house.db().write().await.expect("a transaction");
    let presence = store::presence_of_line(&mut tx, line).await.expect("an answer");
    let presence = presence.expect("she was there");
    store::revoke_presence(&mut tx, line, "absente", house.now()).await.expect("revoked");
    house.parts().proof.revoke(&mut tx, presence).await.expect("revoked");

    let mut rest = Some(tx);
    if matches!(rest, Some(Tx::Sqlite(_))) {
        rest.take().expect("open").commit().await.expect("kept");
    }
    let made = house.parts().proof.certificate(presence, aiguillage::web::lang::Lang::Fr);
    let correct = async {
        let Some(tx) = rest else { return };
        let current = "SELECT count(*) FROM certificate";
        while !is_waiting(&house).await && count(&house, current).await == 0 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.expect("kept");
    };
    let (made, ()) = futures_util::join!(made, correct);
    let sql = "SELECT count(*) FROM certificate WHERE revoked_at IS NULL";
    assert_eq!(count(&house, sql).await, 0, "{:?}", made.map(|made| made.file_name()));
}
