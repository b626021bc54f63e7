//! Exemptions and absences that were announced.
use super::{absent, post, record_of, secretary};
use crate::attendance::{Class, SCHOOL, TEACHER};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::attendance::excuse::store::{NewExemption, insert_exemption};
use aiguillage::attendance::record::Status;
use aiguillage::attendance::store::changes_of;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use uuid::Uuid;

const PATH: &str = "/attendance/exemptions";

/// The form of a student, found by name.
async fn form(who: &Person<'_>, name: &str) -> Answer {
    let found = who.get(&format!("{PATH}?q={name}")).await;
    let begin = found.text.find(&format!("{PATH}?student=")).expect("somebody is found");
    let address = found.text[begins(&found.text, begin)].replace("&#38;", "&");
    who.get(&address.replace("&amp;", "&")).await
}

fn begins(text: &str, begin: usize) -> std::ops::Range<usize> {
    begin..begin + text[begin..].find('"').expect("an address ends")
}

async fn keep(who: &Person<'_>, form: &Answer, fields: &[(&str, &str)]) -> Answer {
    let value = |name: &str| form.field(name).expect("a field");
    let (student, school) = (value("student"), value("school"));
    let mut all = vec![("student", student.as_str()), ("school", school.as_str())];
    all.extend([("since", super::TODAY), ("until", super::TODAY)]);
    all.extend(fields);
    post(who, PATH, &all).await
}

#[actix_web::test]
async fn whoever_is_exempt_is_so_on_rolls_that_were_called_and_on_later_ones() {
    let house = House::open().await;
    let class = absent(&house).await;
    let rose = secretary(&house).await;
    let page = form(&rose, "maelle").await;
    let reason = super::option(&page, "Maladie");
    let fields = [("what", "exempt"), ("reason", reason.as_str())];
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Exempt);
    let record = record_of(&house, &class, "maelle.legrand").await;
    let mut tx = house.db().read().await.expect("the database answers");
    let changes = changes_of(&mut tx, record).await.expect("an answer");
    drop(tx);
    assert_eq!(
        changes.last().map(|it| (it.was, it.became)),
        Some((Status::Absent, Status::Exempt))
    );

    // From one kind of séance only, and it is not this one.
    let page = form(&rose, "girard").await;
    let fields = [("what", "exempt"), ("reason", reason.as_str()), ("kind", "TP")];
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Absent);
    let odd = [("what", "exempt"), ("reason", reason.as_str()), ("kind", "XX")];
    keep(&rose, &page, &odd).await.must_be(422, "E-EXCUSE-FORM");

    let list = rose.get(PATH).await;
    assert!(list.text.contains("Maëlle Legrand") && list.text.contains("Tom Girard"));
    let end = list.field("end").expect("one can be ended");
    assert_eq!(post(&rose, PATH, &[("end", &end), ("what", "exempt")]).await.status, 303);
    assert_eq!(rose.get(PATH).await.text.matches("name=\"end\"").count(), 1);
    assert_eq!(house.last("roll.exempted").await.reason, "ended");
}

#[actix_web::test]
async fn an_announced_absence_is_excused_at_the_closing_when_its_reason_excuses() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let rose = secretary(&house).await;
    let page = form(&rose, "petit").await;
    let exam = super::option(&page, "Examen ou concours");
    let fields = [("what", "planned"), ("reason", exam.as_str())];
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);
    let page = form(&rose, "ines").await;
    let illness = super::option(&page, "Maladie");
    let fields = [("what", "planned"), ("reason", illness.as_str())];
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);

    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    class.act(&teacher, "close", &[]).await;
    assert_eq!(class.status(&house, "luc.petit").await, Status::Excused);
    assert_eq!(class.status(&house, "ines.robert").await, Status::Absent, "it has to be decided");

    // Told afterwards, it excuses what was closed.
    let page = form(&rose, "girard").await;
    let fields = [("what", "planned"), ("reason", exam.as_str())];
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Excused);
}

#[actix_web::test]
async fn nobody_is_exempted_by_somebody_of_another_programme() {
    let house = House::open().await;
    absent(&house).await;
    let rose = secretary(&house).await;
    let other = house.sign_in("marie.dupont").await;
    let scope = Scope::programme(&crate::attendance::school(), "L1 DROIT").expect("a programme");
    let grants = [Grant { role: Role::Secretariat, scope }];
    give(&house, person_of(&house, "marie.dupont").await, &grants).await;
    let found = other.get(&format!("{PATH}?q=maelle")).await;
    assert!(found.status == 200 && !found.text.contains("?student="), "{}", found.words());
    let page = form(&rose, "maelle").await;
    let reason = super::option(&page, "Maladie");
    let fields = [("what", "exempt"), ("reason", reason.as_str())];
    assert_eq!(keep(&other, &page, &fields).await.status, 404);
    let student = person_of(&house, "maelle.legrand").await;
    let sneaked = other.get(&format!("{PATH}?student={student}&school={SCHOOL}")).await;
    assert_eq!(sneaked.status, 404);
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);
    let end = rose.get(PATH).await.field("end").expect("one can be ended");
    assert_eq!(post(&other, PATH, &[("end", &end), ("what", "exempt")]).await.status, 404);
}

#[actix_web::test]
async fn what_was_announced_before_the_clock_was_confirmed_excuses() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    // The timetable looks at the clock first, and closes afterwards.
    for _ in 0..2 {
        house.wait(Duration::hours(2));
        house.run_jobs().await;
    }
    assert_eq!(class.status(&house, "luc.petit").await, Status::AbsentProvisional);

    let rose = secretary(&house).await;
    let page = form(&rose, "petit").await;
    let exam = super::option(&page, "Examen ou concours");
    let fields = [("what", "planned"), ("reason", exam.as_str())];
    assert_eq!(keep(&rose, &page, &fields).await.status, 303);
    let teacher = house.sign_in(TEACHER).await;
    assert_eq!(class.act(&teacher, "validate", &[]).await.status, 303);
    assert_eq!(class.status(&house, "luc.petit").await, Status::Excused);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Absent);
}

#[actix_web::test]
async fn a_long_list_of_exemptions_has_pages_and_all_of_them_can_be_ended() {
    let house = House::open().await;
    absent(&house).await;
    let rose = secretary(&house).await;
    let page = form(&rose, "maelle").await;
    let reason = super::option(&page, "Maladie").parse().expect("an id");
    let student = person_of(&house, "maelle.legrand").await;
    let day = |days: i64| (house.now() + Duration::days(days)).date_naive();
    let mut tx = house.db().write().await.expect("a transaction");
    let mut last = Uuid::nil();
    for number in 0..501 {
        last = Uuid::now_v7();
        let new = NewExemption {
            id: last,
            rne: crate::attendance::school(),
            student,
            subject: None,
            kind: Some("TP".to_owned()),
            days: (day(number), day(number + 1)),
            is_on_site: false,
            reason,
            by: Some(student),
        };
        insert_exemption(&mut tx, &new, house.now()).await.expect("kept");
    }
    tx.commit().await.expect("kept");
    let first = rose.get(PATH).await;
    assert_eq!(first.text.matches("name=\"end\"").count(), 100);
    assert!(first.text.contains("/attendance/exemptions?skip=100"));
    let end = rose.get(&format!("{PATH}?skip=500")).await;
    assert_eq!(end.text.matches("name=\"end\"").count(), 1);
    let fields = [("end", last.to_string()), ("what", "exempt".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(post(&rose, PATH, &fields).await.status, 303);
    assert_eq!(post(&rose, PATH, &fields).await.status, 404, "it is gone");
}
