//! What programs do: asking for cards, leading them on, having holders read anew, photos they have already.
use super::{
    MANAGER, STUDENT, ask, card_of, cards_of, enabled, lead, photo, post, set_attribute, state_of,
    university, with,
};
use crate::api::{program, token};
use crate::house::{Answer, House, Person};
use crate::rights::person_of;
use aiguillage::api::Scope;
use aiguillage::card::state::State;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

const EPPN: &str = "lucpetit@quais.example";

async fn may<'h>(house: &'h House, scopes: &[Scope]) -> Person<'h> {
    let token = token(house, scopes, |_| {}).await;
    program(house, &token)
}

async fn send(program: &Person<'_>, path: &str, key: &str, body: &Value) -> Answer {
    let program = program.clone().with("idempotency-key", key);
    program.send(Method::POST, path, Some(body.to_string())).await
}

fn wish() -> Value {
    json!({ "eppn": EPPN, "photo": BASE64.encode(photo()), "shows_photo": true })
}

#[actix_web::test]
async fn a_program_asks_for_a_card_once() {
    let house = university().await;
    house.sign_in(STUDENT).await;
    let writer = may(&house, &[Scope::CardsWrite]).await;
    let asked = send(&writer, "/api/v1/card-requests", "a", &wish()).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let card = card_of(&house, STUDENT).await;
    assert_eq!(asked.json()["id"], card.id.to_string());
    assert_eq!((card.state, card.photo.is_some()), (State::New, true));
    let again = send(&writer, "/api/v1/card-requests", "a", &wish()).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.text, asked.text);
    assert_eq!(house.audit("card.photo_added").await.len(), 1, "the photo was not taken in again");
    let row = house.last("card.changed").await;
    assert!(row.fields["program"].is_string() && row.person.is_none(), "{row:?}");
    send(&writer, "/api/v1/card-requests", "b", &wish()).await.must_be(409, "E-CARD-ASK");
    let reader = may(&house, &[Scope::CardsRead]).await;
    send(&reader, "/api/v1/card-requests", "c", &wish()).await.must_be(403, "E-API-SCOPE");
}

#[actix_web::test]
async fn requests_that_cannot_be_made_are_refused_with_a_reason() {
    let house = university().await;
    house.sign_in(STUDENT).await;
    let writer = may(&house, &[Scope::CardsWrite]).await;
    let path = "/api/v1/card-requests";
    for (body, status, code) in [
        (json!({ "eppn": EPPN, "shows_photo": true }), 422, "E-PHOTO-NONE"),
        (json!({ "eppn": EPPN, "photo": "*", "shows_photo": true }), 422, "E-API-FIELDS"),
        (json!({ "eppn": EPPN, "photo": "", "shows_photo": true }), 422, "E-PHOTO-NONE"),
        (json!({ "eppn": EPPN, "photo": "JVBERi0x", "shows_photo": true }), 415, "E-PHOTO-TYPE"),
        (json!({ "eppn": EPPN, "photo": "JVBERi0x" }), 422, "E-API-FIELDS"),
        (json!({ "eppn": EPPN, "shows_photo": true, "etat": "new" }), 422, "E-API-FIELDS"),
        (json!({ "eppn": "nobody@quais.example", "shows_photo": true }), 404, "E-NOT-FOUND"),
    ] {
        send(&writer, path, "k", &body).await.must_be(status, code);
    }
    assert_eq!(cards_of(&house, STUDENT).await, [], "nothing was kept");
    let asked = send(&writer, path, "k", &wish()).await;
    assert_eq!(asked.status, 201, "a key that was refused can be used: {}", asked.text);
}

#[actix_web::test]
async fn a_program_leads_a_card_by_the_ways_of_the_office_only() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    let writer = may(&house, &[Scope::CardsWrite]).await;
    let path = format!("/api/v1/cards/{}/state", card.id);
    let step = async |key: &str, body: Value| send(&writer, &path, key, &body).await;
    step("1", json!({ "state": "enabled" })).await.must_be(409, "E-CARD-STATE");
    step("1", json!({ "state": "rejected" })).await.must_be(422, "E-CARD-WHY");
    step("1", json!({ "state": "encoded", "csn": "04063F72633480" }))
        .await
        .must_be(409, "E-CARD-STATE");
    step("1", json!({ "state": "request_checked", "version": 9 }))
        .await
        .must_be(412, "E-CARD-VERSION");
    let checked = step("1", json!({ "state": "request_checked", "version": 1 })).await;
    assert_eq!((checked.status, checked.json()["version"].as_i64()), (200, Some(2)));
    assert_eq!(step("2", json!({ "state": "in_print" })).await.status, 200);
    let nadia = house.sign_in(MANAGER).await;
    let page = nadia.get(&format!("/cards/office/{}", card.id)).await;
    assert!(page.text.contains("/cards/office/batches/"), "it waits in a batch: {}", page.words());
    step("3", json!({ "state": "encoded" })).await.must_be(422, "E-CARD-CSN");
    let encoded = step("3", json!({ "state": "encoded", "csn": "04:06:3F:72:63:34:80" })).await;
    assert_eq!(encoded.json()["csn"], "04063F72633480", "{}", encoded.text);
    assert_eq!(step("4", json!({ "state": "enabled" })).await.status, 200);
    let stop = json!({ "state": "disabled", "why": "lost", "reason": "found on the quay" });
    let stopped = step("5", stop.clone()).await;
    let replayed = step("5", stop).await;
    assert_eq!((stopped.status, &replayed.text), (200, &stopped.text));
    let here = card_of(&house, STUDENT).await;
    assert_eq!((here.state, here.note.as_str()), (State::Disabled, "found on the quay"));
    assert!(here.stopped_for.is_some() && here.state_by.is_none());
    let unknown = format!("/api/v1/cards/{}/state", uuid::Uuid::nil());
    send(&writer, &unknown, "6", &json!({ "state": "enabled" })).await.must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn programs_print_nothing_where_printing_is_a_role() {
    let house = with(&[("AIGUILLAGE_CARD_PRINTER_ROLE", "true")]).await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    let writer = may(&house, &[Scope::CardsWrite]).await;
    let path = format!("/api/v1/cards/{}/state", card.id);
    send(&writer, &path, "1", &json!({ "state": "request_checked" })).await;
    send(&writer, &path, "2", &json!({ "state": "in_print" })).await.must_be(409, "E-CARD-STATE");
}

#[actix_web::test]
async fn a_holder_is_read_anew_when_a_program_asks() {
    let house = university().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    let luc = person_of(&house, STUDENT).await;
    set_attribute(&house, luc, "schacExpiryDate", "20200930235959Z").await;
    let writer = may(&house, &[Scope::CardsWrite]).await;
    let path = format!("/api/v1/card-holders/{EPPN}/sync");
    let synced = send(&writer, &path, "1", &json!({})).await;
    assert_eq!(synced.json()["cards"][0]["state"], "caduc", "{}", synced.text);
    assert_eq!(state_of(&house, STUDENT).await, State::Caduc);
    assert_eq!(house.audit("card.holder_synced").await.len(), 1);
    let nobody = "/api/v1/card-holders/nobody@quais.example/sync";
    send(&writer, nobody, "2", &json!({})).await.must_be(404, "E-NOT-FOUND");
    set_attribute(&house, luc, "schacExpiryDate", "20990930235959Z").await;
    let old = writer.get(&format!("/wsrest/api/sync?eppn={EPPN}")).await;
    assert_eq!((old.status, old.text.as_str()), (200, "OK"));
    assert_eq!(state_of(&house, STUDENT).await, State::Disabled);
}

#[actix_web::test]
async fn a_photo_is_sent_again_only_when_it_may_have_changed() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    enabled(&house, STUDENT, "04063F72633480").await;
    let looker = may(&house, &[Scope::CardsPhotos]).await;
    let path = format!("/api/v1/card-holders/{EPPN}/photo");
    let face = looker.get(&path).await;
    assert_eq!((face.status, face.header("content-type")), (200, "image/jpeg"));
    let (tag, since) = (face.header("etag").to_owned(), face.header("last-modified").to_owned());
    for (name, value) in [("if-none-match", &tag), ("if-modified-since", &since)] {
        assert_eq!(looker.clone().with(name, value).get(&path).await.status, 304, "{name}");
    }
    let other = looker.clone().with("if-none-match", "\"x\"").and("if-modified-since", &since);
    assert_eq!(other.get(&path).await.status, 200, "tags have the word");
    let today = house.now().date_naive();
    let after = |days: i64| format!("{path}?since={}", today + Duration::days(days));
    assert_eq!(looker.get(&after(0)).await.status, 200);
    assert_eq!(looker.get(&after(1)).await.status, 304);
    assert_eq!(looker.get(&format!("{path}?state=caduc")).await.status, 404);
    assert_eq!(house.audit("card.photo_read").await.len(), 3, "only what was shown is recorded");
    let earlier = "Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(looker.clone().with("if-modified-since", earlier).get(&path).await.status, 200);

    post(&luc, "/cards/consent", &[]).await;
    for path in [&path, &after(1)] {
        let known = looker.clone().with("if-none-match", &tag);
        known.get(path).await.must_be(403, "E-PHOTO-CONSENT");
    }
    let both = may(&house, &[Scope::CardsPhotos, Scope::CardsFaces]).await;
    assert_eq!(both.get(&path).await.status, 200, "whoever sees everybody");
}

#[actix_web::test]
async fn addresses_of_esup_for_photos_follow_consent_and_numbers() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    enabled(&house, STUDENT, "04063F72633480").await;
    set_attribute(&house, person_of(&house, STUDENT).await, "supannEtuId", "20260042").await;
    let (shown, faces) =
        (may(&house, &[Scope::CardsPhotos]).await, may(&house, &[Scope::CardsFaces]).await);
    let at = |who: &str, what: &str| format!("/wsrest/photo/{who}/{what}");
    let (restricted, any) = (at("20260042", "restrictedPhotoSupannEtuId"), at(EPPN, "photo"));
    let by_number = at("20260042", "photoSupannEtuId");
    assert_eq!(shown.get(&restricted).await.status, 200);
    for path in [&any, &by_number] {
        shown.get(path).await.must_be(403, "E-API-SCOPE");
        assert_eq!(faces.get(path).await.status, 200, "{path}");
        assert_eq!(faces.get(&format!("{path}?dateEtatAfter=2099-01-01")).await.status, 304);
        assert_eq!(faces.get(&format!("{path}?cardEtat=CADUC")).await.status, 404);
        assert_eq!(faces.get(&format!("{path}?cardEtat=EATEN")).await.status, 400);
    }
    assert_eq!(faces.get(&at("1", "photoSupannEtuId")).await.status, 404);
    post(&luc, "/cards/consent", &[]).await;
    shown.get(&restricted).await.must_be(403, "E-PHOTO-CONSENT");
    assert_eq!(faces.get(&by_number).await.status, 200);
}

#[actix_web::test]
async fn esup_is_told_what_a_working_card_is_called_by_a_list_of_names() {
    let house = with(&[("AIGUILLAGE_CARD_APPLICATIONS", "access-control:counter:100")]).await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    set_attribute(&house, person_of(&house, STUDENT).await, "secondaryId", "B0042").await;
    let reader = may(&house, &[Scope::CardsRead]).await;
    let chip = "csn=04063F72633480";
    let get = async |path: String| reader.get(&path).await;
    let eppn = format!("/wsrest/nfc/getSecondaryId?{chip}&service=eppn");
    assert_eq!(get(eppn.clone()).await.text, EPPN);
    let library = format!("/wsrest/nfc/getSecondaryId?{chip}&service=biblio");
    assert_eq!(get(library).await.text, "B0042");
    assert_eq!(get(format!("/wsrest/nfc/getSecondaryId?{chip}&service=crous")).await.status, 400);
    let body = json!({ "csn": "04063F72633480", "eppnInit": "x", "location": "y" }).to_string();
    let named = async |name: &str| {
        let path = format!("/wsrest/nfc/secondaryId?idName={name}");
        reader.send(Method::POST, &path, Some(body.clone())).await
    };
    for (name, value) in [
        ("reverseCsn", "803463723F0604"),
        ("csnDec", "1132769478653056"),
        ("secondaryId", "B0042"),
        ("access-control", "101"),
        ("sgcCardId", &card.id.to_string()),
    ] {
        assert_eq!(named(name).await.text, value, "{name}");
    }
    assert_eq!(named("crousIdentifier").await.status, 400, "no other field is ever read");
    let written = get(format!("/wsrest/nfc/lastUpdateFromCsn?{chip}")).await.text;
    assert_eq!(written, house.now().format("%Y-%m-%dT%H:%M:%SZ").to_string());
    lead(&house.sign_in(MANAGER).await, card.id, "disabled", &[]).await;
    assert_eq!((get(eppn).await.text, named("eppn").await.text), (String::new(), String::new()));
    house
        .visitor()
        .get("/wsrest/nfc/getSecondaryId?csn=0A0B0C0D&service=eppn")
        .await
        .must_be(401, "E-API-TOKEN");
}

#[actix_web::test]
async fn esup_lists_holders_and_leads_cards() {
    let house = university().await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    let writer = may(&house, &[Scope::CardsRead, Scope::CardsWrite]).await;
    let told = writer.get(&format!("/wsrest/api/get?eppn={EPPN}&eppn=nobody")).await.json();
    assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(
        (&told[0]["difPhoto"], &told[0]["cards"][0]["etat"]),
        (&json!(true), &json!("ENABLED"))
    );
    let form = writer.clone().posting("application/x-www-form-urlencoded");
    let path = format!("/wsrest/api/setCardEtat/{}", card.id);
    let to =
        async |fields: &str| form.send(Method::POST, &path, Some(fields.to_owned())).await.text;
    assert_eq!(to("etat=IN_PRINT").await, "false");
    assert_eq!(house.last("card.refused").await.fields["card"], card.id.to_string());
    assert_eq!(to("etat=DISABLED&comment=perdue").await, "true");
    assert_eq!(card_of(&house, STUDENT).await.note, "perdue");
    assert_eq!(form.send(Method::POST, &path, Some("etat=EATEN".to_owned())).await.status, 400);
    let again = format!("/wsrest/api/replayValidationOrInvalidation?eppn={EPPN}");
    assert_eq!(writer.get(&again).await.text, "0", "no service is switched on");
    assert_eq!(writer.get(&format!("{again}&validateServicesNames=esc")).await.status, 400);
}
