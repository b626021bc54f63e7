//! The roll with faces: whose are shown, to whom, and what stands instead.
use super::{Class, TEACHER, secretary};
use crate::card;
use crate::house::{Answer, House};
use crate::rights::person_of;
use aiguillage::card::store;

/// The face of a student as somebody's browser asks for it.
async fn face(of: &Class, who: &crate::house::Person<'_>, house: &House, login: &str) -> Answer {
    who.get(&format!("{}/faces/{}", of.path(), person_of(house, login).await.0)).await
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

    let seen = face(&class, &teacher, &house, "luc.petit").await;
    assert_eq!((seen.status, seen.header("content-type")), (200, "image/jpeg"));
    let small = image::load_from_memory(&seen.body).expect("a picture");
    assert_eq!((small.width(), small.height()), (180, 240));
    assert_eq!(seen.header("cache-control"), "no-store");
    let none = face(&class, &teacher, &house, "maelle.legrand").await;
    assert_eq!((none.status, none.header("content-type")), (200, "image/svg+xml"));

    agree(&house, "luc.petit", false).await;
    let hidden = face(&class, &teacher, &house, "luc.petit").await;
    assert_eq!(hidden.header("content-type"), "image/svg+xml", "the consent is taken back");
}

#[actix_web::test]
async fn faces_are_for_nobody_else() {
    let house = card::university().await;
    card::enabled(&house, "luc.petit", "04:06:3F:72:63:34:80").await;
    let class = Class::plan(&house).await;
    let student = house.sign_in("tom.girard").await;
    face(&class, &student, &house, "luc.petit").await.must_be(403, "E-FORBIDDEN");
    student.get(&format!("{}/faces", class.path())).await.must_be(403, "E-FORBIDDEN");

    // Of somebody who is on another roll, those who call this one see nothing.
    let rose = secretary(&house).await;
    let stranger = face(&class, &rose, &house, "nadia.perrin").await;
    assert_eq!(stranger.status, 404, "{}", stranger.words());
}

#[actix_web::test]
async fn a_mark_beside_a_face_comes_back_to_the_faces() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let tom = person_of(&house, "tom.girard").await.0.to_string();
    let fields = [("student", tom.as_str()), ("status", "present"), ("back", "faces")];
    let answer = class.post(&teacher, "mark", &fields).await;
    assert_eq!(answer.location(), format!("{}/faces#s-{tom}", class.path()));
}
