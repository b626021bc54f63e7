//! More failures than a node bears, and what the other node sees of them (SEC-42).
use crate::house::{HOME, House};
use chrono::Duration;

/// Rows of the failures and of the record.
async fn written(house: &House) -> (i64, usize) {
    let mut tx = house.db().read().await.expect("the database answers");
    let failures: i64 = aiguillage::on!(&mut tx, |conn| {
        sqlx::query_scalar("SELECT count(*) FROM sign_in_failure").fetch_one(conn).await
    })
    .expect("a table");
    drop(tx);
    (failures, house.audit("auth.").await.len())
}

#[actix_web::test]
async fn a_flood_is_answered_from_memory_and_seen_by_every_node() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let other = house.beside().await;
    let script = house.visitor();
    let csrf = script.get("/login").await.csrf();
    let mut answers = Vec::new();
    for n in 0..400 {
        let login = format!("guess.{}", n % 3);
        let fields = [("login", login.as_str()), ("password", "wrong"), ("csrf", &csrf)];
        answers.push(script.post("/login", &fields).await);
    }

    assert!(answers[15..].iter().all(|answer| answer.status == 429), "of three logins five each");
    let last = &answers[399];
    assert_eq!(last.header("retry-after"), "1");
    assert!(last.words().contains("Trop de connexions arrivent en même temps"), "{}", last.words());
    assert!(!last.text.contains("mot de passe incorrect"), "it was not looked at");
    let (failures, rows) = written(&house).await;
    assert_eq!(failures, 15);
    assert_eq!(rows, 101, "a hundred tries, and one row for all others");
    assert_eq!(house.audit("auth.flood").await.len(), 1);

    // A network that did nothing is heard on the very node that is flooded.
    let paul = house.visitor().at("198.51.100.1");
    assert_eq!(paul.try_password("paul.hoarau", "paul.hoarau").await.status, 303);
    // The other node is not flooded, and knows the failures.
    let there = other.visitor().at(HOME);
    let refused = there.try_password("guess.0", "wrong").await;
    assert_eq!(refused.status, 429);
    assert!(refused.text.contains("Identifiant ou mot de passe incorrect"));
    assert_eq!(other.last("auth.refused").await.fields["limit"], "login");
    assert_eq!(there.try_password("paul.hoarau", "paul.hoarau").await.status, 303);

    house.wait(Duration::seconds(1));
    let calm = house.visitor().at(HOME).try_password("paul.hoarau", "paul.hoarau").await;
    assert_eq!(calm.status, 303, "a second later the node listens again");
}
