//! Wrong passwords: who has to wait, how long, and who never has to.
use crate::house::{Answer, HOME, House, OFFICE};
use chrono::Duration;

/// A wrong password from an address, by a browser that was never here.
async fn fail(house: &House, login: &str, address: &str) -> Answer {
    house.visitor().at(address).try_password(login, "wrong").await
}

async fn right(house: &House, login: &str, address: &str) -> Answer {
    house.visitor().at(address).try_password(login, login).await
}

/// Seconds after which another try makes sense.
#[track_caller]
fn pause(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 429);
    assert!(answer.text.contains("Identifiant ou mot de passe incorrect"), "the same text");
    answer.header("retry-after").parse().expect("seconds")
}

#[actix_web::test]
async fn pauses_grow_with_the_failures_of_a_login() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    // Failures before, seconds to wait after.
    let table =
        [(4, 0), (5, 5), (9, 5), (10, 30), (14, 30), (15, 300), (29, 300), (30, 900), (33, 900)];
    let mut failures = 0;
    for (count, seconds) in table {
        while failures < count {
            assert_eq!(fail(&house, "paul.hoarau", HOME).await.status, 401, "{failures}");
            failures += 1;
            if failures < count {
                house.wait(Duration::minutes(16));
            }
        }
        if seconds > 0 {
            let refused = right(&house, "paul.hoarau", HOME).await;
            assert!((seconds..=seconds + 1).contains(&pause(&refused)), "{count} {refused:?}");
            house.wait(Duration::seconds(seconds - 1));
            assert!(pause(&right(&house, "paul.hoarau", HOME).await) <= 2, "{count}");
            house.wait(Duration::seconds(1));
        }
    }

    assert_eq!(right(&house, "paul.hoarau", HOME).await.status, 303, "never for good");
}

#[actix_web::test]
async fn a_success_forgives_and_so_does_half_a_day() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(fail(&house, "paul.hoarau", HOME).await.status, 401);
        }
        assert_eq!(right(&house, "paul.hoarau", HOME).await.status, 303);
    }
    for _ in 0..5 {
        fail(&house, "paul.hoarau", HOME).await;
    }
    assert_eq!(fail(&house, "paul.hoarau", HOME).await.status, 429);

    house.wait(Duration::hours(12));

    for _ in 0..5 {
        assert_eq!(fail(&house, "paul.hoarau", HOME).await.status, 401);
    }
}

#[actix_web::test]
async fn logins_that_nobody_has_wait_like_all_others() {
    let house = House::open().await;
    for _ in 0..5 {
        assert_eq!(fail(&house, "nobody.here", HOME).await.status, 401);
    }

    assert_eq!(pause(&fail(&house, "nobody.here", HOME).await), 6);
    assert_eq!(house.last("auth.refused").await.reason, "E-TOO-MANY");
}

#[actix_web::test]
async fn spelling_a_login_differently_gives_no_new_budget() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for login in ["paul.hoarau", "PAUL.HOARAU", " paul.hoarau", "Paul.hoarau ", "paul.Hoarau"] {
        assert_eq!(fail(&house, login, HOME).await.status, 401);
    }

    assert_eq!(fail(&house, "pAul.hoarau", HOME).await.status, 429);
}

#[actix_web::test]
async fn a_stranger_does_not_lock_the_owner_out() {
    let house = House::open().await;
    let owner = house.sign_in_from("paul.hoarau", HOME).await;
    owner.post_from("/logout", "/logout", &[]).await;

    for _ in 0..40 {
        fail(&house, "paul.hoarau", "198.51.100.66").await;
        house.wait(Duration::seconds(1));
    }

    assert_eq!(right(&house, "paul.hoarau", "192.0.2.1").await.status, 303, "another network");
    // The same network as the stranger, but a browser that was here before.
    let beside = owner.at("198.51.100.7");
    assert_eq!(beside.try_password("paul.hoarau", "paul.hoarau").await.status, 303);
    assert_eq!(right(&house, "paul.hoarau", "198.51.100.8").await.status, 429, "a new browser");
}

#[actix_web::test]
async fn a_known_browser_has_a_budget_and_not_a_free_pass() {
    let house = House::open().await;
    let thief = house.sign_in("paul.hoarau").await;
    for _ in 0..5 {
        assert_eq!(thief.try_password("paul.hoarau", "wrong").await.status, 401);
    }

    assert_eq!(thief.try_password("paul.hoarau", "wrong").await.status, 429);
    assert_eq!(thief.try_password("marie.dupont", "wrong").await.status, 401);
}

#[actix_web::test]
async fn a_hundred_failures_from_everywhere_slow_a_login_down() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for n in 0..100 {
        let address = format!("198.51.{n}.1");
        assert_eq!(fail(&house, "paul.hoarau", &address).await.status, 401, "{n}");
    }

    assert_eq!(pause(&right(&house, "paul.hoarau", HOME).await), 16);
    assert_eq!(house.audit("auth.bruteforce").await.len(), 1);
    house.wait(Duration::seconds(15));
    assert_eq!(right(&house, "paul.hoarau", HOME).await.status, 303, "fifteen seconds, no more");
}

#[actix_web::test]
async fn an_address_has_thirty_failures_in_five_minutes() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for n in 0..30 {
        let login = format!("guess.{}", n / 3);
        assert_eq!(fail(&house, &login, HOME).await.status, 401, "{n}");
        assert_eq!(right(&house, "paul.hoarau", "198.51.100.1").await.status, 303, "elsewhere");
    }

    pause(&right(&house, "paul.hoarau", HOME).await);
    pause(&right(&house, "paul.hoarau", "203.0.113.99").await);
    assert_eq!(right(&house, "paul.hoarau", "198.51.100.1").await.status, 303, "elsewhere");
    house.wait(Duration::minutes(5));
    assert_eq!(right(&house, "paul.hoarau", HOME).await.status, 303);
}

#[actix_web::test]
async fn a_whole_school_behind_one_address_is_not_slowed_down() {
    let house = House::open().await;
    house.invite(&["paul.hoarau", "marie.dupont"]).await;
    for n in 0..60 {
        let login = format!("pupil.{n}");
        assert_eq!(fail(&house, &login, OFFICE).await.status, 401, "{n}");
    }
    for _ in 0..20 {
        assert_eq!(right(&house, "paul.hoarau", OFFICE).await.status, 303);
    }

    assert_eq!(right(&house, "marie.dupont", OFFICE).await.status, 303);
}

#[actix_web::test]
async fn good_sign_ins_cost_nothing() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for n in 0..60 {
        assert_eq!(right(&house, "paul.hoarau", HOME).await.status, 303, "{n}");
    }
}
