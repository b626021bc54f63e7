//! `/saml/sso`: a portal asks who somebody is, by redirect and by POST.
use super::signed::{key_descriptor, signer};
use crate::house::{House, Portal, Wish};
use chrono::Duration;

const PASSIVE: Wish = Wish { is_passive: true, force_authn: false };
const FRESH: Wish = Wish { is_passive: false, force_authn: true };

#[actix_web::test]
async fn a_question_by_redirect_is_answered_with_its_relay_state() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    let state = "any \"thing\" <of> the portal's & +%41";
    let (id, path) = portal.asks(Wish::default(), Some(state));

    let kept = paul.get(&path).await;
    assert_eq!(kept.status, 303);
    assert!(kept.location().starts_with("/saml/continue?flow="), "{}", kept.location());
    let page = paul.get(kept.location()).await;

    let received = portal.receive(&page, Some(&id));
    assert_eq!(received.attributes.all("rne"), ["9740091F"]);
    assert_eq!(page.field("RelayState").as_deref(), Some(state), "byte for byte");
    let row = house.last("saml.response").await;
    assert_eq!((row.reason.as_str(), row.request_id.as_str()), ("asked", page.reference()));
    assert_eq!(house.last("saml.request").await.fields["sp"], portal.entity_id);
}

#[actix_web::test]
async fn a_question_by_post_comes_without_our_cookie_and_is_answered_all_the_same() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    let (id, request) = portal.writes("");
    // What a browser does with a Lax cookie on a post from another site.
    let cross_site =
        house.visitor().with("sec-fetch-site", "cross-site").with("origin", &house.at_portal(""));
    let fields = [("SAMLRequest", request.as_str()), ("RelayState", "state")];

    let kept = cross_site.post("/saml/sso", &fields).await;

    assert_eq!(kept.status, 303);
    let page = paul.get(kept.location()).await;
    portal.receive(&page, Some(&id));
    assert_eq!(page.field("RelayState").as_deref(), Some("state"));
}

#[actix_web::test]
async fn a_visitor_signs_in_first_and_is_answered_once() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let portal = house.portal("9740091F").await;
    let paul = house.visitor();
    let (id, path) = portal.asks(Wish::default(), None);

    let kept = paul.get(&path).await.location().to_owned();
    let login = paul.get(&kept).await;
    assert_eq!(login.status, 303);
    assert!(login.location().starts_with("/login?next=%2Fsaml%2Fcontinue"));
    let back = paul.sign_in_toward(login.location(), "paul.hoarau").await;
    assert_eq!(back.location(), kept);
    let page = paul.get(&kept).await;
    portal.receive(&page, Some(&id));

    let again = paul.get(&kept).await;
    again.must_be(409, "E-STALE");
    assert!(!again.text.contains("SAMLResponse"));
    assert_eq!(house.audit("saml.response").await.len(), 1);
}

#[actix_web::test]
async fn a_repeated_question_gets_a_button_and_no_answer() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    let (_, path) = portal.asks(Wish::default(), None);
    let first = paul.get(&path).await;
    assert_eq!(paul.get(first.location()).await.status, 200);

    let second = paul.get(&path).await;
    let page = paul.get(second.location()).await;

    page.must_be(409, "E-STALE");
    let again: String = url::form_urlencoded::byte_serialize(portal.entity_id.as_bytes()).collect();
    let button = format!("href=\"/saml?sp_ident={again}\"");
    assert!(page.text.contains(&button), "{}", page.text);
    let fresh = paul.get(&format!("/saml?sp_ident={again}")).await;
    portal.receive(&fresh, None);
}

#[actix_web::test]
async fn a_question_that_is_too_old_gets_the_button_too() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    let (_, old) = portal.asks(Wish::default(), None);
    house.wait(Duration::minutes(6));

    let answer = paul.get(&old).await;
    paul.get(answer.location()).await.must_be(409, "E-STALE");

    let (_, path) = portal.asks(Wish::default(), None);
    let kept = paul.get(&path).await;
    house.wait(Duration::minutes(10));
    paul.get(kept.location()).await.must_be(409, "E-STALE");
    for unknown in ["flow=x", "sp=nobody", "", "flow=00000000-0000-0000-0000-000000000000"] {
        let answer = paul.get(&format!("/saml/continue?{unknown}")).await;
        answer.must_be(404, "E-SP-UNKNOWN");
    }
}

#[actix_web::test]
async fn a_portal_may_insist_on_a_fresh_sign_in() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    house.wait(Duration::minutes(30));
    let (id, path) = portal.asks(FRESH, None);

    let kept = paul.get(&path).await.location().to_owned();
    let login = paul.get(&kept).await;
    assert_eq!(login.status, 303);
    assert!(login.location().starts_with("/login?renew=1"), "although he is signed in");
    house.wait(Duration::minutes(1));
    let back = paul.sign_in_toward(login.location(), "paul.hoarau").await;
    let page = paul.get(back.location()).await;

    assert_eq!(portal.receive(&page, Some(&id)).signed_in, house.now());
}

#[actix_web::test]
async fn a_passive_question_never_shows_a_page() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let visitor = house.visitor();

    let (id, path) = portal.asks(PASSIVE, Some("s"));
    let page = visitor.get(visitor.get(&path).await.location()).await;
    portal.must_fail(&page, &id, "NoPassive");
    assert_eq!(page.action(), portal.acs);
    assert_eq!(page.field("RelayState").as_deref(), Some("s"));

    let paul = house.sign_in("paul.hoarau").await;
    let (id, path) = portal.asks(PASSIVE, None);
    let page = paul.get(paul.get(&path).await.location()).await;
    portal.receive(&page, Some(&id));
    house.wait(Duration::minutes(1));
    let (id, path) = portal.asks(Wish { is_passive: true, force_authn: true }, None);
    let page = paul.get(paul.get(&path).await.location()).await;
    portal.must_fail(&page, &id, "NoPassive");

    let confluents = house.portal("confluents").await;
    let anne = house.sign_in("anne.fontaine").await;
    let (id, path) = confluents.asks(PASSIVE, None);
    let page = anne.get(anne.get(&path).await.location()).await;
    confluents.must_fail(&page, &id, "NoPassive");
}

#[actix_web::test]
async fn a_portal_of_foreign_schools_is_told_no() {
    let house = House::open().await;
    let portal = house.portal("9749801K").await;
    let paul = house.sign_in("paul.hoarau").await;
    let (id, path) = portal.asks(Wish::default(), None);
    let kept = paul.get(&path).await.location().to_owned();

    portal.must_fail(&paul.get(&kept).await, &id, "RequestDenied");

    paul.get(&kept).await.must_be(409, "E-STALE");
    assert!(house.audit("saml.response").await.iter().all(|row| row.outcome != "ok"));
    let refused = house.last("saml.refused").await;
    assert_eq!(refused.fields["sp"], portal.entity_id);
    assert_eq!(refused.reason, "RequestDenied");
    assert!(refused.person.is_some());
}

#[actix_web::test]
async fn a_shared_portal_that_asks_waits_for_the_choice() {
    let house = House::open().await;
    let portal = house.portal("confluents").await;
    let anne = house.sign_in("anne.fontaine").await;
    let (id, path) = portal.asks(Wish::default(), Some("s"));

    let asked = anne.get(anne.get(&path).await.location()).await;
    let page = anne.get(asked.location()).await;
    assert_eq!(page.targets(), ["0699801D.0", "0699802E.0"]);
    let (csrf, next) = (page.csrf(), page.field("next").expect("a way on"));
    let fields = [("rne", "0699802E.0"), ("csrf", &csrf), ("next", &next)];
    let chosen = anne.post("/dispatch", &fields).await;
    let answer = anne.get(chosen.location()).await;

    assert_eq!(portal.receive(&answer, Some(&id)).attributes.all("rne"), ["0699802E"]);
    assert_eq!(answer.field("RelayState").as_deref(), Some("s"));
}

#[actix_web::test]
async fn a_signed_question_is_believed_by_its_key_only() {
    let house = House::open().await;
    let portal = signing_portal(&house).await;
    let paul = house.sign_in("paul.hoarau").await;

    let (id, path) = portal.asks_signed(Wish::default(), Some("a b"), Some(&signer("other")));
    let page = paul.get(paul.get(&path).await.location()).await;
    portal.receive(&page, Some(&id));
    assert_eq!(house.last("saml.request").await.fields["signed"], true);

    let (_, unsigned) = portal.asks(Wish::default(), None);
    let (_, foreign) = portal.asks_signed(Wish::default(), None, Some(&signer("idp")));
    let (_, changed) = portal.asks_signed(Wish::default(), Some("ab"), Some(&signer("other")));
    let (_, without) = portal.asks_signed(Wish::default(), None, Some(&signer("other")));
    let changed = changed.replace("RelayState=ab", "RelayState=ac");
    let without_algorithm = without.split("&SigAlg=").next().expect("a query").to_owned();
    let without_signature = without.split("&Signature=").next().expect("a query").to_owned();
    for path in [unsigned, foreign, changed, without_algorithm, without_signature] {
        let answer = paul.get(&path).await;
        answer.must_be(400, "E-SAML");
        let row = house.last("saml.refused").await;
        assert!(row.fields["detail"].as_str().is_some_and(|d| d.contains("signature")), "{row:?}");
    }
}

/// The portal of 9740091F, which promises to sign.
async fn signing_portal(house: &House) -> Portal<'_> {
    let entity = house.at_portal("/portail/9740091F");
    let key = key_descriptor("other");
    let metadata = House::metadata(&entity, "", &key)
        .replace("<md:SPSSODescriptor ", "<md:SPSSODescriptor AuthnRequestsSigned=\"true\" ");
    assert!(house.rewrite("metadata/9740091F.xml", &metadata).await);
    house.portal("9740091F").await
}
