//! Who is found by what was typed, and what is brought.
use super::{one, source};
use crate::peers::slapd::{Directory, Setup, Slapd};
use aiguillage::identity::mapping::Mapping;
use aiguillage::identity::sources::SourceError;
use aiguillage::identity::sources::ldap::LdapSettings;

#[tokio::test]
async fn a_login_finds_its_entry() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));

    let marie = one(&agents, "MDupont").await;

    assert_eq!(marie.source, "agents");
    assert_eq!(marie.login, "mdupont");
    assert_eq!(marie.dn, "uid=mdupont,ou=personnels,o=agents,c=fr");
    assert_eq!(marie.attributes.first("dn"), Some(marie.dn.as_str()));
    assert_eq!(marie.attributes.first("MAIL"), Some("marie.dupont@ac-reunion.fr"));
    assert_eq!(
        marie.attributes.all("frEduRne"),
        ["9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340", "9749801K$UAJ$PU$ENS$9749801K$T3$LYC$300"]
    );
    assert_eq!(marie.source_id.len(), 36);
}

#[tokio::test]
async fn every_directory_finds_its_people() {
    let slapd = Slapd::start().await;
    for (directory, login, attribute, value) in [
        (Directory::Agents, "cleroy", "FrEduFonctAdm", "DIR"),
        (Directory::Agents, "tpicard", "FrEduRne", "X"),
        (Directory::Agents, "sbegue", "rne", "0219801p"),
        (Directory::Agents, "d.o'neil+1", "sn", "O'Neil"),
        (Directory::Agents, "zoé.hébert", "cn", "Zoé Hébert"),
        (Directory::Teleservices, "emma.hoarau", "FrEduVecteur", "4|||812345|9740091F"),
        (Directory::Local, "jules.payet", "ENTPersonProfils", "National_ELV"),
        (Directory::Local, "ines.riviere", "ESCOUAICourant", "9749801K"),
        (Directory::University, "pmartin", "supannEtablissement", "{UAI}0141408E"),
        (Directory::University, "pmartin@univ.example", "uid", "pmartin"),
    ] {
        let found = one(&source(slapd.settings(directory)), login).await;
        assert_eq!(found.attributes.first(attribute), Some(value), "{login}");
    }
}

#[tokio::test]
async fn secrets_and_photos_are_neither_asked_for_nor_kept() {
    let slapd = Slapd::start().await;
    let agents = source(LdapSettings {
        extra_attributes: vec!["jpegPhoto".into(), "employeeType".into()],
        ..slapd.settings(Directory::Agents)
    });

    let marie = one(&agents, "mdupont").await;

    for attribute in ["userPassword", "employeeNumber", "jpegPhoto"] {
        assert_eq!(marie.attributes.all(attribute), [] as [&str; 0], "{attribute}");
    }
    let log = slapd.log().to_lowercase();
    assert!(log.contains("attr=uid "), "{log}");
    assert!(!log.contains("employeenumber") && !log.contains("attr=userpassword"), "{log}");
}

#[tokio::test]
async fn an_unknown_login_finds_nobody_and_a_double_one_two() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));

    assert_eq!(agents.find("nobody").await, Ok(vec![]));
    assert_eq!(agents.find("homonyme").await.map(|found| found.len()), Ok(2));
}

#[tokio::test]
async fn filter_characters_are_plain_text() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));

    let long = "x".repeat(1024);
    let many_stars = "*".repeat(256);
    for login in [
        "*",
        "*)(uid=*",
        "a)(|(objectClass=*)",
        "\\2a",
        "mdupont\0",
        "\0",
        "",
        "  ",
        "mdupont)(userPassword=*",
        "m*",
        &long,
        &many_stars,
        "zoe\u{301}\u{202e}",
    ] {
        assert_eq!(agents.find(login).await, Ok(vec![]), "{login:?}");
    }

    let log = slapd.log();
    assert!(log.contains(r#"filter="(uid=\2A)""#), "{log}");
    assert!(log.contains(r#"filter="(uid=\2A\29\28uid=\2A)""#), "{log}");
}

#[tokio::test]
async fn an_entry_is_read_again_by_its_id() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;

    assert_eq!(agents.read(&marie.source_id).await, Ok(Some(marie.clone())));
    for id in ["00000000-0000-0000-0000-000000000000", "*", "no uuid", ""] {
        assert_eq!(agents.read(id).await, Ok(None), "{id}");
    }
}

#[tokio::test]
async fn another_attribute_or_the_dn_can_be_the_id() {
    let slapd = Slapd::start().await;
    let settings = |id: &str| LdapSettings {
        id_attribute: id.to_owned(),
        ..slapd.settings(Directory::Agents)
    };
    let (by_dn, by_uid) = (source(settings("dn")), source(settings("uid")));

    let marie = one(&by_dn, "mdupont").await;

    assert_eq!(marie.source_id, marie.dn);
    assert_eq!(by_dn.read(&marie.dn).await, Ok(Some(marie)));
    assert_eq!(by_dn.read("uid=nobody,o=agents,c=fr").await, Ok(None));
    assert_eq!(by_dn.read("no dn").await, Ok(None));
    assert_eq!(by_uid.read("mdupont").await.map(|found| found.is_some()), Ok(true));
    assert_eq!(by_uid.read("homonyme").await, Err(SourceError::Ambiguous));
}

#[tokio::test]
async fn an_entry_that_does_not_show_its_id_is_no_wrong_login() {
    let slapd = Slapd::start().await;
    let agents = source(LdapSettings {
        id_attribute: "employeeType".into(),
        ..slapd.settings(Directory::Agents)
    });

    let answer = agents.find("mdupont").await;

    assert_eq!(answer, Err(SourceError::NoId("employeeType".into())));
}

#[tokio::test]
async fn a_base_that_does_not_exist_is_no_wrong_login() {
    let slapd = Slapd::start().await;
    let agents =
        source(LdapSettings { base: "o=nowhere,c=fr".into(), ..slapd.settings(Directory::Agents) });

    assert_eq!(agents.find("mdupont").await, Err(SourceError::Refused(32)));
}

#[tokio::test]
async fn link_rules_find_by_attribute() {
    let slapd = Slapd::start().await;
    let agents = source(LdapSettings {
        mapping: Mapping::parse([("address", "mail")]).0,
        ..slapd.settings(Directory::Agents)
    });

    let by_mail = agents.find_by("mail", "Marie.Dupont@ac-reunion.fr").await.expect("an answer");
    let by_our_name = agents.find_by("Address", "marie.dupont@ac-reunion.fr").await;

    assert_eq!(by_mail.len(), 1);
    assert_eq!(by_mail[0].attributes.first("address"), Some("marie.dupont@ac-reunion.fr"));
    assert_eq!(by_our_name, Ok(by_mail));
    assert_eq!(agents.find_by("mail", "*").await, Ok(vec![]));
    assert_eq!(agents.find_by("mail", " ").await, Ok(vec![]));
    for attribute in ["userPassword", "employeeNumber", "mail)(uid", "2.5.4.35"] {
        let refused = Err(SourceError::NotSearchable(attribute.into()));
        assert_eq!(agents.find_by(attribute, "x").await, refused, "{attribute}");
    }
}

#[tokio::test]
async fn a_link_rule_brings_no_more_than_its_share() {
    let slapd = Slapd::start_with(Setup { crowd: 600, ..Setup::default() }).await;
    let families = source(slapd.settings(Directory::Teleservices));

    let found = families.find_by("mail", "foule@example.org").await.expect("an answer");

    assert_eq!(found.len(), 50);
}

#[tokio::test]
async fn everybody_comes_page_by_page_past_the_size_limit() {
    let slapd = Slapd::start_with(Setup { crowd: 1_201, ..Setup::default() }).await;
    let families = source(slapd.settings(Directory::Teleservices));

    let mut logins = Vec::new();
    let mut everyone = families.all(None).await.expect("the directory answers");
    while let Some(seen) = everyone.next().await.expect("the directory answers") {
        // A question in between must not disturb the pages.
        if logins.len() % 400 == 0 {
            one(&families, "emma.hoarau").await;
        }
        assert!(seen.modified.is_some());
        logins.push(seen.found.expect("a person").login);
    }
    everyone.close().await;
    logins.sort();
    logins.dedup();

    assert_eq!(logins.len(), 1_201 + 4);
}

#[tokio::test]
async fn referrals_are_not_followed() {
    let slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));

    assert_eq!(agents.find("mdupont").await.map(|found| found.len()), Ok(1));
    let mut everyone = agents.all(None).await.expect("the directory answers");
    let mut count = 0;
    while everyone.next().await.expect("the directory answers").is_some() {
        count += 1;
    }

    assert_eq!(count, 10);
}

#[tokio::test]
async fn whoever_signs_in_does_not_wait_for_a_reading_of_everybody() {
    let slapd = Slapd::start().await;
    let few = LdapSettings {
        max_connections: 1,
        max_waiters: 1,
        login_timeout: std::time::Duration::from_secs(1),
        ..slapd.settings(Directory::Agents)
    };
    let agents = source(few);
    let mut everyone = agents.all(None).await.expect("the directory answers");
    assert!(everyone.next().await.expect("the directory answers").is_some());

    assert_eq!(one(&agents, "mdupont").await.login, "mdupont");
}
