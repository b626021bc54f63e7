//! What chips and codes carry, what programs are told of cards, and handing them out.
use super::{
    MANAGER, STUDENT, ask, card_of, cards_of, enabled, encode, lead, post, print, set_attribute,
    state_of, university, with,
};
use crate::api::{program, token};
use crate::house::{House, Person};
use crate::rights::{give, person_of};
use aiguillage::api::Scope;
use aiguillage::card::state::State;
use aiguillage::card::store;
use aiguillage::rights::{Grant, Role};
use chrono::Duration;
use image::{DynamicImage, GenericImage, GrayImage, Luma};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use uuid::Uuid;

const APPLICATIONS: &str =
    "access-control:counter:1234500000000000, bu:barcode:6903, web:csn_at:univ.example";

async fn with_applications() -> House {
    with(&[
        ("AIGUILLAGE_CARD_APPLICATIONS", APPLICATIONS),
        ("AIGUILLAGE_CARD_VERSO", "uid, absent"),
    ])
    .await
}

async fn identifiers(house: &House, card: Uuid) -> BTreeMap<String, String> {
    let mut tx = house.db().read().await.expect("the database answers");
    let rows = store::identifiers_of(&mut tx, &[card]).await.expect("rows");
    rows.into_iter().map(|row| (row.application, row.value)).collect()
}

/// A program with one scope.
async fn may(house: &House, scope: Scope) -> Person<'_> {
    let token = token(house, &[scope], |_| {}).await;
    program(house, &token)
}

#[actix_web::test]
async fn chips_carry_an_identifier_for_each_application_once() {
    let house = with_applications().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await.id;
    let nadia = house.sign_in(MANAGER).await;
    print(&nadia, card).await;
    assert_eq!(identifiers(&house, card).await, BTreeMap::new(), "not before it is encoded");
    encode(&house, card, "04063F72633480").await.expect("encoded");
    let given = identifiers(&house, card).await;
    let pairs: Vec<_> = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        pairs,
        [
            ("access-control", "1234500000000001"),
            ("bu", "*26903000000013*"),
            ("web", "04063F72633480@univ.example"),
        ]
    );
    let page = nadia.get(&format!("/cards/office/{card}")).await;
    assert!(page.text.contains("1234500000000001"), "{}", page.words());
    let found = nadia.get("/cards/office?q=1234500000000001").await;
    assert!(found.text.contains("Luc Petit"), "{}", found.words());
    let second = enabled(&house, "tom.girard", "04AABBCCDDEE80").await.id;
    assert_eq!(identifiers(&house, second).await["access-control"], "1234500000000002");
}

#[actix_web::test]
async fn no_two_cards_have_one_identifier() {
    let house = with_applications().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    // Somebody gave the same numbers out by hand.
    let first = card_of(&house, STUDENT).await.id;
    let mut tx = house.db().write().await.expect("a transaction");
    let taken = store::Identifier {
        card: first,
        application: "access-control".to_owned(),
        value: "1234500000000002".to_owned(),
    };
    let sql = "DELETE FROM card_app_id WHERE card = $1 AND application = 'access-control'";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).bind(first).execute(conn).await.map(|_| ()))
        .expect("gone");
    store::insert_identifier(&mut tx, &taken).await.expect("kept");
    tx.commit().await.expect("kept");
    ask(&house.sign_in("tom.girard").await).await;
    let card = card_of(&house, "tom.girard").await.id;
    print(&house.sign_in(MANAGER).await, card).await;
    let refused = encode(&house, card, "04AABBCCDDEE80").await.expect_err("it is taken");
    assert!(format!("{refused}").contains("E-CARD-IDENTIFIER"), "{refused}");
    assert_eq!(state_of(&house, "tom.girard").await, State::Printed, "nothing was written");
}

/// What a reader sees of a picture with white around it.
fn read(png: &[u8], place: &Path) -> String {
    let code = image::load_from_memory(png).expect("a picture").to_luma8();
    let side = code.width() + 80;
    let mut sheet = GrayImage::from_pixel(side, side, Luma([255]));
    sheet.copy_from(&code, 40, 40).expect("it fits");
    let file = place.join("code.png");
    DynamicImage::ImageLuma8(sheet).save(&file).expect("kept");
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).output();
    String::from_utf8(read.expect("zbarimg runs").stdout).expect("text").trim().to_owned()
}

#[actix_web::test]
async fn codes_are_read_by_a_reader_in_both_variants() {
    for (setting, is_number) in [("escn", true), ("eppn", false)] {
        let house = with(&[("AIGUILLAGE_CARD_QR", setting)]).await;
        ask(&house.sign_in(STUDENT).await).await;
        let card = card_of(&house, STUDENT).await;
        let escn = card.escn.expect("a number, whatever the code says");
        let said = if is_number {
            format!("http://esc.gg/{escn}")
        } else {
            "lucpetit@quais.example".to_owned()
        };
        let nadia = house.sign_in(MANAGER).await;
        let path = format!("/cards/office/{}/code.png", card.id);
        let png = nadia.get(&path).await;
        assert_eq!((png.status, png.header("content-type")), (200, "image/png"));
        assert_eq!(read(&png.body, &house.file("")), said);
        let svg = nadia.get(&path.replace(".png", ".svg")).await;
        assert!(svg.text.starts_with("<svg ") && svg.header("content-type") == "image/svg+xml");
        assert_eq!(nadia.get(&path.replace(".png", ".gif")).await.status, 404);
        let luc = house.sign_in(STUDENT).await;
        luc.get(&path).await.must_be(403, "E-FORBIDDEN");
    }
}

#[actix_web::test]
async fn programs_find_cards_by_everything_that_names_them() {
    let house = with_applications().await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    ask(&house.sign_in("tom.girard").await).await;
    let reader = may(&house, Scope::CardsRead).await;
    let all = reader.get("/api/v1/cards?limit=1").await.json();
    assert!(all["items"].as_array().map(Vec::len) == Some(1) && all["next"].is_string());
    let escn = card.escn.clone().expect("a number");
    for query in [
        "csn=803463723F0604".to_owned(),
        "app=access-control&value=1234500000000001".to_owned(),
        format!("app=access-control&value={:0>64}", "1234500000000001"),
        format!("escn={escn}"),
        "eppn=LucPetit@quais.example".to_owned(),
        "state=enabled".to_owned(),
        "q=petit".to_owned(),
        "app=bu".to_owned(),
        "value=1234500000000001".to_owned(),
    ] {
        let found = reader.get(&format!("/api/v1/cards?{query}")).await;
        let items = found.json()["items"].clone();
        assert_eq!(items.as_array().map(Vec::len), Some(1), "{query}: {}", found.text);
        assert_eq!(items[0]["id"], card.id.to_string(), "{query}");
        assert_eq!(items[0]["identifiers"]["bu"], "*26903000000013*");
    }
    for query in ["csn=zz", "app=bu&value=1", "q=nobody"] {
        let none = reader.get(&format!("/api/v1/cards?{query}")).await.json();
        assert_eq!(none["items"].as_array().map(Vec::len), Some(0), "{query}");
    }
    let one = reader.get(&format!("/api/v1/cards/{}", card.id)).await.json();
    assert_eq!(
        (one["csn"].as_str(), one["state"].as_str()),
        (Some("04063F72633480"), Some("enabled"))
    );
    let back = reader.get(&format!("/api/v1/cards/{}/verso", card.id)).await.json();
    assert_eq!(back["lines"], serde_json::json!(["luc.petit"]));
    assert_eq!(house.audit("card.verso_read").await.len(), 1);
    let svg = reader.get(&format!("/api/v1/cards/{}/code.svg", card.id)).await;
    assert!(svg.text.starts_with("<svg "), "{}", svg.text);
}

#[actix_web::test]
async fn programs_see_the_photos_of_those_who_agreed() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    ask(&luc).await;
    let card = card_of(&house, STUDENT).await;
    let path = format!("/api/v1/cards/{}/photo", card.id);
    may(&house, Scope::CardsRead).await.get(&path).await.must_be(403, "E-API-SCOPE");
    let looker = may(&house, Scope::CardsPhotos).await;
    let face = looker.get(&path).await;
    assert_eq!((face.status, face.header("content-type")), (200, "image/jpeg"));
    let by_name = "/wsrest/photo/lucpetit@quais.example/restrictedPhoto";
    assert_eq!(looker.get(by_name).await.status, 200);
    assert_eq!(house.audit("card.photo_read").await.len(), 2);
    assert_eq!(looker.get("/wsrest/photo/nobody@quais.example/restrictedPhoto").await.status, 404);
    post(&luc, "/cards/consent", &[]).await;
    looker.get(&path).await.must_be(403, "E-PHOTO-CONSENT");
    looker.get(by_name).await.must_be(403, "E-PHOTO-CONSENT");
    assert_eq!(house.audit("card.photo_read").await.len(), 2, "nobody looked");
}

#[actix_web::test]
async fn addresses_of_esup_answer_with_a_token_and_to_nobody_else() {
    let house = with_applications().await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    let luc = person_of(&house, STUDENT).await;
    set_attribute(&house, luc, "sn", "PETIT").await;
    let reader = may(&house, Scope::CardsRead).await;
    let whose = reader.get("/wsrest/nfc/tagIdCheck?csn=04063f72633480").await.json();
    assert_eq!(
        (whose["eppn"].as_str(), whose["lastname"].as_str()),
        (Some("lucpetit@quais.example"), Some("PETIT"))
    );
    let by_app = "/wsrest/nfc/tagIdCheck?desfireId=1234500000000001&appName=access-control";
    assert_eq!(reader.get(by_app).await.json()["csn"], "04063F72633480");
    let nobody = reader.get("/wsrest/nfc/tagIdCheck?csn=0A0B0C0D").await;
    assert_eq!((nobody.status, nobody.text.as_str()), (200, ""));
    let written =
        reader.get("/wsrest/nfc/idFromCsn?csn=04063F72633480&appName=access-control").await;
    assert_eq!(written.text, format!("{:0>64}", "1234500000000001"));
    assert_eq!(reader.get("/wsrest/nfc/idFromCsn?csn=0A0B0C0D&appName=bu").await.status, 404);
    let back = reader.get("/wsrest/nfc/getVersoText?csn=04063F72633480").await;
    assert_eq!(back.text, "[\"luc.petit\"]");
    let list = "/wsrest/api/csvSearch?etat=NEW&etat=ENABLED&fields=eppn&fields=csn&fields=etat";
    let csv = reader.get(list).await;
    assert_eq!(csv.text, "eppn;csn;etat\r\n\"lucpetit@quais.example\";04063F72633480;ENABLED\r\n");
    assert_eq!(reader.get("/wsrest/api/csvSearch?fields=crousIdentifier").await.status, 400);
    assert_eq!(reader.get("/wsrest/api/csvSearch?etat=EATEN&fields=csn").await.status, 400);
    for path in ["/wsrest/nfc/getVersoText?csn=04063F72633480", list] {
        house.visitor().get(path).await.must_be(401, "E-API-TOKEN");
    }
    may(&house, Scope::AttendanceTap).await.get(list).await.must_be(403, "E-API-SCOPE");
    assert_eq!(card.state, State::Enabled);
}

#[actix_web::test]
async fn a_card_is_handed_out_once_and_works_then() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await.id;
    let nadia = house.sign_in(MANAGER).await;
    print(&nadia, card).await;
    nadia.get("/cards/office/deliver").await.must_be(403, "E-FORBIDDEN");
    let marie = house.sign_in("marie.dupont").await;
    let role = Grant { role: Role::CardDeliverer, scope: aiguillage::rights::Scope::Installation };
    give(&house, person_of(&house, "marie.dupont").await, &[role]).await;
    let page = marie.get("/cards/office/deliver").await;
    assert!(
        page.text.contains("autofocus") && page.text.contains("href=\"/cards/office/deliver\"")
    );
    post(&marie, "/cards/office/deliver", &[("csn", "04063F72633480")])
        .await
        .must_be(404, "E-CARD-UNKNOWN");
    encode(&house, card, "04063F72633480").await.expect("encoded");
    house.wait(Duration::minutes(5));
    let marie = house.sign_in("marie.dupont").await;
    let done = post(&marie, "/cards/office/deliver", &[("csn", "803463723f0604")]).await;
    assert_eq!(done.location(), format!("/cards/office/deliver?done={card}"), "{}", done.words());
    assert!(marie.get(done.location()).await.text.contains("Luc Petit"));
    let handed = card_of(&house, STUDENT).await;
    assert_eq!((handed.state, handed.delivered_at), (State::Enabled, Some(house.now())));
    post(&marie, "/cards/office/deliver", &[("csn", "04063F72633480")])
        .await
        .must_be(409, "E-CARD-DELIVERED");
    assert_eq!(house.audit("card.delivered").await.len(), 1);
    let nadia = house.sign_in(MANAGER).await;
    assert!(nadia.get(&format!("/cards/office/{card}")).await.text.contains("<dt>Remise</dt>"));
    lead(&nadia, card, "disabled", &[]).await;
    let second = enabled(&house, "tom.girard", "04AABBCCDDEE80").await;
    lead(&nadia, second.id, "disabled", &[]).await;
    post(&marie, "/cards/office/deliver", &[("csn", "04AABBCCDDEE80")])
        .await
        .must_be(409, "E-CARD-STATE");
    assert_eq!(cards_of(&house, "tom.girard").await[0].delivered_at, None);
}
