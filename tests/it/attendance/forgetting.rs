//! What is kept no longer than it is needed.
use super::documents::{count, line_id};
use super::excuse::{decide, sent};
use super::{Class, TEACHER, secretary};
use crate::house::House;
use aiguillage::attendance::ForgetRolls;
use aiguillage::on;
use chrono::Duration;

async fn forget(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &ForgetRolls {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

async fn set(house: &House, sql: &'static str) {
    let mut tx = house.db().write().await.expect("a transaction");
    on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(drop)).expect("done");
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_school_year_is_forgotten_a_year_after_its_end() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    class.mark(&maelle, &class.code(&teacher).await).await;
    class.act(&teacher, "close", &[("sure", "1")]).await;
    let line = line_id(&house, &class, "maelle.legrand").await;
    let path = format!("/attendance/records/{line}/certificate.pdf");
    assert_eq!(maelle.get(&path).await.status, 200);
    let tom = house.sign_in("tom.girard").await;
    let case = sent(&house, &class, &tom, "tom.girard").await;
    let rose = secretary(&house).await;
    let tick = format!("r-{}", line_id(&house, &class, "tom.girard").await);
    assert_eq!(decide(&rose, &case, "accept", &[(&tick, "1")]).await.status, 303);

    let words = "SELECT count(*) FROM justification WHERE comment <> ''";
    house.wait(Duration::days(80));
    forget(&house).await;
    assert_eq!(count(&house, words).await, 1);
    house.wait(Duration::days(20));
    forget(&house).await;
    assert_eq!(count(&house, words).await, 0, "three months after the decision");

    let lines = "SELECT count(*) FROM attendance_record";
    house.wait(Duration::days(450));
    forget(&house).await;
    assert_eq!(count(&house, lines).await, 4, "less than a year after the end of July 2027");
    set(&house, "UPDATE programme SET funder = 'OPCO'").await;
    house.wait(Duration::days(20));
    forget(&house).await;
    assert_eq!(count(&house, lines).await, 4, "somebody pays by it");
    set(&house, "UPDATE programme SET funder = NULL").await;
    forget(&house).await;
    for sql in [
        lines,
        "SELECT count(*) FROM class_session",
        "SELECT count(*) FROM presence",
        "SELECT count(*) FROM presence_token",
        "SELECT count(*) FROM justification",
        "SELECT count(*) FROM certificate WHERE jws <> ''",
    ] {
        assert_eq!(count(&house, sql).await, 0, "{sql}");
    }
    assert_eq!(count(&house, "SELECT count(*) FROM certificate").await, 1, "its number stays");
    assert_eq!(
        count(&house, "SELECT count(*) FROM group_member").await,
        4,
        "who is a member still"
    );
    let row = house.last("retention.cleaned").await;
    assert_eq!((row.reason.as_str(), row.fields["rows"].as_i64()), ("rolls", Some(1)));
}
