//! `/saml`: we take somebody to a portal that did not ask (`dispatch.md` 7.3).
use crate::house::House;
use aiguillage::sso::saml::context_class;
use chrono::Duration;

#[actix_web::test]
async fn a_portal_learns_who_comes_from_which_school() {
    let house = House::open().await;
    let portal = house.portal("9749801K").await;
    let marie = house.sign_in("marie.dupont").await;
    let choice = marie.post_from("/dispatch", "/dispatch", &[("rne", "9749801K.0")]).await;
    house.wait(Duration::minutes(1));

    let page = marie.get(choice.location()).await;

    let received = portal.receive(&page, None);
    assert_eq!(page.field("RelayState"), Some(house.at_portal("/portail/9749801K")));
    assert_eq!(received.issuer, house.url("/saml/metadata"));
    let told = |name: &str| received.attributes.all(name).to_vec();
    assert_eq!(told("uid"), ["marie.dupont"]);
    assert_eq!(told("displayName"), ["Marie Dupont"]);
    assert_eq!(told("rne"), ["9749801K"]);
    assert_eq!(told("rnes"), ["9740091F", "9749801K"]);
    assert_eq!(told("profils"), ["National_ENS"]);
    assert_eq!(told("auth"), ["password"]);
    assert_eq!(told("arena"), ["rev-proxy-id"]);
    assert_eq!(told("FederationKey"), ["marie.dupont"]);
    assert_eq!(told("FrEduRne"), [] as [&str; 0], "no more than the set says");
    assert_eq!(received.context_class.as_deref(), Some(context_class::PASSWORD));
    assert_eq!(received.signed_in, house.now() - Duration::minutes(1));
    assert_eq!(received.session_ends, Some(received.signed_in + Duration::hours(10)));
    assert!(received.session_index.is_some());
    assert!(page.text.contains("<script defer src=\"/assets/post.js\">"));
    assert!(!page.header("content-security-policy").contains("form-action"));
    let row = house.last("saml.response").await;
    assert_eq!((row.reason.as_str(), row.request_id.as_str()), ("unasked", page.reference()));
    assert_eq!(row.fields["sp"], portal.entity_id);
    assert_eq!((&row.fields["chosen"], &row.fields["mfa_level"]), (&"9749801K".into(), &1.into()));
    assert_eq!(row.fields["relay_origin"], house.at_portal(""));
    assert!(!format!("{row:?}").contains("Marie"), "no attribute values");
}

#[actix_web::test]
async fn a_parent_is_known_by_the_vector() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let jean = house.sign_in("jean.hoarau").await;

    let page = jean.get("/saml?sp_ident=9740091F&rne=9740091F").await;

    let received = portal.receive(&page, None);
    assert_eq!(received.attributes.all("FederationKey"), ["2|HOARAU|Jean|812345|9740091F"]);
    assert_eq!(received.attributes.all("source"), ["teleservices"]);
    assert_eq!(received.attributes.all("rnes"), ["9740091F", "9749801K"]);
}

#[actix_web::test]
async fn an_answer_is_not_compressed() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await.with("accept-encoding", "gzip");

    let answer = paul.get("/saml?sp_ident=9740091F").await;

    assert!(answer.field("SAMLResponse").is_some());
    assert_eq!(answer.header("content-encoding"), "");
    assert_eq!(paul.get("/sessions").await.header("content-encoding"), "gzip");
}

#[actix_web::test]
async fn every_answer_is_new() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;

    let first = portal.receive(&paul.get("/saml?sp_ident=9740091F").await, None);
    let second = portal.receive(&paul.get("/saml?sp_ident=9740091F").await, None);

    assert_ne!(first.assertion_id, second.assertion_id);
    assert_eq!(first.name_id, second.name_id, "transient: as long as the session");
    assert_eq!(first.session_index, second.session_index, "one session");
    let paul = house.sign_in("paul.hoarau").await;
    let third = portal.receive(&paul.get("/saml?sp_ident=9740091F").await, None);
    assert_ne!(first.name_id, third.name_id, "another session");
}

#[actix_web::test]
async fn a_portal_may_get_a_lasting_name_that_others_do_not_share() {
    let house = House::open().await;
    assert!(
        house.rewrite("attribute_sets/associations.ini", "[default]\nnameid = persistent\n").await
    );
    let portal = house.portal("9740091F").await;
    let other = house.portal("9749801K").await;
    let marie = house.sign_in("marie.dupont").await;

    let first = portal.receive(&marie.get("/saml?sp_ident=9740091F").await, None).name_id;
    let later = house.sign_in("marie.dupont").await;
    let second = portal.receive(&later.get("/saml?sp_ident=9740091F").await, None).name_id;
    let elsewhere = other.receive(&later.get("/saml?sp_ident=9749801K").await, None).name_id;

    assert_eq!(first, second);
    assert_ne!(first, elsewhere);
    assert!(!first.contains("marie"));
}

#[actix_web::test]
async fn a_set_decides_what_is_told() {
    let house = House::open().await;
    assert!(house.rewrite("attribute_sets/lean.ini", "[user]\nlogin = uid\necole = rne\n").await);
    assert!(house.rewrite("attribute_sets/associations.ini", "[9740091F]\nset = lean\n").await);
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;

    let received = portal.receive(&paul.get("/saml?sp_ident=9740091F").await, None);

    assert_eq!(received.attributes.all("login"), ["paul.hoarau"]);
    assert_eq!(received.attributes.all("ecole"), ["9740091F"]);
    assert_eq!(received.attributes.all("displayName"), [] as [&str; 0]);
}

#[actix_web::test]
async fn markup_in_a_name_stays_a_name() {
    let house = House::open().await;
    let name = "</saml2:AttributeValue><saml2:AttributeValue>admin & \u{e9}\u{1f600}]]>";
    house.invent(&format!("[odd]\nsource = agents\ndisplayName = \"{name}\"\nFrEduRne = \"9740091F$UAJ$PU$ENS$x$T3$CLG$340\"\n")).await;
    let portal = house.portal("9740091F").await;
    let odd = house.sign_in("odd").await;

    let page = odd.get("/saml?sp_ident=9740091F").await;

    assert_eq!(portal.receive(&page, None).attributes.all("displayName"), [name]);
}

#[actix_web::test]
async fn partners_are_keys_into_a_map_and_never_paths() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let portal = house.portal("9740091F").await;
    let encoded: String =
        url::form_urlencoded::byte_serialize(portal.entity_id.as_bytes()).collect();
    for ident in ["9740091F", "9740091f", encoded.as_str()] {
        let page = paul.get(&format!("/saml?sp_ident={ident}")).await;
        assert_eq!(portal.receive(&page, None).attributes.all("rne"), ["9740091F"], "{ident}");
    }
    for ident in [
        "",
        "nobody",
        "../../etc/passwd",
        "..%2F..%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        "9740091F.xml",
        "metadata/9740091F",
        "%2e%2e%2f9740091F",
        "9740091F%20",
        "CONFLUENTS",
        "%3Cscript%3E",
    ] {
        let answer = paul.get(&format!("/saml?sp_ident={ident}")).await;
        answer.must_be(404, "E-SP-UNKNOWN");
        assert!(answer.text.contains("Fournisseur de service inconnu."));
        assert_eq!(house.last("saml.refused").await.reason, "E-SP-UNKNOWN", "{ident}");
    }
    paul.get("/saml?sp_ident=9740091F%00").await.must_be(400, "E-BAD-REQUEST");
    paul.get("/saml").await.must_be(404, "E-SP-UNKNOWN");
}

#[actix_web::test]
async fn shibboleths_spelling_is_understood() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let portal = house.portal("9740091F").await;
    let query =
        [("providerId", portal.entity_id.as_str()), ("target", &house.at_portal("/portail/x"))];
    let query = serde_urlencoded::to_string(query).expect("a query");

    let page = paul.get(&format!("/saml?{query}&time=1&shire=ignored")).await;

    portal.receive(&page, None);
    assert_eq!(page.field("RelayState"), Some(house.at_portal("/portail/x")));
}

#[actix_web::test]
async fn doubled_parameters_are_refused() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    for query in [
        "sp_ident=9740091F&sp_ident=9749801K",
        "sp_ident=9740091F&RelayState=&RelayState=x",
        "sp_ident=9740091F&rne=9740091F&rne=9749801K",
        "providerId=9740091F&providerId=9740091F",
        "sp_ident=9740091F&target=a&target=b",
    ] {
        paul.get(&format!("/saml?{query}")).await.must_be(400, "E-BAD-REQUEST");
    }
    assert!(house.audit("saml.response").await.is_empty());
}

#[actix_web::test]
async fn an_index_names_one_of_the_portals_addresses() {
    let house = House::open().await;
    let entity = house.at_portal("/portail/several");
    assert!(house.rewrite("metadata/several.xml", &House::metadata(&entity, "", "")).await);
    let paul = house.sign_in("paul.hoarau").await;
    for (query, end) in [("", "/acs"), ("&index=0", "/acs"), ("&index=4", "/acs4")] {
        let page = paul.get(&format!("/saml?sp_ident=several{query}")).await;
        assert_eq!(page.action(), format!("{entity}{end}"), "{query}");
    }
    for index in ["1", "-1", "x", "99999999999"] {
        let answer = paul.get(&format!("/saml?sp_ident=several&index={index}")).await;
        answer.must_be(400, "E-BAD-REQUEST");
    }
}

#[actix_web::test]
async fn a_portal_whose_description_ran_out_gets_nothing() {
    let house = House::open().await;
    let entity = house.at_portal("/portail/9740091F");
    let metadata = House::metadata(&entity, " validUntil=\"2027-01-15T08:00:00Z\"", "");
    assert!(house.rewrite("metadata/9740091F.xml", &metadata).await);
    let paul = house.sign_in("paul.hoarau").await;
    assert_eq!(paul.get("/saml?sp_ident=9740091F").await.status, 200);

    house.wait(Duration::minutes(30));

    paul.get("/saml?sp_ident=9740091F").await.must_be(503, "E-NO-SP");
    paul.get("/dispatch").await.must_be(503, "E-NO-SP");
    let admin = house.administrator().await;
    assert!(house.reload().await);
    let findings = admin.get("/api/v1/admin/lint").await.text;
    assert!(findings.contains("W-META-EXPIR") || findings.contains("W-ETAB-NOSP"), "{findings}");
}

#[actix_web::test]
async fn a_portal_may_want_to_be_asked_never_told() {
    let house = House::open().await;
    assert!(
        house.rewrite("attribute_sets/associations.ini", "[9740091F]\nidp_initiated = no\n").await
    );
    let paul = house.sign_in("paul.hoarau").await;

    paul.get("/saml?sp_ident=9740091F").await.must_be(403, "E-SERVICE");
}

#[actix_web::test]
async fn a_visitor_signs_in_and_lands_in_the_portal() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let portal = house.portal("9740091F").await;
    let paul = house.visitor();
    let relay_state = house.at_portal("/portail/9740091F/cahier?jour=1&x=%20");
    let query = [("sp_ident", "9740091F"), ("RelayState", relay_state.as_str())];
    let query = serde_urlencoded::to_string(query).expect("a query");

    let asked = paul.get(&format!("/saml?{query}")).await;
    assert_eq!(asked.status, 302);
    let answer = paul.sign_in_toward(asked.location(), "paul.hoarau").await;
    let page = paul.get(answer.location()).await;

    portal.receive(&page, None);
    assert_eq!(page.field("RelayState"), Some(relay_state));
}

#[actix_web::test]
async fn an_old_name_of_a_portal_leads_there_too() {
    let house = House::open().await;
    let file = "attribute_sets/associations.ini";
    assert!(house.rewrite(file, "[9740091F]\nalias = envole-leconte, Colibri\n").await);
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    for name in ["envole-leconte", "Colibri", "9740091F"] {
        let answer = paul.get(&format!("/saml?sp_ident={name}")).await;
        let received = portal.receive(&answer, None);
        assert_eq!(received.attributes.all("rne"), ["9740091F"], "{name}");
    }
    paul.get("/saml?sp_ident=colibri").await.must_be(404, "E-SP-UNKNOWN");

    // A school may be at a partner by such a name.
    let school = "[9740091F]\nsp = Colibri\n";
    assert!(house.change("etabs.ini", "[9740091F]\n", school).await);
    let answer = paul.get("/saml?sp_ident=9740091F").await;
    assert_eq!(portal.receive(&answer, None).attributes.all("rne"), ["9740091F"]);
    assert_eq!(paul.get("/dispatch").await.status, 302);
}
