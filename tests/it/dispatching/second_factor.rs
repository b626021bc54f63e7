//! Portals of schools that ask for a second factor (`mfa` in `etabs.ini`).
use crate::house::{House, Setup};

const ON: (&str, &str) = ("AIGUILLAGE_DISPATCH_ENFORCE_MFA", "true");
const TEXT: &str = "Une seconde vérification vous sera demandée";

async fn house(settings: &[(&'static str, &str)]) -> House {
    let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let house = House::open_with(Setup { settings, ..Setup::default() }).await;
    assert!(house.change("etabs.ini", "[9749801K]\n", "[9749801K]\nmfa = required\n").await);
    house
}

#[actix_web::test]
async fn the_tile_says_that_a_factor_is_asked_for_and_nothing_is_refused() {
    let house = house(&[]).await;
    let marie = house.sign_in("marie.dupont").await;

    let page = marie.get("/dispatch?choose=1").await;

    for tile in page.tiles() {
        let asks = tile.target.as_deref() == Some("9749801K.0");
        assert_eq!(tile.text.contains(TEXT), asks, "{}", tile.text);
    }
    let me = marie.get("/api/v1/dispatch/me").await.json();
    let school = |rne: &str| {
        let all = me["destinations"].as_array().expect("a list");
        all.iter().find(|school| school["rne"] == rne).expect("hers")["mfa"].clone()
    };
    assert_eq!((school("9749801K"), school("9740091F")), ("required".into(), "optional".into()));
    let go = marie.post_from("/dispatch?choose=1", "/dispatch", &[("rne", "9749801K.0")]).await;
    assert_eq!(go.status, 303);
    assert_eq!(marie.get("/saml?sp_ident=9749801K&rne=9749801K").await.status, 200);
}

#[actix_web::test]
async fn enforced_no_way_leads_in_without_the_factor() {
    let house = house(&[ON]).await;
    let marie = house.sign_in("marie.dupont").await;

    let tile = marie.post_from("/dispatch?choose=1", "/dispatch", &[("rne", "9749801K.0")]).await;
    tile.must_be(403, "E-MFA");
    marie.get("/dispatch?rne=9749801K").await.must_be(403, "E-MFA");
    marie.get("/saml?sp_ident=9749801K&rne=9749801K").await.must_be(403, "E-MFA");

    assert_eq!(house.last("dispatch.decision").await.reason, "E-MFA");
    assert!(house.audit("saml.response").await.is_empty());
    assert_eq!(marie.get("/dispatch?rne=9740091F").await.status, 302, "the other school is open");
}

#[actix_web::test]
async fn a_slip_asks_for_the_factor() {
    let house = house(&[ON]).await;
    assert!(house.change("etabs.ini", "mfa = required\n", "mfa = requis\n").await);
    let marie = house.sign_in("marie.dupont").await;

    marie.get("/dispatch?rne=9749801K").await.must_be(403, "E-MFA");

    let admin = house.administrator().await;
    let findings = admin.get("/api/v1/admin/lint").await.json();
    let slip = findings.as_array().expect("a list").iter().find(|it| it["code"] == "W-ETAB-VALUE");
    assert_eq!(slip.expect("told")["subject"], "9749801K mfa");
}
