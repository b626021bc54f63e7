//! Signed SAML messages against the RSA operations that they cannot do without.
use super::client::Request;
use super::dispatching::against;
use super::files;
use super::service::Service;
use super::table::{self, Row};
use super::timing::compare;
use aiguillage::sso::saml::{
    AuthnRequest, Checks, LoadRules, MessageId, Partner, Partners, Question, Signer, Strictness,
    sample_response,
};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::sign;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

/// As much text as a `SignedInfo` has.
const DATA: [u8; 800] = [b'x'; 800];
const ENDPOINT: &str = "https://sso.example/saml/sso";

pub(crate) fn measure(service: &Service) -> Result<()> {
    let key = PKey::private_key_from_pem(&service.key.secret)?;
    let signer = Signer::from_pem(&service.key.secret, service.key.certificate.as_bytes())?;
    let now = service.parts.clock.now();
    let pair = compare(
        7,
        || assert!(black_box(sample_response(&signer, now)).is_ok(), "the key signs"),
        || two_signatures(&key),
    );
    let bits = key.bits();
    let baseline = format!("two bare RSA signatures, {bits} bits");
    table::time(
        &Row { what: "signed Response, written alone", baseline: &baseline, aim: "" },
        pair,
    );

    let pair = against(&saml_request(service)?, || Ok(signing_rate(&key)))?;
    let baseline = format!("{baseline}, every core");
    let row = Row { what: "GET /saml, with its record", baseline: &baseline, aim: ">= 70 %" };
    table::rate(&row, pair);
    question(&signer, &key, now)
}

fn two_signatures(key: &PKey<Private>) {
    for _ in 0..2 {
        assert!(black_box(signature(key)).is_ok(), "the key signs");
    }
}

fn signature(key: &PKey<Private>) -> Result<Vec<u8>, openssl::error::ErrorStack> {
    sign::Signer::new(MessageDigest::sha256(), key)?.sign_oneshot_to_vec(&DATA)
}

/// Pairs of signatures a second, with a thread for each core as the service has.
fn signing_rate(key: &PKey<Private>) -> f64 {
    let start = Instant::now();
    let end = start + Duration::from_millis(700);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let sign = move |key: PKey<Private>| {
        let mut pairs = 0_u32;
        while Instant::now() < end {
            two_signatures(&key);
            pairs += 1;
        }
        pairs
    };
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            let key = key.clone();
            thread::spawn(move || sign(key))
        })
        .collect();
    let pairs: u32 = threads.into_iter().filter_map(|thread| thread.join().ok()).sum();
    f64::from(pairs) / start.elapsed().as_secs_f64()
}

/// What our own redirect to the portal of the person's first school asks for.
fn saml_request(service: &Service) -> Result<Request> {
    let person = service.people.first().context("somebody is signed in")?;
    let rne = person.schools.first().context("they have a school")?;
    let snapshot = service.parts.dispatcher.files.snapshot();
    let school = snapshot.schools.get(rne).context("the school is in the file")?;
    let portal = school.portal.as_ref().context("it has a portal")?.as_str();
    let fields = [("sp_ident", school.sp.as_str()), ("RelayState", portal), ("rne", rne.as_str())];
    Ok(Request {
        address: service.ours.address,
        path: format!("/saml?{}", serde_urlencoded::to_string(fields)?),
        cookie: person.cookie.clone(),
        status: 200,
    })
}

/// A signed AuthnRequest by redirect, read and checked.
fn question(signer: &Signer, key: &PKey<Private>, now: DateTime<Utc>) -> Result<()> {
    let origin = "https://portal.example";
    let keys = format!(
        r#"<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#,
        signer.certificate_base64()?
    );
    let metadata = files::metadata(origin, &keys);
    let mut partners = Partners::default();
    partners.take_file("portal.xml", metadata.as_bytes(), now, &LoadRules::default());
    let id = MessageId::random()?;
    let asked = Question {
        id: &id,
        issuer: &format!("{origin}/sp"),
        endpoint: ENDPOINT,
        acs_url: &format!("{origin}/acs"),
        force_authn: false,
        is_passive: false,
        now,
    };
    let address = asked.redirect(Some("ss:mem:1"), Some(signer))?;
    let (_, query) = address.split_once('?').context("it has a query")?;
    let strictness = |_: &Partner| Strictness::default();
    let checks = Checks { partners: &partners, endpoint: ENDPOINT, now, strictness: &strictness };
    AuthnRequest::from_redirect(query, &checks).map_err(|refusal| anyhow::anyhow!("{refusal}"))?;

    let good = signature(key)?;
    let public = PKey::public_key_from_der(&key.public_key_to_der()?)?;
    let verify = || {
        let mut verifier = sign::Verifier::new(MessageDigest::sha256(), &public)?;
        verifier.verify_oneshot(&good, &DATA)
    };
    let pair = compare(
        11,
        || drop(black_box(AuthnRequest::from_redirect(query, &checks))),
        || drop(black_box(verify())),
    );
    let baseline = "one bare RSA verification";
    table::time(&Row { what: "signed AuthnRequest, read and checked", baseline, aim: "" }, pair);
    Ok(())
}
