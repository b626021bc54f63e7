//! Logout messages of ours, signed in the way in which they travel.
use crate::sso::saml::answer::{AnswerError, NameId, instant};
use crate::sso::saml::keys::Signer;
use crate::sso::saml::redirect_binding::redirect_address;
use crate::sso::saml::sign::Unsigned;
use crate::sso::saml::vocabulary::{ASSERTION, PROTOCOL, SUCCESS};
use crate::sso::saml::writer::Xml;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};

/// How long a partner may take our request, seconds.
const FORWARDS: i64 = 300;

/// Our request that a partner end its session.
#[derive(Debug, Clone)]
pub struct LogoutQuestion<'a> {
    /// Kept by the caller: the response must name it.
    pub id: &'a str,
    /// Our entityID.
    pub issuer: &'a str,
    /// Where the partner takes it.
    pub endpoint: &'a str,
    /// By what the partner knows the person; without a kind when that is empty.
    pub name_id: NameId<'a>,
    /// `NameQualifier` and `SPNameQualifier`, as the partner gave them.
    pub name_qualifiers: [Option<&'a str>; 2],
    /// By what it knows the session.
    pub session_index: Option<&'a str>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Our answer to a partner that asked.
#[derive(Debug, Clone)]
pub struct LogoutAnswer<'a> {
    /// A fresh identifier.
    pub id: &'a str,
    /// Our entityID.
    pub issuer: &'a str,
    /// Where the partner takes it.
    pub endpoint: &'a str,
    /// `ID` of its request.
    pub in_response_to: &'a str,
    /// What came of it.
    pub outcome: LogoutOutcome,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What came of a partner's request (SAML Core 3.2.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutOutcome {
    /// Everybody has heard of it.
    Done,
    /// Our session is over, but somebody could not be told.
    Partial,
    /// No session of ours goes by that name.
    UnknownPrincipal,
}

impl LogoutOutcome {
    /// The first and the second status code.
    fn codes(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Done => (SUCCESS, None),
            Self::Partial => (SUCCESS, Some("urn:oasis:names:tc:SAML:2.0:status:PartialLogout")),
            Self::UnknownPrincipal => (
                "urn:oasis:names:tc:SAML:2.0:status:Requester",
                Some("urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"),
            ),
        }
    }
}

/// A message of ours, ready to be signed.
#[derive(Debug)]
pub struct SentLogout {
    field: &'static str,
    endpoint: String,
    message: Unsigned,
}

impl LogoutQuestion<'_> {
    /// The request.
    pub fn write(&self) -> Result<SentLogout, AnswerError> {
        let (issued, until) = (instant(self.now), instant(self.now + Duration::seconds(FORWARDS)));
        let facts = [
            ("Destination", self.endpoint),
            ("ID", self.id),
            ("IssueInstant", &issued),
            ("NotOnOrAfter", &until),
            ("Reason", "urn:oasis:names:tc:SAML:2.0:logout:user"),
            ("Version", "2.0"),
        ];
        let before = opening("samlp:LogoutRequest", &facts, self.issuer).finish()?;
        let [qualifier, sp_qualifier] = self.name_qualifiers;
        let format = Some(self.name_id.format).filter(|format| !format.is_empty());
        let kind =
            [("Format", format), ("NameQualifier", qualifier), ("SPNameQualifier", sp_qualifier)];
        let kind: Vec<_> = kind.iter().filter_map(|(name, it)| Some((*name, (*it)?))).collect();
        let behind = Xml::default()
            .open("saml:NameID", &[("saml", ASSERTION)], &kind)
            .text(self.name_id.value)
            .close()
            .maybe(self.session_index, |xml, index| xml.leaf("samlp:SessionIndex", &[], index))
            .raw("</samlp:LogoutRequest>")
            .finish()?;
        let message = Unsigned { id: self.id.to_owned(), before, behind };
        Ok(SentLogout { field: "SAMLRequest", endpoint: self.endpoint.to_owned(), message })
    }
}

impl LogoutAnswer<'_> {
    /// The response.
    pub fn write(&self) -> Result<SentLogout, AnswerError> {
        let issued = instant(self.now);
        let facts = [
            ("Destination", self.endpoint),
            ("ID", self.id),
            ("InResponseTo", self.in_response_to),
            ("IssueInstant", &issued),
            ("Version", "2.0"),
        ];
        let (first, second) = self.outcome.codes();
        let before = opening("samlp:LogoutResponse", &facts, self.issuer).finish()?;
        let behind = Xml::default()
            .open("samlp:Status", &[], &[])
            .open("samlp:StatusCode", &[], &[("Value", first)])
            .maybe(second, |xml, code| xml.leaf("samlp:StatusCode", &[("Value", code)], ""))
            .close()
            .close()
            .raw("</samlp:LogoutResponse>")
            .finish()?;
        let message = Unsigned { id: self.id.to_owned(), before, behind };
        Ok(SentLogout { field: "SAMLResponse", endpoint: self.endpoint.to_owned(), message })
    }
}

impl SentLogout {
    /// Where it goes.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// By redirect: the address to send the browser to, signed in its query when a signer is given.
    pub fn redirect(
        self,
        relay_state: Option<&str>,
        signer: Option<&Signer>,
    ) -> Result<String, AnswerError> {
        let text = self.message.plain();
        let carried = (self.field, text.as_str());
        Ok(redirect_address(&self.endpoint, carried, relay_state, signer)?)
    }

    /// By form: the name of the field and its value, signed inside.
    pub fn post(self, signer: &Signer) -> Result<(&'static str, String), AnswerError> {
        Ok((self.field, STANDARD.encode(self.message.signed(signer)?)))
    }
}

fn opening(name: &'static str, facts: &[(&'static str, &str)], issuer: &str) -> Xml {
    Xml::default()
        .open(name, &[("samlp", PROTOCOL)], facts)
        .open("saml:Issuer", &[("saml", ASSERTION)], &[])
        .text(issuer)
        .close()
}
