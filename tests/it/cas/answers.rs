//! What an application is told, in each shape.
use super::{application, inside, login, sign_in_at, ticket, validate};
use crate::house::{House, Setup};
use serde_json::json;

#[actix_web::test]
async fn the_customers_filter_gives_an_application_the_list_of_schools() {
    let house = House::open().await;
    let service = application(&house);
    house.invite(&["marie.dupont"]).await;
    let marie = house.visitor();
    let sent = sign_in_at(&marie, &login(&service, ""), "marie.dupont").await;
    assert_eq!(sent.status, 302);
    assert!(sent.location().starts_with(&format!("{service}&ticket=ST-")), "{}", sent.location());

    let told = validate(&house, "/serviceValidate", &service, &ticket(&sent)).await;

    assert_eq!((told.status, told.header("content-type")), (200, "application/xml; charset=UTF-8"));
    let attributes = inside(&told.text, "attributes");
    let at = "<cas:authenticationDate>2027-01-15T07:30:00Z</cas:authenticationDate>";
    assert!(attributes.starts_with(at), "{attributes}");
    assert_eq!(inside(attributes, "isFromNewLogin"), "true");
    assert!(attributes.contains("<cas:rne>9740091F</cas:rne><cas:rne>9749801K</cas:rne>"));
    let section = "<cas:user><cas:rne>9740091F</cas:rne><cas:rne>9749801K</cas:rne>\
         <cas:user>marie.dupont</cas:user><cas:uid>marie.dupont</cas:uid>\
         <cas:source>agents</cas:source><cas:FederationKey>marie.dupont</cas:FederationKey>\
         <cas:displayName>Marie Dupont</cas:displayName>\
         <cas:profils>National_ENS</cas:profils><cas:auth>password</cas:auth></cas:user>\
         </cas:authenticationSuccess></cas:serviceResponse>";
    assert!(told.text.ends_with(section), "{}", told.text);
    let row = house.last("cas.validated").await;
    assert_eq!(row.fields["application"], "Cahier de textes");
    assert!(!format!("{row:?}").contains("Marie"), "no attribute values");
}

#[actix_web::test]
async fn every_version_of_the_protocol_answers() {
    let house = House::open().await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;
    for (path, expected) in [
        ("/validate", "yes\npaul.hoarau\n"),
        ("/cas/validate", "yes\npaul.hoarau\n"),
        ("/cas/serviceValidate", "<cas:user>paul.hoarau</cas:user>"),
        ("/proxyValidate", "<cas:user>paul.hoarau</cas:user>"),
        ("/p3/serviceValidate", "<cas:rne>9740091F</cas:rne>"),
        ("/cas/p3/proxyValidate", "<cas:isFromNewLogin>false</cas:isFromNewLogin>"),
    ] {
        let base = if path.starts_with("/cas") { "/cas" } else { "" };
        let sent = paul.get(&format!("{base}{}", login(&service, ""))).await;
        let told = validate(&house, path, &service, &ticket(&sent)).await;
        assert!(told.text.contains(expected), "{path}: {}", told.text);
    }
    assert_eq!(validate(&house, "/validate", &service, "ST-x").await.text, "no\n\n");

    let sent = paul.get(&login(&service, "")).await;
    let told = validate(&house, "/serviceValidate?format=JSON", &service, &ticket(&sent)).await;
    let told: serde_json::Value = serde_json::from_str(&told.text).expect("JSON");
    let success = &told["serviceResponse"]["authenticationSuccess"];
    assert_eq!(success["user"], "paul.hoarau");
    assert_eq!(success["attributes"]["rne"], json!(["9740091F"]));
}

#[actix_web::test]
async fn each_application_has_its_mode_and_filter() {
    let house = House::open().await;
    let apps = "[Pronote]\nbaseurl=/pronote/\nscheme=both\naddr=9740091f.notes.example\n\
         typeaddr=dns\nfilter=pronote\nmode=eole\n[Moodle]\naddr=moodle.example\nmode=standard\n";
    assert!(
        house
            .rewrite("app_filters/pronote.ini", "[utilisateur]\nnom=displayName|upper\nuser=uid\n")
            .await
    );
    assert!(house.rewrite("app_filters/school_apps.ini", apps).await);
    let paul = house.sign_in("paul.hoarau").await;

    let pronote = "https://9740091f.notes.example/pronote/eleve.html";
    let sent = paul.get(&login(pronote, "")).await;
    let told = validate(&house, "/serviceValidate", pronote, &ticket(&sent)).await;
    assert_eq!(
        inside(&told.text, "authenticationSuccess"),
        "<cas:user>paul.hoarau</cas:user><cas:utilisateur><cas:nom>PAUL HOARAU</cas:nom>\
         <cas:user>paul.hoarau</cas:user></cas:utilisateur>"
    );

    let moodle = "https://moodle.example/login/index.php?authCAS=CAS";
    let sent = paul.get(&login(moodle, "")).await;
    let told = validate(&house, "/p3/serviceValidate", moodle, &ticket(&sent)).await;
    assert!(
        told.text.ends_with("</cas:attributes></cas:authenticationSuccess></cas:serviceResponse>")
    );
    assert_eq!(inside(&told.text, "rne"), "", "its filter names nothing but the login");
}

#[actix_web::test]
async fn a_source_may_have_another_name_for_applications() {
    let own = include_str!("../data/house/sources.ini");
    let renamed = own.replacen("[source:agents]", "[source:agents]\nsource_auth = FIM", 1);
    let house = House::open_with(Setup { sources: Some(renamed), ..Setup::default() }).await;
    let service = application(&house);
    let paul = house.sign_in("paul.hoarau").await;
    let ticket = ticket(&paul.get(&login(&service, "")).await);
    let told = validate(&house, "/serviceValidate", &service, &ticket).await;
    assert_eq!(inside(&told.text, "source"), "FIM");
}
