//! Controls: what strangers and staff see, and what costs us nothing.
use super::{count, facts, house, page};
use crate::house::OFFICE;
use aiguillage::attendance::proof::{Correction, Facts, Sight, Standing, Token};
use aiguillage::web::lang::Lang;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;

/// So many tokens that nobody made.
const STRANGE: usize = 300;

#[tokio::test]
async fn whoever_scans_the_code_sees_what_the_document_says() {
    let (house, register) = house().await;
    let presence = register.note(facts());
    let token = house.parts().proof.token(presence).await.expect("a token").token.text();

    for control in [format!("/v/{token}"), format!("/v?t={token}")] {
        let page = page(&house, &control).await;

        for word in ["Ce certificat est valable", "LEGRAND Maëlle", "21 novembre 2026", "TD"] {
            assert!(page.contains(word), "{word} in {page}");
        }
        for secret in ["22400017", "NDIAYE", &presence.to_string(), &token] {
            assert!(!page.contains(secret), "{secret} in {page}");
        }
    }
    assert_eq!(house.parts().proof.private_operations().get(), 2);
}

#[tokio::test]
async fn tokens_that_we_did_not_make_touch_no_private_key() {
    let (house, register) = house().await;
    let ours = house.parts().proof.token(register.note(facts())).await.expect("a token");
    let good = BASE64URL.decode(ours.token.text()).expect("base64url");

    for number in 0..STRANGE {
        let mut bytes = good.clone();
        bytes[number] ^= 1;
        let strange = BASE64URL.encode(bytes);
        assert!(Token::parse(&strange).is_some());
        // Each from another network: the limit of one address is not what is tried here.
        let address = format!("198.{}.{}.1", 18 + number / 256, number % 256);
        let answer = house.visitor().at(&address).get(&format!("/v/{strange}")).await;
        assert_eq!(answer.status, 303);
    }

    assert_eq!(house.parts().proof.private_operations().get(), 0);
    let bytes = BASE64URL.encode([7; 512]);
    assert!(page(&house, &format!("/v/{bytes}")).await.contains("pas reconnu"));
}

#[tokio::test]
async fn what_is_no_token_is_refused_with_a_word() {
    let (house, _) = house().await;
    let long = "A".repeat(682);

    for wrong in ["x", &long, &format!("{long}B"), &format!("{long}AA"), &format!("{long}=")] {
        let answer = house.visitor().get(&format!("/v/{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.text.contains("E-PROOF-SHAPE"), "{}", answer.text);
    }
    assert_eq!(house.visitor().get("/c/7").await.status, 400);
    assert_eq!(house.last("proof.refused").await.reason, "E-PROOF-SHAPE");
}

#[tokio::test]
async fn a_control_tells_how_things_stand_now() {
    let (house, register) = house().await;
    let open = Facts { standing: Standing::Open, ..facts() };
    let presence = register.note(open.clone());
    let token = house.parts().proof.token(presence).await.expect("a token").token.text();
    let control = format!("/v/{token}");

    assert!(page(&house, &control).await.contains("l’appel n’est pas encore clôturé"));
    register.note(Facts { standing: Standing::Closed, ..open.clone() });
    assert!(page(&house, &control).await.contains("Ce certificat est valable."));
    let at = "2026-11-21T09:01:00Z".parse().expect("a time");
    register.note(Facts { standing: Standing::Revoked(at), ..open });
    let revoked = page(&house, &control).await;
    assert!(revoked.contains("Ce certificat a été annulé."), "{revoked}");
    assert!(revoked.contains("samedi 21 novembre, 10\u{a0}h\u{a0}01"), "{revoked}");
}

#[tokio::test]
async fn staff_in_charge_sees_everything() {
    let (house, register) = house().await;
    let at = "2026-11-21T09:20:00Z".parse().expect("a time");
    let what = "présente → en retard, « arrivée constatée »".to_owned();
    let corrections = vec![Correction { at, what }];
    let presence = register.note_for(Facts { corrections, ..facts() }, Sight::Full);
    let token = house.parts().proof.token(presence).await.expect("a token").token.text();

    let page = page(&house, &format!("/v/{token}")).await;

    for word in ["22400017", "TD 2", "08:00–10:00", "08:04", "NDIAYE Awa", "arrivée constatée"]
    {
        assert!(page.contains(word), "{word} in {page}");
    }
}

#[tokio::test]
async fn a_serial_number_alone_shows_initials() {
    let (house, register) = house().await;
    let presence = register.note(facts());
    let certificate = house.parts().proof.certificate(presence, Lang::Fr).await.expect("made");
    let serial = certificate.file_name().replace(".pdf", "");
    assert_eq!(serial, "CP-2027-0062999Z-0000001");

    let typed = page(&house, &format!("/c?serial=%20{}%20", serial.to_lowercase())).await;
    assert!(typed.contains("M. L.") && !typed.contains("LEGRAND"), "{typed}");
    assert!(page(&house, "/c?serial=CP-2027-0062999Z-0000002").await.contains("pas reconnu"));
    assert!(house.visitor().get("/c").await.text.contains("name=\"serial\""));
}

#[tokio::test]
async fn a_result_is_shown_for_five_minutes_and_to_nobody_who_guesses() {
    let (house, register) = house().await;
    let token = house.parts().proof.token(register.note(facts())).await.expect("a token");
    let visitor = house.visitor();
    let answer = visitor.get(&format!("/v/{}", token.token.text())).await;
    let result = answer.location().to_owned();

    let shown = visitor.get(&result).await;
    assert_eq!((shown.status, shown.header("cache-control")), (200, "no-store"));
    assert_eq!(shown.header("x-robots-tag"), "noindex");
    let mut other = result.clone().into_bytes();
    other[20] = if other[20] == b'A' { b'B' } else { b'A' };
    let other = String::from_utf8(other).expect("ASCII");
    assert_eq!(visitor.get(&other).await.status, 410);
    house.wait(Duration::minutes(6));
    assert_eq!(visitor.get(&result).await.status, 410);
}

#[tokio::test]
async fn a_stranger_may_ask_thirty_times_and_people_we_know_more_often() {
    let (house, _) = house().await;
    let control = format!("/c/{}", Uuid::new_v4());
    let visitor = house.visitor().at("198.51.100.9");

    for _ in 0..30 {
        assert_eq!(visitor.get(&control).await.status, 303);
    }
    let answer = visitor.get(&control).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "3"));
    house.wait(Duration::seconds(2));
    assert_eq!(visitor.get(&control).await.status, 303);
    let known = house.sign_in_from("admin", OFFICE).await;
    for _ in 0..40 {
        assert_eq!(known.get(&control).await.status, 303);
    }
}

#[tokio::test]
async fn programs_ask_by_token_id_or_statement() {
    let (house, register) = house().await;
    let presence = register.note(facts());
    let proof = &house.parts().proof;
    let token = proof.token(presence).await.expect("a token").token.text();
    let pdf = proof.certificate(presence, Lang::Fr).await.expect("made").pdf().expect("a file");
    let jws = super::documents::statement(&pdf);
    let cid = super::documents::said(&jws)["jti"].clone();
    let ask = async |question: Value| {
        let program = house.visitor().posting("application/json");
        let answer =
            program.send(reqwest::Method::POST, "/api/v1/verify", Some(question.to_string())).await;
        serde_json::from_str::<Value>(&answer.text).expect("JSON")
    };

    for question in [json!({ "token": token }), json!({ "cid": cid }), json!({ "jws": jws })] {
        let answer = ask(question).await;
        assert_eq!(answer["verdict"], "valid", "{answer}");
        assert_eq!(answer["student"], "LEGRAND Maëlle");
        assert_eq!(answer["date"], "2026-11-21");
    }
    let forged = jws.replace(&jws[jws.len() - 20..], "AAAAAAAAAAAAAAAAAAAA");
    assert_eq!(ask(json!({ "jws": forged })).await, json!({ "verdict": "unknown" }));
    assert_eq!(ask(json!({ "cid": Uuid::new_v4() })).await, json!({ "verdict": "unknown" }));
    assert_eq!(ask(json!({ "what": 1 })).await["code"], "E-PROOF-SHAPE");
    assert_eq!(count(&house, "SELECT COUNT(*) FROM certificate").await, 1);
}
