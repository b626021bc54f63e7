//! [`AuthnRequest`]s: what a partner asks us, believed only after every check.
use super::element::Element;
use super::gate::{Profile, admit};
use super::partners::{Acs, AcsChoice, Partner, Partners, Usability, boolean, moment};
use super::redirect_binding::{Carried, check_relay_state, from_base64};
use super::refusal::{Reason, Refusal, demand};
use super::shape::{self, Algorithms};
use super::verify::signed_part;
use super::vocabulary::{ASSERTION, HTTP_POST, PROTOCOL};
use chrono::{DateTime, Duration, Utc};

/// How old a request may be, and how far from the future, minutes.
const WINDOW_MINUTES: i64 = 5;

/// A request that was checked and may be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthnRequest {
    /// Its `ID`, for `InResponseTo`; remembered by the caller so that it is answered once.
    pub id: String,
    /// entityID of the partner.
    pub partner: String,
    /// Where the answer goes; one of the partner's own addresses.
    pub acs: Acs,
    /// When it was made.
    pub issue_instant: DateTime<Utc>,
    /// No page may be shown: answer `NoPassive` when nobody is signed in.
    pub is_passive: bool,
    /// The person must sign in again.
    pub force_authn: bool,
    /// The kind of `NameID` that is asked for.
    pub name_id_format: Option<String>,
    /// Ways of signing in that are asked for, the preferred one first.
    pub context_classes: Vec<String>,
    /// Whether those are `exact`, `minimum`, `maximum` or `better`.
    pub comparison: Option<String>,
    /// The name of the person that the partner wants to hear about.
    pub subject: Option<String>,
    /// Whether the request was signed.
    pub is_signed: bool,
    /// To be sent back byte for byte.
    pub relay_state: Option<String>,
}

/// What the rules about one partner say, beside its metadata.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Strictness {
    /// Refuse unsigned requests even when the metadata promises nothing.
    pub require_signed_requests: bool,
    /// Take signatures with SHA-1.
    pub allow_sha1: bool,
}

/// Everything about us that a request is checked against.
pub struct Checks<'a> {
    /// The partners that we know.
    pub partners: &'a Partners,
    /// Our address that was called, as the metadata spells it.
    pub endpoint: &'a str,
    /// The time.
    pub now: DateTime<Utc>,
    /// The rules about a partner.
    pub strictness: &'a dyn Fn(&Partner) -> Strictness,
}

impl AuthnRequest {
    /// Read a request that came by redirect; `query` is the query exactly as it was sent.
    pub fn from_redirect(query: &str, checks: &Checks<'_>) -> Result<Self, Refusal> {
        let carried = Carried::parse(query, "SAMLRequest")?;
        let root = admit(&carried.message()?, Profile::Message)?;
        let partner = known_partner(&root, checks)?;
        let read = || {
            let algorithms = algorithms(partner, checks);
            let signed_inside = shape::authn_request(&root, algorithms)?;
            demand(!signed_inside, Reason::Shape, "a signature in the message and not beside it")?;
            if carried.is_signed() {
                carried.verify(&partner.signing_keys, algorithms)?;
            }
            let relay_state = carried.relay_state()?;
            checked(&root, partner, carried.is_signed(), checks)
                .map(|request| Self { relay_state, ..request })
        };
        read().map_err(|refusal| refusal.of(&partner.entity_id))
    }

    /// Read a request that came in a form; the fields are as the form gave them.
    pub fn from_post(
        saml_request: &str,
        relay_state: Option<&str>,
        checks: &Checks<'_>,
    ) -> Result<Self, Refusal> {
        check_relay_state(relay_state)?;
        let bytes = from_base64(saml_request)?;
        let root = admit(&bytes, Profile::Message)?;
        let partner = known_partner(&root, checks)?;
        let read = || {
            let algorithms = algorithms(partner, checks);
            let is_signed = shape::authn_request(&root, algorithms)?;
            let request = if is_signed {
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| Refusal::new(Reason::Encoding, "not UTF-8"))?;
                let verified = signed_part(text, &partner.signing_keys, algorithms)?;
                checked(&verified, partner, true, checks)?
            } else {
                checked(&root, partner, false, checks)?
            };
            Ok(Self { relay_state: relay_state.map(str::to_owned), ..request })
        };
        read().map_err(|refusal: Refusal| refusal.of(&partner.entity_id))
    }
}

/// The loaded partner that the request names as its issuer.
fn known_partner<'a>(root: &Element, checks: &Checks<'a>) -> Result<&'a Partner, Refusal> {
    let issuer = root.child(ASSERTION, "Issuer").and_then(Element::only_text).unwrap_or_default();
    let partner = checks.partners.by_entity_id(&issuer);
    let partner =
        partner.ok_or_else(|| Refusal::new(Reason::Issuer, "an issuer that we do not know"))?;
    let usable = partner.usable(checks.now) == Usability::Usable;
    demand(usable, Reason::Issuer, "the metadata of the issuer has run out")
        .map_err(|refusal| refusal.of(&partner.entity_id))?;
    Ok(partner)
}

fn algorithms(partner: &Partner, checks: &Checks<'_>) -> Algorithms {
    Algorithms::allow_sha1((checks.strictness)(partner).allow_sha1)
}

/// Check the values of a request and read it. `root` is the verified text when there is one.
fn checked(
    root: &Element,
    partner: &Partner,
    is_signed: bool,
    checks: &Checks<'_>,
) -> Result<AuthnRequest, Refusal> {
    demand(root.is(PROTOCOL, "AuthnRequest"), Reason::Reference, "something else was signed")?;
    let issuer = root.child(ASSERTION, "Issuer").and_then(Element::only_text);
    let same = issuer.as_deref() == Some(&partner.entity_id);
    demand(same, Reason::Issuer, "another issuer was signed")?;

    let must_sign =
        partner.authn_requests_signed || (checks.strictness)(partner).require_signed_requests;
    demand(is_signed || !must_sign, Reason::Signature, "the request must be signed")?;
    demand(root.attribute("Version") == Some("2.0"), Reason::Shape, "not SAML 2.0")?;
    check_destination(root, is_signed, checks.endpoint)?;
    let issue_instant = issue_instant(root, checks.now)?;
    let acs = consumer(root, partner)?.clone();
    read(root, partner, acs, issue_instant, is_signed)
}

pub(super) fn check_destination(
    root: &Element,
    is_signed: bool,
    endpoint: &str,
) -> Result<(), Refusal> {
    match root.attribute("Destination") {
        Some(destination) => {
            demand(destination == endpoint, Reason::Destination, "meant for another address")
        }
        None => demand(!is_signed, Reason::Destination, "signed without a destination"),
    }
}

pub(super) fn issue_instant(root: &Element, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let issued = root.attribute("IssueInstant").and_then(moment);
    let issued = issued.ok_or_else(|| Refusal::new(Reason::Shape, "no IssueInstant"))?;
    let fresh = (now - issued).abs() <= Duration::minutes(WINDOW_MINUTES);
    demand(fresh, Reason::Time, "a stale request")?;
    Ok(issued)
}

/// The partner's address that is asked for; never one that its metadata does not have.
fn consumer<'p>(root: &Element, partner: &'p Partner) -> Result<&'p Acs, Refusal> {
    let refuse = |detail| Refusal::new(Reason::Consumer, detail);
    let binding = root.attribute("ProtocolBinding");
    let posts = binding.is_none_or(|binding| binding == HTTP_POST);
    demand(posts, Reason::Consumer, "the answer shall travel in a way that we do not speak")?;
    let url = root.attribute("AssertionConsumerServiceURL");
    let choice = match (url, root.attribute("AssertionConsumerServiceIndex")) {
        (None, None) => AcsChoice::Default,
        (Some(url), None) => AcsChoice::Url(url),
        (None, Some(index)) => {
            AcsChoice::Index(index.parse().map_err(|_| refuse("an index that is no number"))?)
        }
        (Some(_), Some(_)) => return Err(refuse("an address and an index")),
    };
    partner.acs(choice).ok_or_else(|| refuse("an address that is not in the metadata"))
}

fn read(
    root: &Element,
    partner: &Partner,
    acs: Acs,
    issue_instant: DateTime<Utc>,
    is_signed: bool,
) -> Result<AuthnRequest, Refusal> {
    let policy = root.child(PROTOCOL, "NameIDPolicy");
    let context = root.child(PROTOCOL, "RequestedAuthnContext");
    let classes = context.into_iter().flat_map(|it| it.all(ASSERTION, "AuthnContextClassRef"));
    let subject = root.child(ASSERTION, "Subject");
    Ok(AuthnRequest {
        id: root.attribute("ID").unwrap_or_default().to_owned(),
        partner: partner.entity_id.clone(),
        acs,
        issue_instant,
        is_passive: flag(root, "IsPassive")?,
        force_authn: flag(root, "ForceAuthn")?,
        name_id_format: policy.and_then(|policy| policy.attribute("Format")).map(str::to_owned),
        context_classes: classes.filter_map(Element::only_text).collect(),
        comparison: context.and_then(|it| it.attribute("Comparison")).map(str::to_owned),
        subject: subject
            .and_then(|subject| subject.child(ASSERTION, "NameID"))
            .and_then(Element::only_text),
        is_signed,
        relay_state: None,
    })
}

fn flag(root: &Element, name: &str) -> Result<bool, Refusal> {
    let Some(text) = root.attribute(name) else { return Ok(false) };
    boolean(text)
        .ok_or_else(|| Refusal::new(Reason::Shape, "a flag that is neither true nor false"))
}

#[cfg(test)]
mod tests;
