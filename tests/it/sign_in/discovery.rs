//! Where somebody comes from: our own page, hints, networks, and the page of a federation
//! (`dispatch.md` 7.9).
use crate::house::{HOME, OFFICE};
use crate::ministry::{ISSUER, Ministry};

const DISCOVERY: (&str, &str) = ("AIGUILLAGE_SAML_DISCOVERY", "https://discovery.example/WAYF?x=1");
const SOURCES: &str = include_str!("../data/house/sources.ini");
/// A second provider, for whom the network speaks.
const CAMPUS: &str = "[idp:campus]\nkind = cas\nlabel = Compte du campus\nrole = university\n\
                      url = https://cas.campus.example\nfor = Étudiants\nnetworks = 10.205.0.0/16";

async fn ministry(more: &str) -> Ministry {
    let settings = vec![(DISCOVERY.0, DISCOVERY.1.to_owned())];
    Ministry::open_beside(SOURCES, more, settings).await
}

/// Where a word stands on a page.
fn place(page: &str, word: &str) -> usize {
    page.find(word).unwrap_or_else(|| panic!("no {word}: {page}"))
}

#[actix_web::test]
async fn people_choose_their_institution_on_the_page_of_a_federation() {
    let ministry = ministry("").await;
    let anne = ministry.house.visitor();
    let page = anne.get("/login?next=%2Fsessions").await;
    assert!(page.text.contains("href=\"/login/discovery?next=%2Fsessions\""), "{}", page.text);

    let gone = anne.get("/login/discovery?next=%2Fsessions").await;
    let address: url::Url = gone.location().parse().expect("an address");
    assert_eq!((gone.status, address.host_str()), (302, Some("discovery.example")));
    let field =
        |name: &str| address.query_pairs().find(|it| it.0 == name).map(|it| it.1.into_owned());
    assert_eq!(field("x").as_deref(), Some("1"));
    assert_eq!(field("entityID"), Some(ministry.house.url("/saml/metadata")));
    assert_eq!(field("returnIDParam").as_deref(), Some("entityID"));
    let back = field("return").expect("a way back");
    assert_eq!(back, ministry.house.url("/saml/disco?next=%2Fsessions"));
    let metadata = anne.get("/saml/metadata").await.text;
    let ours = ministry.house.url("/saml/disco");
    assert!(
        metadata.contains("idpdisc:DiscoveryResponse") && metadata.contains(&ours),
        "{metadata}"
    );

    let back = back.strip_prefix(&ministry.house.url("")).expect("ours").to_owned();
    let chosen = anne.get(&format!("{back}&entityID={ISSUER}")).await;
    assert_eq!(chosen.location(), "/login/with/ministere?next=%2Fsessions");
    let (_, state) = ministry.ask(&anne, "next=%2Fsessions").await;
    assert!(!state.is_empty());

    // Nothing chosen, nobody we know, and an address that leads elsewhere.
    assert_eq!(anne.get(&back).await.location(), "/login?next=%2Fsessions");
    anne.get("/saml/disco?entityID=https://x.example").await.must_be(404, "E-IDP-UNKNOWN");
    let row = ministry.house.last("upstream.refused").await;
    assert_eq!(row.fields["detail"], "https://x.example");
    let lured = anne.get(&format!("/saml/disco?next=https://x.example&entityID={ISSUER}")).await;
    assert_eq!(lured.location(), "/login/with/ministere?");
    let lured = anne.get("/login/discovery?next=https://x.example").await;
    assert!(!lured.location().contains("x.example"), "{}", lured.location());
}

#[actix_web::test]
async fn an_application_is_not_forgotten_on_the_way_through_the_page_of_others() {
    let ministry = ministry("").await;
    let anne = ministry.house.visitor();
    let gone =
        anne.get("/login/discovery?service=https%3A%2F%2Fa.example%2F%3Fx%3D1&renew=true").await;
    let address: url::Url = gone.location().parse().expect("an address");
    let back =
        address.query_pairs().find(|it| it.0 == "return").expect("a way back").1.into_owned();
    let back = back.strip_prefix(&ministry.house.url("")).expect("ours").to_owned();
    let chosen = anne.get(&format!("{back}&entityID={ISSUER}")).await;
    assert_eq!(
        chosen.location(),
        "/login/with/ministere?service=https%3A%2F%2Fa.example%2F%3Fx%3D1&renew=true"
    );
}

#[actix_web::test]
async fn the_network_says_who_stands_first_and_forces_nobody() {
    let ministry = Ministry::open(&format!("\n{CAMPUS}")).await;
    let house = &ministry.house;
    let (campus, ministere) = ("Compte du campus", "Compte du ministère");
    let there = house.visitor().at(OFFICE).get("/login").await;
    assert_eq!(there.status, 200);
    assert!(place(&there.text, campus) < place(&there.text, ministere));
    assert!(there.text.contains("<small>Étudiants</small>"), "{}", there.text);
    let away = house.visitor().at(HOME).get("/login").await;
    assert!(place(&away.text, ministere) < place(&away.text, campus), "as in the settings");

    // Whom the browser came by last counts for more.
    let browser = house.visitor().at(OFFICE);
    browser.put_cookie("__Host-idp", "ministere");
    let known = browser.get("/login").await;
    assert!(place(&known.text, ministere) < place(&known.text, campus));
}

#[actix_web::test]
async fn a_provider_without_a_tile_is_reached_by_a_hint() {
    let ministry = ministry("tile = no").await;
    let anne = ministry.house.visitor();
    assert!(!anne.get("/login").await.text.contains("Compte du ministère"));
    assert!(anne.get("/login?idp=ministere").await.location().starts_with("/login/with/ministere"));
    let chosen = anne.get(&format!("/saml/disco?entityID={ISSUER}")).await;
    assert_eq!(chosen.location(), "/login/with/ministere?");
}

#[actix_web::test]
async fn pages_of_others_can_list_our_providers() {
    let ministry = Ministry::open(&format!("\n{CAMPUS}")).await;
    let anne = ministry.house.visitor();
    let plain = anne.get("/saml/discofeed.json").await.json();
    let name = serde_json::json!([{ "value": "Compte du ministère", "lang": "fr" }]);
    assert_eq!(plain, serde_json::json!([{ "entityID": ISSUER, "DisplayNames": name }]));

    let shown = "<md:Extensions><mdui:UIInfo xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\">\
        <mdui:DisplayName xml:lang=\"en\">Ministry</mdui:DisplayName>\
        <mdui:Keywords xml:lang=\"fr\">agents rectorat</mdui:Keywords>\
        <mdui:Logo width=\"80\" height=\"60\">https://ministere.example/logo.png</mdui:Logo>\
        <mdui:Logo width=\"1\" height=\"1\">javascript:alert(1)</mdui:Logo>\
        </mdui:UIInfo></md:Extensions><md:KeyDescriptor use=\"signing\">";
    let metadata = ministry.metadata().replacen("<md:KeyDescriptor use=\"signing\">", shown, 1);
    ministry.publish(&metadata);
    let feed = anne.get("/saml/discofeed.json").await.json();
    assert_eq!(feed[0]["DisplayNames"][0]["value"], "Ministry");
    assert_eq!(
        feed[0]["Keywords"],
        serde_json::json!([{ "value": "agents rectorat", "lang": "fr" }])
    );
    let logo = serde_json::json!([{
        "value": "https://ministere.example/logo.png", "width": 80, "height": 60
    }]);
    assert_eq!(feed[0]["Logos"], logo);
}
