//! A Response that is written but not signed: it owns all it needs, so that another thread can
//! sign it.
use super::answer::AnswerError;
use super::encrypt::{ContentCipher, encrypted};
use super::keys::Signer;
use super::partner_key::PartnerKey;
use super::sign::Unsigned;

/// What [`super::Answer::draft`] wrote.
#[derive(Debug)]
pub struct Draft {
    pub(super) assertion: Unsigned,
    pub(super) envelope: Envelope,
    pub(super) sign_response: bool,
    pub(super) encrypt_for: Option<(PartnerKey, ContentCipher)>,
}

impl Draft {
    /// The Response as text: canonical, signed, ready for base64. Two signatures of 3072 bits keep
    /// a processor busy for some milliseconds.
    pub fn sign(self, signer: &Signer) -> Result<String, AnswerError> {
        let mut assertion = self.assertion.signed(signer)?;
        if let Some((key, cipher)) = &self.encrypt_for {
            assertion = encrypted(&assertion, key, *cipher).map_err(AnswerError::Encryption)?;
        }
        let response = self.envelope.around(&assertion);
        Ok(if self.sign_response { response.signed(signer)? } else { response.plain() })
    }
}

/// A Response without its Assertion.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) id: String,
    pub(super) before: String,
    pub(super) status: String,
}

impl Envelope {
    pub(super) fn around(self, assertion: &str) -> Unsigned {
        let behind = [&self.status, assertion, "</samlp:Response>"].concat();
        Unsigned { id: self.id, before: self.before, behind }
    }
}
