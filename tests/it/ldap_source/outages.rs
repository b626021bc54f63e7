//! Servers that are down, slow, restarted, or one of several.
use super::{impatient, one, source};
use crate::peers::process::free_port;
use crate::peers::slapd::{Directory, Setup, Slapd};
use aiguillage::identity::sources::ldap::{LdapSettings, LdapSource};
use aiguillage::identity::sources::{Password, Secret, SourceError};
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::Duration;

/// Wait until the directory finds people again; a test that waits for ever has failed.
async fn recovered(source: &LdapSource) {
    let again = async {
        while source.find("mdupont").await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("it never recovered");
}

#[tokio::test]
async fn a_server_that_is_down_is_no_wrong_login() {
    let url = format!("ldap://127.0.0.1:{}", free_port());
    let settings = Slapd::start().await.settings(Directory::Agents);
    let agents = source(LdapSettings { urls: vec![url], ..settings });

    for _ in 0..5 {
        let answer = agents.find("mdupont").await;
        assert!(matches!(answer, Err(SourceError::Unreachable(_))), "{answer:?}");
    }

    assert_eq!(agents.find("mdupont").await, Err(SourceError::Resting), "five are enough");
    assert!(agents.dummy_bind().await.is_err());
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again() {
    let mut slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;
    slapd.stop();
    for _ in 0..8 {
        assert!(agents.find("mdupont").await.is_err_and(|error| error.is_outage()));
        let tried = agents.verify(&marie, &Password::new("mdupont")).await;
        assert!(tried.is_err_and(|error| error.is_outage()), "down is not wrong");
    }

    slapd.start_again().await;
    recovered(&agents).await;

    assert_eq!(agents.verify(&marie, &Password::new("mdupont")).await, Ok(true));
}

#[tokio::test]
async fn a_restart_between_two_questions_goes_unnoticed() {
    let mut slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let before = one(&agents, "mdupont").await;

    slapd.stop();
    slapd.start_again().await;

    assert_eq!(one(&agents, "mdupont").await, before);
}

#[tokio::test]
async fn a_frozen_server_costs_a_bounded_time() {
    let slapd = Slapd::start().await;
    let agents = source(impatient(slapd.settings(Directory::Agents)));
    let marie = one(&agents, "mdupont").await;

    slapd.pause();
    assert_eq!(agents.find("mdupont").await, Err(SourceError::TimedOut));
    let tried = agents.verify(&marie, &Password::new("mdupont")).await;
    assert_eq!(tried, Err(SourceError::TimedOut));
    slapd.resume();

    recovered(&agents).await;
    assert_eq!(agents.verify(&marie, &Password::new("mdupont")).await, Ok(true));
}

#[tokio::test]
async fn a_crowd_before_a_frozen_server_is_sent_away() {
    let slapd = Slapd::start().await;
    let agents = Arc::new(source(impatient(LdapSettings {
        max_connections: 4,
        max_waiters: 6,
        ..slapd.settings(Directory::Agents)
    })));
    one(&agents, "mdupont").await;

    slapd.pause();
    let answers = join_all((0..40).map(|_| agents.find("mdupont"))).await;
    slapd.resume();

    // Three turns (the shared connection is the fourth) and six places to wait.
    let busy = answers.iter().filter(|answer| **answer == Err(SourceError::Busy)).count();
    assert!(busy >= 40 - 9, "{busy}");
    assert!(answers.iter().all(Result::is_err));
    recovered(&agents).await;
}

#[tokio::test]
async fn people_who_wait_together_are_all_served() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;

    let password = Password::new("mdupont");
    let answers = join_all((0..75).map(|_| agents.verify(&marie, &password))).await;

    assert!(answers.iter().all(|answer| *answer == Ok(true)), "{answers:?}");
}

#[tokio::test]
async fn a_server_killed_in_mid_answer_gives_no_half_directory() {
    let mut slapd = Slapd::start_with(Setup { crowd: 2_000, ..Setup::default() }).await;
    let families = source(slapd.settings(Directory::Teleservices));
    let mut everyone = families.all(None).await.expect("the directory answers");
    for _ in 0..10 {
        assert!(everyone.next().await.expect("the directory answers").is_some());
    }

    slapd.stop();
    let mut seen = 10;
    let end = loop {
        match everyone.next().await {
            Ok(Some(_)) => seen += 1,
            end => break end,
        }
    };

    assert!(end.is_err_and(|error| error.is_outage()), "an end that looks good after {seen}");
    assert!(seen < 2_004);
}

#[tokio::test]
async fn a_service_account_that_is_refused_is_no_wrong_login() {
    let slapd = Slapd::start().await;
    let agents = source(LdapSettings {
        bind_password: Secret::new("not the right one"),
        ..slapd.settings(Directory::Agents)
    });

    assert_eq!(agents.find("mdupont").await, Err(SourceError::NotAdmitted(49)));
    assert_eq!(agents.health().await[0].problem, Some(SourceError::NotAdmitted(49)));
}

#[tokio::test]
async fn the_second_server_takes_over_and_the_first_comes_back() {
    let mut first = Slapd::start().await;
    let second = Slapd::start().await;
    let agents = source(LdapSettings {
        urls: vec![first.url(), second.url()],
        id_attribute: "uid".into(),
        ..impatient(first.settings(Directory::Agents))
    });
    let with_first = one(&agents, "mdupont").await;
    assert!(!second.log().contains("SRCH"), "the second is not asked");

    first.stop();
    let with_second = one(&agents, "mdupont").await;
    assert_eq!(agents.verify(&with_second, &Password::new("mdupont")).await, Ok(true));
    let split = agents.verify(&with_first, &Password::new("mdupont")).await;
    assert!(split.is_err_and(|error| error.is_outage()), "one sign-in stays with one server");
    assert_eq!(second.log().matches("BIND dn=\"uid=mdupont").count(), 2, "one bind, logged twice");

    first.start_again().await;
    let back = async {
        while agents.verify(&with_first, &Password::new("mdupont")).await != Ok(true) {
            one(&agents, "mdupont").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), back).await.expect("the first never came back");
}

#[tokio::test]
async fn a_frozen_first_server_keeps_one_person_waiting_and_not_the_next() {
    let first = Slapd::start().await;
    let second = Slapd::start().await;
    let agents = source(LdapSettings {
        urls: vec![first.url(), second.url()],
        ..impatient(first.settings(Directory::Agents))
    });
    one(&agents, "mdupont").await;

    first.pause();
    for _ in 0..6 {
        one(&agents, "cleroy").await;
    }
    first.resume();
    recovered_at(&first, &agents).await;

    // A frozen server reads what was sent to it once it wakes up.
    assert_eq!(questions_about("cleroy", &first), 1);
    assert_eq!(questions_about("cleroy", &second), 6);
}

/// Wait until a server answers questions again.
async fn recovered_at(slapd: &Slapd, source: &LdapSource) {
    let again = async {
        while questions_about("sbegue", slapd) == 0 {
            one(source, "sbegue").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("it never came back");
}

fn questions_about(login: &str, slapd: &Slapd) -> usize {
    slapd.log().matches(&format!("filter=\"(uid={login})\"")).count()
}

#[tokio::test]
async fn health_names_the_server_that_is_down() {
    let mut first = Slapd::start().await;
    let second = Slapd::start().await;
    let urls = vec![first.url(), second.url()];
    let agents = source(LdapSettings { urls: urls.clone(), ..first.settings(Directory::Agents) });
    first.stop();

    let health = agents.health().await;

    assert_eq!(health.iter().map(|server| &server.url).collect::<Vec<_>>(), [&urls[0], &urls[1]]);
    assert!(matches!(health[0].problem, Some(SourceError::Unreachable(_))), "{health:?}");
    assert_eq!(health[1].problem, None);
}
