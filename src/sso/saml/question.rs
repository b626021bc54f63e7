//! What we ask an identity provider when we are the service provider.
use super::answer::{AnswerError, instant};
use super::keys::Signer;
use super::message_id::MessageId;
use super::redirect_binding::redirect_address;
use super::vocabulary::{ASSERTION, HTTP_POST, PROTOCOL, name_id_format};
use super::writer::Xml;
use chrono::{DateTime, Utc};

/// A question about who somebody is.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// Kept by the caller: the answer must name it.
    pub id: &'a MessageId,
    /// Our entityID as service provider.
    pub issuer: &'a str,
    /// Where the identity provider takes questions by redirect.
    pub endpoint: &'a str,
    /// Where the answer shall go.
    pub acs_url: &'a str,
    /// The person must sign in again.
    pub force_authn: bool,
    /// No page may be shown.
    pub is_passive: bool,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Question<'_> {
    /// The address to send the browser to; signed when a signer is given.
    pub fn redirect(
        &self,
        relay_state: Option<&str>,
        signer: Option<&Signer>,
    ) -> Result<String, AnswerError> {
        let address =
            redirect_address(self.endpoint, ("SAMLRequest", &self.write()?), relay_state, signer)?;
        Ok(address)
    }

    fn write(&self) -> Result<String, AnswerError> {
        let issued = instant(self.now);
        let mut facts = vec![
            ("AssertionConsumerServiceURL", self.acs_url),
            ("Destination", self.endpoint),
            ("ID", self.id.as_str()),
            ("IssueInstant", issued.as_str()),
            ("ProtocolBinding", HTTP_POST),
            ("Version", "2.0"),
        ];
        facts.extend(self.force_authn.then_some(("ForceAuthn", "true")));
        facts.extend(self.is_passive.then_some(("IsPassive", "true")));
        let policy = [("AllowCreate", "true"), ("Format", name_id_format::UNSPECIFIED)];
        let xml = Xml::default()
            .open("samlp:AuthnRequest", &[("samlp", PROTOCOL)], &facts)
            .open("saml:Issuer", &[("saml", ASSERTION)], &[])
            .text(self.issuer)
            .close()
            .leaf("samlp:NameIDPolicy", &policy, "")
            .close();
        Ok(xml.finish()?)
    }
}
