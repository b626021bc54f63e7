//! What we answer a partner as identity provider: a Response with one Assertion, or a failure.
use super::attributes::Released;
use super::draft::{Draft, Envelope};
use super::encrypt::ContentCipher;
use super::keys::{KeyError, Signer};
use super::message_id::MessageId;
use super::partner_key::PartnerKey;
use super::sign::Unsigned;
use super::vocabulary::{ASSERTION, BEARER, PROTOCOL, SUCCESS};
use super::writer::{ForbiddenCharacter, Xml};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use openssl::error::ErrorStack;

/// How far back a Response is valid, so that a partner's slow clock takes it, seconds.
const BACKWARDS: i64 = 60;
/// How long a Response is valid, seconds.
const FORWARDS: i64 = 300;

/// A Response could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// A value of the person or the partner cannot stand in XML.
    #[error(transparent)]
    Forbidden(#[from] ForbiddenCharacter),
    /// Signing failed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The partner's key does not encrypt: it is not RSA.
    #[error("the Assertion could not be encrypted for the partner")]
    Encryption(#[source] ErrorStack),
}

/// The partner's address and question.
#[derive(Debug, Clone)]
pub struct Recipient<'a> {
    /// entityID of the partner.
    pub audience: &'a str,
    /// Where the browser posts the Response.
    pub acs_url: &'a str,
    /// `ID` of the AuthnRequest, none when nobody asked (IdP-initiated).
    pub in_response_to: Option<&'a str>,
}

/// The name by which the partner shall know the person.
#[derive(Debug, Clone)]
pub struct NameId<'a> {
    /// The name.
    pub value: &'a str,
    /// One of [`super::name_id_format`].
    pub format: &'a str,
}

/// A person who signed in, for one partner.
#[derive(Debug, Clone)]
pub struct Answer<'a> {
    /// Fresh identifiers of Response and Assertion.
    pub ids: [MessageId; 2],
    /// Our entityID.
    pub issuer: &'a str,
    /// Whom we answer.
    pub to: Recipient<'a>,
    /// The moment the Response is delivered.
    pub now: DateTime<Utc>,
    /// Who it is.
    pub name_id: NameId<'a>,
    /// Names the session in logout messages.
    pub session_index: &'a str,
    /// When the session ends at the latest.
    pub session_ends: DateTime<Utc>,
    /// When they proved who they are.
    pub signed_in: DateTime<Utc>,
    /// How they did: one of [`super::context_class`].
    pub context_class: &'a str,
    /// What the partner may know.
    pub attributes: &'a [Released],
    /// Whether the Response is signed too; the Assertion always is.
    pub sign_response: bool,
    /// The partner's key and the cipher, when the Assertion travels encrypted.
    pub encrypt_for: Option<(&'a PartnerKey, ContentCipher)>,
}

impl Answer<'_> {
    /// Everything but the signatures.
    pub fn draft(&self) -> Result<Draft, AnswerError> {
        Ok(Draft {
            assertion: self.assertion()?,
            envelope: envelope(&self.ids[0], self.issuer, &self.to, self.now, &[SUCCESS])?,
            sign_response: self.sign_response,
            encrypt_for: self.encrypt_for.map(|(key, cipher)| (key.clone(), cipher)),
        })
    }

    /// Draft and sign in one go, for whoever has the time.
    pub fn write(&self, signer: &Signer) -> Result<String, AnswerError> {
        self.draft()?.sign(signer)
    }

    fn assertion(&self) -> Result<Unsigned, ForbiddenCharacter> {
        let id = self.ids[1].as_str();
        let spaces = [("saml", ASSERTION)];
        let facts = [("ID", id), ("IssueInstant", &instant(self.now)), ("Version", "2.0")];
        let before = Xml::default()
            .open("saml:Assertion", &spaces, &facts)
            .leaf("saml:Issuer", &[], self.issuer)
            .finish()?;
        let behind = self.statements(self.conditions(self.subject(Xml::default())));
        let behind = behind.raw("</saml:Assertion>").finish()?;
        Ok(Unsigned { id: id.to_owned(), before, behind })
    }

    fn subject(&self, xml: Xml) -> Xml {
        let until = instant(self.now + Duration::seconds(FORWARDS));
        let mut confirmed = vec![("NotOnOrAfter", until.as_str()), ("Recipient", self.to.acs_url)];
        confirmed.extend(self.to.in_response_to.map(|id| ("InResponseTo", id)));
        xml.open("saml:Subject", &[], &[])
            .leaf("saml:NameID", &[("Format", self.name_id.format)], self.name_id.value)
            .open("saml:SubjectConfirmation", &[], &[("Method", BEARER)])
            .leaf("saml:SubjectConfirmationData", &confirmed, "")
            .close()
            .close()
    }

    fn conditions(&self, xml: Xml) -> Xml {
        let from = instant(self.now - Duration::seconds(BACKWARDS));
        let until = instant(self.now + Duration::seconds(FORWARDS));
        xml.open("saml:Conditions", &[], &[("NotBefore", &from), ("NotOnOrAfter", &until)])
            .open("saml:AudienceRestriction", &[], &[])
            .leaf("saml:Audience", &[], self.to.audience)
            .close()
            .close()
    }

    fn statements(&self, xml: Xml) -> Xml {
        let signed_in = instant(self.signed_in);
        let ends = instant(self.session_ends);
        let session = [
            ("AuthnInstant", signed_in.as_str()),
            ("SessionIndex", self.session_index),
            ("SessionNotOnOrAfter", ends.as_str()),
        ];
        let xml = xml
            .open("saml:AuthnStatement", &[], &session)
            .open("saml:AuthnContext", &[], &[])
            .leaf("saml:AuthnContextClassRef", &[], self.context_class)
            .close()
            .close();
        let told: Vec<_> =
            self.attributes.iter().filter(|attribute| !attribute.values.is_empty()).collect();
        if told.is_empty() {
            return xml;
        }
        xml.open("saml:AttributeStatement", &[], &[]).each(told, attribute).close()
    }
}

fn attribute(xml: Xml, released: &Released) -> Xml {
    let mut facts = vec![("Name", released.name.as_str()), ("NameFormat", released.format.uri())];
    facts.extend(released.friendly_name.as_deref().map(|name| ("FriendlyName", name)));
    xml.open("saml:Attribute", &[], &facts)
        .each(&released.values, |xml, value| xml.leaf("saml:AttributeValue", &[], value))
        .close()
}

/// Why a partner gets no Assertion (SAML Core 3.2.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The partner asked without showing a page, and nobody was signed in.
    NoPassive,
    /// The person did not manage to sign in.
    AuthnFailed,
    /// The person may not use this partner, or refused.
    RequestDenied,
    /// The kind of `NameID` asked for is not one of ours.
    InvalidNameIdPolicy,
    /// The way of signing in that was asked for was not used.
    NoAuthnContext,
}

impl Failure {
    /// The last word of its status code, for the record.
    pub fn name(self) -> &'static str {
        let [_, code] = self.codes();
        code.rsplit(':').next().unwrap_or(code)
    }

    /// Top-level and second-level status code.
    fn codes(self) -> [&'static str; 2] {
        let responder = "urn:oasis:names:tc:SAML:2.0:status:Responder";
        let requester = "urn:oasis:names:tc:SAML:2.0:status:Requester";
        match self {
            Self::NoPassive => [responder, "urn:oasis:names:tc:SAML:2.0:status:NoPassive"],
            Self::AuthnFailed => [responder, "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"],
            Self::RequestDenied => [responder, "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"],
            Self::InvalidNameIdPolicy => {
                [requester, "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"]
            }
            Self::NoAuthnContext => {
                [responder, "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"]
            }
        }
    }

    /// A signed Response without Assertion.
    pub fn write(
        self,
        id: &MessageId,
        issuer: &str,
        to: &Recipient<'_>,
        now: DateTime<Utc>,
        signer: &Signer,
    ) -> Result<String, AnswerError> {
        Ok(envelope(id, issuer, to, now, &self.codes())?.around("").signed(signer)?)
    }
}

fn envelope(
    id: &MessageId,
    issuer: &str,
    to: &Recipient<'_>,
    now: DateTime<Utc>,
    status: &[&str],
) -> Result<Envelope, ForbiddenCharacter> {
    let issued = instant(now);
    let mut facts = vec![
        ("Destination", to.acs_url),
        ("ID", id.as_str()),
        ("IssueInstant", issued.as_str()),
        ("Version", "2.0"),
    ];
    facts.extend(to.in_response_to.map(|id| ("InResponseTo", id)));
    let before = Xml::default()
        .open("samlp:Response", &[("samlp", PROTOCOL)], &facts)
        .open("saml:Issuer", &[("saml", ASSERTION)], &[])
        .text(issuer)
        .close()
        .finish()?;
    let open_code = |xml: Xml, code: &&str| xml.open("samlp:StatusCode", &[], &[("Value", *code)]);
    let status = Xml::default()
        .open("samlp:Status", &[], &[])
        .each(status, open_code)
        .each(status, |xml, _| xml.close())
        .close()
        .finish()?;
    Ok(Envelope { id: id.as_str().to_owned(), before, status })
}

/// A moment as SAML writes it: UTC, whole seconds.
pub(super) fn instant(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
pub(super) mod tests;
