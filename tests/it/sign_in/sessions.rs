//! How long a session lives, and ending it.
use crate::house::{House, OFFICE, Person};
use chrono::Duration;

async fn is_in(person: &Person<'_>) -> bool {
    person.get("/sessions").await.status == 200
}

/// Use a session every so often until some time has passed; whether it lived through.
async fn lives_through(house: &House, person: &Person<'_>, time: Duration, step: Duration) -> bool {
    let end = house.now() + time;
    while house.now() < end {
        house.wait(step);
        if !is_in(person).await {
            return false;
        }
    }
    true
}

#[actix_web::test]
async fn an_unused_session_ends_after_two_hours() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;

    house.wait(Duration::minutes(119));
    assert!(is_in(&paul).await);
    house.wait(Duration::minutes(119));
    assert!(is_in(&paul).await, "use counts");
    house.wait(Duration::minutes(120));

    let answer = paul.get("/dispatch").await;
    assert_eq!((answer.status, answer.location()), (302, "/login?next=%2Fdispatch"));
}

#[actix_web::test]
async fn a_session_ends_after_ten_hours_whatever_is_done() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;

    let hour = Duration::hours(1);
    assert!(lives_through(&house, &paul, Duration::hours(9), hour).await);
    house.wait(Duration::minutes(59));
    assert!(is_in(&paul).await);
    house.wait(Duration::minutes(1));

    assert!(!is_in(&paul).await);
}

#[actix_web::test]
async fn a_pupils_session_ends_after_half_an_hour() {
    let house = House::open().await;
    let lea = house.sign_in("lea.payet").await;
    let jean = house.sign_in("jean.hoarau").await;

    house.wait(Duration::minutes(29));
    assert!(is_in(&lea).await);
    house.wait(Duration::minutes(30));

    assert!(!is_in(&lea).await, "a shared machine");
    assert!(is_in(&jean).await, "a parent's own");
}

#[actix_web::test]
async fn an_administrators_session_ends_sooner() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let quarter = Duration::minutes(14);
    assert!(lives_through(&house, &admin, Duration::minutes(7 * 60 + 50), quarter).await);
    house.wait(Duration::minutes(10));
    assert!(!is_in(&admin).await, "eight hours");

    let admin = house.administrator().await;
    house.wait(Duration::minutes(15));
    assert!(!is_in(&admin).await, "fifteen minutes");
}

#[actix_web::test]
async fn the_twenty_first_session_ends_the_oldest() {
    let house = House::open().await;
    let oldest = house.sign_in("paul.hoarau").await;
    let second = house.sign_in("paul.hoarau").await;
    let mut others = Vec::new();
    for _ in 0..18 {
        house.wait(Duration::seconds(1));
        others.push(house.sign_in("paul.hoarau").await);
    }
    assert!(is_in(&oldest).await, "twenty are fine");

    house.wait(Duration::seconds(1));
    let newest = house.sign_in("paul.hoarau").await;

    assert!(!is_in(&oldest).await);
    assert!(is_in(&second).await && is_in(&newest).await);
    assert!(is_in(&others[17]).await);
}

#[actix_web::test]
async fn signing_out_is_final() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let copy = paul.clone();

    let answer = paul.post_from("/logout", "/logout", &[]).await;

    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("Vous êtes déconnecté"));
    assert!(answer.cookie("__Host-sid").is_some_and(|line| line.contains("Max-Age=0")));
    assert_eq!(copy.get("/sessions").await.status, 302);
    assert_eq!(house.audit("auth.logout").await.len(), 1);
    let again = copy.post("/logout", &[]).await;
    assert_eq!(again.status, 200, "nothing is left to end");
    assert_eq!(house.audit("auth.logout").await.len(), 1);
}

#[actix_web::test]
async fn looking_at_the_way_out_signs_nobody_out() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;

    let asked = paul.get("/logout").await;
    assert!(asked.text.contains("Paul Hoarau"), "the page knows who asks: {}", asked.text);
    let image = paul.clone().with("sec-fetch-site", "cross-site").get("/logout").await;
    let without = paul.post("/logout", &[]).await;
    let foreign = house.sign_in("marie.dupont").await.get("/logout").await.csrf();
    let with_foreign = paul.post("/logout", &[("csrf", &foreign)]).await;

    assert_eq!((asked.status, image.status), (200, 200));
    without.must_be(403, "E-CSRF");
    with_foreign.must_be(403, "E-CSRF");
    assert!(is_in(&paul).await);
}

#[actix_web::test]
async fn signing_out_may_forget_the_school_too() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let fields = [("rne", "9740091F.0"), ("remember", "1")];
    marie.post_from("/dispatch?choose=1", "/dispatch", &fields).await;
    let copy = marie.clone();
    let kept = marie.post_from("/logout", "/logout", &[]).await;
    assert!(kept.cookie("__Host-dispatch_choice").is_none());

    copy.try_password("marie.dupont", "marie.dupont").await;
    copy.post_from("/logout", "/logout", &[("forget", "1")]).await;

    assert!(copy.cookie("__Host-dispatch_choice").is_none());
}

#[actix_web::test]
async fn people_see_their_own_sessions_and_end_them() {
    let house = House::open().await;
    let firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
    house.invite(&["paul.hoarau"]).await;
    let school = house.visitor().at(OFFICE).with("user-agent", firefox);
    school.try_password("paul.hoarau", "paul.hoarau").await;
    let telephone = house.sign_in("paul.hoarau").await;
    house.sign_in("marie.dupont").await;

    let list = telephone.get("/sessions").await;

    assert!(list.text.contains("Firefox, Windows"));
    assert!(list.text.contains("10.205.3.0/24") && list.text.contains("203.0.113.0/24"));
    assert!(!list.text.contains("10.205.3.4"));
    assert_eq!(list.text.matches("cet appareil").count(), 1);
    assert_eq!(list.text.matches("action=\"/sessions/end\"").count(), 1, "only the other one");
    let id = session_ids(&list.text).pop().expect("another session");
    let answer = telephone.post_from("/sessions", "/sessions/end", &[("session", &id)]).await;
    assert_eq!((answer.status, answer.location()), (303, "/sessions"));
    assert!(!is_in(&school).await);
    assert!(is_in(&telephone).await);
    let row = house.last("session.ended").await;
    assert_eq!(row.fields["ended"], id[28..].to_owned());
}

#[actix_web::test]
async fn all_other_sessions_end_at_once() {
    let house = House::open().await;
    let others = [house.sign_in("paul.hoarau").await, house.sign_in("paul.hoarau").await];
    let paul = house.sign_in("paul.hoarau").await;
    let marie = house.sign_in("marie.dupont").await;

    let answer = paul.post_from("/sessions", "/sessions/end-others", &[]).await;

    assert_eq!(answer.status, 303);
    assert!(!is_in(&others[0]).await && !is_in(&others[1]).await);
    assert!(is_in(&paul).await && is_in(&marie).await);
}

#[actix_web::test]
async fn nobody_ends_the_session_of_another() {
    let house = House::open().await;
    let elsewhere = house.sign_in("marie.dupont").await;
    let marie = house.sign_in("marie.dupont").await;
    let paul = house.sign_in("paul.hoarau").await;
    let id = session_ids(&marie.get("/sessions").await.text).pop().expect("a session");

    for session in [id.as_str(), "00000000-0000-0000-0000-000000000000", "x", ""] {
        let answer = paul.post_from("/sessions", "/sessions/end", &[("session", session)]).await;
        answer.must_be(404, "E-NOT-FOUND");
    }
    let without = marie.post("/sessions/end", &[("session", &id)]).await;
    without.must_be(403, "E-CSRF");
    marie.post("/sessions/end-others", &[]).await.must_be(403, "E-CSRF");

    assert!(is_in(&elsewhere).await && is_in(&marie).await);
}

/// The sessions that a list offers to end.
fn session_ids(html: &str) -> Vec<String> {
    let pieces = html.split("name=\"session\" value=\"").skip(1);
    pieces.filter_map(|piece| piece.get(..36).map(str::to_owned)).collect()
}
