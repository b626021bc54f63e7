//! Signing in by real directories, and what happens when they are away.
mod educonnect;
mod lockout;
mod order;

use crate::house::{Answer, House, Person, Setup};
use crate::peers::slapd::{Directory, Slapd};
use std::fmt::Write;
use std::time::Duration;

const ALL: [(&str, Directory); 4] = [
    ("agents", Directory::Agents),
    ("teleservices", Directory::Teleservices),
    ("local", Directory::Local),
    ("university", Directory::University),
];

/// A house whose people stand in these directories of one server; `more` are further sections.
async fn house_with(slapd: &Slapd, directories: &[(&str, Directory)], more: &str) -> House {
    house_set(slapd, directories, more, &[]).await
}

/// The same with further settings.
async fn house_set(
    slapd: &Slapd,
    directories: &[(&str, Directory)],
    more: &str,
    settings: &[(&'static str, &str)],
) -> House {
    let sources = sections(slapd, directories, more);
    let mut settings: Vec<_> =
        settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    settings.extend([
        ("READER", "lecteur".to_owned()),
        ("AIGUILLAGE_LINK_MAIL_SOURCES", "agents, families".to_owned()),
        ("AIGUILLAGE_LINK_MAIL_DOMAINS", "ac-reunion.fr".to_owned()),
    ]);
    House::open_with(Setup { settings, sources: Some(sources), ..Setup::default() }).await
}

/// Sections of these directories behind `more`.
fn sections(slapd: &Slapd, directories: &[(&str, Directory)], more: &str) -> String {
    let mut sources = more.to_owned();
    for (role, directory) in directories {
        let base = directory.base();
        let section = format!(
            "[source:{role}]\nkind = ldap\nrole = {role}\nlabel = Annuaire {role}\nurl = {}\n\
             base = {base}\nbind_dn = \"cn=reader,{base}\"\nbind_password = env:READER\n\n",
            slapd.url()
        );
        sources.write_str(&section).expect("text grows");
    }
    sources
}

const FAMILIES: &str = "[source:families]\nkind = local\nrole = teleservices\nlabel = Familles\n\n";

/// Schools and profiles of somebody who is signed in.
async fn belongs(person: &Person<'_>) -> Vec<String> {
    let me = person.get("/api/v1/dispatch/me").await.json();
    let schools = me["destinations"].as_array().expect("a list").iter();
    let mut schools: Vec<_> = schools
        .map(|school| {
            let profiles = school["profiles"].as_array().expect("a list").iter();
            let profiles: Vec<_> = profiles.filter_map(|profile| profile.as_str()).collect();
            format!("{} {}", school["rne"].as_str().unwrap_or_default(), profiles.join(","))
        })
        .collect();
    schools.sort();
    schools
}

#[actix_web::test]
async fn people_of_four_directories_belong_where_these_say() {
    let slapd = Slapd::start().await;
    let families = FAMILIES;
    let house = house_with(&slapd, &ALL, families).await;
    // The school year that the directory of the university speaks of.
    house.wait(chrono::Duration::days(-365));
    for (login, source, schools) in [
        ("mdupont", "agents", vec!["9740091F teacher", "9749801K teacher"]),
        ("cleroy", "agents", vec!["0699801D head", "0699802E head"]),
        ("sbegue", "agents", vec!["0219801P staff"]),
        ("tpicard", "agents", vec![]),
        ("jean.hoarau", "teleservices", vec!["9740091F parent", "9749801K parent"]),
        ("emma.hoarau", "teleservices", vec!["9740091F pupil"]),
        ("anne.legoff", "teleservices", vec!["0219802R parent", "0359801N parent"]),
        ("jules.payet", "local", vec!["9749802L pupil"]),
        ("anne.payet", "local", vec!["9740091F parent", "9749802L parent"]),
        ("nina.payet", "local", vec!["9749801K pupil"]),
        ("yves.techer", "local", vec!["0219801P teacher", "0219802R teacher"]),
        ("ines.riviere", "local", vec!["9740091F teacher", "9749801K teacher"]),
        ("pmartin", "university", vec!["0141408E teacher"]),
        ("kdiallo", "university", vec!["0751717J pupil", "0752744A pupil"]),
    ] {
        let person = house.visitor();
        let answer = person.try_password(login, login).await;
        assert_eq!((answer.status, answer.location()), (303, "/dispatch"), "{login}");
        assert_eq!(belongs(&person).await, schools, "{login}");
        assert_eq!(house.last("auth.login").await.fields["source"], source, "{login}");
        assert!(person.get("/dispatch").await.status < 500, "{login}");
    }
    let created = house.audit("person.changed").await;
    assert_eq!(created.iter().filter(|row| row.reason == "created").count(), 14);
}

#[actix_web::test]
async fn a_portal_hears_what_the_directory_says() {
    let slapd = Slapd::start().await;
    let house = house_with(&slapd, &ALL, FAMILIES).await;
    let portal = house.portal("9749801K").await;
    let marie = house.visitor();
    marie.try_password("mdupont", "mdupont").await;

    let received = portal.receive(&marie.get("/saml?sp_ident=9749801K").await, None);

    assert_eq!(received.attributes.all("uid"), ["mdupont"]);
    assert_eq!(received.attributes.all("mail"), ["marie.dupont@ac-reunion.fr"]);
    assert_eq!(received.attributes.all("rnes"), ["9740091F", "9749801K"]);
    assert_eq!(received.attributes.all("source"), ["agents"]);
}

#[actix_web::test]
async fn what_a_portal_is_to_be_told_is_asked_of_the_directory() {
    let slapd = Slapd::start().await;
    let house = house_with(&slapd, &ALL, FAMILIES).await;
    let portal = house.portal("9749801K").await;
    let told = async || {
        let marie = house.visitor();
        marie.try_password("mdupont", "mdupont").await;
        portal.receive(&marie.get("/saml?sp_ident=9749801K").await, None).attributes
    };
    let set = "uid = uid\ntel = telephoneNumber\nnumen = employeeNumber\nmot = userPassword\n";
    house.rewrite("attribute_sets/annuaire.ini", set).await;
    assert_eq!(told().await.all("uid"), ["mdupont"], "the usual set");

    // No setting names the attribute, and nothing was started again.
    assert!(house.rewrite("attribute_sets/associations.ini", "[default]\nset = annuaire\n").await);
    let marie = told().await;
    assert_eq!(marie.all("tel"), ["+262 262 00 00 01"]);
    assert!(marie.all("numen").is_empty() && marie.all("mot").is_empty(), "never these");
}

#[actix_web::test]
async fn a_directory_that_welcomes_empty_passwords_opens_nothing() {
    let slapd = Slapd::start().await;
    let house = house_with(&slapd, &ALL, FAMILIES).await;
    for (login, password) in [
        ("mdupont", ""),
        ("mdupont", "wrong"),
        ("nobody", "nobody"),
        ("homonyme", "homonyme"),
        ("fantome", "fantome"),
        ("*", "mdupont"),
        ("*)(uid=*", "mdupont"),
        ("a)(|(objectClass=*)", "x"),
        ("\\2a", "x"),
        ("mdupont)(uid=mdupont", "mdupont"),
    ] {
        let visitor = house.visitor();
        let answer = visitor.try_password(login, password).await;
        assert_eq!(answer.status, 401, "{login} {password}");
        assert!(answer.text.contains("Identifiant ou mot de passe incorrect"), "{login}");
        assert!(visitor.cookie("__Host-sid").is_none());
    }
    assert_eq!(house.visitor().try_password("mdupont", "mdupont").await.status, 303);
}

#[actix_web::test]
async fn a_directory_that_is_away_is_no_wrong_password() {
    let mut slapd = Slapd::start().await;
    let house = house_with(&slapd, &ALL, FAMILIES).await;
    let marie = house.visitor();
    assert_eq!(marie.try_password("mdupont", "mdupont").await.status, 303);
    slapd.stop();

    for _ in 0..6 {
        let answer = house.visitor().try_password("mdupont", "mdupont").await;
        must_say_that_nobody_answers(&answer);
    }

    assert_eq!(failures(&house).await, 0, "it costs no budget");
    let row = house.last("auth.refused").await;
    assert_eq!(row.reason, "E-SOURCE");
    assert_eq!(marie.get("/dispatch").await.status, 200, "who is in stays in");
    slapd.start_again().await;
    let person = house.visitor();
    let again = async {
        while person.try_password("mdupont", "mdupont").await.status != 303 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), again).await.expect("it never came back");
    assert_eq!(belongs(&person).await.len(), 2);
}

#[track_caller]
fn must_say_that_nobody_answers(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.words());
    assert!(answer.text.contains("L’annuaire ne répond pas. Réessayez dans un instant."));
    assert!(!answer.text.contains("mot de passe incorrect"));
    assert_eq!(answer.field("login").as_deref(), Some("mdupont"), "the login is kept");
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
}

async fn failures(house: &House) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    aiguillage::on!(&mut tx, |conn| {
        sqlx::query_scalar("SELECT count(*) FROM sign_in_failure").fetch_one(conn).await
    })
    .expect("a table")
}

#[actix_web::test]
async fn one_directory_that_is_away_does_not_stop_the_others() {
    let mut slapd = Slapd::start().await;
    let house = house_with(&slapd, &[("agents", Directory::Agents)], FAMILIES).await;
    house.invent("[marie.famille]\nsource = families\ndisplayName = Marie Dupont\nmail = \"marie.dupont@ac-reunion.fr\"\nFrEduVecteur = \"2|DUPONT|Marie|1|0219801P\"\n").await;
    let marie = house.visitor();
    marie.try_password("marie.famille", "marie.famille").await;
    let schools = ["0219801P parent", "9740091F teacher", "9749801K teacher"];
    assert_eq!(belongs(&marie).await, schools);
    slapd.stop();

    let later = house.visitor();
    let answer = later.try_password("marie.famille", "marie.famille").await;

    assert_eq!(answer.status, 303);
    assert_eq!(belongs(&later).await, schools, "what was known before counts");
    let page = later.get("/dispatch").await;
    assert!(
        page.words().contains("Un annuaire ne répond pas (Annuaire agents)"),
        "{}",
        page.words()
    );
    let row = house.last("auth.login").await;
    assert_eq!(row.fields["partial_sources"], serde_json::json!(["agents"]));
}
