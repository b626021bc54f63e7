//! Why a message is not believed.
use std::fmt;

/// The reason code of a refusal: for the log, the audit and the metric, never for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The fields around the message are wrong: missing, doubled, not base64.
    Form,
    /// Too large, too deep or too much of something.
    Size,
    /// Not UTF-8, or characters that have no place in a message.
    Encoding,
    /// Not well-formed, or markup that we do not take.
    Markup,
    /// Well-formed, but not shaped like this message.
    Shape,
    /// The signature is missing or does not verify with a known key.
    Signature,
    /// The signature uses an algorithm that is not trusted.
    Algorithm,
    /// The signature signs something else than it stands in.
    Reference,
    /// Meant for another address.
    Destination,
    /// Answers a question that was not asked here.
    InResponseTo,
    /// From somebody whom we do not know, or did not ask.
    Issuer,
    /// The partner says that it failed.
    Status,
    /// Too old, from the future or outside its validity.
    Time,
    /// Meant for somebody else.
    Audience,
    /// The subject is not confirmed for us.
    Confirmation,
    /// The name of the person is missing or suspicious.
    Subject,
    /// The statement about the sign-in is missing or over.
    Authn,
    /// Encrypted, and not to be read with our keys.
    Encryption,
    /// Seen before.
    Replay,
    /// The answer should go to an address that is not in the partner's metadata.
    Consumer,
}

impl Reason {
    /// The code in log lines, audit rows and `saml_refused_total{reason}`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Size => "size",
            Self::Encoding => "encoding",
            Self::Markup => "markup",
            Self::Shape => "shape",
            Self::Signature => "signature",
            Self::Algorithm => "algorithm",
            Self::Reference => "reference",
            Self::Destination => "destination",
            Self::InResponseTo => "in_response_to",
            Self::Issuer => "issuer",
            Self::Status => "status",
            Self::Time => "time",
            Self::Audience => "audience",
            Self::Confirmation => "confirmation",
            Self::Subject => "subject",
            Self::Authn => "authn",
            Self::Encryption => "encryption",
            Self::Replay => "replay",
            Self::Consumer => "consumer",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A message that is not believed. It quotes nothing of the message, so it can be logged as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Refusal {
    /// Which rule was broken.
    pub reason: Reason,
    /// What exactly, in English, for the log.
    pub detail: &'static str,
    /// entityID of the loaded partner that the message names, once that much is known.
    pub partner: Option<String>,
}

impl Refusal {
    /// A refusal that does not know the partner yet.
    pub fn new(reason: Reason, detail: &'static str) -> Self {
        Self { reason, detail, partner: None }
    }

    /// The same refusal of a message that names a partner we know.
    #[must_use]
    pub fn of(self, entity_id: &str) -> Self {
        Self { partner: Some(entity_id.to_owned()), ..self }
    }
}

/// `Ok` when the condition holds, else a refusal.
pub(crate) fn demand(condition: bool, reason: Reason, detail: &'static str) -> Result<(), Refusal> {
    if condition { Ok(()) } else { Err(Refusal::new(reason, detail)) }
}
