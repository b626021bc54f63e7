use super::*;
use crate::sso::saml::answer::tests::{good, told};
use crate::sso::saml::gate::{Profile, admit};
use crate::sso::saml::tests::signer;

fn shaped(xml: &str) -> Result<Signed, Reason> {
    let root = admit(xml.as_bytes(), Profile::Message).unwrap();
    response(&root, Algorithms::Modern).map_err(|refusal| refusal.reason)
}

#[test]
fn what_others_send_rightly_is_taken() {
    let xml = good(&[told("a", &["x"])]).write(&signer()).unwrap();
    let both = Ok(Signed { response: true, assertion: true, is_encrypted: false });

    assert_eq!(shaped(&xml), both);
    let statement = &xml[xml.find("<saml:AuthnStatement").unwrap()
        ..xml.find("</saml:AuthnStatement>").unwrap() + "</saml:AuthnStatement>".len()];
    let swapped = xml
        .replace(statement, "")
        .replace("</saml:AttributeStatement>", &format!("</saml:AttributeStatement>{statement}"));
    assert_eq!(shaped(&swapped), both, "statements in the other order");
    let nested = xml.replace(">x<", "><saml:NameID>x</saml:NameID><");
    assert_eq!(shaped(&nested), both, "a NameID as the value of an attribute");
    let prefixes = "<e:InclusiveNamespaces xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" \
                    PrefixList=\"xs\"></e:InclusiveNamespaces></ds:Transform></ds:Transforms>";
    let inclusive = xml.replace("</ds:Transform></ds:Transforms>", prefixes);
    assert_eq!(shaped(&inclusive), both, "a list of inclusive namespaces");
    let blanks = xml.replace("><", ">\n  <");
    assert_eq!(shaped(&blanks), both, "blanks between elements");
}

#[test]
fn elements_have_one_place_and_one_namespace() {
    let xml = good(&[]).write(&signer()).unwrap();
    for (from, to) in [
        ("<saml:Subject>", "<x:Subject xmlns:x=\"urn:x\"></x:Subject><saml:Subject>"),
        ("<saml:Conditions ", "<saml:Issuer></saml:Issuer><saml:Conditions "),
        ("<samlp:Status>", "<samlp:Other></samlp:Other><samlp:Status>"),
        ("<saml:Subject>", "<saml:Subject><saml:EncryptedID></saml:EncryptedID>"),
    ] {
        assert!(xml.contains(from));
        assert_eq!(shaped(&xml.replacen(from, to, 1)), Err(Reason::Shape), "{to}");
    }
    let foreign = xml
        .replace("xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", "xmlns:samlp=\"urn:x\"");
    assert_eq!(shaped(&foreign), Err(Reason::Shape));
}
