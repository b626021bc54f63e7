//! How much one client may ask of us (`security.md` 1 and 3).
use crate::house::{House, OFFICE, Person, Setup};
use chrono::Duration;
use futures_util::future::join;

/// A house in which an address has five requests, and two hundred a second afterwards.
async fn strict() -> House {
    House::set("AIGUILLAGE_LIMITS_ANONYMOUS_BURST", "5").await
}

/// How many requests in a row are answered, of so many at most.
async fn answered(person: &Person<'_>, path: &str, most: usize) -> usize {
    for count in 0..most {
        if person.get(path).await.status == 429 {
            return count;
        }
    }
    most
}

#[actix_web::test]
async fn an_address_that_asks_too_much_has_to_wait_a_moment() {
    let house = strict().await;
    assert_eq!(answered(&house.visitor(), "/login", 9).await, 5);

    let page = house.visitor().get("/nowhere").await;
    page.must_be(429, "E-TOO-MANY");
    assert_eq!(page.header("retry-after"), "1");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(page.cookies().is_empty());
    let document = house.visitor().with("accept", "application/json").get("/login").await;
    assert_eq!(document.json()["code"], "E-TOO-MANY");
    assert!(house.audit("request.").await.is_empty(), "a flood does not fill the record");
    let figures = aiguillage::figures::text(house.parts());
    assert!(figures.contains("rate_limited_total{limit=\"anonymous\"}"), "{figures}");

    house.wait(Duration::seconds(1));
    assert_eq!(house.visitor().get("/login").await.status, 200);
}

#[actix_web::test]
async fn neighbours_count_together_and_others_apart() {
    let house = strict().await;
    assert_eq!(answered(&house.visitor().at("198.51.100.1"), "/login", 9).await, 5);
    assert_eq!(answered(&house.visitor().at("198.51.100.254"), "/login", 9).await, 0);
    assert_eq!(answered(&house.visitor().at("198.51.101.1"), "/login", 9).await, 5);
    assert_eq!(answered(&house.visitor().at("2001:db8:1:2::3"), "/login", 9).await, 5);
    assert_eq!(answered(&house.visitor().at("2001:db8:1:ffff::9"), "/login", 9).await, 0);
}

#[actix_web::test]
async fn a_known_network_has_twenty_times_as_much() {
    let house = strict().await;
    assert_eq!(answered(&house.visitor().at(OFFICE), "/login", 200).await, 100);
}

#[actix_web::test]
async fn people_who_are_signed_in_are_not_counted() {
    let house = strict().await;
    let paul = house.sign_in("paul.hoarau").await;
    assert_eq!(answered(&paul, "/sessions", 30).await, 30);

    let forger = house.visitor().at("198.51.100.1");
    forger.put_cookie("__Host-sid", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(answered(&forger, "/sessions", 30).await, 5);
}

#[actix_web::test]
async fn paths_that_do_not_exist_and_foreign_hosts_count_too() {
    let house = strict().await;
    assert_eq!(answered(&house.visitor(), "/.env", 9).await, 5);
    let stranger = house.visitor().at("198.51.100.1").with("host", "evil.example");
    assert_eq!(answered(&stranger, "/login", 9).await, 5);
}

#[actix_web::test]
async fn without_load_nobody_waits_and_the_figures_say_so() {
    let house = House::open().await;
    assert_eq!(house.visitor().get("/login").await.status, 200);
    let figures = aiguillage::figures::text(house.parts());
    assert!(figures.contains("http_in_flight 0\n"), "{figures}");
    assert!(figures.contains("http_waiting 0\n"), "{figures}");
}

/// Two workers with one place in all, and a directory that takes calls but never answers.
#[actix_web::test]
async fn a_full_house_says_so_on_every_worker_and_recovers() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("an address").port();
    let agents = format!("kind = ldap\nrole = agents\nurl = ldap://127.0.0.1:{port}\nbase = c=fr");
    let families = "[source:families]\nkind = local\nrole = teleservices";
    let house = House::open_with(Setup {
        settings: vec![
            ("AIGUILLAGE_HTTP_MAX_IN_WORK", "1".to_owned()),
            ("AIGUILLAGE_HTTP_WORKERS", "2".to_owned()),
        ],
        sources: Some(format!("[source:agents]\n{agents}\n{families}\n")),
        ..Setup::default()
    })
    .await;
    let paul = house.visitor();
    let csrf = paul.get("/login").await.csrf();
    let fields = [("login", "paul"), ("password", "paul"), ("csrf", &csrf)];
    let workroom = &house.parts().workroom;
    let others = async {
        while workroom.in_work() == 0 {
            tokio::task::yield_now().await;
        }
        let visitors = (0..6).map(|_| async { house.visitor().get("/login").await });
        futures_util::future::join_all(visitors).await
    };

    let (held, others) = join(paul.post("/login", &fields), others).await;

    assert_ne!(held.status, 200);
    for answer in &others {
        answer.must_be(503, "E-BUSY");
        assert_eq!(answer.header("retry-after"), "2");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
    assert_eq!(house.visitor().get("/login").await.status, 200);
    assert!(house.audit("request.").await.is_empty());
    let figures = aiguillage::figures::text(house.parts());
    assert!(figures.contains("http_shed_total{class=\"sign_on\"}"), "{figures}");
}
