//! Certificates: signed once, replaced when what they say changes, taken back, and listed then.
use super::documents::{said, statement};
use super::{Register, count, data, facts, house, page, run};
use crate::house::House;
use aiguillage::attendance::proof::{Facts, ProofError, Standing, Status};
use aiguillage::web::lang::Lang;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::Duration;
use openssl::sha::sha256;
use serde_json::Value;
use std::fs;
use uuid::Uuid;

async fn signed(house: &House, presence: Uuid) -> String {
    let made = house.parts().proof.certificate(presence, Lang::Fr).await.expect("a certificate");
    statement(&made.pdf().expect("a file"))
}

#[tokio::test]
async fn openssl_finds_the_signature_good() {
    let (house, register) = house().await;
    let jws = signed(&house, register.note(facts())).await;

    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let (message, signature) = jws.rsplit_once('.').expect("three parts");
    fs::write(place("input.txt"), message).expect("the folder is ours");
    let signature = BASE64URL.decode(signature).expect("base64url");
    fs::write(place("sig.bin"), signature).expect("the folder is ours");
    let key = data("sig", "pub").to_str().expect("a path").to_owned();
    let (signature, input) = (place("sig.bin"), place("input.txt"));
    let verify = [
        "dgst",
        "-sha512",
        "-sigopt",
        "rsa_padding_mode:pss",
        "-sigopt",
        "rsa_pss_saltlen:64",
        "-verify",
        &key,
        "-signature",
        &signature,
        &input,
    ];
    assert_eq!(run("openssl", &verify).trim(), "Verified OK");

    fs::write(place("input.txt"), format!("{message}x")).expect("the folder is ours");
    assert!(!super::outcome("openssl", &verify).status.success());
}

#[tokio::test]
async fn a_certificate_is_signed_once() {
    let (house, register) = house().await;
    let presence = register.note(facts());

    let first = signed(&house, presence).await;
    house.wait(Duration::hours(1));

    assert_eq!(signed(&house, presence).await, first);
    assert_eq!(house.parts().proof.private_operations().get(), 1);
    assert_eq!(house.audit("certificate.issued").await.len(), 1);
    assert_eq!(said(&first)["st"], "P");
}

#[tokio::test]
async fn people_who_ask_at_once_get_one_certificate() {
    let (house, register) = house().await;
    let presence = register.note(facts());

    let proof = &house.parts().proof;
    let asked = (0..6).map(|_| proof.certificate(presence, Lang::Fr));
    let made = futures_util::future::join_all(asked).await.into_iter();
    let made: Vec<_> = made.map(|made| made.expect("a certificate").file_name()).collect();

    assert!(made.iter().all(|name| *name == made[0]), "{made:?}");
    assert_eq!(count(&house, "SELECT COUNT(*) FROM certificate").await, 1);
    assert_eq!(count(&house, "SELECT last FROM certificate_counter").await, 1);
}

#[tokio::test]
async fn a_correction_makes_another_certificate_and_revokes_the_first() {
    let (house, register) = house().await;
    let known = facts();
    let presence = register.note(known.clone());
    let first = said(&signed(&house, presence).await);

    register.note(Facts { status: Status::Late(17), ..known });
    let second = said(&signed(&house, presence).await);

    assert_eq!(second["st"], "R");
    assert_ne!(first["jti"], second["jti"]);
    let control = |said: &Value| format!("/c/{}", said["jti"].as_str().expect("an id"));
    assert!(page(&house, &control(&first)).await.contains("a été annulé"));
    assert!(page(&house, &control(&second)).await.contains("est valable"));
    assert_eq!(count(&house, "SELECT last FROM certificate_counter").await, 2);
}

#[tokio::test]
async fn what_is_taken_back_stands_on_the_list_ten_minutes_later() {
    let (house, register) = house().await;
    let known = facts();
    let presence = register.note(known.clone());
    let jws = signed(&house, presence).await;
    let id = said(&jws)["jti"].as_str().expect("an id").to_owned();
    let digest = BASE64URL.encode(sha256(id.as_bytes()));
    assert_eq!(listed(&house).await, Vec::<String>::new());

    take_back(&house, &register, &known).await;
    let refused = house.parts().proof.certificate(presence, Lang::Fr).await;
    assert!(matches!(refused.err(), Some(ProofError::Revoked)));
    assert_eq!(listed(&house).await, Vec::<String>::new());
    house.wait(Duration::minutes(10));

    assert_eq!(listed(&house).await, [digest]);
    assert_eq!(house.audit("certificate.revoked").await.len(), 1);
}

/// As a roll call does when somebody was not there after all.
pub(super) async fn take_back(house: &House, register: &Register, known: &Facts) {
    register.note(Facts { standing: Standing::Revoked(house.now()), ..known.clone() });
    let mut tx = house.db().write().await.expect("the database answers");
    house.parts().proof.revoke(&mut tx, known.presence).await.expect("revoked");
    tx.commit().await.expect("revoked");
}

async fn listed(house: &House) -> Vec<String> {
    let answer = house.visitor().get("/.well-known/attendance-revoked.jws").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jose"));
    let said = said(&answer.text);
    serde_json::from_value(said["revoked"].clone()).expect("a list")
}
