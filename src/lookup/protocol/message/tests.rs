//! The messages of a real Nextcloud, and what may not be done to them.
use super::*;

const PUBLISHED: &str = include_str!("../../../../tests/it/data/lookup/published.json");
const WITHDRAWN: &str = include_str!("../../../../tests/it/data/lookup/withdrawn.json");
const KEY: &[u8] = include_bytes!("../../../../tests/it/data/lookup/signer.pem");

fn key() -> PKey<Public> {
    PKey::public_key_from_pem(KEY).unwrap()
}

fn verified(body: &str) -> Result<SignedRecord, EnvelopeError> {
    Envelope::read(body.as_bytes()).ok_or(EnvelopeError::Malformed)?.verify(&key())
}

#[test]
fn messages_of_a_real_server_are_good() {
    let record = verified(PUBLISHED).unwrap();
    assert_eq!(record.cloud_id.as_str(), "zdurand2@http://127.0.0.1:18931");
    assert_eq!(record.signed_at, 1_795_308_294);
    let fields: Vec<_> = record.fields.iter().collect();
    let expected = [
        (Field::Name, "Zoé Durand"),
        (Field::Email, "zoe.durand@ac-test.example.test"),
        (Field::Address, "12 rue de l'Église, 21000 Dijon 🎓"),
        (Field::Website, "https://zoe.example.test"),
        (Field::Phone, "+33123456789"),
    ];
    assert_eq!(fields, expected);
    let withdrawn = verified(WITHDRAWN).unwrap();
    assert_eq!((withdrawn.signed_at, withdrawn.fields), (1_795_308_242, Fields::default()));
}

#[test]
fn the_signed_bytes_are_those_of_the_body() {
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, b| text + &format!("{b:02x}"));
    for (body, length, digest) in [
        (PUBLISHED, 451, "863d7cbfdb2de25d3f4e9430922845c9eff5af1c497aee2da5d64e82022093e9"),
        (WITHDRAWN, 151, "c50a573deccf8764a64330e6082ace09e3b5d8328c1a1a9671a3a568673b87e9"),
    ] {
        let envelope = Envelope::read(body.as_bytes()).unwrap();
        for (bytes, _) in &envelope.candidates {
            assert_eq!(
                (bytes.len(), hex(&openssl::sha::sha256(bytes))),
                (length, digest.to_owned())
            );
        }
    }
}

#[test]
fn a_body_that_was_written_anew_is_still_good() {
    let spaced = PUBLISHED.replace("\":", "\" : ").replace(",\"", ", \"");
    assert!(verified(&spaced).is_ok());
    let unescaped = PUBLISHED.replace("\\u00e9", "é").replace("\\ud83c\\udf93", "🎓");
    assert!(verified(&unescaped.replace("\\/", "/")).is_ok());
    let (message, signature) = PUBLISHED.rsplit_once(",\"signature\":").unwrap();
    let turned = format!(
        "{{\"signature\":{},{}}}",
        signature.strip_suffix('}').unwrap(),
        message.strip_prefix('{').unwrap()
    );
    assert!(verified(&turned).is_ok());
}

#[test]
fn a_changed_message_is_refused() {
    for (from, to) in [
        ("Zo\\u00e9", "Zoe"),
        ("1795308294", "1795308295"),
        ("\"twitter\":\"\"", "\"twitter\":\"x\""),
        ("signature\":\"slg", "signature\":\"Slg"),
    ] {
        let changed = PUBLISHED.replacen(from, to, 1);
        assert_ne!(changed, PUBLISHED);
        assert_eq!(verified(&changed), Err(EnvelopeError::WrongSignature), "{to}");
    }
}

#[test]
fn a_second_message_beside_the_signed_one_gains_nothing() {
    let forged = PUBLISHED.replace("Zo\\u00e9", "Max");
    let (forged_message, _) = forged.rsplit_once(",\"signature\"").unwrap();
    let two = format!("{},{}", forged_message, PUBLISHED.strip_prefix('{').unwrap());
    assert_eq!(verified(&two), Err(EnvelopeError::Malformed));
}

#[test]
fn nobody_signs_for_somebody_else() {
    let group = openssl::rsa::Rsa::generate(2048).unwrap();
    let own = PKey::from_rsa(group).unwrap();
    let public = PKey::public_key_from_pem(&own.public_key_to_pem().unwrap()).unwrap();
    let message = r#"{"data":{"federationId":"a@b.test","name":"A"},"type":"lookupserver","signer":"c@b.test","timestamp":5}"#;
    let mut signer = openssl::sign::Signer::new(MessageDigest::sha512(), &own).unwrap();
    let signature = STANDARD.encode(signer.sign_oneshot_to_vec(message.as_bytes()).unwrap());
    let body = format!(r#"{{"message":{message},"signature":"{signature}"}}"#);
    let envelope = Envelope::read(body.as_bytes()).unwrap();
    assert_eq!(envelope.verify(&public), Err(EnvelopeError::WrongSigner));
}

#[test]
fn what_lacks_something_is_malformed() {
    for body in [
        "",
        "{}",
        r#"{"message":{"data":{"federationId":"a@b"},"timestamp":5}}"#,
        r#"{"message":{"data":{"federationId":"a@b"}},"signature":"AA=="}"#,
        r#"{"message":{"data":{"federationId":"a@b"},"timestamp":"5"},"signature":"AA=="}"#,
        r#"{"message":{"data":{"federationId":"nobody"},"timestamp":5},"signature":"AA=="}"#,
        r#"{"message":{"data":{},"timestamp":5},"signature":"AA=="}"#,
        r#"{"message":{"data":{"federationId":"a@b"},"timestamp":5},"signature":"?"}"#,
    ] {
        assert!(Envelope::read(body.as_bytes()).is_none(), "{body}");
    }
}
