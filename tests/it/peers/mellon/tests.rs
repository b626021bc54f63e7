//! The portal by itself: it opens, and sends whoever wants in to the identity provider.
use super::*;
use crate::peers::loopback;

const IDP: &str = r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"
  entityID="http://localhost:9/saml/metadata">
 <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
   <X509Certificate>CERTIFICATE</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    Location="http://localhost:9/saml/sso"/>
 </IDPSSODescriptor>
</EntityDescriptor>"#;

pub(super) fn client() -> reqwest::Client {
    loopback().build().expect("a client")
}

pub(super) async fn get(url: &str) -> reqwest::Response {
    client().get(url).send().await.expect("the portal answers")
}

/// A portal that believes whoever holds the keys of `provider`.
pub(super) async fn portal_of(provider: &Site) -> Mellon {
    Mellon::start(&IDP.replace("CERTIFICATE", &certificate(provider.root.path()))).await
}

async fn portal() -> Mellon {
    // Any keys will do for a provider that never answers.
    portal_of(&Site::prepare()).await
}

#[actix_web::test]
async fn the_portal_is_open_at_its_door() {
    let mellon = portal().await;

    let answer = get(&mellon.url("/index.html")).await;

    assert_eq!(answer.status(), 200, "{}", mellon.log());
    assert!(answer.text().await.expect("a page").contains("Ouvert"));
}

#[actix_web::test]
async fn whoever_wants_in_is_sent_to_the_provider_with_a_signed_request() {
    let mellon = portal().await;

    let mut answer = get(&mellon.url("/secret")).await;
    // Mellon first goes to its own login address.
    let own = answer.headers()["location"].to_str().expect("an address").to_owned();
    assert!(own.starts_with(&mellon.url("/mellon/login")), "{own}");
    answer = get(&own).await;

    let target = answer.headers()["location"].to_str().expect("an address");
    assert!(target.starts_with("http://localhost:9/saml/sso?SAMLRequest="), "{target}");
    for part in ["&RelayState=", "&SigAlg=", "rsa-sha256", "&Signature="] {
        assert!(target.contains(part), "{part} in {target}");
    }
}

#[actix_web::test]
async fn its_metadata_is_what_it_says_of_itself() {
    let mellon = portal().await;

    let own = get(&mellon.entity_id()).await.text().await.expect("metadata");

    assert!(own.contains(&mellon.url("/mellon/postResponse")));
    assert!(mellon.metadata().contains(&mellon.url("/mellon/postResponse")));
    assert!(mellon.metadata().contains(&certificate(mellon.site.root.path())));
}

#[actix_web::test]
async fn a_closed_portal_leaves_no_worker_behind() {
    let mellon = portal().await;
    let port = mellon.site.port;

    drop(mellon);

    // Workers hold the listening socket as their parent does.
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}
