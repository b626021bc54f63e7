mod names;
mod validity;

use super::*;
use crate::finding::Finding;
use crate::sso::saml::sign::Unsigned;
use crate::sso::saml::tests::{fixture, key_of, named_signer, now, signer};
use crate::sso::saml::vocabulary::{HTTP_POST, METADATA, PROTOCOL};
use chrono::Duration;
use std::fs;
use tempfile::TempDir;

/// A small description with attributes of the entity and content of its role.
fn entity(id: &str, attributes: &str, role: &str) -> String {
    format!(
        "<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{id}\"{attributes}>\
         <md:SPSSODescriptor protocolSupportEnumeration=\"{PROTOCOL}\">{role}\
         <md:AssertionConsumerService Binding=\"{HTTP_POST}\" Location=\"https://sp.example/acs\" \
         index=\"0\"></md:AssertionConsumerService></md:SPSSODescriptor></md:EntityDescriptor>"
    )
}

fn key(name: &str) -> String {
    let pem = String::from_utf8(fixture(&format!("{name}.cert.pem"))).unwrap();
    format!(
        "<md:KeyDescriptor><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
         <ds:X509Certificate>{pem}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn load(files: &[(&str, &str)]) -> (Partners, Vec<Finding>) {
    load_with(files, &LoadRules::default())
}

fn load_with(files: &[(&str, &str)], rules: &LoadRules) -> (Partners, Vec<Finding>) {
    Partners::load(folder(files).path(), now(), rules)
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn one_bad_file_costs_no_other() {
    let (partners, findings) = load(&[
        ("a.xml", "not xml"),
        ("b.xml", "<!DOCTYPE x><x/>"),
        ("c.xml", "<x/>"),
        ("d.xml", &entity("", "", "")),
        ("e.xml", &entity("https://e", "", "").replace("https://sp.example", "http://sp.example")),
        ("f.xml", &entity("https://f", "", "").replace("SPSSO", "IDPSSO")),
        ("g.xml", &entity("https://g", "", "").replace("SAML:2.0:protocol", "SAML:1.1:protocol")),
        ("h.xml", &entity("https://h", "", "")),
        ("notes.txt", "ignored"),
        (".hidden.xml", "ignored"),
    ]);

    assert_eq!(partners.iter().map(|partner| partner.file.as_str()).collect::<Vec<_>>(), ["h.xml"]);
    let found: Vec<_> = findings.iter().map(|it| (it.file.as_str(), it.code)).collect();
    assert_eq!(
        found,
        [
            ("a.xml", "E-META-READ"),
            ("b.xml", "E-META-READ"),
            ("c.xml", "E-META-READ"),
            ("d.xml", "E-META-ENTITY"),
            ("e.xml", "W-META-ACS"),
            ("e.xml", "E-META-ACS"),
            ("f.xml", "I-META-ROLE"),
            ("g.xml", "I-META-ROLE"),
        ]
    );
}

#[test]
fn a_folder_with_the_name_of_a_file_is_reported() {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("x.xml")).unwrap();
    let (partners, findings) = Partners::load(folder.path(), now(), &LoadRules::default());

    assert!(partners.is_empty());
    assert_eq!(codes(&findings), ["E-META-READ"]);
}

#[test]
fn a_folder_that_is_not_there_is_reported() {
    let (partners, findings) =
        Partners::load(std::path::Path::new("/nowhere"), now(), &LoadRules::default());

    assert!(partners.is_empty());
    assert_eq!(codes(&findings), ["E-META-READ"]);
}

#[test]
fn a_real_looking_description_is_read_whole() {
    let certificate = named_signer("other").certificate_base64().unwrap();
    let text = String::from_utf8(fixture("partner.xml")).unwrap();
    let text = text.replace("CERTIFICATE", &certificate).replace("SIGNS", "1");
    let (partners, findings) = load(&[("9740091F.xml", &text)]);
    let partner = partners.find("9740091f").unwrap();

    assert_eq!(findings, []);
    assert_eq!(partner.name.as_deref(), Some("Collège du Lagon"));
    assert!(partner.authn_requests_signed && partner.want_assertions_signed);
    assert_eq!((partner.signing_keys.len(), partner.encryption_keys.len()), (1, 1));
    assert_eq!(partner.acs.len(), 4);
    assert_eq!(partner.acs_origins(), ["https://portail.example"]);
    assert_eq!(partner.slo[0].url, "https://portail.example/slo");
    assert_eq!(partner.name_id_formats.len(), 1);
    assert_eq!(partner.stem.as_deref(), Some("9740091F"));
}

#[test]
fn the_default_address_follows_the_marks_then_the_numbers() {
    let acs = |index, is_default, binding: &str| Acs {
        index,
        binding: binding.into(),
        url: format!("https://sp.example/{index}"),
        is_default,
    };
    let (partners, _) = load(&[("x.xml", &entity("https://x", "", ""))]);
    let chosen = |acs: Vec<Acs>| {
        let partner = Partner { acs, ..partners.find("x").unwrap().clone() };
        partner.acs(AcsChoice::Default).map(|acs| acs.index)
    };

    assert_eq!(chosen(vec![acs(2, None, HTTP_POST), acs(1, None, HTTP_POST)]), Some(1));
    assert_eq!(chosen(vec![acs(1, None, HTTP_POST), acs(2, Some(true), HTTP_POST)]), Some(2));
    assert_eq!(chosen(vec![acs(1, Some(false), HTTP_POST), acs(2, None, HTTP_POST)]), Some(2));
    assert_eq!(chosen(vec![acs(1, Some(true), "PAOS"), acs(2, Some(false), HTTP_POST)]), Some(2));
    assert_eq!(chosen(vec![acs(1, Some(true), "PAOS")]), None);
}

#[test]
fn entities_of_a_federation_are_found_by_entity_id_only() {
    let soon = (now() + Duration::days(3)).to_rfc3339();
    let text = format!(
        "<md:EntitiesDescriptor xmlns:md=\"{METADATA}\" validUntil=\"{soon}\">{}{}{}\
         </md:EntitiesDescriptor>",
        entity("https://a", "", ""),
        entity("https://b", "", "").replace("SPSSO", "IDPSSO"),
        entity("https://c", " validUntil=\"2030-01-01T00:00:00Z\"", ""),
    );
    let (partners, findings) = load(&[("renater.xml", &text)]);

    assert_eq!(partners.len(), 2);
    assert!(partners.find("renater").is_none() && partners.find("https://c").is_some());
    let end = partners.find("https://c").unwrap().valid_until.unwrap();
    assert_eq!(end, now() + Duration::days(3));
    assert_eq!(codes(&findings), ["I-META-ROLE", "W-META-EXPIRES", "W-META-EXPIRES"]);
}

#[test]
fn an_entity_that_is_too_large_is_left_out() {
    let large = entity("https://x", "", &format!("<!--{}-->", "x".repeat(512 * 1024)));
    let (partners, findings) = load(&[("x.xml", &large), ("y.xml", &entity("https://y", "", ""))]);

    assert_eq!(partners.len(), 1);
    assert_eq!(codes(&findings), ["E-META-SIZE"]);
}

#[test]
fn five_hundred_files_are_loaded() {
    let folder = TempDir::new().unwrap();
    for number in 0..500 {
        let text = entity(&format!("https://sp{number}.example"), "", &key("other"));
        fs::write(folder.path().join(format!("sp{number:03}.xml")), text).unwrap();
    }

    let (partners, findings) = Partners::load(folder.path(), now(), &LoadRules::default());

    assert_eq!((partners.len(), findings.len()), (500, 0));
    assert_eq!(partners.find("sp499").unwrap().entity_id, "https://sp499.example");
}
