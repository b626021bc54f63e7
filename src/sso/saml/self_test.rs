//! The test at start: what we write and sign, we can verify and read back.
use super::answer::{Answer, AnswerError, NameId, Recipient};
use super::attributes::{NameFormat, Released};
use super::keys::Signer;
use super::message_id::MessageId;
use super::partner_key::{PartnerKey, PartnerKeyError};
use super::partners::{IdentityProvider, Shown};
use super::refusal::Refusal;
use super::service_provider::{Expected, check_response_xml};
use super::vocabulary::{context_class, name_id_format};
use chrono::{DateTime, Duration, Utc};

const ISSUER: &str = "https://self-test.invalid/saml/metadata?a=1&b=\"2\"";
const AUDIENCE: &str = "https://self-test.invalid/portal?<&>";
const ACS: &str = "https://self-test.invalid/acs?a=1&b=2";

/// Values that break careless writers.
const HOSTILE: [&str; 9] = [
    "<",
    "&amp;",
    "]]>",
    "\"'",
    "</saml:AttributeValue><saml:AttributeValue>admin",
    "<!--x-->",
    "a\r\nb\tc\nd",
    "Zoé 🎓 Ⅷ",
    " blank ",
];

/// The installation cannot vouch for anybody with this key.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestError {
    /// Nothing could be written or signed.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The certificate is one that we would refuse from a partner.
    #[error(transparent)]
    Key(#[from] PartnerKeyError),
    /// What was written did not verify.
    #[error("our own Response was refused: {0}")]
    Refused(#[from] Refusal),
    /// Values came back different.
    #[error("values changed between writing and reading")]
    Changed,
}

/// Write, sign, verify and read back a Response full of awkward values.
pub fn self_test(signer: &Signer, now: DateTime<Utc>) -> Result<(), SelfTestError> {
    let text = sample_response(signer, now)?;
    let provider = identity_provider(signer, now)?;
    let received = check_response_xml(text.as_bytes(), &expected(&provider, now))?;
    if received.attributes.all("test") == HOSTILE { Ok(()) } else { Err(SelfTestError::Changed) }
}

/// A signed Response as the self-test writes it; benchmarks time this.
pub fn sample_response(signer: &Signer, now: DateTime<Utc>) -> Result<String, AnswerError> {
    let attributes = [Released {
        name: "test".to_owned(),
        format: NameFormat::Basic,
        friendly_name: Some("<&\">".to_owned()),
        values: HOSTILE.map(str::to_owned).to_vec(),
    }];
    answer(&attributes, now).write(signer)
}

fn answer(attributes: &[Released], now: DateTime<Utc>) -> Answer<'_> {
    Answer {
        ids: [MessageId::from_bytes([1; 16]), MessageId::from_bytes([2; 16])],
        issuer: ISSUER,
        to: Recipient { audience: AUDIENCE, acs_url: ACS, in_response_to: Some("_q") },
        now,
        name_id: NameId { value: "d.o'neil+1@ac.example", format: name_id_format::EMAIL },
        session_index: "_s<&>",
        session_ends: now + Duration::hours(8),
        signed_in: now,
        context_class: context_class::PASSWORD,
        attributes,
        sign_response: true,
        encrypt_for: None,
    }
}

fn expected(identity_provider: &IdentityProvider, now: DateTime<Utc>) -> Expected<'_> {
    Expected {
        identity_provider,
        entity_id: AUDIENCE,
        acs_url: ACS,
        request_id: Some("_q"),
        now,
        skew: Duration::zero(),
        allow_sha1: false,
        require_signed_response: true,
        decryption: None,
    }
}

fn identity_provider(
    signer: &Signer,
    now: DateTime<Utc>,
) -> Result<IdentityProvider, SelfTestError> {
    let certificate = signer.certificate_base64().map_err(AnswerError::Key)?;
    Ok(IdentityProvider {
        entity_id: ISSUER.to_owned(),
        name: None,
        shown: Shown::default(),
        signing_keys: vec![PartnerKey::parse(&certificate, now)?],
        sso: Vec::new(),
        slo: Vec::new(),
        want_authn_requests_signed: false,
        valid_until: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::saml::tests::{now, signer};

    #[test]
    fn a_good_key_passes() {
        self_test(&signer(), now()).unwrap();
    }
}
