//! Our canonical form beside that of `xmlsec1`, which signs the files.
use super::*;
use crate::sso::saml::partners::{LoadRules, Partners};
use crate::sso::saml::tests::{folder, key_named, now};
use crate::sso::saml::vocabulary::{ENVELOPED, METADATA};
use proptest::prelude::*;
use std::process::Command;

const ROOT: &str = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor";

/// A group with this signature template, declarations and content; `prefixes` for both forms.
fn template(declarations: &str, body: &str, prefixes: &str) -> String {
    let list = match prefixes {
        "" => String::new(),
        list => format!("<e:InclusiveNamespaces xmlns:e=\"{EXCLUSIVE}\" PrefixList=\"{list}\"/>"),
    };
    format!(
        "<?xml version=\"1.0\"?>\n<md:EntitiesDescriptor xmlns:md=\"{METADATA}\" ID=\"_m\"\
         {declarations}><ds:Signature xmlns:ds=\"{XML_SIGNATURE}\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\">{list}</ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
         <ds:Reference URI=\"#_m\"><ds:Transforms><ds:Transform Algorithm=\"{ENVELOPED}\"/>\
         <ds:Transform Algorithm=\"{EXCLUSIVE}\">{list}</ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"/>\
         <ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>\
         </ds:Signature>{body}</md:EntitiesDescriptor>\n<!-- behind -->"
    )
}

/// Let `xmlsec1` fill a template in.
fn signed(template: &str) -> String {
    let folder_of_keys = folder();
    let scratch = tempfile::tempdir().unwrap();
    let (file, out) = (scratch.path().join("in.xml"), scratch.path().join("out.xml"));
    std::fs::write(&file, template).unwrap();
    let output = Command::new("xmlsec1")
        .args(["--sign", "--id-attr:ID", ROOT, "--privkey-pem"])
        .arg(folder_of_keys.join("idp.key.pem"))
        .arg("--output")
        .args([&out, &file])
        .output()
        .expect("xmlsec1 is installed: apt install xmlsec1");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(out).unwrap()
}

fn checked(text: &str) -> Result<String, Reason> {
    signed_metadata(text.as_bytes(), &[key_named("idp")]).map_err(|refusal| refusal.reason)
}

#[test]
fn awkward_documents_have_the_form_that_xmlsec1_signs() {
    let spaces = " xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" xmlns:unused=\"urn:unused\"";
    let bodies = [
        "",
        "text &amp; &lt; &gt; ]] &#13; \" ' \t\n é 🎓 &#x1F393;",
        "<![CDATA[<&>\"]]>x<![CDATA[]]>",
        "<!-- a --><a:x><!-- b -->1<!-- c -->2</a:x>",
        "<a:x  z='\"&#9;&#10;&#13;&lt;>' y = \"a\tb\nc\" b:z='1' a:z='2' A='3'/>",
        "<x xmlns=\"urn:d\"><y><z xmlns=\"\"><w xmlns=\"urn:d\"/></z><z xmlns=\"\"/></y></x>",
        "<a:x xmlns:a=\"urn:other\"><a:y xmlns:a=\"urn:a\"/><a:y/></a:x><a:x/>",
        "<x xml:lang=\"fr\" xml:space=\"preserve\" a:q=\"1\"><y b:r=\"2\"/></x>",
        "<a:x xmlns:a=\"urn:a\" xmlns:b=\"urn:z\" b:k=\"1\"><b:y xmlns:b=\"urn:b\"/></a:x>",
        "<b:x xmlns:c=\"urn:a0\" xmlns:d=\"urn:Z\" d:k='1' c:k='2' k='3' b:k='4' b:K='5'/>",
        "<md:Extensions><Signature xmlns=\"urn:mine\"/></md:Extensions>",
    ];
    for body in bodies {
        for prefixes in ["", "a", "#default unused  md ds", "missing b xml"] {
            let text = signed(&template(spaces, body, prefixes));
            assert!(checked(&text).is_ok(), "{prefixes}: {text}");
            let changed = text.replacen("ID=\"_m\"", "ID=\"_m\" Name=\"x\"", 1);
            assert_eq!(checked(&changed), Err(Reason::Signature), "{prefixes}: {body}");
        }
    }
}

#[test]
fn what_comes_back_is_what_was_signed_without_the_signature() {
    let text = signed(&template("", "<md:Extensions/>", ""));
    let bare = checked(&text).unwrap();

    assert!(bare.contains("<md:Extensions/>") && !bare.contains("Signature"), "{bare}");
    let marked = format!("\u{FEFF}{text}");
    assert_eq!(checked(&marked).unwrap(), bare);
}

#[test]
fn nothing_can_be_hidden_or_moved() {
    let inner = "<md:EntityDescriptor entityID=\"https://sp\"/>";
    let good = signed(&template("", inner, ""));
    assert!(checked(&good).is_ok());
    let (start, rest) = good.split_once("<ds:Signature ").unwrap();
    let (signature, behind) = rest.split_once("</ds:Signature>").unwrap();
    let signature = format!("<ds:Signature {signature}</ds:Signature>");
    let evil = "<md:EntityDescriptor entityID=\"https://evil\"/>";

    for (case, text) in [
        ("behind the signature", good.replace(inner, &format!("{inner}{evil}"))),
        ("before the signature", format!("{start}{evil}{signature}{behind}")),
        ("in place of another", good.replace(inner, evil)),
        ("a second signature", format!("{start}{signature}{signature}{behind}")),
        ("no signature", format!("{start}{behind}")),
        ("moved down", format!("{start}<md:Extensions>{signature}</md:Extensions>{behind}")),
        (
            "an odd child",
            good.replace("<ds:SignatureValue>", &format!("{evil}<ds:SignatureValue>"))
                .replace("</ds:SignedInfo>", &format!("{evil}</ds:SignedInfo>")),
        ),
        ("another id", good.replace("#_m", "#_n")),
        ("a weaker digest", good.replace("xmlenc#sha512", "xmlenc#sha256")),
        ("another signature method", good.replace("rsa-sha256", "rsa-sha384")),
        ("another value", good.replacen("<ds:DigestValue>", "<ds:DigestValue>AA", 1)),
    ] {
        assert!(text != good && checked(&text).is_err(), "{case}: {text}");
    }
    let hidden = good.replace(
        "</ds:Signature>",
        &format!("<ds:KeyInfo><ds:X509Data>{evil}</ds:X509Data></ds:KeyInfo></ds:Signature>"),
    );
    let read = checked(&hidden);
    assert!(read.is_err() || !read.unwrap().contains("evil"), "what is not signed is not read");
    assert!(signed_metadata(good.as_bytes(), &[key_named("other")]).is_err());
    assert!(signed_metadata(good.as_bytes(), &[]).is_err());
}

#[test]
fn a_federation_larger_than_c_libraries_get_is_verified_and_read() {
    let entity = |n: usize| {
        format!(
            "<md:EntityDescriptor entityID=\"https://sp{n}.example/\"><md:SPSSODescriptor \
             protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
             <md:Extensions><!-- {n} --><x xmlns=\"urn:filler\" a='{}'/></md:Extensions>\
             <md:AssertionConsumerService index=\"0\" \
             Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
             Location=\"https://sp{n}.example/acs\"/></md:SPSSODescriptor></md:EntityDescriptor>\n",
            "&amp;x".repeat(3_000)
        )
    };
    let entities: String = (0..1_100).map(entity).collect();
    let text = signed(&template("", &entities, ""));
    assert!(text.len() > 20_000_000, "{}", text.len());
    let rules = LoadRules { trusted: vec![key_named("idp")], ..LoadRules::default() };
    let load = |text: &str| {
        let mut partners = Partners::default();
        let findings = partners.take_file("federation.xml", text.as_bytes(), now(), &rules);
        (partners.len(), findings.len())
    };

    assert_eq!(load(&text), (1_100, 0));
    let changed = text.replacen("https://sp777.example/acs", "https://sp777.example/abs", 1);
    assert_eq!(load(&changed), (0, 1));
}

/// Elements whose names, declarations and attributes overlap as much as they may.
fn element() -> impl Strategy<Value = String> {
    let declaration = prop::sample::select(vec![
        "",
        " xmlns='urn:d'",
        " xmlns=''",
        " xmlns:a='urn:a'",
        " xmlns:a='urn:b'",
        " xmlns:b='urn:c' xmlns='urn:a'",
        " xmlns:c='urn:c' c:z='1'",
    ]);
    let attributes = prop::sample::subsequence(
        vec![" x='1'", " a:y='&#10;\"'", " b:w=\"2\tä\"", " xml:lang='fr'", " B='&lt;&amp;'"],
        0..=5,
    );
    let text =
        prop::sample::select(vec!["", "t", "&#13;\r\n", "<![CDATA[<]]>", "<!--c-->", "é&gt;"]);
    let name = prop::sample::select(vec!["n", "a:n", "b:n", "md:n"]);
    let tag = (name, declaration, attributes.prop_shuffle(), text);
    let leaf = tag.clone().prop_map(|(name, space, attributes, text)| {
        format!("<{name}{space}{}>{text}</{name}>", attributes.concat())
    });
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (tag.clone(), prop::collection::vec(inner, 0..4)).prop_map(
            |((name, space, attributes, text), inner)| {
                format!(
                    "<{name}{space}{}>{text}{}{text}</{name}>",
                    attributes.concat(),
                    inner.concat()
                )
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_document_has_the_form_that_xmlsec1_signs(
        body in element(),
        prefixes in prop::sample::select(vec!["", "a", "#default b", "c md"]),
    ) {
        let spaces = " xmlns:a=\"urn:a\" xmlns:b=\"urn:b\"";
        let text = signed(&template(spaces, &body, prefixes));
        prop_assert!(checked(&text).is_ok(), "{}", text);
    }
}
