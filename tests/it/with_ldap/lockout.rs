//! A directory that locks accounts for good after five wrong passwords never does so because of
//! us (SEC-41, D25).
use super::{FAMILIES, house_set};
use crate::house::{Answer, House};
use crate::peers::slapd::{Directory, Slapd};
use chrono::Duration;
use futures_util::future::join_all;

/// `verrou` stands in the directory of agents, whose policy locks.
const LOGIN: &str = "verrou";

async fn house_with_lockout(slapd: &Slapd) -> House {
    let setting = ("AIGUILLAGE_SOURCE_AGENTS_LOCKOUT", "5/15");
    house_set(slapd, &[("agents", Directory::Agents)], FAMILIES, &[setting]).await
}

/// A try from a network of its own.
async fn from(house: &House, network: usize, login: &str, password: &str) -> Answer {
    house.visitor().at(&format!("198.51.{network}.1")).try_password(login, password).await
}

/// Passwords that the directory was asked about.
fn binds(slapd: &Slapd, login: &str) -> usize {
    slapd
        .log()
        .matches(&format!("BIND dn=\"uid={login},ou=personnels,o=agents,c=fr\" method"))
        .count()
}

#[actix_web::test]
async fn strangers_together_do_not_lock_an_account() {
    let slapd = Slapd::start().await;
    let house = house_with_lockout(&slapd).await;
    let strangers = (0..20).map(|n| from(&house, n, LOGIN, "wrong"));

    let answers = join_all(strangers).await;

    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((tried, binds(&slapd, LOGIN)), (3, 3), "at once, and from everywhere");
    let refused = from(&house, 30, LOGIN, LOGIN).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "931"));
    assert!(refused.text.contains("Identifiant ou mot de passe incorrect"), "the same text");
    let row = house.last("auth.refused").await;
    assert_eq!((row.reason.as_str(), &row.fields["limit"]), ("E-TOO-MANY", &"directory".into()));
    assert_eq!(binds(&slapd, LOGIN), 3);

    house.wait(Duration::minutes(16));
    assert_eq!(from(&house, 30, LOGIN, LOGIN).await.status, 303, "it was never locked");
}

#[actix_web::test]
async fn the_owner_has_a_try_that_strangers_cannot_use_up() {
    let slapd = Slapd::start().await;
    let house = house_with_lockout(&slapd).await;
    let owner = house.visitor();
    assert_eq!(owner.try_password(LOGIN, LOGIN).await.status, 303);
    for n in 0..10 {
        from(&house, n, LOGIN, "wrong").await;
    }
    assert_eq!(from(&house, 11, LOGIN, LOGIN).await.status, 429, "a new browser waits");

    assert_eq!(owner.try_password(LOGIN, LOGIN).await.status, 303);

    assert_eq!(from(&house, 12, LOGIN, LOGIN).await.status, 303, "and all is forgiven");
}

#[actix_web::test]
async fn waiting_tells_nothing_about_who_exists() {
    let slapd = Slapd::start().await;
    let house = house_with_lockout(&slapd).await;
    house.invent("[marie.famille]\nsource = families\ndisplayName = Marie\n").await;
    let mut seen = Vec::new();
    for login in [LOGIN, "nobody.here", "marie.famille", "homonyme", "fantome"] {
        let mut answers = Vec::new();
        let spellings = [login.to_owned(), login.to_uppercase(), login.replace('e', "é")];
        for n in 0..5 {
            let answer = from(&house, n, &spellings[n % 3], "wrong").await;
            answers.push((answer.status, answer.header("retry-after").to_owned()));
        }
        seen.push(answers);
    }
    assert!(seen.iter().all(|answers| *answers == seen[0]), "{seen:?}");
    assert_eq!(seen[0].iter().filter(|(status, _)| *status == 401).count(), 3);
}

#[actix_web::test]
async fn spellings_of_one_login_are_one_entry() {
    let slapd = Slapd::start().await;
    let house = house_with_lockout(&slapd).await;
    for (n, login) in
        ["verrou", "VERROU", " Verrou ", "verrou  ", "ｖｅｒｒｏｕ"].iter().enumerate()
    {
        from(&house, n, login, "wrong").await;
    }
    assert!(binds(&slapd, LOGIN) <= 3, "{}", slapd.log());
}

#[actix_web::test]
async fn a_directory_that_is_away_uses_up_nothing() {
    let mut slapd = Slapd::start().await;
    let house = house_with_lockout(&slapd).await;
    slapd.stop();
    for n in 0..6 {
        assert_eq!(from(&house, n, LOGIN, LOGIN).await.status, 503);
    }
    slapd.start_again().await;
    let again = async {
        while from(&house, 7, LOGIN, LOGIN).await.status != 303 {
            // Time passes in the house too: whoever asks too often waits.
            house.wait(chrono::Duration::seconds(2));
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        }
    };
    let again = tokio::time::timeout(std::time::Duration::from_mins(1), again);
    again.await.expect("it never came back");
}
