//! The commands that do one thing and end.
use super::Installation;
use serde_json::Value;

#[test]
fn a_configuration_is_checked_with_the_files_that_it_names() {
    let good = Installation::with("[files]\nprofiles = profiles.ini\n");
    good.write("etc/etabs.ini", "[9740091F]\nlibelle = X\n");
    good.write("etc/profiles.ini", "[FrEduRne]\nDFT = head\n");
    assert_eq!(good.run(&["check-config", "--json"]).json(), Value::Array(vec![]));
    assert!(good.run(&["check-config", "--strict"]).complained.contains("in order"));

    good.write("etc/profiles.ini", "[FrEduRne]\nDFT = boss\n");
    assert_eq!(good.run(&["check-config"]).code, Some(0));
    let strict = good.run(&["check-config", "--strict", "--json"]);
    assert_eq!((strict.code, &strict.json()[0]["code"]), (Some(1), &"W-PROFILE-NAME".into()));

    good.write("etc/aiguillage.ini", "[http]\nlissten = 1\n[nonsense]\n");
    let wrong = good.run(&["check-config", "--json"]);
    let codes: Vec<_> = wrong.json().as_array().expect("a list").clone();
    let codes: Vec<_> = codes.iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert_eq!(codes, ["E-CONF-MISSING", "E-CONF-KEY", "E-CONF-SECTION"]);
    assert_eq!(wrong.code, Some(78));
    let text = good.run(&["check-config"]);
    assert!(text.said.contains("aiguillage.ini:2: E-CONF-KEY [http] lissten"), "{}", text.said);
    assert!(text.complained.contains("3 errors"), "{}", text.complained);
}

#[test]
fn files_that_are_missing_cannot_be_used() {
    let house = Installation::new();
    std::fs::remove_file(house.path("etc/etabs.ini")).expect("removed");
    let ended = house.run(&["check-config"]);
    assert_eq!(ended.code, Some(78));
    assert!(ended.said.contains("etabs.ini"), "{}", ended.said);
}

#[test]
fn the_sample_is_a_configuration_but_for_the_address() {
    let house = Installation::new();
    let sample = house.run(&["check-config", "--sample"]).good();
    house.write("etc/aiguillage.ini", &sample);
    let ended = house.run(&["check-config", "--json"]);
    let findings = ended.json();
    assert_eq!(findings.as_array().map(Vec::len), Some(1), "{findings}");
    assert_eq!(findings[0]["subject"], "[http] public_url");
}

#[test]
fn the_database_is_brought_up_to_date_once() {
    let house = Installation::new();
    assert_eq!(house.run(&["migrate", "--check"]).code, Some(1));
    assert!(house.run(&["migrate"]).good().contains("brought up to date"));
    assert!(house.run(&["migrate"]).good().contains("is up to date"));
    house.run(&["migrate", "--check"]).good();
    let roles = house.run(&["migrate", "--print-grants", "service"]);
    assert!(roles.complained.contains("only PostgreSQL knows roles"), "{}", roles.complained);
}

#[test]
fn people_are_added_listed_linked_and_parted() {
    let house = Installation::new();
    house.add("alix", &["--mail", "alix@x.example", "--admin"]).good();
    house.add("sacha", &["--attribute", "FrEduRne=9740091F$UAJ$PU$ENS"]).good();
    let list = || house.run(&["person", "list", "--json"]).json();
    let people = list();
    assert_eq!((&people[0]["name"], &people[1]["name"]), (&"alix".into(), &"sacha".into()));
    assert_eq!(people[0]["mail"], "alix@x.example");
    assert!(house.run(&["person", "list", "--limit", "1"]).good().contains("1 of 2"));

    let alix = people[0]["id"].as_str().expect("an id");
    let link = ["person", "link", "--source", "local", "--login", "SACHA", "--to", alix];
    house.run(&link).good();
    assert_eq!(house.run(&link).code, Some(1), "it belongs to this person already");
    let people = list();
    assert_eq!(people[0]["accounts"].as_array().map(Vec::len), Some(2));
    let id = people[0]["links"][0]["id"].as_str().expect("an id");

    house.run(&["person", "unlink", alix, id]).good();
    assert_eq!(house.run(&["person", "unlink", alix, id]).code, Some(1), "it is undone already");
    let people = list();
    assert_eq!(people[1]["accounts"][0]["login"], "sacha");
    assert!(people[1]["links"][0]["undone_at"].is_string());
}

#[test]
fn weak_passwords_and_taken_logins_are_refused() {
    let house = Installation::new();
    let add = ["person", "add", "--source", "local", "--login", "alix", "--name", "Alix Durand"];
    for (password, why) in [
        ("", "12 characters"),
        ("court\n", "12 characters"),
        ("azertyazerty\n", "tried first"),
        ("vive-durand-2026\n", "name"),
    ] {
        let ended = house.run_with(&add, password);
        assert_eq!(ended.code, Some(1), "{password}");
        assert!(ended.complained.contains(why), "{password}: {}", ended.complained);
    }
    assert_eq!(house.run(&["person", "list", "--json"]).json(), Value::Array(vec![]));

    house.add("alix", &[]).good();
    for login in ["alix", "ALIX"] {
        assert!(house.add(login, &[]).complained.contains("exists already"), "{login}");
    }
    let nowhere = ["person", "add", "--source", "none", "--login", "x", "--name", "x"];
    assert!(house.run(&nowhere).complained.contains("no [source:none]"));
}

#[test]
fn keys_are_made_listed_and_retired_and_their_secrets_never_shown() {
    let house = Installation::new();
    assert!(house.run(&["keys", "list"]).good().contains("no keys yet"));

    assert!(house.run(&["keys", "new"]).good().contains("in use"));

    let shown = house.run(&["keys", "list", "--json"]);
    let keys = shown.json();
    assert_eq!((&keys[0]["purpose"], &keys[0]["state"]), (&"saml".into(), &"in use".into()));
    assert!(keys[0]["certificate"].as_str().is_some_and(|c| c.starts_with("-----BEGIN CERT")));
    assert!(!shown.said.contains("PRIVATE"));
    let id = keys[0]["id"].as_str().expect("an id");
    let used = house.run(&["keys", "retire", id]);
    assert_eq!(used.code, Some(1));
    assert!(used.complained.contains("keys rotate"), "{}", used.complained);
    assert!(house.run(&["keys", "rotate", "--now"]).complained.contains("keys new"));

    assert!(house.run(&["keys", "new"]).good().contains("14 days"));
    let early = house.run(&["keys", "rotate"]);
    assert_eq!(early.code, Some(1));
    assert!(early.complained.contains("--now"), "{}", early.complained);
    house.run(&["keys", "rotate", "--now"]).good();
    assert!(house.run(&["keys", "list"]).good().contains("replaced"));
    house.run(&["keys", "retire", id]).good();
    assert_eq!(house.run(&["keys", "retire", id]).code, Some(1), "it is retired already");
    assert!(house.run(&["keys", "list"]).good().contains("retired"));
}

#[test]
fn the_way_of_somebody_is_explained() {
    let house = Installation::new();
    house.write("etc/etabs.ini", "[9740091F]\nlibelle = COLLEGE X\nportail = https://x.example\n");
    house.add("alix", &[]).good();

    let answer = house.run(&["explain", "--login", "alix", "--ip", "10.1.2.3", "--json"]).json();
    assert_eq!(answer["client"]["address"], "10.1.2.3");
    assert_eq!(answer["zone"]["name"], "default");
    assert_eq!(answer["sources"][0]["knows"], true);
    let text = house.run(&["explain", "--login", "alix"]).good();
    for word in ["client", "zone", "source", "verdict"] {
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn files_are_linted_as_text_and_as_json() {
    let house = Installation::new();
    house.write("etc/etabs.ini", "[9740091F]\nlibelle = X\nportail = https://x.example\n");
    let text = house.run(&["lint"]);
    assert_eq!(text.code, Some(1), "no partner is there");
    assert!(text.said.contains("etabs.ini") && text.said.contains("W-ETAB-NOSP"), "{}", text.said);
    assert!(text.said.contains("1 schools, 1 zones, 0 partners"), "{}", text.said);
    assert_eq!(house.run(&["lint", "--json"]).json()[0]["code"], "W-ETAB-NOSP");

    house.write("etc/etabs.ini", "[9740091F]\nlibelle = X\n");
    house.run(&["lint", "--quiet"]).good();
}
