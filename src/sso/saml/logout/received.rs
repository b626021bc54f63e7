//! Logout messages of partners, believed only after every check.
use crate::sso::saml::element::Element;
use crate::sso::saml::gate::{Profile, admit};
use crate::sso::saml::partner_key::PartnerKey;
use crate::sso::saml::partners::moment;
use crate::sso::saml::redirect_binding::{Carried, check_relay_state, from_base64};
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::request::{check_destination, issue_instant};
use crate::sso::saml::shape::{self, Algorithms, Logout};
use crate::sso::saml::verify::signed_part;
use crate::sso::saml::vocabulary::{ASSERTION, PROTOCOL, SUCCESS};
use chrono::{DateTime, Duration, Utc};

/// How far clocks may differ.
const SKEW: Duration = Duration::seconds(120);

/// What a partner sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogoutMessage {
    /// Somebody signs out there.
    Request(LogoutRequest),
    /// What came of our own request.
    Response(LogoutResponse),
}

/// Somebody signs out at a partner. Always signed: anybody may send a browser here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Its `ID`, for `InResponseTo`; remembered by the caller so that it is answered once.
    pub id: String,
    /// entityID of the partner.
    pub partner: String,
    /// By what the partner knows the person.
    pub name_id: String,
    /// Which sessions; empty: all of this person there.
    pub session_indexes: Vec<String>,
    /// To be sent back byte for byte.
    pub relay_state: Option<String>,
}

/// What became of our request. Signed, when the partner has a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutResponse {
    /// `ID` of our request.
    pub in_response_to: String,
    /// entityID of the partner.
    pub partner: String,
    /// Whether the partner ended its session.
    pub is_done: bool,
}

/// Somebody from whom logout messages come.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// entityID.
    pub entity_id: &'a str,
    /// Keys that verify its messages.
    pub keys: &'a [PartnerKey],
    /// Take signatures with SHA-1.
    pub allow_sha1: bool,
}

/// Everything that a logout message is checked against.
pub struct LogoutChecks<'a> {
    /// Those whom we know, by entityID.
    pub sender: &'a dyn Fn(&str) -> Option<Sender<'a>>,
    /// Our address that was called, as our metadata spells it.
    pub endpoint: &'a str,
    /// The time.
    pub now: DateTime<Utc>,
}

impl<'a> LogoutChecks<'a> {
    fn envelope(&self, sender: Sender<'a>, is_signed: bool) -> Envelope<'a> {
        Envelope { sender, endpoint: self.endpoint, now: self.now, is_signed }
    }

    /// The one that the message names as its issuer.
    fn sender(&self, root: &Element) -> Result<Sender<'a>, Refusal> {
        let issuer = root.child(ASSERTION, "Issuer").and_then(Element::only_text);
        let sender = issuer.and_then(|issuer| (self.sender)(&issuer));
        sender.ok_or_else(|| Refusal::new(Reason::Issuer, "an issuer that we do not know"))
    }
}

impl LogoutMessage {
    /// Read a message that came by redirect; `query` is the query exactly as it was sent.
    pub fn from_redirect(query: &str, checks: &LogoutChecks<'_>) -> Result<Self, Refusal> {
        let is_answer = query.split('&').any(|pair| pair.starts_with("SAMLResponse="));
        let field = if is_answer { "SAMLResponse" } else { "SAMLRequest" };
        let carried = Carried::parse(query, field)?;
        let root = admit(&carried.message()?, Profile::Logout)?;
        let sender = checks.sender(&root)?;
        let algorithms = Algorithms::allow_sha1(sender.allow_sha1);
        let read = || {
            let shape = shape::logout(&root, is_answer, algorithms)?;
            let inside = shape.is_signed;
            demand(!inside, Reason::Shape, "a signature in the message and not beside it")?;
            if carried.is_signed() {
                carried.verify(sender.keys, algorithms)?;
            }
            let envelope = checks.envelope(sender, carried.is_signed());
            envelope.checked(&root, shape, carried.relay_state()?)
        };
        read().map_err(|refusal| refusal.of(sender.entity_id))
    }

    /// Read a message that came in a form: the field `SAMLRequest` or, as `is_answer` says,
    /// `SAMLResponse`.
    pub fn from_post(
        message: &str,
        is_answer: bool,
        relay_state: Option<&str>,
        checks: &LogoutChecks<'_>,
    ) -> Result<Self, Refusal> {
        check_relay_state(relay_state)?;
        let bytes = from_base64(message)?;
        let root = admit(&bytes, Profile::Logout)?;
        let sender = checks.sender(&root)?;
        let algorithms = Algorithms::allow_sha1(sender.allow_sha1);
        let relay_state = relay_state.map(str::to_owned);
        let read = || {
            let shape = shape::logout(&root, is_answer, algorithms)?;
            let envelope = checks.envelope(sender, shape.is_signed);
            if !shape.is_signed {
                return envelope.checked(&root, shape, relay_state);
            }
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| Refusal::new(Reason::Encoding, "not UTF-8"))?;
            let verified = signed_part(text, sender.keys, algorithms)?;
            envelope.checked(&verified, shape, relay_state)
        };
        read().map_err(|refusal| refusal.of(sender.entity_id))
    }
}

/// From whom, and how.
struct Envelope<'a> {
    sender: Sender<'a>,
    endpoint: &'a str,
    now: DateTime<Utc>,
    is_signed: bool,
}

impl Envelope<'_> {
    /// Check the values and read them. `root` is the verified text when there is one.
    fn checked(
        &self,
        root: &Element,
        shape: Logout,
        relay_state: Option<String>,
    ) -> Result<LogoutMessage, Refusal> {
        let name = if shape.is_answer { "LogoutResponse" } else { "LogoutRequest" };
        demand(root.is(PROTOCOL, name), Reason::Reference, "something else was signed")?;
        let issuer = root.child(ASSERTION, "Issuer").and_then(Element::only_text);
        let same = issuer.as_deref() == Some(self.sender.entity_id);
        demand(same, Reason::Issuer, "another issuer was signed")?;
        let must_sign = !shape.is_answer || !self.sender.keys.is_empty();
        demand(self.is_signed || !must_sign, Reason::Signature, "the message must be signed")?;
        demand(root.attribute("Version") == Some("2.0"), Reason::Shape, "not SAML 2.0")?;
        check_destination(root, self.is_signed, self.endpoint)?;
        issue_instant(root, self.now)?;
        if shape.is_answer {
            return self.response(root).map(LogoutMessage::Response);
        }
        self.request(root, relay_state).map(LogoutMessage::Request)
    }

    fn request(
        &self,
        root: &Element,
        relay_state: Option<String>,
    ) -> Result<LogoutRequest, Refusal> {
        let end = root.attribute("NotOnOrAfter").map(moment);
        let is_over = end.is_some_and(|end| end.is_none_or(|end| end + SKEW <= self.now));
        demand(!is_over, Reason::Time, "a request that ran out")?;
        let name_id = root.child(ASSERTION, "NameID").and_then(Element::only_text);
        let name_id = name_id.filter(|name| !name.is_empty());
        Ok(LogoutRequest {
            id: root.attribute("ID").unwrap_or_default().to_owned(),
            partner: self.sender.entity_id.to_owned(),
            name_id: name_id.ok_or_else(|| Refusal::new(Reason::Subject, "no name of a person"))?,
            session_indexes: root
                .all(PROTOCOL, "SessionIndex")
                .filter_map(Element::only_text)
                .collect(),
            relay_state,
        })
    }

    fn response(&self, root: &Element) -> Result<LogoutResponse, Refusal> {
        let answers = root.attribute("InResponseTo");
        let answers = answers.ok_or_else(|| Refusal::new(Reason::InResponseTo, "answers nothing"));
        let status = root.child(PROTOCOL, "Status");
        let code = status.and_then(|status| status.child(PROTOCOL, "StatusCode"));
        Ok(LogoutResponse {
            in_response_to: answers?.to_owned(),
            partner: self.sender.entity_id.to_owned(),
            is_done: code.and_then(|code| code.attribute("Value")) == Some(SUCCESS),
        })
    }
}
