//! The names that the standards give to things: namespaces, bindings, algorithms, status codes.

pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub(super) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub(super) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
pub(super) const XML_SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(super) const XML_ENCRYPTION: &str = "http://www.w3.org/2001/04/xmlenc#";
pub(super) const SHIBBOLETH_METADATA: &str = "urn:mace:shibboleth:metadata:1.0";
/// Identity Provider Discovery Service Protocol 2.5, namespace and binding.
pub(super) const DISCOVERY: &str = "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol";
pub(super) const METADATA_UI: &str = "urn:oasis:names:tc:SAML:metadata:ui";
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
pub(super) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

pub(super) const HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
pub(super) const HTTP_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
pub(super) const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
pub(super) const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(super) const EXCLUSIVE_WITH_COMMENTS: &str =
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
pub(super) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub(super) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

pub(super) const NAME_FORMAT_BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
pub(super) const NAME_FORMAT_URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";

/// `NameID` formats (SAML Core 8.3).
pub mod name_id_format {
    /// The partner takes what it gets.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    /// A mail address.
    pub const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// An opaque name that stays the same for this person and this partner.
    pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// An opaque name that is good for one sign-in.
    pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
}

/// How somebody proved who they are (SAML Authentication Context).
pub mod context_class {
    /// A password over TLS.
    pub const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    /// A password and a one-time code or key (REFEDS).
    pub const MULTI_FACTOR: &str = "https://refeds.org/profile/mfa";
    /// A personal certificate.
    pub const CERTIFICATE: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
    /// A Kerberos ticket.
    pub const KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos";
    /// Somebody else vouched for them in a way that we do not know.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
}
