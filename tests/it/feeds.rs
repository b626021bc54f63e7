//! Metadata that a federation keeps, signs and publishes (`dispatch.md` 7.7, SEC-56).
pub(crate) mod publisher;

use crate::house::{House, Setup};
use crate::ministry::{ISSUER, Ministry, Says};
use aiguillage::sso::Federation;
use aiguillage::sso::federation::{FetchError, Fetched};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use publisher::{Publisher, portal};
use std::fs;

const SOURCES: &str = include_str!("data/house/sources.ini");
/// Days after the morning on which every test begins.
const FAR: &str = "2027-02-15T00:00:00Z";
const NEAR: &str = "2027-01-25T00:00:00Z";

/// A house that follows this federation.
async fn house(publisher: &Publisher, more: &str) -> House {
    let sources = Some(format!("{SOURCES}{}", publisher.section(more)));
    House::open_with(Setup { sources, ..Setup::default() }).await
}

/// Ask it now, and read what came as the watching of the files would.
async fn fetch(house: &House) -> Result<Fetched, FetchError> {
    let federation = house.parts().federations.get("renater").expect("a section");
    let fetched = federation.fetch(house.now()).await;
    assert!(house.reload().await);
    fetched
}

fn findings(house: &House) -> Vec<&'static str> {
    let snapshot = house.parts().dispatcher.files.snapshot();
    let codes = snapshot.findings.iter().map(|finding| finding.code);
    codes.filter(|code| code.contains("FED")).collect()
}

/// The house's own idea of how many partners the federation gave it.
fn partners(house: &House) -> usize {
    let feed = house.parts().federations.get("renater").and_then(Federation::feed);
    feed.map_or(0, |feed| feed.partners.len())
}

#[actix_web::test]
async fn an_identity_provider_of_a_federation_opens_the_door() {
    let publisher = Publisher::open();
    let more = format!("federation = renater\nentity_id = {ISSUER}\n{}", publisher.section(""));
    let ministry = Ministry::open(&more).await;
    let house = &ministry.house;
    let anne = house.visitor();
    assert_eq!(findings(house), ["W-FED-NONE"]);
    let silent = anne.get("/login/with/ministere?").await;
    assert!(silent.status == 503 && silent.text.contains("ne répond pas"), "{}", silent.text);

    publisher.publish(&(ministry.metadata() + &portal("cours")), FAR);
    assert_eq!(fetch(house).await.expect("it comes"), Fetched::New { entities: 2 });
    assert!(findings(house).is_empty(), "{:?}", findings(house));
    let entered = ministry.come(&anne, |id| ministry.write(&Says::anne(id))).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
    assert!(anne.get("/sessions").await.text.contains("Anne Robin"));

    // Its service providers were not asked for.
    anne.get("/saml?sp_ident=https://cours.example/sp").await.must_be(404, "E-SP-UNKNOWN");

    // The federation drops the provider: nobody enters by it any more.
    publisher.publish(&portal("cours"), FAR);
    fetch(house).await.expect("it comes");
    assert_eq!(findings(house), ["W-FED-ABSENT"]);
    assert_eq!(house.visitor().get("/login/with/ministere?").await.status, 503);
}

#[actix_web::test]
async fn nothing_changes_when_what_comes_is_not_good() {
    let publisher = Publisher::open();
    let house = house(&publisher, "partners = yes").await;
    fetch(&house).await.expect_err("nothing is published yet");
    assert_eq!(findings(&house), ["W-FED-FETCH", "W-FED-NONE"]);
    publisher.publish(&portal("cours"), FAR);
    fetch(&house).await.expect("it comes");
    assert_eq!((findings(&house).as_slice(), partners(&house)), (&[][..], 1));

    let two = portal("cours") + &portal("intrus");
    let good = publisher.sign("idp", &two, FAR);
    let group = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">";
    for (what, text) in [
        ("somebody else's signature", publisher.sign("other", &two, FAR)),
        ("another word in it", good.replace("https://intrus.example/acs", "https://x.example/acs")),
        ("no signature", format!("{group}{two}</md:EntitiesDescriptor>")),
        (
            "a document type",
            good.replacen("<md:", "<!DOCTYPE md SYSTEM \"file:///etc/passwd\"><md:", 1),
        ),
        ("the past", publisher.sign("idp", &two, "2027-01-14T00:00:00Z")),
        ("an older version", publisher.sign("idp", &two, NEAR)),
        ("nobody in it", publisher.sign("idp", "<!-- -->", FAR)),
        ("half of it", good[..good.len() / 2].to_owned()),
        ("a page", "<!doctype html><title>Maintenance</title>".to_owned()),
    ] {
        publisher.put(&text);
        fetch(&house).await.expect_err(what);
        assert_eq!(
            (findings(&house).as_slice(), partners(&house)),
            (&["W-FED-FETCH"][..], 1),
            "{what}"
        );
    }
    for status in [302, 401, 404, 500, 503] {
        publisher.fail(status);
        fetch(&house).await.expect_err("no file");
        assert_eq!(partners(&house), 1, "{status}");
    }

    // Whoever puts a file in place by hand has no signature either.
    let place = house.parts().config.files.federations.join("renater.xml");
    fs::write(&place, publisher.sign("other", &two, FAR)).expect("the folder is ours");
    assert!(house.reload().await);
    assert_eq!(
        (findings(&house).as_slice(), partners(&house)),
        (&["W-FED-FETCH", "W-FED-FILE"][..], 1)
    );

    publisher.put(&good);
    fetch(&house).await.expect("it comes");
    assert_eq!((findings(&house).as_slice(), partners(&house)), (&[][..], 2));
}

#[actix_web::test]
async fn what_is_here_is_not_carried_twice() {
    let publisher = Publisher::open();
    let mut house = house(&publisher, "partners = yes").await;
    publisher.publish(&portal("cours"), FAR);
    assert_eq!(fetch(&house).await.expect("it comes"), Fetched::New { entities: 1 });
    assert_eq!(fetch(&house).await.expect("it answers"), Fetched::Same);
    house.restart().await;
    assert_eq!((findings(&house).as_slice(), partners(&house)), (&[][..], 1), "read from the disk");
    assert_eq!(fetch(&house).await.expect("it answers"), Fetched::Same);
    let asked = publisher.asked();
    assert!(asked[0].is_none() && asked[1].is_some() && asked[1] == asked[2], "{asked:?}");

    // Somebody removed the file: the marks alone are worth nothing.
    let place = house.parts().config.files.federations.join("renater.xml");
    fs::remove_file(place).expect("the folder is ours");
    assert_eq!(fetch(&house).await.expect("it comes"), Fetched::New { entities: 1 });
    assert_eq!(publisher.asked()[3], None);
}

#[actix_web::test]
async fn two_keys_are_believed_while_the_federation_changes_its_own() {
    let publisher = Publisher::open();
    publisher.give_certificates(&["idp", "other"]);
    let house = house(&publisher, "partners = yes").await;
    for (key, until) in [("idp", NEAR), ("other", FAR)] {
        publisher.put(&publisher.sign(key, &portal("cours"), until));
        fetch(&house).await.expect("it comes");
    }
    publisher.put(&publisher.sign("weak", &portal("cours"), FAR));
    fetch(&house).await.expect_err("a third key");
}

#[actix_web::test]
async fn portals_of_a_federation_are_told_what_its_section_says() {
    let publisher = Publisher::open();
    publisher.publish(&(portal("cours") + &portal("notes")), NEAR);
    let house = house(&publisher, "partners = yes\nset = federation").await;
    house.rewrite("attribute_sets/federation.ini", "profils = profils\n").await;
    fetch(&house).await.expect("it comes");
    let marie = house.sign_in("marie.dupont").await;
    let answer = async |portal: &str| {
        let form = marie.get(&format!("/saml?sp_ident=https://{portal}.example/sp")).await;
        let response = form.field("SAMLResponse").unwrap_or_else(|| panic!("{}", form.text));
        String::from_utf8(STANDARD.decode(response).expect("base64")).expect("UTF-8")
    };
    let told = async |portal: &str| answer(portal).await.matches("<saml:Attribute Name=\"").count();
    assert_eq!(told("cours").await, 1, "the set of the federation");
    let own = "[https://notes.example/sp]\nset = notes\n";
    house.rewrite("attribute_sets/notes.ini", "uid = uid\nnom = displayName\n").await;
    assert!(house.rewrite("attribute_sets/associations.ini", own).await);
    assert_eq!((told("cours").await, told("notes").await), (1, 2), "one has a section of its own");

    // Nothing without a set, whatever school portals are told by default.
    fs::remove_file(house.file("attribute_sets/federation.ini")).expect("the folder is ours");
    let usual = "[default]\nset = notes\nnameid = unspecified:uid\n";
    assert!(house.rewrite("attribute_sets/associations.ini", usual).await);
    assert_eq!(told("cours").await, 0, "nothing but a passing name");
    assert!(!answer("cours").await.contains("marie.dupont"), "not even as that name");
    let own = format!("{usual}[https://cours.example/sp]\nset = notes\n");
    assert!(house.rewrite("attribute_sets/associations.ini", &own).await);
    assert_eq!(told("cours").await, 2, "written on purpose, although it is the usual one");

    // A file of ours wins over the federation's word.
    let ours = portal("cours").replace(".example/acs", ".example/ours");
    let ours = ours.replacen(
        "<md:EntityDescriptor ",
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ",
        1,
    );
    assert!(house.rewrite("metadata/cours.xml", &ours).await);
    let form = marie.get("/saml?sp_ident=https://cours.example/sp").await;
    assert!(form.text.contains("https://cours.example/ours"), "{}", form.text);

    // What has run out is not used.
    house.wait(Duration::days(11));
    let marie = house.sign_in("marie.dupont").await;
    marie.get("/saml?sp_ident=https://notes.example/sp").await.must_be(503, "E-NO-SP");
    assert!(house.reload().await);
    assert_eq!(findings(&house), ["W-FED-EXPIRED"]);
}

#[actix_web::test]
async fn nobody_in_a_federation_takes_the_place_of_a_school() {
    let publisher = Publisher::open();
    let house = house(&publisher, "partners = yes\nset = federation").await;
    let marie = house.sign_in("marie.dupont").await;
    let before = marie.get("/saml?sp_ident=9749801K").await;
    assert!(before.text.contains("SAMLResponse"), "{}", before.text);

    let intruder = portal("intrus").replace("https://intrus.example/sp", "9749801K");
    publisher.publish(&(intruder + &portal("cours")), NEAR);
    assert_eq!(fetch(&house).await.expect("it comes"), Fetched::New { entities: 2 });
    assert_eq!((partners(&house), findings(&house)), (1, vec!["I-FED-FAULTS"]));
    let behind = marie.get("/saml?sp_ident=9749801K").await;
    assert_eq!(behind.action(), before.action());

    // A federation may shrink as it likes: the guard is for files of ours.
    let many: String = (0..40).map(|number| portal(&format!("p{number}"))).collect();
    publisher.publish(&many, NEAR);
    fetch(&house).await.expect("it comes");
    publisher.publish(&portal("cours"), NEAR);
    fetch(&house).await.expect("it comes");
    assert_eq!(partners(&house), 1);
}

#[actix_web::test]
async fn a_damaged_file_is_fetched_again_whatever_its_marks_say() {
    let publisher = Publisher::open();
    publisher.publish(&portal("cours"), FAR);
    let mut house = house(&publisher, "partners = yes").await;
    fetch(&house).await.expect("it comes");
    let place = house.parts().config.files.federations.join("renater.xml");
    fs::write(&place, "half").expect("the folder is ours");
    house.restart().await;
    assert_eq!((findings(&house), partners(&house)), (vec!["W-FED-FILE"], 0));
    assert_eq!(fetch(&house).await.expect("it comes"), Fetched::New { entities: 1 });
    assert_eq!((findings(&house), partners(&house)), (vec![], 1));

    // The same while the service runs: what is in use is good, what a restart would find is not.
    fs::write(&place, "half").expect("the folder is ours");
    assert_eq!(fetch(&house).await.expect("it comes"), Fetched::New { entities: 1 });
    assert!(fs::read_to_string(&place).expect("it is there").contains("cours"));
}

#[actix_web::test]
async fn a_certificate_that_was_added_is_believed_at_once() {
    let publisher = Publisher::open();
    publisher.publish(&portal("cours"), FAR);
    let house = house(&publisher, "partners = yes").await;
    fetch(&house).await.expect("it comes");
    publisher.put(&publisher.sign("other", &(portal("cours") + &portal("neuf")), FAR));
    fetch(&house).await.expect_err("nobody knows that key");
    publisher.give_certificates(&["idp", "other"]);
    fetch(&house).await.expect("it is one of theirs");
    assert_eq!(partners(&house), 2);
}
