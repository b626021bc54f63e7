//! Who may ask: SEC-59, against a browser that somebody wants to lead astray.
use super::{application, login, ticket};
use crate::house::House;

#[actix_web::test]
async fn nobody_is_sent_to_an_address_that_is_not_declared() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let host = house.at_portal("");
    for service in [
        "https://evil.test/".to_owned(),
        format!("{host}/application-evil"),
        format!("{host}/application/../evil"),
        format!("{host}/application/%2e%2e/evil"),
        format!("{host}.evil.test/application"),
        host.replace("127.0.0.1", "user@127.0.0.1") + "/application",
        host.replace("127.0.0.1", "127.0.0.1@evil.test") + "/application",
        format!("https://evil.test/?{host}/application"),
        format!("https://evil.test\\@{}/application", &host[7..]),
        host.replace("http:", "https:") + "/application",
        format!("{host}/application#x"),
        format!("//{}/application", &host[7..]),
        "javascript:alert(1)".to_owned(),
        "https:evil.test".to_owned(),
        format!("{host}/application/{}", "x".repeat(2048)),
        "x".to_owned(),
    ] {
        for (person, more) in
            [(&paul, ""), (&house.visitor(), ""), (&house.visitor(), "&gateway=true")]
        {
            let answer = person.get(&login(&service, more)).await;
            assert_eq!((answer.status, answer.location()), (403, ""), "{service}");
            assert!(!answer.text.contains("name=\"password\""), "{service}");
        }
    }
    let row = house.last("cas.refused").await;
    assert_eq!((row.reason.as_str(), row.outcome.as_str()), ("E-SERVICE", "refused"));
}

#[actix_web::test]
async fn an_undeclared_service_is_let_in_when_the_settings_say_so() {
    let house = House::set("AIGUILLAGE_CAS_UNKNOWN_SERVICE", "default").await;
    let paul = house.sign_in("paul.hoarau").await;
    let service = "https://somewhere.example/app";
    let ticket = ticket(&paul.get(&login(service, "")).await);
    let told = super::validate(&house, "/serviceValidate", service, &ticket).await;
    assert_eq!(super::inside(&told.text, "user"), "paul.hoarau");
    assert_eq!(super::inside(&told.text, "rne"), "");
}

#[actix_web::test]
async fn the_sign_in_page_says_for_whom() {
    let house = House::open().await;
    let service = application(&house);
    let page = house.visitor().get(&login(&service, "")).await;
    assert!(page.text.contains("Cahier de textes"), "{}", page.text);
    // A wrong password does not lose the way.
    let visitor = house.visitor();
    let first = visitor.get(&login(&service, "")).await;
    let fields = [
        ("login", "paul.hoarau"),
        ("password", "wrong"),
        ("csrf", &first.csrf()),
        ("service", &first.field("service").expect("a service")),
        ("since", &first.field("since").expect("a time")),
        ("toward", &first.field("toward").expect("a name")),
    ];
    let second = visitor.post("/login", &fields).await;
    assert_eq!(second.status, 401);
    assert_eq!(second.field("service"), Some(service));
    assert!(second.text.contains("Cahier de textes"), "{}", second.text);
    // Words of a form that is not ours do not stand on our page.
    let forged = [("login", "x"), ("password", "x"), ("service", "x"), ("toward", "free money")];
    let third = visitor.post("/login", &forged).await;
    assert_eq!(third.status, 403);
    assert!(!third.text.contains("free money"), "{}", third.text);
}

#[actix_web::test]
async fn the_root_is_a_way_in_too() {
    let house = House::open().await;
    let service = application(&house);
    let root = login(&service, "").replace("/login?", "/?");
    let answer = house.visitor().get(&root).await;
    assert_eq!((answer.status, answer.location()), (302, login(&service, "").as_str()));
}
