//! A Paybox inside the demonstration: it checks the seal of what browsers bring, lets people choose what
//! becomes of it, and calls back with a signature, as the real one does. Nobody pays anything.
use crate::card::payment::pages::euros;
use crate::demo::pages::DemoPaybox;
use crate::demo::stage::Stage;
use crate::hex::hex;
use crate::outbound;
use crate::web::page::Page;
use crate::web::query::{Fields, bad};
use crate::web::redirect::see_other;
use crate::web::{self, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// The key that forms are sealed with.
const SEAL: &str = "64656d6f6e7374726174696f6e2064656d6f6e7374726174696f6e2064656d6f";
/// The files of the keys.
const FILES: [&str; 3] = ["paybox.seal", "paybox.key", "paybox.pem"];

/// Write its keys where the settings look for them; nobody else may read the secret ones.
pub(in crate::demo) fn write_keys(folder: &Path) -> io::Result<()> {
    let made = || -> Result<[Vec<u8>; 2], ErrorStack> {
        let key = PKey::from_rsa(Rsa::generate(2048)?)?;
        Ok([key.private_key_to_pem_pkcs8()?, key.public_key_to_pem()?])
    };
    let [private, public] = made().map_err(io::Error::other)?;
    for (name, bytes) in FILES.iter().zip([SEAL.as_bytes(), &private, &public]) {
        let mut how = fs::OpenOptions::new();
        how.create(true).write(true).truncate(true).mode(0o600);
        how.open(folder.join(name))?.write_all(bytes)?;
    }
    Ok(())
}

/// What it signs with, if it is there.
pub(in crate::demo) fn signs(folder: &Path) -> Option<PKey<Private>> {
    PKey::private_key_from_pem(&fs::read(folder.join(FILES[1])).ok()?).ok()
}

/// Whoever asks whether it is there is told so.
pub(in crate::demo) async fn awake() -> &'static str {
    "OK"
}

/// Whether a form is sealed with our key, in the order in which its fields came.
fn is_sealed(fields: &[(String, String)]) -> Option<bool> {
    let said = fields.iter().filter(|(name, _)| name != "PBX_HMAC");
    let said: Vec<_> = said.map(|(name, value)| format!("{name}={value}")).collect();
    let key: Option<Vec<u8>> = SEAL
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let key = PKey::hmac(&key?).ok()?;
    let mut signer = Signer::new(MessageDigest::sha512(), &key).ok()?;
    let seal = hex(&signer.sign_oneshot_to_vec(said.join("&").as_bytes()).ok()?).to_uppercase();
    Some(fields.iter().any(|(name, value)| name == "PBX_HMAC" && *value == seal))
}

/// What should become of it?
pub(in crate::demo) async fn ask(body: String, frame: Frame) -> web::Result<HttpResponse> {
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_str(&body).map_err(|_| bad("fields that cannot be read"))?;
    if is_sealed(&fields) != Some(true) {
        return Err(bad("PBX_HMAC is not the seal of these fields"));
    }
    let text = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (total, reference) = (text("PBX_TOTAL"), text("PBX_CMD"));
    let at = |outcome: &str| {
        let query: [(_, &str); 3] =
            [("outcome", outcome), ("total", &total), ("reference", &reference)];
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        format!("/portail/paybox/decide?{query}")
    };
    let page = DemoPaybox {
        lang: frame.lang,
        cost: euros(frame.lang, total.parse().unwrap_or_default()),
        choices: vec![
            ("demo-paybox-pay", at("done")),
            ("demo-paybox-refuse", at("refused")),
            ("demo-paybox-cancel", at("canceled")),
        ],
        reference,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Call back, and send the browser back.
pub(in crate::demo) async fn decide(
    request: HttpRequest,
    stage: Data<Stage>,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let text = |name| query.get(name).unwrap_or_default();
    let outcomes = [("done", "00000"), ("refused", "00105"), ("canceled", "")];
    let known = outcomes.into_iter().find(|(outcome, _)| *outcome == text("outcome"));
    let (outcome, error) = known.ok_or(Error::NotFound)?;
    if error.is_empty() {
        return Ok(see_other(&format!("{}/cards/pay/{outcome}", stage.origin)));
    }
    let key = stage.paybox.as_ref().ok_or(Error::NotFound)?;
    let said = serde_urlencoded::to_string([
        ("montant", text("total")),
        ("reference", text("reference")),
        ("auto", "XXXXXX"),
        ("erreur", error),
        ("idtrans", &Uuid::now_v7().simple().to_string()),
    ]);
    let said = signed(&said.map_err(Error::internal)?, key).map_err(Error::internal)?;
    let client = outbound::builder(Duration::from_secs(5)).build().map_err(Error::internal)?;
    let call = client.get(format!("{}/payboxcallback?{said}", stage.origin)).send().await;
    call.map_err(Error::internal)?;
    Ok(see_other(&format!("{}/cards/pay/{outcome}?{said}", stage.origin)))
}

fn signed(said: &str, key: &PKey<Private>) -> Result<String, ErrorStack> {
    let mut signer = Signer::new(MessageDigest::sha1(), key)?;
    let signature = STANDARD.encode(signer.sign_oneshot_to_vec(said.as_bytes())?);
    let signature: String = url::form_urlencoded::byte_serialize(signature.as_bytes()).collect();
    Ok(format!("{said}&signature={signature}"))
}
