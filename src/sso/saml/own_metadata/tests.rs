use super::*;
use crate::sso::saml::partners::IdentityProvider;
use crate::sso::saml::tests::{key_of, named_signer, now, signer, xmlsec1_verifies};
use samael::metadata::EntityDescriptor;

fn id() -> MessageId {
    MessageId::from_bytes([3; 16])
}

fn write(change: impl FnOnce(&mut OwnMetadata<'_>)) -> String {
    let scopes = ["ac-reunion.example".to_owned()];
    let other = [named_signer("other").certificate_base64().unwrap()];
    let mut metadata = OwnMetadata {
        entity_id: "https://sso.ac.example/saml/metadata",
        sso_url: "https://sso.ac.example/saml/sso",
        slo_url: Some("https://sso.ac.example/saml/slo"),
        consumer: Some(Consumer {
            acs_url: "https://sso.ac.example/saml/acs",
            slo_url: "https://sso.ac.example/saml/sp/slo",
            disco_url: "https://sso.ac.example/saml/disco",
            encryption_certificate: None,
        }),
        scopes: &scopes,
        other_certificates: &other,
        organisation: Some(Organisation { name: "Académie <&>", url: "https://ac.example" }),
        contact: Some("sso@ac.example"),
        want_signed_requests: false,
        now: now(),
    };
    change(&mut metadata);
    metadata.write(&id(), &signer()).unwrap()
}

#[test]
fn it_verifies_with_xmlsec1() {
    let xml = write(|_| ());

    let entity = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor";
    assert!(xmlsec1_verifies(&xml, entity, id().as_str()));
    assert!(!xmlsec1_verifies(&xml.replace("/saml/sso", "/saml/osso"), entity, id().as_str()));
}

#[test]
fn samael_reads_it() {
    let entity: EntityDescriptor = write(|_| ()).parse().unwrap();

    assert_eq!(entity.entity_id.as_deref(), Some("https://sso.ac.example/saml/metadata"));
    assert_eq!(entity.valid_until, Some(now() + Duration::days(14)));
    assert_eq!(entity.cache_duration.as_deref(), Some("PT6H"));
    let role = &entity.idp_sso_descriptors.unwrap()[0];
    assert_eq!(role.single_sign_on_services.len(), 2);
    assert_eq!(role.single_logout_services.len(), 2);
    assert_eq!(role.key_descriptors.len(), 2);
    assert_eq!(role.name_id_formats.len(), 4);
    assert_eq!(entity.contact_person.unwrap().len(), 1);
}

#[test]
fn we_read_it_back_ourselves() {
    let provider = IdentityProvider::from_metadata(write(|_| ()).as_bytes(), now(), false).unwrap();

    assert_eq!(provider.redirect_sso(), Some("https://sso.ac.example/saml/sso"));
    assert_eq!(provider.post_sso(), Some("https://sso.ac.example/saml/sso"));
    assert_eq!(provider.name.as_deref(), Some("Académie <&>"));
    let ours = key_of(&signer());
    assert_eq!(provider.signing_keys[0].certificate(), ours.certificate());
    assert_eq!(provider.signing_keys.len(), 2);
}

#[test]
fn children_stand_in_the_order_of_the_schema() {
    let xml = write(|_| ());
    let order = [
        "<ds:Signature ",
        "<md:IDPSSODescriptor",
        "<md:Extensions>",
        "<md:KeyDescriptor",
        "<md:SingleLogoutService",
        "<md:NameIDFormat>",
        "<md:SingleSignOnService",
        "</md:IDPSSODescriptor>",
        "<md:SPSSODescriptor",
        "<md:AssertionConsumerService",
        "<md:Organization>",
        "<md:ContactPerson",
    ];
    let places: Vec<_> = order.iter().map(|name| xml.find(name).unwrap()).collect();

    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_is_not_there_is_left_out() {
    let xml = write(|metadata| {
        metadata.scopes = &[];
        metadata.slo_url = None;
        metadata.consumer = None;
        metadata.organisation = None;
        metadata.contact = None;
    });

    for name in
        ["Extensions", "SingleLogoutService", "SPSSODescriptor", "Organization", "ContactPerson"]
    {
        assert!(!xml.contains(name), "{name}");
    }
}

#[test]
fn descriptions_without_a_key_or_out_of_date_are_not_believed() {
    let xml = write(|_| ());
    let start = xml.find("<md:KeyDescriptor").unwrap();
    let end = xml.rfind("</md:KeyDescriptor>").unwrap() + "</md:KeyDescriptor>".len();
    let keyless = format!("{}{}", &xml[..start], &xml[end..]);
    let read = |xml: &str, days| {
        let later = now() + Duration::days(days);
        IdentityProvider::from_metadata(xml.as_bytes(), later, false).is_ok()
    };

    assert!(read(&xml, 0) && read(&xml, 13));
    assert!(!read(&xml, 14));
    assert!(!read(&keyless, 0));
    assert!(!read(&xml.replace("IDPSSODescriptor", "SPSSODescriptor"), 0));
}
