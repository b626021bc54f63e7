//! A school's portal as SAML sees it: knows the house's metadata, asks and checks answers.
use super::{Answer, House};
use aiguillage::sso::saml::{
    Expected, IdentityProvider, LogoutAnswer, LogoutChecks, LogoutMessage, LogoutOutcome,
    LogoutRequest, MessageId, Question, Reason, Received, Sender, Signer, check_response,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;

/// One service provider of the demonstration's files.
pub(crate) struct Portal<'h> {
    house: &'h House,
    identity_provider: IdentityProvider,
    pub(crate) entity_id: String,
    pub(crate) acs: String,
}

/// What a portal asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wish {
    pub(crate) force_authn: bool,
    pub(crate) is_passive: bool,
}

impl House {
    /// The portal of this name in `etc/demo/metadata`.
    pub(crate) async fn portal(&self, name: &str) -> Portal<'_> {
        let metadata = self.visitor().get("/saml/metadata").await;
        assert_eq!(metadata.status, 200);
        let bytes = metadata.text.as_bytes();
        let identity_provider = IdentityProvider::from_metadata(bytes, self.now(), true);
        Portal {
            house: self,
            identity_provider: identity_provider.expect("our own metadata are good"),
            entity_id: self.at_portal(&format!("/portail/{name}")),
            acs: self.at_portal(&format!("/portail/{name}/acs")),
        }
    }

    /// Metadata of a portal that is in no file of the demonstration; `more` stands in the role.
    pub(crate) fn metadata(entity_id: &str, attributes: &str, more: &str) -> String {
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}"{attributes}>
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{more}
    <md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{entity_id}/acs"/>
    <md:AssertionConsumerService index="4" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{entity_id}/acs4"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#
        )
    }
}

impl Portal<'_> {
    /// Read the form that a browser would post to us now.
    #[track_caller]
    pub(crate) fn receive(&self, page: &Answer, request_id: Option<&str>) -> Received {
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(page.action(), self.acs);
        self.check(page, request_id).unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
    }

    /// The same for answers that say no.
    #[track_caller]
    pub(crate) fn must_fail(&self, page: &Answer, request_id: &str, status: &str) {
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(self.check(page, Some(request_id)), Err(Reason::Status));
        let xml = STANDARD.decode(page.field("SAMLResponse").expect("a Response")).expect("base64");
        let xml = String::from_utf8(xml).expect("UTF-8");
        assert!(xml.contains(&format!("status:{status}\"")), "{xml}");
        assert!(xml.contains(&format!("InResponseTo=\"{request_id}\"")), "{xml}");
        assert!(!xml.contains("<saml:Assertion") && !xml.contains("Assertion "), "{xml}");
    }

    /// What a careful portal makes of the form that a browser would post to it now.
    pub(crate) fn check(
        &self,
        page: &Answer,
        request_id: Option<&str>,
    ) -> Result<Received, Reason> {
        let response = page.field("SAMLResponse").expect("a Response in the form");
        let expected = Expected {
            identity_provider: &self.identity_provider,
            entity_id: &self.entity_id,
            acs_url: &self.acs,
            request_id,
            now: self.house.now(),
            skew: Duration::seconds(120),
            allow_sha1: false,
            require_signed_response: true,
            decryption: None,
        };
        check_response(&response, &expected).map_err(|refusal| refusal.reason)
    }

    /// A question by redirect: its id, and the path at the house that carries it.
    pub(crate) fn asks(&self, wish: Wish, relay_state: Option<&str>) -> (String, String) {
        self.asks_signed(wish, relay_state, None)
    }

    /// The same with a signature.
    pub(crate) fn asks_signed(
        &self,
        wish: Wish,
        relay_state: Option<&str>,
        signer: Option<&Signer>,
    ) -> (String, String) {
        let id = MessageId::random().expect("randomness");
        let question = Question {
            id: &id,
            issuer: &self.entity_id,
            endpoint: self.identity_provider.redirect_sso().expect("by redirect"),
            acs_url: &self.acs,
            force_authn: wish.force_authn,
            is_passive: wish.is_passive,
            now: self.house.now(),
        };
        let address = question.redirect(relay_state, signer).expect("a question");
        let path = address.strip_prefix(&self.house.url("")).expect("an address of the house");
        (id.to_string(), path.to_owned())
    }

    /// A question written by hand, for the POST binding: its id and the base64 of its text.
    pub(crate) fn writes(&self, attributes: &str) -> (String, String) {
        let id = MessageId::random().expect("randomness");
        let issued = self.house.now().format("%Y-%m-%dT%H:%M:%SZ");
        let xml = format!(
            r#"<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0" IssueInstant="{issued}" Destination="{}" {attributes}><a:Issuer>{}</a:Issuer></p:AuthnRequest>"#,
            self.house.url("/saml/sso"),
            self.entity_id,
        );
        (id.to_string(), STANDARD.encode(xml))
    }

    /// Where it takes logout messages.
    pub(crate) fn slo(&self) -> String {
        format!("{}/slo", self.entity_id)
    }

    /// A browser brings a request to end somebody's session; `address` is where it was sent.
    #[track_caller]
    pub(crate) fn hears(&self, address: &str) -> LogoutRequest {
        let idp = &self.identity_provider;
        let sender = |entity_id: &str| {
            let keys = &idp.signing_keys;
            let is_known = entity_id == idp.entity_id;
            is_known.then_some(Sender { entity_id: &idp.entity_id, keys, allow_sha1: false })
        };
        let endpoint = self.slo();
        let now = self.house.now();
        let checks = LogoutChecks { sender: &sender, endpoint: &endpoint, now };
        let (_, query) = address.split_once('?').expect("a query");
        match LogoutMessage::from_redirect(query, &checks) {
            Ok(LogoutMessage::Request(request)) => request,
            other => panic!("no request: {other:?}"),
        }
    }

    /// What it says to that: the path at the house to which it sends the browser.
    pub(crate) fn says(
        &self,
        in_response_to: &str,
        outcome: LogoutOutcome,
        signer: Option<&Signer>,
    ) -> String {
        let id = MessageId::random().expect("randomness");
        let answer = LogoutAnswer {
            id: id.as_str(),
            issuer: &self.entity_id,
            endpoint: &self.house.url("/saml/slo"),
            in_response_to,
            outcome,
            now: self.house.now(),
        };
        let address = answer.write().and_then(|message| message.redirect(None, signer));
        let address = address.expect("an answer");
        address.strip_prefix(&self.house.url("")).expect("an address of the house").to_owned()
    }
}
