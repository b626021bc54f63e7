//! Tickets: one use, one service, one minute (SEC-60); `renew` and `gateway`.
use super::{application, failure, inside, login, sign_in_at, ticket, validate};
use crate::house::House;
use chrono::Duration;
use futures_util::future::join_all;

#[actix_web::test]
async fn a_ticket_is_used_up_by_its_first_try() {
    let house = House::open().await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;

    let used = ticket(&paul.get(&login(&service, "")).await);
    assert_eq!(failure(&validate(&house, "/serviceValidate", &service, &used).await), "");
    let again = validate(&house, "/serviceValidate", &service, &used).await;
    assert_eq!((again.status, failure(&again)), (200, "INVALID_TICKET"));

    let lost = ticket(&paul.get(&login(&service, "")).await);
    let other = house.at_portal("/application/other");
    let wrong = validate(&house, "/serviceValidate", &other, &lost).await;
    assert_eq!(failure(&wrong), "INVALID_SERVICE");
    let right = validate(&house, "/serviceValidate", &service, &lost).await;
    assert_eq!(failure(&right), "INVALID_TICKET");

    let old = ticket(&paul.get(&login(&service, "")).await);
    house.wait(Duration::seconds(61));
    let late = validate(&house, "/serviceValidate", &service, &old).await;
    assert_eq!(failure(&late), "INVALID_TICKET");
}

#[actix_web::test]
async fn of_fifty_who_try_one_succeeds() {
    let house = House::open().await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;
    let ticket = ticket(&paul.get(&login(&service, "")).await);
    let tries = (0..50).map(|_| validate(&house, "/serviceValidate", &service, &ticket));
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| failure(answer).is_empty()).count(), 1);
}

#[actix_web::test]
async fn what_is_missing_or_made_up_fails() {
    let house = House::open().await;
    let service = application(&house);
    for (path, code) in [
        ("/serviceValidate".to_owned(), "INVALID_REQUEST"),
        (format!("/serviceValidate?{}", &login(&service, "")[7..]), "INVALID_REQUEST"),
        ("/serviceValidate?ticket=ST-1".to_owned(), "INVALID_REQUEST"),
        ("/serviceValidate?service=x&ticket=ST-%27%20OR%201".to_owned(), "INVALID_TICKET"),
        ("/serviceValidate?service=x&ticket=ST-1".to_owned(), "INVALID_TICKET"),
    ] {
        let answer = house.visitor().get(&path).await;
        assert_eq!((answer.status, failure(&answer)), (200, code), "{path}");
    }
    assert_eq!(house.last("cas.refused").await.reason, "INVALID_TICKET");
}

#[actix_web::test]
async fn a_ticket_dies_with_its_session() {
    let house = House::open().await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;
    let ticket = ticket(&paul.get(&login(&service, "")).await);
    paul.post_from("/logout", "/logout", &[]).await;
    let told = validate(&house, "/serviceValidate", &service, &ticket).await;
    assert_eq!(failure(&told), "INVALID_TICKET");
}

#[actix_web::test]
async fn renew_wants_the_password_for_this_very_request() {
    let house = House::open().await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;
    house.wait(Duration::seconds(5));

    let renew = login(&service, "&renew=true&gateway=true");
    let sent = sign_in_at(&paul, &renew, "paul.hoarau").await;
    let fresh = ticket(&sent);
    let told = validate(&house, "/serviceValidate?renew=true", &service, &fresh).await;
    assert_eq!(inside(&told.text, "isFromNewLogin"), "true");

    house.wait(Duration::seconds(5));
    let again = paul.get(&renew).await;
    assert!(again.text.contains("name=\"password\""), "{}", again.text);
    let stale = ticket(&paul.get(&login(&service, "")).await);
    let told = validate(&house, "/serviceValidate?renew=true", &service, &stale).await;
    assert_eq!(failure(&told), "INVALID_TICKET");
}

#[actix_web::test]
async fn gateway_shows_nobody_a_page() {
    let house = House::open().await;
    let service = application(&house);
    let visitor = house.visitor();
    let back = visitor.get(&login(&service, "&gateway=true")).await;
    assert_eq!((back.status, back.location()), (302, service.as_str()));

    let paul = house.sign_in("paul.hoarau").await;
    let sent = paul.get(&login(&service, "&gateway=true")).await;
    assert!(ticket(&sent).starts_with("ST-"));
}

#[actix_web::test]
async fn a_ticket_may_come_by_post() {
    let house = House::open().await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;
    let page = paul.get(&login(&service, "&method=POST")).await;
    let ticket = page.field("ticket").expect("a ticket");
    assert!(page.text.contains(&format!("action=\"{}\"", service.replace('&', "&amp;"))));
    assert!(!page.header("content-security-policy").contains("form-action"));
    let told = validate(&house, "/serviceValidate", &service, &ticket).await;
    assert_eq!(inside(&told.text, "user"), "paul.hoarau");
}
