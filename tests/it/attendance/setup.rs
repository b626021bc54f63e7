//! Programmes, groups, subjects, rooms and networks, by those who set rolls up.
use super::{Class, at_school};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::rights::Role;

const AT: &str = "/attendance/setup";

async fn setter(house: &House) -> Person<'_> {
    let rose = house.sign_in("rose.secretaire").await;
    let rights = [at_school(Role::AttendanceAdmin)];
    give(house, person_of(house, "rose.secretaire").await, &rights).await;
    rose
}

async fn keep(who: &Person<'_>, list: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("{AT}/{list}");
    let fields: Vec<_> = fields.iter().copied().chain([("rne", super::SCHOOL)]).collect();
    who.post_from(&path, &path, &fields).await
}

/// The id in the first link that changes something.
fn first_id(page: &Answer) -> String {
    let rest = page.text.split("?id=").nth(1).expect("a link");
    rest.chars().take_while(|it| *it != '"').collect()
}

#[actix_web::test]
async fn a_school_is_set_up_from_nothing_and_taken_apart_again() {
    let house = House::open().await;
    let rose = setter(&house).await;
    assert_eq!(rose.get(AT).await.location(), "/attendance/setup/programmes");
    let empty = rose.get(&format!("{AT}/programmes")).await;
    assert!(empty.text.contains("Rien pour l’instant"), "{}", empty.words());

    let made =
        keep(&rose, "programmes", &[("a", "L1"), ("b", "Licence 1"), ("c", "2026-2027")]).await;
    assert_eq!(made.location(), "/attendance/setup/programmes?done=add");
    let programme = first_id(&rose.get(&format!("{AT}/programmes")).await);
    let group = [("of", programme.as_str()), ("a", "TD"), ("b", "TD 1")];
    assert_eq!(keep(&rose, "groups", &group).await.status, 303);
    assert_eq!(keep(&rose, "groups", &group).await.status, 422, "twice");
    assert_eq!(keep(&rose, "subjects", &[("a", "ALG"), ("b", "Algèbre")]).await.status, 303);
    let zone = [("a", "Bâtiment B"), ("b", "10.3.0.0/16, 2001:db8:3::/48")];
    assert_eq!(keep(&rose, "zones", &zone).await.status, 303);
    let zones = rose.get(&format!("{AT}/zones")).await;
    assert!(zones.text.contains("10.3.0.0/16, 2001:db8:3::/48"), "{}", zones.words());
    let zone_id = first_id(&zones);
    let room = [("a", "Valrose"), ("b", "B-214"), ("of", zone_id.as_str())];
    assert_eq!(keep(&rose, "rooms", &room).await.status, 303);
    let bad = keep(&rose, "zones", &[("a", "Ailleurs"), ("b", "10.3.0.0/99")]).await;
    assert_eq!(bad.status, 422);
    assert!(bad.text.contains("Ailleurs") && bad.text.contains("10.3.0.0/99"), "kept to be mended");

    let renamed = [("id", zone_id.as_str()), ("a", "Bâtiment C"), ("b", "10.4.0.0/16")];
    let renamed = keep(&rose, "zones", &renamed).await;
    assert_eq!(renamed.location(), "/attendance/setup/zones?done=change");
    let zones = rose.get(&format!("{AT}/zones")).await;
    assert!(zones.text.contains("10.4.0.0/16") && !zones.text.contains("db8:3::"));

    // What is used stays.
    let remove = async |list: &str, id: &str| {
        let from = format!("{AT}/{list}");
        let fields = [("rne", super::SCHOOL)];
        rose.post_from(&from, &format!("{from}/{id}/remove"), &fields).await
    };
    remove("zones", &zone_id).await.must_be(409, "E-ROLL-IN-USE");
    remove("programmes", &programme).await.must_be(409, "E-ROLL-IN-USE");
    let room = first_id(&rose.get(&format!("{AT}/rooms")).await);
    assert_eq!(remove("rooms", &room).await.location(), "/attendance/setup/rooms?done=remove");
    assert_eq!(remove("zones", &zone_id).await.status, 303);
    assert_eq!(house.audit("roll.set_up").await.len(), 8);
}

#[actix_web::test]
async fn a_group_with_members_stays() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "DELETE FROM class_session WHERE id = $1";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).bind(class.id).execute(conn).await.map(drop))
        .expect("gone");
    tx.commit().await.expect("kept");
    let rose = setter(&house).await;
    let from = format!("{AT}/groups");
    let path = format!("{from}/{}/remove", class.group);
    let refused = rose.post_from(&from, &path, &[("rne", super::SCHOOL)]).await;
    refused.must_be(409, "E-ROLL-IN-USE");
}

#[actix_web::test]
async fn nobody_sets_up_the_school_of_others() {
    let house = House::open().await;
    Class::plan(&house).await;
    let teacher = house.sign_in(super::TEACHER).await;
    teacher.get(&format!("{AT}/groups")).await.must_be(403, "E-FORBIDDEN");
    let rose = setter(&house).await;
    let path = format!("{AT}/subjects");
    let elsewhere = [("rne", "9740091F"), ("a", "X"), ("b", "X")];
    rose.post_from(&path, &path, &elsewhere).await.must_be(403, "E-FORBIDDEN");
    let nowhere = [("rne", "x"), ("a", "X"), ("b", "X")];
    rose.post_from(&path, &path, &nowhere).await.must_be(422, "E-ROLL-SCHOOL");
    let page = rose.get(&path).await;
    assert!(page.text.contains("Sécurité des SI"), "{}", page.words());
    // An administrator of the installation sees every school.
    let admin = house.administrator().await;
    assert_eq!(admin.get("/attendance").await.location(), AT);
    assert!(admin.get(&path).await.text.contains("Sécurité des SI"));
    assert_eq!(rose.get(&format!("{AT}/nothing")).await.status, 404);
}
