//! The envelope in which users sign what they publish: `{"message": …, "signature": …}`.
use super::php::Json;
use crate::identity::cloud::{CloudId, Field, Fields};
use crate::lookup::intake::SignedRecord;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::sign::Verifier;

/// Smallest RSA key, bits. Nextcloud makes keys of 2048.
const SMALLEST_KEY: u32 = 2048;

/// A message as it came; nothing of it was verified.
#[derive(Debug)]
pub(super) struct Envelope {
    signature: Vec<u8>,
    /// The bytes that were signed, most likely, and another way to write the same.
    candidates: Vec<(Vec<u8>, Json)>,
    claimed: CloudId,
    signed_at: i64,
}

/// What is wrong with an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum EnvelopeError {
    #[error("the message lacks something")]
    Malformed,
    #[error("the signature does not fit")]
    WrongSignature,
    #[error("the signer is somebody else")]
    WrongSigner,
}

impl Envelope {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let envelope: Json = serde_json::from_slice(body).ok()?;
        let message = envelope.get("message")?;
        let (claimed, signed_at) = (federation_id(message)?, timestamp(message)?);
        let signature = STANDARD.decode(envelope.text("signature")?).ok()?;
        let mut candidates = Vec::new();
        if let Some(slice) = raw_message(body)
            && let Ok(value) = serde_json::from_slice(slice)
        {
            candidates.push((slice.to_vec(), value));
        }
        // A proxy may have written the body anew.
        candidates.push((message.encode().into_bytes(), message.clone()));
        Some(Self { signature, candidates, claimed, signed_at })
    }

    /// Whose key is needed.
    pub(super) fn claimed(&self) -> &CloudId {
        &self.claimed
    }

    /// When it was signed, as it says.
    pub(super) fn signed_at(&self) -> i64 {
        self.signed_at
    }

    /// What was signed, read from the very bytes that the signature covers.
    pub(super) fn verify(&self, key: &PKey<Public>) -> Result<SignedRecord, EnvelopeError> {
        let covers = |(bytes, _): &&(Vec<u8>, Json)| is_signed(key, bytes, &self.signature);
        let found = self.candidates.iter().find(covers);
        let (_, message) = found.ok_or(EnvelopeError::WrongSignature)?;
        let cloud_id = federation_id(message).ok_or(EnvelopeError::Malformed)?;
        let signed_at = timestamp(message).ok_or(EnvelopeError::Malformed)?;
        let is_own = message.text("signer") == Some(cloud_id.as_str());
        if !is_own || cloud_id != self.claimed || signed_at != self.signed_at {
            return Err(EnvelopeError::WrongSigner);
        }
        Ok(SignedRecord { fields: fields(message), cloud_id, signed_at })
    }
}

/// The bytes between `"message":` and what follows it.
fn raw_message(body: &[u8]) -> Option<&[u8]> {
    let text = std::str::from_utf8(body).ok()?;
    let start = text.find("\"message\":")? + "\"message\":".len();
    let end = text.rfind(",\"signature\"")?;
    text.get(start..end).map(str::as_bytes)
}

fn federation_id(message: &Json) -> Option<CloudId> {
    CloudId::parse(message.get("data")?.text("federationId")?).ok()
}

fn timestamp(message: &Json) -> Option<i64> {
    match message.get("timestamp")? {
        Json::Number(number) => number.as_i64(),
        _ => None,
    }
}

fn fields(message: &Json) -> Fields {
    let data = message.get("data");
    let text = |field: Field| data.and_then(|data| data.text(field.name()));
    let known = Field::SENT.into_iter().filter(|field| *field != Field::Userid);
    let short = |text: &&str| text.chars().count() <= 255;
    known.filter_map(|field| Some((field, text(field).filter(short)?))).collect()
}

fn is_signed(key: &PKey<Public>, bytes: &[u8], signature: &[u8]) -> bool {
    let verified = || -> Result<bool, openssl::error::ErrorStack> {
        let mut verifier = Verifier::new(MessageDigest::sha512(), key)?;
        verifier.verify_oneshot(signature, bytes)
    };
    let is_rsa = key.id() == openssl::pkey::Id::RSA && key.bits() >= SMALLEST_KEY;
    is_rsa && verified().unwrap_or(false)
}

#[cfg(test)]
mod tests;
