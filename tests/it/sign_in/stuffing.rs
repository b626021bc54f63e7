//! Somebody goes through a list of logins (SEC-40).
use crate::house::{Answer, HOME, House, OFFICE};
use chrono::Duration;
use futures_util::future::join_all;

/// A wrong password from an address, by a browser that was never here.
async fn fail(house: &House, login: &str, address: &str) -> Answer {
    house.visitor().at(address).try_password(login, "wrong").await
}

#[actix_web::test]
async fn a_list_from_one_network_gets_one_try_in_two_seconds_for_an_hour() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for n in 0..20 {
        assert_eq!(fail(&house, &format!("listed.{n}"), HOME).await.status, 401, "{n}");
    }

    let refused = fail(&house, "listed.20", HOME).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "3"));
    assert!(refused.text.contains("Identifiant ou mot de passe incorrect"), "the same text");
    let row = house.last("auth.refused").await;
    assert_eq!((row.reason.as_str(), &row.fields["limit"]), ("E-TOO-MANY", &"stuffing".into()));
    house.wait(Duration::seconds(2));
    assert_eq!(fail(&house, "listed.20", HOME).await.status, 401);
    assert_eq!(fail(&house, "listed.21", HOME).await.status, 429);
    let elsewhere = house.visitor().at("198.51.100.1");
    assert_eq!(elsewhere.try_password("paul.hoarau", "paul.hoarau").await.status, 303);

    // The failures are long forgotten, the pace is not.
    house.wait(Duration::minutes(40));
    let at_home = async || house.visitor().try_password("paul.hoarau", "paul.hoarau").await;
    assert_eq!(at_home().await.status, 303, "the owner has a turn");
    assert_eq!(at_home().await.status, 429, "and the next one is two seconds away");
    house.wait(Duration::minutes(20));
    for _ in 0..3 {
        assert_eq!(at_home().await.status, 303, "it is over");
    }
    let rows = house.audit("auth.stuffing").await;
    assert_eq!(rows.len(), 1, "told once");
    assert_eq!((rows[0].outcome.as_str(), rows[0].reason.as_str()), ("ok", "slowed"));
    assert_eq!(rows[0].fields["logins"], 20);
    assert_eq!(rows[0].fields["place"], "203.0.113.0/24");
}

#[actix_web::test]
async fn of_several_at_once_one_has_the_turn() {
    let house = House::open().await;
    for n in 0..20 {
        fail(&house, &format!("listed.{n}"), HOME).await;
    }
    house.wait(Duration::seconds(2));

    let logins: Vec<String> = (20..28).map(|n| format!("listed.{n}")).collect();
    let answers = join_all(logins.iter().map(|login| fail(&house, login, HOME))).await;

    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(tried, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
}

#[actix_web::test]
async fn of_two_thousand_pairs_fewer_than_two_hundred_are_tried_in_ten_minutes() {
    let house = House::open().await;
    let script = house.visitor();
    let csrf = script.get("/login").await.csrf();
    let mut tried = 0;
    for n in 0..2_000 {
        house.wait(Duration::milliseconds(300));
        let login = format!("listed.{n}");
        let fields = [("login", login.as_str()), ("password", "wrong"), ("csrf", &csrf)];
        match script.post("/login", &fields).await.status {
            401 => tried += 1,
            status => assert_eq!(status, 429, "{n}"),
        }
    }

    assert!((20..200).contains(&tried), "{tried}");
    assert_eq!(house.audit("auth.stuffing").await.len(), 1);
}

#[actix_web::test]
async fn in_a_school_a_list_is_told_of_once_an_hour_and_slows_nobody() {
    let house = House::open().await;
    for round in 1..=2 {
        for n in 0..40 {
            assert_eq!(fail(&house, &format!("pupil.{n}"), OFFICE).await.status, 401, "{n}");
        }
        let rows = house.audit("auth.stuffing").await;
        assert_eq!(rows.len(), round);
        assert!(rows.iter().all(|row| row.reason == "known_network"));
        house.wait(Duration::minutes(60));
    }
}

#[actix_web::test]
async fn a_busy_morning_is_no_list() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for n in 0..20 {
        assert_eq!(fail(&house, &format!("pupil.{n}"), HOME).await.status, 401);
        let paul = house.visitor().try_password("paul.hoarau", "paul.hoarau").await;
        assert_eq!(paul.status, 303, "{n}");
    }

    assert!(house.audit("auth.stuffing").await.is_empty());
    assert_eq!(fail(&house, "pupil.20", HOME).await.status, 401);
}
