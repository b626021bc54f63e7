//! Signed statements in compact form (RFC 7515), PS512 only, and who is believed.
use super::error::ProofError;
use super::key::{Jwk, PrivateKey, PublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A certificate of presence.
    Certificate,
    /// The list of certificates that were taken back.
    Revoked,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "cp+jwt",
            Self::Revoked => "cp-revoked+jwt",
        }
    }
}

/// A statement as it is carried about, read but not believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jws {
    kid: String,
    kind: String,
    /// What was signed: the first two parts.
    message: String,
    body: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// Why a statement is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It is none.
    #[error("this is no statement of ours")]
    Shape,
    /// Signed by a key that nobody vouches for.
    #[error("it was signed with the key {0}, which is not among the published ones")]
    Key(String),
    /// Changed, or never signed by that key.
    #[error("the signature does not hold: the statement was changed")]
    Signature,
}

/// The published keys.
#[derive(Debug, Clone)]
pub struct Trust(Vec<PublicKey>);

#[derive(Serialize, Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

/// Sign a statement; `kid` names the key.
pub(super) fn sign<T: Serialize>(
    (kid, key): (&str, &PrivateKey),
    kind: Kind,
    body: &T,
) -> Result<String, ProofError> {
    let header = format!(r#"{{"alg":"PS512","kid":"{kid}","typ":"{}"}}"#, kind.as_str());
    let body = serde_json::to_vec(body).map_err(ProofError::document)?;
    let message = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(body));
    let signature = BASE64URL.encode(key.sign(message.as_bytes())?);
    Ok(format!("{message}.{signature}"))
}

impl Jws {
    /// Three parts, PS512, nothing else.
    pub fn parse(text: &str) -> Result<Self, Untrusted> {
        let part = |part: &str| BASE64URL.decode(part).map_err(|_| Untrusted::Shape);
        let (message, signature) = text.trim().rsplit_once('.').ok_or(Untrusted::Shape)?;
        let (head, body) = message.split_once('.').ok_or(Untrusted::Shape)?;
        let header: Header = serde_json::from_slice(&part(head)?).map_err(|_| Untrusted::Shape)?;
        if header.alg != "PS512" {
            return Err(Untrusted::Shape);
        }
        Ok(Self {
            kid: header.kid,
            kind: header.typ,
            message: message.to_owned(),
            body: part(body)?,
            signature: part(signature)?,
        })
    }

    /// Which key signed it, as it says.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What it says, whether it is true or not.
    pub(super) fn body<T: DeserializeOwned>(&self, kind: Kind) -> Result<T, Untrusted> {
        if self.kind != kind.as_str() {
            return Err(Untrusted::Shape);
        }
        serde_json::from_slice(&self.body).map_err(|_| Untrusted::Shape)
    }
}

impl Trust {
    /// Believe these keys.
    pub(super) fn new(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }

    /// Believe the keys of a file (RFC 7517). Those that sign no certificates are passed over.
    pub fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        let found: Jwks = serde_json::from_slice(text)?;
        Ok(Self(found.keys.iter().filter_map(PublicKey::from_jwk).collect()))
    }

    /// The keys as they are published.
    pub(super) fn published(&self) -> String {
        let jwks = Jwks { keys: self.0.iter().map(PublicKey::jwk).collect() };
        serde_json::to_string(&jwks).unwrap_or_default()
    }

    /// Whether a key is among them.
    pub(super) fn knows(&self, kid: &str) -> bool {
        self.0.iter().any(|key| key.kid() == kid)
    }

    /// What a certificate says, now that it is believed.
    pub fn certificate(&self, jws: &Jws) -> Result<super::Payload, Untrusted> {
        self.check(jws, Kind::Certificate)
    }

    pub(super) fn check<T: DeserializeOwned>(&self, jws: &Jws, kind: Kind) -> Result<T, Untrusted> {
        let key = self.0.iter().find(|key| key.kid() == jws.kid);
        let key = key.ok_or_else(|| Untrusted::Key(jws.kid.clone()))?;
        if !key.verifies(jws.message.as_bytes(), &jws.signature) {
            return Err(Untrusted::Signature);
        }
        jws.body(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::tests::pair;
    use super::super::payload::tests::facts;
    use super::super::{Payload, RevokedList};
    use super::*;
    use chrono::DateTime;
    use uuid::Uuid;

    fn signed() -> (Trust, Payload, String) {
        let (public, private) = pair();
        let who = (Uuid::nil(), DateTime::UNIX_EPOCH);
        let payload = Payload::of(&facts(), "https://a.fr", who, chrono_tz::Tz::UTC);
        let text = sign((public.kid(), &private), Kind::Certificate, &payload).expect("signed");
        (Trust::new(vec![public]), payload, text)
    }

    #[test]
    fn what_we_signed_is_believed_by_whoever_has_our_published_keys() {
        let (trust, payload, text) = signed();
        let published = Trust::parse(trust.published().as_bytes()).expect("keys");

        let jws = Jws::parse(&text).expect("a statement");

        assert_eq!(published.certificate(&jws), Ok(payload));
        assert!(text.starts_with("eyJhbGciOiJQUzUxMiIsImtpZCI6"), "{text}");
    }

    #[test]
    fn nothing_else_is() {
        let (trust, payload, text) = signed();
        let parts: Vec<&str> = text.split('.').collect();
        let other = Payload { sub: "GIRARD Tom".into(), ..payload };
        let other = BASE64URL.encode(serde_json::to_vec(&other).expect("JSON"));
        let judge = |text: &str| Jws::parse(text).and_then(|jws| trust.certificate(&jws));

        let changed = format!("{}.{other}.{}", parts[0], parts[2]);
        assert_eq!(judge(&changed), Err(Untrusted::Signature));
        let none = BASE64URL.encode(r#"{"alg":"none","kid":"x","typ":"cp+jwt"}"#);
        for wrong in ["", ".", "..", "a.b.c", &format!("{none}.{}.", parts[1]), parts[0]] {
            assert_eq!(judge(wrong), Err(Untrusted::Shape), "{wrong}");
        }
        let strange = BASE64URL.encode(r#"{"alg":"PS512","kid":"x","typ":"cp+jwt"}"#);
        let strange = format!("{strange}.{}.{}", parts[1], parts[2]);
        assert_eq!(judge(&strange), Err(Untrusted::Key("x".into())));
    }

    #[test]
    fn a_certificate_is_no_list() {
        let (trust, _, text) = signed();
        let jws = Jws::parse(&text).expect("a statement");

        assert_eq!(trust.check::<RevokedList>(&jws, Kind::Revoked).err(), Some(Untrusted::Shape));
    }
}
