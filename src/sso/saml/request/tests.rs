mod form;
mod peer;
mod query;

use super::*;
use crate::sso::saml::partners::LoadRules;
use crate::sso::saml::redirect_binding::redirect_address;
use crate::sso::saml::tests::{Forger, fixture, named_signer, now};
use crate::sso::saml::{MessageId, Question};
use openssl::base64::encode_block;

const SSO: &str = "https://sso.ac.example/saml/sso";
const SP: &str = "https://portail.example/metadata";
const ACS: &str = "https://portail.example/acs";

fn certificate() -> String {
    named_signer("other").certificate_base64().unwrap()
}

fn partners(signs: bool) -> Partners {
    let metadata = String::from_utf8(fixture("partner.xml")).unwrap();
    let metadata = metadata
        .replace("CERTIFICATE", &certificate())
        .replace("SIGNS", if signs { "true" } else { "false" });
    let mut partners = Partners::default();
    let findings =
        partners.take_file("portail.xml", metadata.as_bytes(), now(), &LoadRules::default());
    assert_eq!(findings, []);
    partners
}

struct House {
    partners: Partners,
    strictness: Strictness,
}

fn house() -> House {
    House { partners: partners(false), strictness: Strictness::default() }
}

impl House {
    fn redirect(&self, query: &str) -> Result<AuthnRequest, Refusal> {
        self.checked(|checks| AuthnRequest::from_redirect(query, checks))
    }

    fn post(&self, xml: &str) -> Result<AuthnRequest, Refusal> {
        let field = encode_block(xml.as_bytes());
        self.checked(|checks| AuthnRequest::from_post(&field, Some("ss:mem:1"), checks))
    }

    fn checked<T>(&self, read: impl FnOnce(&Checks<'_>) -> T) -> T {
        let strictness = |_: &Partner| self.strictness;
        let partners = &self.partners;
        read(&Checks { partners, endpoint: SSO, now: now(), strictness: &strictness })
    }
}

fn parts() -> (String, String) {
    let before = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" AssertionConsumerServiceURL=\"{ACS}\" \
         Destination=\"{SSO}\" ID=\"_q\" IssueInstant=\"2026-09-01T08:00:00Z\" Version=\"2.0\">\
         <saml:Issuer xmlns:saml=\"{ASSERTION}\">{SP}</saml:Issuer>"
    );
    let behind = "<samlp:NameIDPolicy AllowCreate=\"true\" \
                  Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\">\
                  </samlp:NameIDPolicy></samlp:AuthnRequest>";
    (before, behind.to_owned())
}

fn unsigned() -> String {
    let (before, behind) = parts();
    before + &behind
}

fn signed() -> String {
    let (before, behind) = parts();
    Forger::new("other").sign("_q", &before, &behind)
}

fn query(xml: &str, relay_state: Option<&str>, sign: bool) -> String {
    let signer = sign.then(|| named_signer("other"));
    let address = redirect_address("", ("SAMLRequest", xml), relay_state, signer.as_ref()).unwrap();
    address[1..].to_owned()
}

#[test]
fn a_plain_request_by_redirect_is_read() {
    let request = house().redirect(&query(&unsigned(), Some("ss:mem:a b+c/é"), false)).unwrap();

    assert_eq!((request.id.as_str(), request.partner.as_str()), ("_q", SP));
    assert_eq!(request.acs.url, ACS);
    assert_eq!(request.relay_state.as_deref(), Some("ss:mem:a b+c/é"));
    assert!(!request.is_signed && !request.is_passive && !request.force_authn);
    assert!(request.name_id_format.unwrap().ends_with("transient"));
}

#[test]
fn our_own_question_is_one_that_we_understand() {
    let id = MessageId::random().unwrap();
    let question = Question {
        id: &id,
        issuer: SP,
        endpoint: SSO,
        acs_url: ACS,
        force_authn: true,
        is_passive: true,
        now: now(),
    };
    let signer = named_signer("other");
    let address = question.redirect(Some("x"), Some(&signer)).unwrap();
    let strict = House { partners: partners(true), ..house() };

    let request = strict.redirect(address.split_once('?').unwrap().1).unwrap();

    assert_eq!(request.id, id.to_string());
    assert!(request.is_signed && request.is_passive && request.force_authn);
}

#[test]
fn wrong_values_are_refused() {
    let posted = |from: &str, to: &str| {
        let xml = unsigned();
        assert!(xml.contains(from), "{from}");
        house().post(&xml.replace(from, to)).map_err(|refusal| refusal.reason)
    };
    let acs = format!("AssertionConsumerServiceURL=\"{ACS}\"");
    for (from, to, reason) in [
        (SP, "https://unknown.example", Reason::Issuer),
        (SP, "", Reason::Issuer),
        (ACS, "https://evil.example/acs", Reason::Consumer),
        (ACS, "https://portail.example/acs/", Reason::Consumer),
        (ACS, "https://portail.example/acs?x", Reason::Consumer),
        (ACS, "https://portail.example/artifact", Reason::Consumer),
        (acs.as_str(), "AssertionConsumerServiceIndex=\"9\"", Reason::Consumer),
        (acs.as_str(), "AssertionConsumerServiceIndex=\"-1\"", Reason::Consumer),
        (acs.as_str(), &format!("{acs} AssertionConsumerServiceIndex=\"0\""), Reason::Consumer),
        (
            acs.as_str(),
            "ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:PAOS\"",
            Reason::Consumer,
        ),
        (SSO, "https://sso.ac.example/saml/slo", Reason::Destination),
        (SSO, "https://evil.example/saml/sso", Reason::Destination),
        ("2026-09-01T08:00:00Z", "2026-09-01T07:54:59Z", Reason::Time),
        ("2026-09-01T08:00:00Z", "2026-09-01T08:05:01Z", Reason::Time),
        ("2026-09-01T08:00:00Z", "yesterday", Reason::Shape),
        ("Version=\"2.0\"", "Version=\"1.1\"", Reason::Shape),
        ("Version=\"2.0\"", "Version=\"2.0\" IsPassive=\"maybe\"", Reason::Shape),
        ("ID=\"_q\"", "", Reason::Shape),
        ("ID=\"_q\"", "ID=\"&lt;script&gt;\"", Reason::Shape),
        ("AuthnRequest", "LogoutRequest", Reason::Shape),
        ("samlp:NameIDPolicy", "samlp:Unknown", Reason::Shape),
    ] {
        assert_eq!(posted(from, to).unwrap_err(), reason, "{from} -> {to}");
    }
}

#[test]
fn a_stale_request_names_the_partner_so_that_a_fresh_one_can_be_started() {
    let refusal = house().post(&unsigned().replace("T08:00", "T06:00")).unwrap_err();

    assert_eq!((refusal.reason, refusal.partner.as_deref()), (Reason::Time, Some(SP)));
}

#[test]
fn the_address_is_chosen_by_url_by_index_or_by_the_partner() {
    let acs = format!("AssertionConsumerServiceURL=\"{ACS}\"");
    let chosen = |with: &str| house().post(&unsigned().replace(&acs, with)).unwrap().acs.url;

    assert_eq!(chosen(&acs), ACS);
    assert_eq!(chosen("AssertionConsumerServiceIndex=\"3\""), "https://portail.example/acs3");
    assert_eq!(chosen(""), "https://portail.example/acs3");
}

#[test]
fn a_destination_may_be_missing_only_without_a_signature() {
    let (before, behind) = parts();
    let before = before.replace(&format!("Destination=\"{SSO}\" "), "");

    assert!(house().post(&format!("{before}{behind}")).is_ok());
    let signed = Forger::new("other").sign("_q", &before, &behind);
    assert_eq!(house().post(&signed).unwrap_err().reason, Reason::Destination);
}

#[test]
fn nobody_answers_a_partner_whose_metadata_ran_out() {
    let house = house();
    let strictness = |_: &Partner| Strictness::default();
    let later = now() + Duration::days(400);
    let checks =
        Checks { partners: &house.partners, endpoint: SSO, now: later, strictness: &strictness };
    let field = encode_block(unsigned().as_bytes());

    let refusal = AuthnRequest::from_post(&field, None, &checks).unwrap_err();

    assert_eq!((refusal.reason, refusal.partner.as_deref()), (Reason::Issuer, Some(SP)));
}
