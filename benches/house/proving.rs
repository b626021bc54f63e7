//! Proofs of presence against the RSA operations that they cannot do without.
use super::service::Service;
use super::table::{self, Row};
use super::timing::{By, compare, compare_by};
use aiguillage::attendance::proof::{
    Channel, Establishment, Facts, Known, PublicKey, Sight, Standing, Status, Student, new_key,
};
use aiguillage::keys::{self, MasterKey, OpenKey, Purpose};
use aiguillage::web::lang::Lang;
use anyhow::{Context, Result, anyhow};
use chrono::DateTime;
use openssl::encrypt::Encrypter;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Signer};
use std::hint::black_box;
use std::sync::Arc;
use uuid::Uuid;

/// As much text as a certificate signs.
const DATA: [u8; 600] = [b'x'; 600];

pub(crate) fn measure(service: &Service) -> Result<()> {
    let key = new_key().map_err(|error| anyhow!(error))?;
    let bare = PKey::private_key_from_pem(&key.secret)?;
    let public = PublicKey::from_pem(&key.certificate)?;
    let presence = Uuid::new_v4().to_string();
    let pair = compare(
        7,
        || assert!(black_box(public.encrypt(presence.as_bytes())).is_ok(), "the key encrypts"),
        || assert!(black_box(encrypted(&bare)).is_ok(), "the key encrypts"),
    );
    let baseline = "bare OAEP-SHA-512 of OpenSSL, 4096 bits";
    table::time(&Row { what: "token of a presence", baseline, aim: "<= 1.5 ms" }, pair);
    certificates(service, &bare, key)
}

/// First the signature and everything around it, then only the sheet.
fn certificates(service: &Service, bare: &PKey<Private>, key: OpenKey) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let parts = &service.parts;
    let master = MasterKey::open_or_make(&parts.config.files.keys)?;
    runtime.block_on(async {
        let now = parts.clock.now();
        let copy = OpenKey { secret: key.secret.clone(), certificate: key.certificate.clone() };
        keys::add(&parts.db, &master, Purpose::Presence, now, || Ok(copy)).await?;
        keys::add(&parts.db, &master, Purpose::Certificate, now, || Ok(key)).await
    })?;
    let proof = parts.proof.clone().about(Arc::new(|_, presence, _| {
        Box::pin(async move { Ok(Some(Known { facts: facts(presence), sight: Sight::Bearer })) })
    }));
    let made = |presence| runtime.block_on(proof.certificate(presence, Lang::Fr));
    let sign = || assert!(black_box(signed(bare)).is_ok(), "the key signs");
    let baseline = "bare PS512 signature of OpenSSL, 4096 bits";
    let first = || {
        let made = made(Uuid::new_v4()).and_then(|made| made.pdf());
        assert!(black_box(made).is_ok(), "a certificate is made");
    };
    let pair = compare_by(By::Clock, 5, first, sign);
    let row = Row { what: "certificate, made for the first time", baseline, aim: "<= 80 ms" };
    table::time(&row, pair);

    let kept = made(Uuid::new_v4()).context("a certificate is made")?;
    let again = || assert!(black_box(kept.pdf()).is_ok(), "a sheet is written");
    let pair = compare(5, again, sign);
    table::time(
        &Row { what: "sheet of a certificate (PDF/A-3b)", baseline, aim: "<= 50 ms" },
        pair,
    );
    Ok(())
}

fn encrypted(key: &PKey<Private>) -> Result<Vec<u8>, ErrorStack> {
    let mut work = Encrypter::new(key)?;
    work.set_rsa_padding(Padding::PKCS1_OAEP)?;
    work.set_rsa_oaep_md(MessageDigest::sha512())?;
    work.set_rsa_mgf1_md(MessageDigest::sha512())?;
    let mut sealed = vec![0; work.encrypt_len(&DATA[..36])?];
    work.encrypt(&DATA[..36], &mut sealed)?;
    Ok(sealed)
}

fn signed(key: &PKey<Private>) -> Result<Vec<u8>, ErrorStack> {
    let mut work = Signer::new(MessageDigest::sha512(), key)?;
    work.set_rsa_padding(Padding::PKCS1_PSS)?;
    work.set_rsa_mgf1_md(MessageDigest::sha512())?;
    work.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
    work.sign_oneshot_to_vec(&DATA)
}

fn facts(presence: Uuid) -> Facts {
    let word = str::to_owned;
    let marked_at = DateTime::from_timestamp(1_795_244_652, 0).unwrap_or_default();
    Facts {
        presence,
        establishment: Establishment {
            name: word("Université d’Exemple"),
            uai: word("0062999Z"),
            address: word("12 rue des Tilleuls, 06000 Nice"),
            dpo: word("dpo@univ-exemple.fr"),
        },
        student: Student {
            family_name: word("LEGRAND"),
            given_name: word("Maëlle"),
            number: word("22400017"),
        },
        programme: word("Master 1 MIAGE"),
        year: word("2026-2027"),
        subject: word("Sécurité des SI"),
        kind: word("TD"),
        group: word("TD 2"),
        session: Uuid::nil(),
        starts_at: marked_at,
        ends_at: marked_at,
        marked_at,
        status: Status::Present,
        channel: Channel::Qr,
        room: word("B-214"),
        campus: word("Valrose"),
        teacher: word("NDIAYE Awa"),
        standing: Standing::Closed,
        corrections: Vec::new(),
    }
}
