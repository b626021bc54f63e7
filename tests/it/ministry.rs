//! An identity provider that says what a test wants, in the house's own time.
use crate::house::{Answer, House, Person, Setup, ready_made_key};
use aiguillage::sso::saml::{
    self, AnswerError, Failure, MessageId, NameFormat, NameId, Recipient, Released, Signer,
    context_class, name_id_format,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use std::fs;
use tempfile::TempDir;

/// Its entityID.
pub(crate) const ISSUER: &str = "https://ministere.example/idp";
const SOURCES: &str = include_str!("data/house/sources.ini");

/// A house that believes it, and the provider.
pub(crate) struct Ministry {
    pub(crate) house: House,
    pub(crate) signer: Signer,
    folder: TempDir,
}

/// What it says of somebody.
pub(crate) struct Says<'a> {
    pub(crate) name: &'a str,
    pub(crate) format: &'a str,
    pub(crate) attributes: &'a [(&'a str, &'a [&'a str])],
    pub(crate) answers: Option<&'a str>,
    pub(crate) audience: Option<&'a str>,
    pub(crate) issuer: &'a str,
    /// How long ago the person proved who they are, minutes.
    pub(crate) proved: i64,
    /// When the session there ends, minutes.
    pub(crate) ends: i64,
    pub(crate) sign_response: bool,
}

impl<'a> Says<'a> {
    /// Anne Robin, who teaches at one school.
    pub(crate) fn anne(answers: Option<&'a str>) -> Self {
        let attributes: &[(&str, &[&str])] = &[
            ("uid", &["arobin"]),
            ("displayName", &["Anne Robin"]),
            ("mail", &["anne.robin@ac-reunion.example"]),
            ("FrEduRne", &["9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340"]),
        ];
        Self {
            name: "anne-4711",
            format: name_id_format::PERSISTENT,
            attributes,
            answers,
            audience: None,
            issuer: ISSUER,
            proved: 0,
            ends: 480,
            sign_response: true,
        }
    }
}

impl Ministry {
    /// `more` stands in `[idp:ministere]`.
    pub(crate) async fn open(more: &str) -> Self {
        Self::open_beside(SOURCES, more, Vec::new()).await
    }

    /// The same with other sources, and further settings.
    pub(crate) async fn open_beside(
        sources: &str,
        more: &str,
        settings: Vec<(&'static str, String)>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("ministere.xml");
        // Unless a federation describes it.
        let by_file = !more.contains("federation = ");
        let described =
            if by_file { format!("metadata = {}\n", file.display()) } else { String::new() };
        let idp = format!(
            "\n[idp:ministere]\nkind = saml\nlabel = Compte du ministère\npriority = 30\n\
             {described}{more}\n"
        );
        let sources = Some(format!("{sources}{idp}"));
        let house = House::open_with(Setup { settings, sources, ..Setup::default() }).await;
        let key = ready_made_key("other");
        let signer = Signer::from_pem(&key.secret, key.certificate.as_bytes()).expect("a key");
        let ministry = Self { house, signer, folder };
        ministry.publish(&ministry.metadata());
        ministry
    }

    /// Its description.
    pub(crate) fn metadata(&self) -> String {
        let certificate = self.signer.certificate_base64().expect("a certificate");
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ISSUER}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://ministere.example/slo"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://ministere.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#
        )
    }

    /// Put this into the file that the house reads.
    pub(crate) fn publish(&self, metadata: &str) {
        let file = self.folder.path().join("ministere.xml");
        fs::write(file, metadata).expect("the folder is ours");
    }

    /// A browser leaves for the provider: the id of the question, and the RelayState.
    pub(crate) async fn ask(&self, person: &Person<'_>, query: &str) -> (String, String) {
        let gone = person.get(&format!("/login/with/ministere?{query}")).await;
        assert!(gone.location().starts_with("https://ministere.example/sso?"), "{}", gone.text);
        let address: url::Url = gone.location().parse().expect("an address");
        let field = |name: &str| address.query_pairs().find(|(known, _)| known == name);
        let packed = field("SAMLRequest").expect("a question").1.into_owned();
        let xml = saml::inflate(&STANDARD.decode(packed).expect("base64")).expect("deflated");
        let xml = String::from_utf8(xml).expect("UTF-8");
        assert!(field("Signature").is_some(), "questions are signed: {address}");
        let id = xml.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next());
        let state = field("RelayState").expect("a RelayState").1.into_owned();
        assert!(state.len() <= 80, "{state}");
        (id.expect("an id").to_owned(), state)
    }

    /// A signed Response.
    pub(crate) fn write(&self, says: &Says<'_>) -> String {
        self.write_by(&self.signer, says)
    }

    /// The same, signed by anybody.
    pub(crate) fn write_by(&self, signer: &Signer, says: &Says<'_>) -> String {
        let released = |(name, values): &(&str, &[&str])| Released {
            name: (*name).to_owned(),
            format: NameFormat::Basic,
            friendly_name: None,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let attributes: Vec<Released> = says.attributes.iter().map(released).collect();
        let now = self.house.now();
        let (own, acs) = (self.house.url("/saml/metadata"), self.house.url("/saml/acs"));
        let random = || MessageId::random().expect("randomness");
        let answer = saml::Answer {
            ids: [random(), random()],
            issuer: says.issuer,
            to: Recipient {
                audience: says.audience.unwrap_or(&own),
                acs_url: &acs,
                in_response_to: says.answers,
            },
            now,
            name_id: NameId { value: says.name, format: says.format },
            session_index: "s-1",
            session_ends: now + Duration::minutes(says.ends),
            signed_in: now - Duration::minutes(says.proved),
            context_class: context_class::PASSWORD,
            attributes: &attributes,
            sign_response: says.sign_response,
            encrypt_for: None,
        };
        answer.write(signer).expect("a Response")
    }

    /// The path of its request that somebody be signed out.
    pub(crate) fn asks_to_leave(&self, signer: &Signer, name: &str, session: &str) -> String {
        let id = MessageId::random().expect("randomness");
        let question = saml::LogoutQuestion {
            id: id.as_str(),
            issuer: ISSUER,
            endpoint: &self.house.url("/saml/sp/slo"),
            name_id: NameId { value: name, format: name_id_format::PERSISTENT },
            name_qualifiers: [None, None],
            session_index: Some(session),
            now: self.house.now(),
        };
        let address = question.write().expect("XML").redirect(Some("its state"), Some(signer));
        let address = address.expect("signed");
        address.strip_prefix(&self.house.url("")).expect("ours").to_owned()
    }

    /// A Response that says no.
    pub(crate) fn write_no(&self, answers: &str) -> Result<String, AnswerError> {
        let (own, acs) = (self.house.url("/saml/metadata"), self.house.url("/saml/acs"));
        let to = Recipient { audience: &own, acs_url: &acs, in_response_to: Some(answers) };
        let id = MessageId::random().expect("randomness");
        Failure::NoPassive.write(&id, ISSUER, &to, self.house.now(), &self.signer)
    }

    /// The provider's page in this browser posts a Response to us: of our cookies only the one that
    /// names the browser comes along.
    pub(crate) async fn post_by(&self, person: &Person<'_>, response: &str, state: &str) -> Answer {
        let response = STANDARD.encode(response);
        let elsewhere = self.house.visitor().with("sec-fetch-site", "cross-site");
        let elsewhere = elsewhere.with("origin", "https://ministere.example");
        elsewhere.put_cookie("__Host-flow", &person.cookie("__Host-flow").unwrap_or_default());
        let mut fields = vec![("SAMLResponse", response.as_str())];
        fields.extend((!state.is_empty()).then_some(("RelayState", state)));
        elsewhere.post("/saml/acs", &fields).await
    }

    /// The same in a browser that was never here.
    pub(crate) async fn post(&self, response: &str, state: &str) -> Answer {
        self.post_by(&self.house.visitor(), response, state).await
    }

    /// The whole way of somebody of whom it says this.
    pub(crate) async fn come(
        &self,
        person: &Person<'_>,
        says: impl Fn(Option<&str>) -> String,
    ) -> Answer {
        let (id, state) = self.ask(person, "").await;
        let answer = self.post_by(person, &says(Some(&id)), &state).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        person.get(answer.location()).await
    }
}
