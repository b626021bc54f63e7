//! Whoever has two accounts says so by signing in with both (D6).
use crate::house::{Answer, House, OFFICE, Person};
use aiguillage::audit::Trace;
use aiguillage::identity::joining::{self, BY_ADMINISTRATOR};
use aiguillage::identity::role_map::RoleMap;
use aiguillage::identity::store;
use aiguillage::identity::touched::{Following, Touched};
use chrono::Duration;

/// Signed in as the first, off to sign in with the second: the page that asks.
async fn begin<'h>(house: &'h House, first: &str, second: &str) -> (Person<'h>, Answer) {
    house.invite(&[first, second]).await;
    let person = house.sign_in(first).await;
    let gone = person.post_from("/accounts", "/accounts/add", &[]).await;
    assert!(gone.location().starts_with("/login?renew=1&next=%2Faccounts%2Fjoin"), "{}", gone.text);
    let page = person.get(gone.location()).await;
    assert!(page.words().contains("Mes comptes"), "it says why: {}", page.words());
    let next = page.field("next").expect("a way on");
    let entered = person
        .post_from(
            gone.location(),
            "/login",
            &[("login", second), ("password", second), ("next", &next)],
        )
        .await;
    assert_eq!(entered.location(), next, "{}", entered.text);
    let page = person.get(&next).await;
    (person, page)
}

async fn schools(person: &Person<'_>) -> usize {
    let me = person.get("/api/v1/dispatch/me").await.json();
    me["destinations"].as_array().expect("a list").len()
}

#[actix_web::test]
async fn two_accounts_become_one_person_and_part_again() {
    let house = House::open().await;
    let (person, page) = begin(&house, "marie.dupont", "paul.hoarau").await;
    assert!(
        page.text.contains("Marie Dupont") && page.text.contains("Paul Hoarau"),
        "{}",
        page.text
    );
    let alone = schools(&person).await;
    let (csrf, flow) = (page.csrf(), page.field("flow").expect("a flow"));
    let fields = [("csrf", csrf.as_str()), ("flow", flow.as_str())];
    let joined = person.post("/accounts/join", &fields).await;
    assert_eq!(joined.location(), "/accounts?joined=1", "{}", joined.text);
    let list = person.get("/accounts?joined=1").await;
    assert!(list.text.contains("Vos comptes sont réunis"), "{}", list.text);
    assert!(list.text.contains("marie.dupont") && list.text.contains("paul.hoarau"));
    assert!(schools(&person).await > alone);
    let row = house.last("person.changed").await;
    assert_eq!((row.reason.as_str(), &row.fields["rule"]), ("linked", &"person".into()));

    // Whichever of them signs in is this one person, and nothing is joined twice.
    let marie = house.visitor();
    marie.try_password("marie.dupont", "marie.dupont").await;
    assert_eq!(schools(&marie).await, schools(&person).await);
    person.post("/accounts/join", &fields).await.must_be(409, "E-JOIN");

    let link = list.field("link").expect("it can be undone");
    let parted = person.post_from("/accounts", "/accounts/part", &[("link", &link)]).await;
    assert_eq!(parted.location(), "/accounts?parted=1");
    assert_eq!(schools(&person).await, alone);
    assert!(marie.get("/sessions").await.location().starts_with("/login"), "her session ended");
    assert_eq!(house.audit("session.ended").await.len(), 1, "and that is recorded");
    person
        .post_from("/accounts", "/accounts/part", &[("link", &link)])
        .await
        .must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn what_a_person_is_called_follows_the_accounts() {
    let house = House::open().await;
    let (person, page) = begin(&house, "nadia.benali", "lea.payet").await;
    let forgotten = house.sign_in("lea.payet").await;
    assert!(house.rewrite("app_filters/dispatcher.ini", "[user]\nuser=uid\nmail=mail\n").await);
    let of = |text: String| text.contains("nadia.benali@demo.example");
    assert!(!of(house.told(&person, "").await));
    let fields = [("csrf", page.csrf()), ("flow", page.field("flow").expect("a flow"))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    person.post("/accounts/join", &fields).await;
    assert!(of(house.told(&person, "").await), "an address of one is one of the person");
    assert!(
        forgotten.get("/sessions").await.location().starts_with("/login"),
        "it had fewer rights"
    );

    let link = person.get("/accounts").await.field("link").expect("it can be undone");
    person.post_from("/accounts", "/accounts/part", &[("link", &link)]).await;
    assert!(!of(house.told(&person, "").await), "what was hers is hers again");
}

#[actix_web::test]
async fn what_went_on_to_somebody_else_stays_there() {
    let house = House::open().await;
    let (paul, page) = begin(&house, "marie.dupont", "paul.hoarau").await;
    let fields = [("csrf", page.csrf()), ("flow", page.field("flow").expect("a flow"))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    paul.post("/accounts/join", &fields).await;
    let link = paul.get("/accounts").await.field("link").expect("it can be undone");
    // An administrator gives Marie's account to whom it belongs.
    house.sign_in("camille.riviere").await;
    let mut tx = house.db().write().await.expect("a transaction");
    let marie = store::accounts_by_login(&mut tx, "marie.dupont").await.expect("rows").remove(0);
    let camille =
        store::accounts_by_login(&mut tx, "camille.riviere").await.expect("rows").remove(0);
    let people = (marie.person, camille.person);
    let mut touched = Touched::at(house.now());
    let joined = joining::join(&mut tx, marie.id, people, BY_ADMINISTRATOR, &mut touched).await;
    assert!(joined.expect("the database answers").is_some());
    let roles = RoleMap::default();
    let rules = Following { roles: &roles, owner: &[] };
    touched.settle(&mut tx, &rules, &Trace::default()).await.expect("settled");
    tx.commit().await.expect("committed");

    paul.post_from("/accounts", "/accounts/part", &[("link", &link)])
        .await
        .must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn nobody_is_led_into_joining_others() {
    let house = House::open().await;
    let (thief, page) = begin(&house, "marie.dupont", "paul.hoarau").await;
    let flow = page.field("flow").expect("a flow");
    let victim = house.sign_in("camille.riviere").await;
    // A link that somebody else made, in the victim's browser.
    victim.get(&format!("/accounts/join?flow={flow}")).await.must_be(409, "E-JOIN");
    let csrf = victim.get("/accounts").await.csrf();
    let fields = [("csrf", csrf.as_str()), ("flow", flow.as_str())];
    victim.post("/accounts/join", &fields).await.must_be(409, "E-JOIN");
    // Without the form of the page nothing happens either.
    thief.post("/accounts/join", &[("flow", &flow)]).await.must_be(403, "E-CSRF");
    thief.get("/accounts/join?flow=x").await.must_be(409, "E-JOIN");
    house.wait(Duration::minutes(11));
    thief.get(&format!("/accounts/join?flow={flow}")).await.must_be(409, "E-JOIN");
}

#[actix_web::test]
async fn an_open_browser_is_no_proof() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    house.wait(Duration::minutes(11));
    let again = marie.post_from("/accounts", "/accounts/add", &[]).await;
    assert_eq!(again.location(), "/login?renew=1&next=%2Faccounts%3Ffresh%3D1");
    // Signing in with the same account again joins nothing.
    let (same, page) = begin(&house, "marie.dupont", "marie.dupont").await;
    assert_eq!(page.location(), "/accounts?same=1", "{}", page.text);
    assert!(same.get("/accounts?same=1").await.text.contains("déjà l’un des vôtres"));
}

#[actix_web::test]
async fn whoever_may_administrate_stays_apart() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let page = admin.get("/accounts").await;
    assert!(page.text.contains("reste séparé des autres"), "{}", page.text);
    admin.post_from("/sessions", "/accounts/add", &[]).await.must_be(409, "E-JOIN");

    house.invite(&["marie.dupont"]).await;
    let marie = house.sign_in_from("marie.dupont", OFFICE).await;
    let gone = marie.post_from("/accounts", "/accounts/add", &[]).await;
    let next = marie.get(gone.location()).await.field("next").expect("a way on");
    let fields = [("login", "admin"), ("password", "admin"), ("next", next.as_str())];
    marie.post_from(gone.location(), "/login", &fields).await;
    marie.get(&next).await.must_be(409, "E-JOIN");
}
