//! The roll with faces: whose are shown, to whom, and what stands instead.
use super::{Class, TEACHER, secretary};
use crate::card;
use crate::house::{Answer, House, Person};
use crate::rights::person_of;
use aiguillage::card::store;
use chrono::Duration;

/// The face of a student as somebody's browser asks for it, with what the page handed out.
async fn face(
    (of, ticket): (&Class, &str),
    who: &Person<'_>,
    house: &House,
    login: &str,
) -> Answer {
    let student = person_of(house, login).await.0;
    who.get(&format!("{}/faces/{student}?t={ticket}", of.path())).await
}

/// What a page of faces hands out.
fn ticket(page: &Answer) -> String {
    let (_, behind) = page.text.split_once("?t=").expect("a picture");
    behind.split('"').next().expect("its end").to_owned()
}

async fn agree(house: &House, login: &str, shows: bool) {
    let person = person_of(house, login).await;
    let mut tx = house.db().write().await.expect("a transaction");
    store::set_consent(&mut tx, person, shows).await.expect("kept");
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn faces_are_shown_to_whoever_calls_the_roll_of_those_who_agreed() {
    let house = card::university().await;
    card::enabled(&house, "luc.petit", "04:06:3F:72:63:34:80").await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;

    let roll = teacher.get(&class.path()).await;
    assert!(roll.text.contains(&format!("{}/faces", class.path())), "{}", roll.words());
    let page = teacher.get(&format!("{}/faces", class.path())).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert_eq!(page.text.matches("<img ").count(), 4, "{}", page.words());
    assert_eq!(house.audit("roll.faces_shown").await.len(), 1);

    let student = person_of(&house, "luc.petit").await.0;
    let bare = teacher.get(&format!("{}/faces/{student}", class.path())).await;
    assert_eq!(bare.status, 404, "{}", bare.words());
    let ticket = ticket(&page);
    let shown = (&class, ticket.as_str());
    let seen = face(shown, &teacher, &house, "luc.petit").await;
    assert_eq!((seen.status, seen.header("content-type")), (200, "image/jpeg"));
    let small = image::load_from_memory(&seen.body).expect("a picture");
    assert_eq!((small.width(), small.height()), (180, 240));
    assert_eq!(seen.header("cache-control"), "private, max-age=600");
    let none = face(shown, &teacher, &house, "maelle.legrand").await;
    assert_eq!((none.status, none.header("content-type")), (200, "image/svg+xml"));

    agree(&house, "luc.petit", false).await;
    let hidden = face(shown, &teacher, &house, "luc.petit").await;
    assert_eq!(hidden.header("content-type"), "image/svg+xml", "the consent is taken back");

    teacher.get(&format!("{}/faces?t={ticket}", class.path())).await;
    assert_eq!(house.audit("roll.faces_shown").await.len(), 1, "still the same look");
    house.wait(Duration::minutes(21));
    let late = face(shown, &teacher, &house, "luc.petit").await;
    assert_eq!(late.status, 404, "{}", late.words());
    teacher.get(&format!("{}/faces?t={ticket}", class.path())).await;
    assert_eq!(house.audit("roll.faces_shown").await.len(), 2, "another one");
}

#[actix_web::test]
async fn faces_are_for_nobody_else() {
    let house = card::university().await;
    card::enabled(&house, "luc.petit", "04:06:3F:72:63:34:80").await;
    let class = Class::plan(&house).await;
    let rose = secretary(&house).await;
    let page = rose.get(&format!("{}/faces", class.path())).await;
    let ticket = ticket(&page);
    let shown = (&class, ticket.as_str());
    let student = house.sign_in("tom.girard").await;
    face(shown, &student, &house, "luc.petit").await.must_be(403, "E-FORBIDDEN");
    student.get(&format!("{}/faces", class.path())).await.must_be(403, "E-FORBIDDEN");

    // Of somebody who is on another roll, those who call this one see nothing.
    let stranger = face(shown, &rose, &house, "nadia.perrin").await;
    assert_eq!(stranger.status, 404, "{}", stranger.words());
}

#[actix_web::test]
async fn a_mark_beside_a_face_comes_back_to_the_faces() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let tom = person_of(&house, "tom.girard").await.0.to_string();
    let ticket = ticket(&teacher.get(&format!("{}/faces", class.path())).await);
    for (back, expected) in [(ticket.as_str(), format!("?t={ticket}")), ("//evil", String::new())] {
        let fields = [("student", tom.as_str()), ("status", "present"), ("back", back)];
        let answer = class.post(&teacher, "mark", &fields).await;
        assert_eq!(answer.location(), format!("{}/faces{expected}#s-{tom}", class.path()));
    }
}
