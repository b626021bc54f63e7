//! The remembered choice (`dispatch.md` 3.7).
use crate::house::{House, OFFICE, Person};
use aiguillage::identity::{Account, Attributes, store};
use chrono::{DateTime, Utc};

const COOKIE: &str = "__Host-dispatch_choice";
/// A room where nothing is remembered.
const SHARED_ROOM: &str = "10.205.12.7";

async fn remember(person: &Person<'_>, target: &str) -> String {
    let fields = [("rne", target), ("remember", "1")];
    let answer = person.post_from("/dispatch?choose=1", "/dispatch", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.cookie(COOKIE).expect("it is remembered").to_owned()
}

#[actix_web::test]
async fn a_remembered_choice_saves_the_question() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    assert_eq!(marie.get("/dispatch").await.field("remember").as_deref(), Some("1"));

    let line = remember(&marie, "9749801K.0").await;

    let end: DateTime<Utc> = "2027-08-31T22:00:00Z".parse().expect("a time");
    let seconds = (end - house.now()).num_seconds();
    assert!(line.contains(&format!("Max-Age={seconds}")), "the school year: {line}");
    let answer = marie.get("/dispatch").await;
    assert_eq!(answer.status, 302);
    assert!(answer.location().starts_with("/saml?sp_ident=9749801K&"));
    assert_eq!(house.last("dispatch.decision").await.reason, "remembered");
    house.wait(chrono::Duration::days(3));
    marie.try_password("marie.dupont", "marie.dupont").await;
    assert_eq!(marie.get("/dispatch").await.status, 302, "in the next session too");
}

#[actix_web::test]
async fn a_remembered_choice_can_be_forgotten() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    remember(&marie, "9749801K.0").await;
    let page = marie.get("/dispatch?choose=1").await;
    assert!(page.text.contains("action=\"/dispatch/forget\""));

    let answer = marie.post_from("/dispatch?choose=1", "/dispatch/forget", &[]).await;

    assert_eq!((answer.status, answer.location()), (303, "/dispatch?choose=1"));
    assert_eq!(marie.cookie(COOKIE), None);
    let page = marie.get("/dispatch").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("action=\"/dispatch/forget\""));
}

#[actix_web::test]
async fn the_choice_of_another_person_counts_for_nothing() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    remember(&marie, "9749801K.0").await;
    let cookie = marie.cookie(COOKIE).expect("a cookie");
    // Jean has the same two schools.
    let jean = house.sign_in("jean.hoarau").await;
    jean.put_cookie(COOKIE, &cookie);

    let answer = jean.get("/dispatch").await;

    assert_eq!(answer.status, 200);
    assert!(answer.cookie(COOKIE).is_some_and(|line| line.contains("Max-Age=0")));
    assert_eq!(jean.cookie(COOKIE), None);
}

#[actix_web::test]
async fn forged_choices_are_dropped() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    remember(&marie, "9749801K.0").await;
    let good = marie.cookie(COOKIE).expect("a cookie");
    let half = &good[..good.len() / 2];
    for value in ["x", "a.b", half, &format!("{good}A"), &good.to_uppercase(), &"x".repeat(900)] {
        marie.put_cookie(COOKIE, value);
        let answer = marie.get("/dispatch").await;
        assert_eq!(answer.status, 200, "{value}");
        assert_eq!(marie.cookie(COOKIE), None, "{value}");
    }
}

#[actix_web::test]
async fn a_choice_ends_with_the_school_year() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    remember(&marie, "9749801K.0").await;
    let end: DateTime<Utc> = "2027-08-31T21:59:59Z".parse().expect("a time");
    house.wait(end - house.now());
    marie.try_password("marie.dupont", "marie.dupont").await;
    assert_eq!(marie.get("/dispatch").await.status, 302);

    house.wait(chrono::Duration::seconds(1));

    assert_eq!(marie.get("/dispatch").await.status, 200);
    assert_eq!(marie.cookie(COOKIE), None);
}

#[actix_web::test]
async fn a_school_that_was_lost_is_named_and_forgotten() {
    let house = House::open().await;
    house.invent("[mobile]\nsource = agents\ndisplayName = Marc Mobile\nFrEduRne[] = \"9740091F$UAJ$PU$ENS$x$T3$CLG$340\"\nFrEduRne[] = \"9749801K$UAJ$PU$ENS$x$T3$LYC$340\"\nFrEduRne[] = \"0219801P$UAJ$PU$ENS$x$T3$LYC$340\"\n").await;
    let marc = house.sign_in("mobile").await;
    remember(&marc, "9749801K.0").await;
    transfer(
        &house,
        "mobile",
        &["9740091F$UAJ$PU$ENS$x$T3$CLG$340", "0219801P$UAJ$PU$ENS$x$T3$CLG$340"],
    )
    .await;
    marc.try_password("mobile", "mobile").await;

    let answer = marc.get("/dispatch").await;

    assert_eq!(answer.status, 200);
    assert!(
        answer.words().contains("LYCEE DES FILAOS » ne fait plus partie de vos établissements"),
        "{}",
        answer.words()
    );
    assert!(!answer.text.contains("Votre choix est mémorisé"), "it is not any more");
    assert_eq!(marc.cookie(COOKIE), None);
    assert!(!marc.get("/dispatch").await.text.contains("ne fait plus partie"), "said once");
}

/// What the directory says of somebody changes.
async fn transfer(house: &House, login: &str, posts: &[&str]) {
    let mut tx = house.db().write().await.expect("the database answers");
    let stored = store::account_by_source_id(&mut tx, "agents", login).await.expect("a table");
    let stored = stored.expect("the account is there");
    let attributes: Attributes =
        posts.iter().map(|post| ("FrEduRne".to_owned(), (*post).to_owned())).collect();
    let account = Account {
        source: "agents".into(),
        source_id: login.into(),
        login: login.into(),
        attributes,
    };
    store::update_account(&mut tx, stored.id, &account, 20, house.now()).await.expect("a table");
    tx.commit().await.expect("it is kept");
}

#[actix_web::test]
async fn a_remembered_portal_that_is_closed_is_asked_about_but_kept() {
    let house = House::open().await;
    house.invent("[trois]\nsource = agents\ndisplayName = Trois Ecoles\nFrEduRne[] = \"9740091F$UAJ$PU$ENS$x$T3$CLG$340\"\nFrEduRne[] = \"9749801K$UAJ$PU$ENS$x$T3$LYC$340\"\nFrEduRne[] = \"0219801P$UAJ$PU$ENS$x$T3$LYC$340\"\n").await;
    let person = house.sign_in("trois").await;
    remember(&person, "9749801K.0").await;
    assert!(house.change("etabs.ini", "[9749801K]\n", "[9749801K]\nactif = false\n").await);

    assert_eq!(person.get("/dispatch").await.status, 200);
    assert!(person.cookie(COOKIE).is_some());
    assert!(house.change("etabs.ini", "[9749801K]\nactif = false\n", "[9749801K]\n").await);
    assert_eq!(person.get("/dispatch").await.status, 302);
}

#[actix_web::test]
async fn nothing_is_remembered_in_a_shared_room() {
    let house = House::open().await;
    let marie = house.sign_in_from("marie.dupont", OFFICE).await;
    remember(&marie, "9749801K.0").await;
    let there = marie.at(SHARED_ROOM);

    let page = there.get("/dispatch").await;

    assert_eq!(page.status, 200, "the choice is not used");
    assert_eq!(page.field("remember"), None, "and none is offered");
    let fields = [("rne", "9740091F.0"), ("remember", "1")];
    let answer = there.post_from("/dispatch?choose=1", "/dispatch", &fields).await;
    assert!(answer.cookie(COOKIE).is_none());
    let back = there.at(OFFICE);
    assert!(back.get("/dispatch").await.location().starts_with("/saml?sp_ident=9749801K&"));
}

#[actix_web::test]
async fn a_remembered_choice_gives_way_to_an_explicit_one() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    remember(&marie, "9749801K.0").await;

    let direct = marie.get("/dispatch?rne=9740091F").await;

    assert!(direct.location().starts_with("/saml?sp_ident=9740091F&"));
    assert_eq!(marie.get("/dispatch?choose=1").await.targets().len(), 2);
    let me = marie.get("/api/v1/dispatch/me").await.json();
    let remembered: Vec<_> = me["destinations"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|school| school["remembered"] == true)
        .map(|school| &school["rne"])
        .collect();
    assert_eq!(remembered, ["9749801K"]);
    assert_eq!(me["decision"], "remembered");
}
