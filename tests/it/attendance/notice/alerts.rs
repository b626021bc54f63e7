//! Rules that name students: each step once, from confirmed rolls only, nobody lost.
use super::super::figures::{Ground, Roll};
use super::super::{TEACHER, at_school, school, secretary};
use super::{count, give_address, keep, mails, named, rule, say, send_alerts, told, week};
use crate::house::House;
use crate::rights::{give, person_of};
use aiguillage::attendance::notice::{Measure, Metric, Recipients, Rule, SendAlerts, Span, store};
use aiguillage::attendance::record::Status::{Absent, AbsentProvisional, Excused, Present};
use aiguillage::attendance::seance::State;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::{Duration, NaiveDate};

/// A closed roll at the end of the week from which Tom is away, excused or not.
async fn tom_is_away(house: &House, ground: &Ground, start: &str, is_provisional: bool) {
    let status = if is_provisional { AbsentProvisional } else { Absent };
    let roll = Roll {
        starts_at: start.parse().expect("a time"),
        minutes: 120,
        kind: "TD",
        subject: ground.ssi,
        group: ground.td1,
        state: State::Closed,
        is_provisional,
        is_compulsory: true,
        opened: Some(0),
        lines: vec![(ground.students[0], Present, 0), (ground.students[1], status, 0)],
    };
    let mut tx = house.db().write().await.expect("a transaction");
    ground.keep(&mut tx, roll).await;
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_rule_names_everybody_once_for_each_step() {
    let house = House::open().await;
    let ground = week(&house, true).await;
    keep(&house, &rule()).await;
    send_alerts(&house).await;
    let first = named(&house).await;
    let steps: Vec<_> = first.iter().map(|(_, step, value)| (*step, *value)).collect();
    assert_eq!(first.len(), 4, "E2, E3, E4, E5: {first:?}");
    assert!(steps.contains(&(2, 2)), "two absences at once are one message: {first:?}");
    assert_eq!(told(&house, "alert").await, ["luc@quais.example", "tom@quais.example"]);

    send_alerts(&house).await;
    assert_eq!(named(&house).await, first, "the same night again");

    tom_is_away(&house, &ground, "2026-11-19T08:00:00Z", false).await;
    send_alerts(&house).await;
    let addresses = told(&house, "alert").await;
    let expected = ["luc@quais.example", "tom@quais.example", "tom@quais.example"];
    assert_eq!(addresses, expected, "the second step of Tom only");
    let values = mails(&house, "alert").await.pop().expect("a message").2;
    assert!(values.contains("2 absences sans justification"), "{values}");
    assert_eq!(house.audit("roll.alert_sent").await.len(), 5);
}

#[actix_web::test]
async fn what_nobody_confirmed_and_what_was_just_closed_names_nobody() {
    let house = House::open().await;
    let ground = week(&house, false).await;
    keep(&house, &rule()).await;
    tom_is_away(&house, &ground, "2026-11-19T08:00:00Z", true).await;
    send_alerts(&house).await;
    let luc = named(&house).await.into_iter().filter(|(name, ..)| name.contains("petit")).count();
    assert_eq!(luc, 0, "the absence of Luc is provisional");
    assert_eq!(told(&house, "alert").await, ["tom@quais.example"], "for the confirmed one");

    // Closed a moment ago: somebody may still correct it.
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE class_session SET is_provisional = FALSE, closed_at = $1, validated_at = $1";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(house.now() - Duration::minutes(29))
        .execute(conn)
        .await
        .map(drop))
    .expect("kept");
    let sql = "UPDATE attendance_record SET status = 'absent' WHERE status = 'absent_provisional'";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(drop)).expect("kept");
    tx.commit().await.expect("kept");
    let before = named(&house).await;
    send_alerts(&house).await;
    assert_eq!(named(&house).await, before);
    house.wait(Duration::minutes(1));
    send_alerts(&house).await;
    assert!(named(&house).await.len() > before.len(), "half an hour later it counts");
}

#[actix_web::test]
async fn whoever_has_no_address_is_listed_and_not_lost() {
    let house = House::open().await;
    week(&house, true).await;
    let rose = secretary(&house).await;
    give_address(&house, "rose.secretaire", "rose@quais.example").await;
    let to = Recipients {
        to_student: true,
        to_secretariat: true,
        to_teachers: true,
        to_employer: true,
        to_addresses: "crous@ville.example".to_owned(),
        ..Recipients::default()
    };
    keep(&house, &Rule { to, ..rule() }).await;
    send_alerts(&house).await;

    let lists = mails(&house, "alert_others").await;
    let addresses: Vec<_> = lists.iter().map(|(address, ..)| address.as_str()).collect();
    assert_eq!(addresses, ["crous@ville.example", "rose@quais.example"], "one list each");
    assert!(lists[1].2.contains("/attendance/alerts/sent"), "ours have a page");
    assert!(!lists[0].2.contains("/attendance/"), "others have none: {}", lists[0].2);
    assert!(lists.iter().all(|(_, _, values)| values.contains("Tom Girard")));

    let without = "SELECT count(*) FROM alert_notice WHERE address = ''";
    // Four students, each with a teacher and an employer whom nobody can write to; two students.
    assert_eq!(count(&house, without).await, 4 + 4 + 2);
    let page = rose.get("/attendance/alerts/sent").await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(page.text.matches("Sans adresse").count() == 10, "{}", page.words());
    let reasons = house.audit("roll.alert_sent").await;
    assert!(reasons.iter().all(|row| row.reason == "no_address"));
}

#[actix_web::test]
async fn attributes_say_where_an_employer_is_written_to_and_in_which_language_somebody_reads() {
    let house = House::set("AIGUILLAGE_ATTENDANCE_EMPLOYER_ATTRIBUTES", "employerMail").await;
    week(&house, true).await;
    let tom = person_of(&house, "tom.girard").await;
    say(&house, tom, "employerMail", "atelier@ville.example").await;
    say(&house, tom, "preferredLanguage", "en-GB").await;
    let to = Recipients { to_student: true, to_employer: true, ..Recipients::default() };
    keep(&house, &Rule { to, ..rule() }).await;
    send_alerts(&house).await;
    let employer = mails(&house, "alert_others").await;
    assert_eq!(employer.len(), 1, "{employer:?}");
    assert_eq!((employer[0].0.as_str(), employer[0].1.as_str()), ("atelier@ville.example", "en"));
    assert!(employer[0].2.contains("Tom Girard: 1 unexcused absence"), "{}", employer[0].2);
    assert!(!employer[0].2.contains("Petit"), "an employer hears of nobody else");
}

#[actix_web::test]
async fn a_rule_for_employers_names_those_who_have_one() {
    let house = House::set("AIGUILLAGE_ATTENDANCE_EMPLOYER_ATTRIBUTES", "employerMail").await;
    week(&house, true).await;
    let tom = person_of(&house, "tom.girard").await;
    say(&house, tom, "employerMail", "atelier@ville.example").await;
    keep(&house, &Rule::seed("apprentice", &school())).await;
    let mut tx = house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| sqlx::query("UPDATE alert_rule SET is_active = TRUE")
        .execute(conn)
        .await
        .map(drop))
    .expect("switched on");
    tx.commit().await.expect("kept");
    send_alerts(&house).await;
    assert_eq!(told(&house, "alert_others").await, ["atelier@ville.example"]);
    assert_eq!(named(&house).await.len(), 1, "of others there is nobody to tell");
}

#[actix_web::test]
async fn dying_between_sending_and_noting_tells_nobody_twice() {
    let house = House::open().await;
    let ground = week(&house, true).await;
    let rule = rule();
    keep(&house, &rule).await;
    // What the job does in one transaction, and the power goes before it is kept.
    let mut tx = house.db().write().await.expect("a transaction");
    let day = NaiveDate::from_ymd_opt(2026, 8, 1).expect("a day");
    let alert = store::NewAlert {
        id: uuid::Uuid::now_v7(),
        rule: rule.id,
        student: ground.students[1],
        span: "2026".to_owned(),
        step: 1,
        value: 1,
        of_subject: None,
        days: (day, day),
        sent_at: house.now(),
    };
    assert!(store::insert_alert(&mut tx, &alert, rule.version).await.expect("kept"));
    drop(tx);
    assert_eq!(named(&house).await, []);

    send_alerts(&house).await;
    assert_eq!(told(&house, "alert").await, ["luc@quais.example", "tom@quais.example"]);
    // Every alert has its notice, every notice with an address its message, and the other way round.
    let lone = "SELECT count(*) FROM alert_sent a WHERE NOT EXISTS (
        SELECT 1 FROM alert_notice n WHERE n.alert = a.id)";
    assert_eq!(count(&house, lone).await, 0);
    let unsent = "SELECT count(*) FROM alert_notice n WHERE n.address <> '' AND NOT EXISTS (
        SELECT 1 FROM mail m WHERE m.id = n.mail)";
    assert_eq!(count(&house, unsent).await, 0);
    // The same student at the same step is refused by the row, whoever asks.
    let mut tx = house.db().write().await.expect("a transaction");
    let again = store::NewAlert { id: uuid::Uuid::now_v7(), ..alert };
    assert!(!store::insert_alert(&mut tx, &again, rule.version).await.expect("an answer"));
}

#[actix_web::test]
async fn two_nodes_that_look_at_once_tell_everybody_once() {
    let house = House::open().await;
    week(&house, true).await;
    keep(&house, &rule()).await;
    let other = house.beside().await;
    let mut tx = house.db().write().await.expect("a transaction");
    for _ in 0..2 {
        house.parts().jobs.queue.add(&mut tx, &SendAlerts {}).await.expect("asked");
    }
    tx.commit().await.expect("kept");
    tokio::join!(house.run_jobs(), other.run_jobs());
    assert_eq!(told(&house, "alert").await, ["luc@quais.example", "tom@quais.example"]);
    assert_eq!(house.audit("roll.alert_sent").await.len(), 4);
}

#[actix_web::test]
async fn each_metric_counts_in_its_own_stretch_of_time() {
    let house = House::open().await;
    let ground = week(&house, true).await;
    // January is the month that lasts: two half-days of one morning and one afternoon.
    for start in ["2027-01-11T08:00:00Z", "2027-01-11T10:00:00Z", "2027-01-11T13:00:00Z"] {
        tom_is_away(&house, &ground, start, false).await;
    }
    let half_days = |threshold| {
        let metric = Metric::UnjustifiedHalfDays;
        let it = rule();
        let span = Span::Month;
        Rule { measure: Measure { metric, threshold, span, ..it.measure.clone() }, ..it }
    };
    keep(&house, &half_days(3)).await;
    send_alerts(&house).await;
    assert_eq!(named(&house).await, [], "November does not count for January");
    keep(&house, &half_days(2)).await;
    send_alerts(&house).await;
    let found = named(&house).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].1, found[0].2), (1, 2));
    let values = mails(&house, "alert").await.pop().expect("a message").2;
    assert!(values.contains("2 demi-journées") && values.contains("janvier 2027"), "{values}");
}

#[actix_web::test]
async fn a_secretariat_hears_of_the_students_of_its_programme_only() {
    let house = House::open().await;
    week(&house, true).await;
    house.sign_in("rose.secretaire").await;
    give_address(&house, "rose.secretaire", "rose@quais.example").await;
    let rose = person_of(&house, "rose.secretaire").await;
    let of = |code: &str| {
        let scope = Scope::programme(&school(), code).expect("a code");
        Grant { role: Role::Secretariat, scope }
    };
    give(&house, rose, &[of("L1MATH")]).await;
    let to = Recipients { to_secretariat: true, ..Recipients::default() };
    keep(&house, &Rule { to: to.clone(), ..rule() }).await;
    send_alerts(&house).await;
    assert_eq!(told(&house, "alert_others").await, Vec::<String>::new());
    assert_eq!(count(&house, "SELECT count(*) FROM alert_notice WHERE address = ''").await, 4);

    give(&house, rose, &[of("M1MIAGE")]).await;
    keep(&house, &Rule { to, ..rule() }).await;
    send_alerts(&house).await;
    assert_eq!(told(&house, "alert_others").await, ["rose@quais.example"]);
}

#[actix_web::test]
async fn teachers_hear_of_their_own_rolls_and_excused_absences_name_nobody() {
    let house = House::open().await;
    let ground = week(&house, true).await;
    give(&house, ground.teacher, &[at_school(Role::Teacher)]).await;
    give_address(&house, TEACHER, "alain@quais.example").await;
    let to = Recipients { to_teachers: true, ..Recipients::default() };
    keep(&house, &Rule { to, ..rule() }).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE attendance_record SET status = $1 WHERE status = 'absent' AND student = $2";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(Excused)
        .bind(ground.students[1])
        .execute(conn)
        .await
        .map(drop))
    .expect("kept");
    tx.commit().await.expect("kept");
    send_alerts(&house).await;
    let lists = mails(&house, "alert_others").await;
    assert_eq!(lists.len(), 1, "{lists:?}");
    assert_eq!(lists[0].0, "alain@quais.example");
    assert!(!lists[0].2.contains("Girard"), "{}", lists[0].2);
    assert!(lists[0].2.contains("Luc Petit"), "{}", lists[0].2);
    assert!(!lists[0].2.contains("/attendance/"), "no way to a page that refuses: {}", lists[0].2);
}
