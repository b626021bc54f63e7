//! The description of ourselves as identity provider, and as service provider where we are one, signed.
use super::answer::{AnswerError, instant};
use super::keys::Signer;
use super::message_id::MessageId;
use super::sign::{Unsigned, key_information};
use super::vocabulary::{
    DISCOVERY, HTTP_POST, HTTP_REDIRECT, METADATA, PROTOCOL, SHIBBOLETH_METADATA, XML_SIGNATURE,
    name_id_format,
};
use super::writer::Xml;
use chrono::{DateTime, Duration, Utc};

/// How long the description is valid, days.
const VALID_DAYS: i64 = 14;
/// How often partners should fetch it.
const CACHE_DURATION: &str = "PT6H";

/// How assertions may be encrypted for us, the best first.
const READ: [&str; 4] = [
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2009/xmlenc11#rsa-oaep",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
];

/// What we say about ourselves.
#[derive(Debug, Clone)]
pub struct OwnMetadata<'a> {
    /// Our name in SAML.
    pub entity_id: &'a str,
    /// Where requests go, by redirect and by form.
    pub sso_url: &'a str,
    /// Where logout messages go, by redirect and by form; none while there is no such service.
    pub slo_url: Option<&'a str>,
    /// Where answers of identity providers go; none while we ask nobody.
    pub consumer: Option<Consumer<'a>>,
    /// Domains of scoped attributes; Shibboleth drops values outside them.
    pub scopes: &'a [String],
    /// Further certificates (base64 of DER) that are about to sign or did so until lately.
    pub other_certificates: &'a [String],
    /// Who we are, for people.
    pub organisation: Option<Organisation<'a>>,
    /// A mail address for technical questions.
    pub contact: Option<&'a str>,
    /// Whether unsigned requests are refused from everybody.
    pub want_signed_requests: bool,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Ourselves as service provider.
#[derive(Debug, Clone, Copy)]
pub struct Consumer<'a> {
    /// Where answers go.
    pub acs_url: &'a str,
    /// Where logout messages go.
    pub slo_url: &'a str,
    /// Where discovery services send people back to.
    pub disco_url: &'a str,
    /// The certificate (base64 of DER) for whose key assertions may be encrypted.
    pub encryption_certificate: Option<&'a str>,
}

/// Who runs the service.
#[derive(Debug, Clone, Copy)]
pub struct Organisation<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its page.
    pub url: &'a str,
}

impl OwnMetadata<'_> {
    /// The document, signed with the first of our keys.
    pub fn write(&self, id: &MessageId, signer: &Signer) -> Result<String, AnswerError> {
        let until = instant(self.now + Duration::days(VALID_DAYS));
        let facts = [
            ("ID", id.as_str()),
            ("cacheDuration", CACHE_DURATION),
            ("entityID", self.entity_id),
            ("validUntil", &until),
        ];
        let before =
            Xml::default().open("md:EntityDescriptor", &[("md", METADATA)], &facts).finish()?;
        let certificate = signer.certificate_base64().map_err(AnswerError::Key)?;
        let xml = self.role(Xml::default(), &certificate);
        let xml = xml.maybe(self.consumer, |xml, it| self.consumer_role(xml, it, &certificate));
        let xml = xml.maybe(self.organisation, organisation).maybe(self.contact, contact);
        let behind = xml.raw("</md:EntityDescriptor>").finish()?;
        Ok(Unsigned { id: id.as_str().to_owned(), before, behind }.signed(signer)?)
    }

    fn role(&self, xml: Xml, certificate: &str) -> Xml {
        let wants = if self.want_signed_requests { "true" } else { "false" };
        let facts = [("WantAuthnRequestsSigned", wants), ("protocolSupportEnumeration", PROTOCOL)];
        let formats = [
            name_id_format::TRANSIENT,
            name_id_format::PERSISTENT,
            name_id_format::EMAIL,
            name_id_format::UNSPECIFIED,
        ];
        let logout = self.slo_url.map(both_bindings).into_iter().flatten();
        self.scopes(xml.open("md:IDPSSODescriptor", &[], &facts))
            .each(self.certificates(certificate), |xml, it| key(xml, it, "signing"))
            .each(logout, |xml, facts| xml.leaf("md:SingleLogoutService", &facts, ""))
            .each(formats, |xml, format| xml.leaf("md:NameIDFormat", &[], format))
            .each(both_bindings(self.sso_url), |xml, facts| {
                xml.leaf("md:SingleSignOnService", &facts, "")
            })
            .close()
    }

    fn consumer_role(&self, xml: Xml, consumer: Consumer<'_>, certificate: &str) -> Xml {
        let facts = [
            ("AuthnRequestsSigned", "true"),
            ("WantAssertionsSigned", "true"),
            ("protocolSupportEnumeration", PROTOCOL),
        ];
        let formats =
            [name_id_format::PERSISTENT, name_id_format::UNSPECIFIED, name_id_format::TRANSIENT];
        let here = [
            ("Binding", HTTP_POST),
            ("Location", consumer.acs_url),
            ("index", "0"),
            ("isDefault", "true"),
        ];
        let back = [("Binding", DISCOVERY), ("Location", consumer.disco_url), ("index", "0")];
        xml.open("md:SPSSODescriptor", &[], &facts)
            .open("md:Extensions", &[], &[])
            .open("idpdisc:DiscoveryResponse", &[("idpdisc", DISCOVERY)], &back)
            .close()
            .close()
            .each(self.certificates(certificate), |xml, it| key(xml, it, "signing"))
            .maybe(consumer.encryption_certificate, encryption_key)
            .each(both_bindings(consumer.slo_url), |xml, facts| {
                xml.leaf("md:SingleLogoutService", &facts, "")
            })
            .each(formats, |xml, format| xml.leaf("md:NameIDFormat", &[], format))
            .leaf("md:AssertionConsumerService", &here, "")
            .close()
    }

    /// Of the key that signs, and of those about to.
    fn certificates<'c>(&'c self, own: &'c str) -> impl Iterator<Item = &'c str> {
        [own].into_iter().chain(self.other_certificates.iter().map(String::as_str))
    }

    fn scopes(&self, xml: Xml) -> Xml {
        if self.scopes.is_empty() {
            return xml;
        }
        let space = [("shibmd", SHIBBOLETH_METADATA)];
        xml.open("md:Extensions", &[], &[])
            .each(self.scopes, |xml, scope| {
                xml.open("shibmd:Scope", &space, &[("regexp", "false")]).text(scope).close()
            })
            .close()
    }
}

fn both_bindings(url: &str) -> [[(&'static str, &str); 2]; 2] {
    [HTTP_REDIRECT, HTTP_POST].map(|binding| [("Binding", binding), ("Location", url)])
}

fn key(xml: Xml, certificate: &str, purpose: &str) -> Xml {
    open_key(xml, certificate, purpose).close()
}

/// With what we read: partners that look choose nothing else.
fn encryption_key(xml: Xml, certificate: &str) -> Xml {
    open_key(xml, certificate, "encryption")
        .each(READ, |xml, algorithm| {
            xml.leaf("md:EncryptionMethod", &[("Algorithm", algorithm)], "")
        })
        .close()
}

fn open_key(xml: Xml, certificate: &str, purpose: &str) -> Xml {
    let info = key_information(certificate);
    let declared =
        info.replacen("<ds:KeyInfo>", &format!("<ds:KeyInfo xmlns:ds=\"{XML_SIGNATURE}\">"), 1);
    xml.open("md:KeyDescriptor", &[], &[("use", purpose)]).raw(&declared)
}

fn organisation(xml: Xml, organisation: Organisation<'_>) -> Xml {
    let french = [("xml:lang", "fr")];
    xml.open("md:Organization", &[], &[])
        .leaf("md:OrganizationName", &french, organisation.name)
        .leaf("md:OrganizationDisplayName", &french, organisation.name)
        .leaf("md:OrganizationURL", &french, organisation.url)
        .close()
}

fn contact(xml: Xml, mail: &str) -> Xml {
    let address = format!("mailto:{mail}");
    xml.open("md:ContactPerson", &[], &[("contactType", "technical")])
        .leaf("md:EmailAddress", &[], &address)
        .close()
}

#[cfg(test)]
mod tests;
