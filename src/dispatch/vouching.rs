//! What we vouch with: our name, our keys, and the rules for requests.
use crate::sso::KeyRing;
use crate::sso::saml::{AnswerError, Consumer, KeyError, MessageId, OwnMetadata};
use chrono::{DateTime, Utc};

/// One for the whole service.
#[derive(Clone)]
pub struct Vouching {
    /// Our entityID.
    pub entity_id: String,
    /// Our origin, without a slash behind.
    pub origin: String,
    /// Our keys.
    pub keys: KeyRing,
    /// Secret from which persistent names are made.
    pub pseudonym_secret: Vec<u8>,
    /// Whether we ask identity providers who somebody is.
    pub is_service_provider: bool,
    /// Refuse unsigned requests of everybody.
    pub require_signed_requests: bool,
}

impl Vouching {
    /// An absolute address of ours; `path` begins with a slash.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What we say about ourselves, signed.
    pub fn metadata(&self, now: DateTime<Utc>) -> Result<String, AnswerError> {
        let id = MessageId::random().map_err(KeyError::from)?;
        let keys = self.keys.now();
        let sso_url = self.absolute("/saml/sso");
        let slo_url = self.absolute("/saml/slo");
        let (acs_url, sp_slo_url) = (self.absolute("/saml/acs"), self.absolute("/saml/sp/slo"));
        let disco_url = self.absolute("/saml/disco");
        let certificate = keys.signer.certificate_base64()?;
        let consumer = Consumer {
            acs_url: &acs_url,
            slo_url: &sp_slo_url,
            disco_url: &disco_url,
            encryption_certificate: Some(&certificate),
        };
        let own = OwnMetadata {
            entity_id: &self.entity_id,
            sso_url: &sso_url,
            slo_url: Some(&slo_url),
            consumer: self.is_service_provider.then_some(consumer),
            scopes: &[],
            other_certificates: &keys.other_certificates,
            organisation: None,
            contact: None,
            want_signed_requests: self.require_signed_requests,
            now,
        };
        own.write(&id, &keys.signer)
    }
}
