//! The keys of proofs: made when they are needed, changed without harm, destroyed at the end.
use super::{facts, give, house};
use crate::house::House;
use aiguillage::attendance::proof::ProofError;
use aiguillage::keys::{self, Purpose, State};
use aiguillage::web::lang::Lang;
use chrono::Duration;
use serde_json::Value;
use uuid::Uuid;

#[tokio::test]
async fn the_first_need_has_the_keys_made_in_the_background() {
    let house = House::new().await;
    let proof = &house.parts().proof;

    for _ in 0..3 {
        let token = proof.token(Uuid::new_v4()).await;
        assert!(matches!(token, Err(ProofError::NoKey)), "{token:?}");
    }

    let text = super::count(&house, "SELECT COUNT(*) FROM job WHERE kind = 'proof.keys'").await;
    assert_eq!(text, 1);
    let published = house.visitor().get("/.well-known/attendance-jwks.json").await;
    assert_eq!((published.status, published.text.as_str()), (200, r#"{"keys":[]}"#));
    assert_eq!(house.visitor().get("/.well-known/attendance-revoked.jws").await.status, 503);
    assert_eq!(house.visitor().get("/v").await.status, 200);
}

#[tokio::test]
async fn a_stranger_has_no_key_made() {
    let house = House::new().await;
    for path in ["/.well-known/attendance-revoked.jws", "/.well-known/attendance-jwks.json", "/v"] {
        house.visitor().get(path).await;
    }
    let asked = "SELECT COUNT(*) FROM job WHERE kind = 'proof.keys'";
    assert_eq!(super::count(&house, asked).await, 0);
}

/// Two pairs of 4096 bits take up to twenty seconds.
#[tokio::test]
#[ignore = "half a minute: make soak"]
async fn soak_the_job_makes_both_pairs() {
    let house = House::new().await;
    assert!(!house.parts().proof.prepare().await.expect("the database answers"));

    house.run_jobs().await;

    assert!(house.parts().proof.prepare().await.expect("the database answers"));
    assert!(house.parts().proof.seal(Uuid::new_v4()).await.is_ok());
}

#[tokio::test]
async fn a_certificate_outlives_the_change_of_its_key() {
    let (house, register) = house().await;
    let presence = register.note(facts());
    let proof = &house.parts().proof;
    let before = proof.certificate(presence, Lang::Fr).await.expect("a certificate");

    assert_eq!(give(&house, Purpose::Certificate, "enc").await, State::Waiting);
    let early = keys::rotate(house.db(), Purpose::Certificate, false, house.now()).await;
    assert!(early.is_err(), "whoever checks offline must know it first");
    house.wait(Duration::days(15));
    keys::rotate(house.db(), Purpose::Certificate, false, house.now()).await.expect("rotated");

    let after = proof.certificate(presence, Lang::Fr).await.expect("a certificate");
    assert_eq!(before.file_name(), after.file_name());
    let published = house.visitor().get("/.well-known/attendance-jwks.json").await;
    let published: Value = serde_json::from_str(&published.text).expect("JSON");
    assert_eq!(published["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(published["keys"][0]["alg"], "PS512");
}

#[tokio::test]
async fn a_destroyed_key_reads_no_token_any_more() {
    let (house, register) = house().await;
    let token = house.parts().proof.token(register.note(facts())).await.expect("a token");
    give(&house, Purpose::Presence, "sig").await;
    keys::rotate(house.db(), Purpose::Presence, false, house.now()).await.expect("rotated");
    let control = format!("/v/{}", token.token.text());
    assert!(super::page(&house, &control).await.contains("valable"));

    let mut tx = house.db().read().await.expect("the database answers");
    let rows = keys::standing(&mut tx, Purpose::Presence).await.expect("keys");
    drop(tx);
    keys::retire(house.db(), rows[1].id, house.now()).await.expect("retired");

    assert!(super::page(&house, &control).await.contains("pas reconnu"));
    let sql =
        "SELECT COUNT(*) FROM signing_key WHERE retired_at IS NOT NULL AND length(sealed) = 0";
    assert_eq!(super::count(&house, sql).await, 1);
}
