//! Which school is meant at a portal of several (D19).
use crate::house::{House, Portal, Wish};

const BOTH: [&str; 2] = ["0699801D", "0699802E"];

/// A portal that no row of `etabs.ini` names.
async fn unlisted(house: &House) -> Portal<'_> {
    let entity = house.at_portal("/portail/unlisted");
    assert!(house.rewrite("metadata/unlisted.xml", &House::metadata(&entity, "", "")).await);
    house.portal("unlisted").await
}

#[actix_web::test]
async fn somebody_with_both_schools_is_asked_which() {
    let house = House::open().await;
    let portal = house.portal("confluents").await;
    let anne = house.sign_in("anne.fontaine").await;

    let asked = anne.get("/saml?sp_ident=confluents").await;

    assert_eq!(asked.status, 303);
    let page = anne.get(asked.location()).await;
    assert_eq!(page.targets(), ["0699801D.0", "0699802E.0"]);
    assert!(page.words().contains("Pour lequel souhaitez-vous y entrer ?"));
    let (csrf, next) = (page.csrf(), page.field("next").expect("a way on"));
    let fields = [("rne", "0699802E.0"), ("csrf", &csrf), ("next", &next)];
    let chosen = anne.post("/dispatch", &fields).await;
    let received = portal.receive(&anne.get(chosen.location()).await, None);
    assert_eq!(received.attributes.all("rne"), ["0699802E"]);
    assert_eq!(received.attributes.all("rnes"), BOTH);
    let again = portal.receive(&anne.get("/saml?sp_ident=confluents").await, None);
    assert_eq!(again.attributes.all("rne"), ["0699802E"], "the choice of this session");
}

#[actix_web::test]
async fn the_page_shows_only_schools_of_that_portal() {
    let house = House::open().await;
    let luc = house.sign_in("luc.grondin").await;

    let asked = luc.get("/saml?sp_ident=confluents").await;
    let page = luc.get(asked.location()).await;

    assert_eq!(page.targets(), ["0699801D.0", "0699802E.0"], "two of nineteen");
}

#[actix_web::test]
async fn somebody_with_one_of_its_schools_is_not_asked() {
    let house = House::open().await;
    house.invent("[un]\nsource = agents\ndisplayName = Un Seul\nFrEduRne[] = \"0699802E$UAJ$PU$ENS$x$T3$LYC$300\"\nFrEduRne[] = \"9740091F$UAJ$PU$ENS$x$T3$CLG$340\"\n").await;
    let portal = house.portal("confluents").await;
    let person = house.sign_in("un").await;
    person.post_from("/dispatch", "/dispatch", &[("rne", "9740091F.0")]).await;

    let received = portal.receive(&person.get("/saml?sp_ident=confluents").await, None);

    assert_eq!(received.attributes.all("rne"), ["0699802E"], "not the last choice elsewhere");
}

#[actix_web::test]
async fn a_school_may_be_named_if_it_is_ones_own_and_the_portals() {
    let house = House::open().await;
    let portal = house.portal("confluents").await;
    let anne = house.sign_in("anne.fontaine").await;
    for rne in BOTH {
        let page = anne.get(&format!("/saml?sp_ident=confluents&rne={rne}")).await;
        assert_eq!(portal.receive(&page, None).attributes.all("rne"), [rne]);
    }
    for foreign in ["9740091F", "0219801P", "x", "%3Cb%3E"] {
        let answer = anne.get(&format!("/saml?sp_ident=confluents&rne={foreign}")).await;
        answer.must_be(403, "E-NOT-YOURS");
    }
    // Her own school, but not one of that portal.
    let marie = house.sign_in("marie.dupont").await;
    marie.get("/saml?sp_ident=9740091F&rne=9749801K").await.must_be(403, "E-NOT-YOURS");
}

#[actix_web::test]
async fn a_portal_of_foreign_schools_is_shut_unless_opened() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    for sp in ["confluents", "9749801K"] {
        let answer = paul.get(&format!("/saml?sp_ident={sp}")).await;
        answer.must_be(403, "E-NOT-YOURS");
        assert!(!answer.text.contains("SAMLResponse"));
        let row = house.last("saml.refused").await;
        assert_eq!(
            (row.reason.as_str(), row.request_id.as_str()),
            ("E-NOT-YOURS", answer.reference())
        );
    }

    let house = House::set("AIGUILLAGE_DISPATCH_REFUSE_FOREIGN", "false").await;
    let portal = house.portal("9749801K").await;
    let paul = house.sign_in("paul.hoarau").await;
    let received = portal.receive(&paul.get("/saml?sp_ident=9749801K").await, None);
    assert_eq!(received.attributes.all("rne"), [] as [&str; 0]);
    assert_eq!(received.attributes.all("rnes"), ["9740091F"]);
}

#[actix_web::test]
async fn a_portal_of_no_school_learns_the_choice_and_all_schools() {
    let house = House::open().await;
    let portal = unlisted(&house).await;
    let marie = house.sign_in("marie.dupont").await;

    let before = portal.receive(&marie.get("/saml?sp_ident=unlisted").await, None);
    marie.post_from("/dispatch", "/dispatch", &[("rne", "9749801K.0")]).await;
    let after = portal.receive(&marie.get("/saml?sp_ident=unlisted").await, None);

    assert_eq!(before.attributes.all("rne"), [] as [&str; 0]);
    assert_eq!(before.attributes.all("rnes"), ["9740091F", "9749801K"]);
    assert_eq!(after.attributes.all("rne"), ["9749801K"]);
    let nobody = house.sign_in("parti.parent").await;
    let received = portal.receive(&nobody.get("/saml?sp_ident=unlisted").await, None);
    assert_eq!(received.attributes.all("rnes"), [] as [&str; 0]);
}

#[actix_web::test]
async fn what_a_directory_calls_rne_is_not_the_chosen_school() {
    let house = House::open().await;
    let portal = unlisted(&house).await;
    let rose = house.sign_in("rose.secretaire").await;

    let received = portal.receive(&rose.get("/saml?sp_ident=unlisted").await, None);

    assert_eq!(received.attributes.all("rne"), [] as [&str; 0], "nothing was chosen");
    assert_eq!(received.attributes.all("rnes"), ["0219801P"]);
}

#[actix_web::test]
async fn a_closed_school_opens_no_portal() {
    let house = House::open().await;
    let entity = house.at_portal("/portail/0599801H");
    assert!(house.rewrite("metadata/0599801H.xml", &House::metadata(&entity, "", "")).await);
    let karim = house.sign_in("karim.lefevre").await;

    for query in ["sp_ident=0599801H", "sp_ident=0599801H&rne=0599801H"] {
        let answer = karim.get(&format!("/saml?{query}")).await;
        answer.must_be(404, "E-NO-PORTAL");
        assert!(!answer.text.contains("SAMLResponse"));
    }
    let portal = house.portal("0599801H").await;
    let (id, path) = portal.asks(Wish::default(), None);
    let page = karim.get(karim.get(&path).await.location()).await;
    portal.must_fail(&page, &id, "RequestDenied");
}
