//! Whose password it is.
use super::{one, source};
use crate::peers::slapd::{Directory, Slapd};
use aiguillage::identity::sources::Password;
use ldap3::LdapConnAsync;

fn password(text: &str) -> Password {
    Password::new(text)
}

#[tokio::test]
async fn only_the_right_password_is_right() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;

    for (typed, right) in [
        ("mdupont", true),
        ("MDUPONT", false),
        ("mdupont ", false),
        ("lecteur", false),
        ("*", false),
        ("mdupont", true),
    ] {
        assert_eq!(agents.verify(&marie, &password(typed)).await, Ok(right), "{typed:?}");
    }
}

#[tokio::test]
async fn names_that_need_care_can_sign_in() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));

    for login in ["d.o'neil+1", "zoé.hébert"] {
        let found = one(&agents, login).await;
        assert_eq!(agents.verify(&found, &password(login)).await, Ok(true), "{login}");
    }
}

#[tokio::test]
async fn an_empty_password_is_wrong_though_the_server_would_take_it() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;

    let (connection, mut careless) = LdapConnAsync::new(&slapd.url()).await.expect("it is up");
    ldap3::drive!(connection);
    let welcome = careless.simple_bind(&marie.dn, "").await.expect("an answer");
    assert_eq!(welcome.rc, 0, "the trap is not set");

    let too_long = "x".repeat(257);
    for typed in ["", " ", "\t", "\0", "mdupont\0", &too_long] {
        assert_eq!(agents.verify(&marie, &password(typed)).await, Ok(false), "{typed:?}");
    }
    let binds = slapd.log().matches("BIND dn=\"uid=mdupont").count();
    assert_eq!(binds, 1, "only the careless client has bound as her");
}

#[tokio::test]
async fn an_entry_without_a_name_or_a_password_has_no_right_password() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let ghost = one(&agents, "fantome").await;
    let mut nameless = one(&agents, "mdupont").await;
    nameless.dn.clear();

    assert_eq!(agents.verify(&ghost, &password("fantome")).await, Ok(false));
    assert_eq!(agents.verify(&nameless, &password("mdupont")).await, Ok(false));
}

#[tokio::test]
async fn a_sign_in_leaves_the_shared_connection_as_it_was() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;

    for _ in 0..5 {
        assert_eq!(agents.verify(&marie, &password("mdupont")).await, Ok(true));
        assert_eq!(one(&agents, "mdupont").await, marie);
    }

    let log = slapd.log();
    assert_eq!(log.matches("BIND dn=\"cn=reader,o=agents,c=fr\" method").count(), 1, "{log}");
    assert_eq!(log.matches("BIND dn=\"uid=mdupont").count(), 10, "{log}");
    // Each bind is logged twice, once as asked and once with the identity it gave.
    assert_eq!(
        log.matches("BIND dn=\"uid=mdupont,ou=personnels,o=agents,c=fr\" method").count(),
        5
    );
}

#[tokio::test]
async fn a_decoy_takes_the_time_of_a_password_and_touches_nobody() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));

    agents.dummy_bind().await.expect("the directory answers");

    let log = slapd.log();
    assert_eq!(log.matches("method=128").count(), 1, "{log}");
    assert!(log.contains(",o=agents,c=fr\" method=128"), "{log}");
    assert!(!log.contains("uid="), "{log}");
}

#[tokio::test]
async fn one_wrong_password_counts_once_in_the_directory() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let vera = one(&agents, "verrou").await;

    for _ in 0..4 {
        assert_eq!(agents.verify(&vera, &password("wrong")).await, Ok(false));
        agents.dummy_bind().await.expect("the directory answers");
        assert_eq!(agents.verify(&vera, &password("")).await, Ok(false));
    }
    assert_eq!(agents.verify(&vera, &password("verrou")).await, Ok(true), "four are forgiven");

    for _ in 0..5 {
        assert_eq!(agents.verify(&vera, &password("wrong")).await, Ok(false));
    }
    assert_eq!(agents.verify(&vera, &password("verrou")).await, Ok(false), "the fifth locks");
}
