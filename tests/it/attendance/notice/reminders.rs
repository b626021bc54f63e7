//! Rolls that nobody called: the teacher hears of them in time, the secretariat in the morning.
use super::super::{Class, TEACHER, secretary};
use super::{count, give_address, mails, run, told};
use crate::house::House;
use aiguillage::attendance::notice::{RemindTeachers, TellUncalled, store};
use aiguillage::on;
use chrono::Duration;
use sqlx::query;

/// A séance that begins in two minutes, and the address of its teacher.
async fn class(house: &House) -> Class {
    let class = Class::plan(house).await;
    give_address(house, TEACHER, "alain@quais.example").await;
    class
}

#[actix_web::test]
async fn a_teacher_is_reminded_once_of_a_roll_that_is_not_open() {
    let house = House::open().await;
    let class = class(&house).await;
    house.run_jobs().await;
    house.wait(Duration::minutes(2 + 19));
    house.run_jobs().await;
    assert_eq!(told(&house, "reminder").await, Vec::<String>::new(), "nineteen minutes");
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(told(&house, "reminder").await, ["alain@quais.example"], "by the timetable");
    let values = mails(&house, "reminder").await.remove(0).2;
    assert!(values.contains("Sécurité des SI") && values.contains(&class.path()), "{values}");
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    run(&house, &RemindTeachers {}).await;
    assert_eq!(told(&house, "reminder").await.len(), 1);
    assert_eq!(house.audit("roll.reminded").await.len(), 1);
}

#[actix_web::test]
async fn nobody_is_reminded_of_an_open_roll_of_one_that_is_over_or_where_that_is_off() {
    let house = House::open().await;
    let here = class(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    here.act(&teacher, "open", &[]).await;
    house.wait(Duration::minutes(30));
    run(&house, &RemindTeachers {}).await;
    assert_eq!(told(&house, "reminder").await, Vec::<String>::new());

    let over = House::open().await;
    class(&over).await;
    over.wait(Duration::minutes(2 + 120));
    run(&over, &RemindTeachers {}).await;
    assert_eq!(told(&over, "reminder").await, Vec::<String>::new(), "it is too late");

    let off = House::set("AIGUILLAGE_ATTENDANCE_REMINDER", "0").await;
    class(&off).await;
    off.wait(Duration::minutes(60));
    run(&off, &RemindTeachers {}).await;
    assert_eq!(told(&off, "reminder").await, Vec::<String>::new());
}

#[actix_web::test]
async fn a_reminder_that_was_not_kept_was_not_sent_and_comes_once() {
    let house = House::open().await;
    let class = class(&house).await;
    house.wait(Duration::minutes(30));
    let mut tx = house.db().write().await.expect("a transaction");
    let noted = store::note(&mut tx, (class.id, class.teacher), "reminder", house.now()).await;
    assert!(noted.expect("kept"));
    // The power goes before the commit.
    drop(tx);
    run(&house, &RemindTeachers {}).await;
    run(&house, &RemindTeachers {}).await;
    assert_eq!(told(&house, "reminder").await, ["alain@quais.example"]);
    let lone = "SELECT count(*) FROM roll_notice n WHERE n.mail IS NULL";
    assert_eq!(count(&house, lone).await, 0);
}

#[actix_web::test]
async fn a_teacher_without_an_address_is_in_the_record() {
    let house = House::open().await;
    Class::plan(&house).await;
    house.wait(Duration::minutes(30));
    run(&house, &RemindTeachers {}).await;
    assert_eq!(house.last("roll.reminded").await.reason, "no_address");
    assert_eq!(told(&house, "reminder").await, Vec::<String>::new());
}

#[actix_web::test]
async fn in_the_morning_teacher_and_secretariat_hear_once_what_nobody_called() {
    let house = House::open().await;
    class(&house).await;
    secretary(&house).await;
    give_address(&house, "rose.secretaire", "rose@quais.example").await;
    run(&house, &TellUncalled {}).await;
    assert_eq!(told(&house, "uncalled").await, Vec::<String>::new(), "it has not begun");
    house.wait(Duration::days(1));
    house.run_jobs().await;
    let lists = mails(&house, "uncalled").await;
    let addresses: Vec<_> = lists.iter().map(|(address, ..)| address.as_str()).collect();
    assert_eq!(addresses, ["alain@quais.example", "rose@quais.example"], "by the timetable");
    assert!(lists[0].2.contains("TD – Sécurité des SI"), "{}", lists[0].2);
    assert!(lists[1].2.contains("/attendance/office"), "{}", lists[1].2);
    house.wait(Duration::days(1));
    run(&house, &TellUncalled {}).await;
    assert_eq!(told(&house, "uncalled").await.len(), 2, "not again the next morning");
}

#[actix_web::test]
async fn a_roll_that_was_moved_to_a_later_hour_is_reminded_of_again() {
    let house = House::open().await;
    let class = class(&house).await;
    house.wait(Duration::minutes(2 + 21));
    run(&house, &RemindTeachers {}).await;
    assert_eq!(told(&house, "reminder").await.len(), 1);
    let start = house.now() + Duration::minutes(30);
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE class_session SET starts_at = $2, ends_at = $3 WHERE id = $1";
    let until = start + Duration::hours(2);
    on!(&mut tx, |conn| query(sql)
        .bind(class.id)
        .bind(start)
        .bind(until)
        .execute(conn)
        .await
        .map(drop))
    .expect("moved");
    tx.commit().await.expect("kept");
    house.wait(Duration::minutes(30 + 21));
    run(&house, &RemindTeachers {}).await;
    run(&house, &RemindTeachers {}).await;
    assert_eq!(told(&house, "reminder").await.len(), 2);
}
