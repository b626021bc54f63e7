//! Responses that somebody tampered with.
use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

#[test]
fn the_classics_of_wrapping_are_refused() {
    let xml = valid();
    let outer_signature = part(&xml, "ds:Signature");
    let assertion = part(&xml, "saml:Assertion");
    let inner_signature = part(assertion, "ds:Signature");
    let bare = xml.replacen(outer_signature, "", 1);
    let bare_assertion = assertion.replace(inner_signature, "");
    let evil = bare_assertion.replace("jdupont", "admin").replace(&"bb".repeat(16), "evil");
    let evil_response = |inside: &str| {
        bare.replace(&"aa".repeat(16), "evil")
            .replace("<samlp:Status>", &format!("{inside}<samlp:Status>"))
            .replacen(assertion, &evil, 1)
    };
    let object = |inside: &str| format!("<ds:Object>{inside}</ds:Object></ds:Signature>");
    let in_signature =
        |signature: &str, inside: &str| signature.replace("</ds:Signature>", &object(inside));
    let extensions = |inside: &str| format!("<samlp:Extensions>{inside}</samlp:Extensions>");
    let bare_of_assertion = bare.replacen(assertion, "\u{1}", 1);
    let with = |inside: &str| bare_of_assertion.replace('\u{1}', inside);

    let forgeries = [
        evil_response(&in_signature(outer_signature, &bare)),
        evil_response(&format!("{outer_signature}{bare}")),
        with(&format!("{evil}{assertion}")),
        with(&evil.replace("</saml:Assertion>", &format!("{assertion}</saml:Assertion>"))),
        with(&format!(
            "{}{bare_assertion}",
            evil.replacen("</saml:Issuer>", &format!("</saml:Issuer>{inner_signature}"), 1)
        )),
        with(&evil.replacen(
            "</saml:Issuer>",
            &format!("</saml:Issuer>{}", in_signature(inner_signature, &bare_assertion)),
            1,
        )),
        with(&format!("{}{assertion}", extensions(&evil))),
        with(&evil.replacen(
            "</saml:Issuer>",
            &format!("</saml:Issuer>{}", in_signature(inner_signature, assertion)),
            1,
        )),
        with(&format!("{assertion}{evil}")),
        with(&format!("{evil}{}", extensions(assertion))),
        with(&evil.replace(
            "<saml:Conditions",
            &format!("<saml:Advice>{assertion}</saml:Advice><saml:Conditions"),
        )),
        with(&evil.replace(
            "</saml:SubjectConfirmation>",
            &format!("{assertion}</saml:SubjectConfirmation>"),
        )),
        with(&evil.replace(
            "</saml:AuthnContext>",
            &format!(
                "<saml:AuthnContextDecl>{assertion}</saml:AuthnContextDecl></saml:AuthnContext>"
            ),
        )),
        with(&evil.replace("9740091F", assertion)),
        xml.replacen("<samlp:Status>", &format!("{outer_signature}<samlp:Status>"), 1),
        with(&assertion.replacen(inner_signature, &inner_signature.repeat(2), 1)),
        xml.replacen("<samlp:Status>", "<samlp:Status><Assertion xmlns=\"urn:x\"></Assertion>", 1),
        xml.replacen("<samlp:Status>", &format!("{}<samlp:Status>", extensions("")), 1),
        xml.replacen(
            "<samlp:Status>",
            "<x:Response xmlns:x=\"urn:x\"></x:Response><samlp:Status>",
            1,
        ),
        format!(
            "<samlp:ArtifactResponse xmlns:samlp=\"{PROTOCOL}\">{xml}</samlp:ArtifactResponse>"
        ),
        assertion.to_owned(),
    ];
    for (number, forgery) in forgeries.iter().enumerate() {
        let refused = check(forgery).unwrap_err();
        let expected = [Reason::Shape, Reason::Reference, Reason::Subject];
        assert!(expected.contains(&refused), "{number}: {refused}");
    }
}

#[test]
fn signatures_of_an_odd_shape_are_refused() {
    let xml = valid();
    let first = |from: &str, to: &str| {
        assert!(xml.contains(from), "{from}");
        xml.replacen(from, to, 1)
    };
    let id = format!("URI=\"#_{}\"", "aa".repeat(16));
    let other = format!("URI=\"#_{}\"", "bb".repeat(16));
    let transform = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>";
    let signed_info =
        part(&xml.replace("<ds:SignedInfo>", "<ds:SignedInfo >"), "ds:SignedInfo").to_owned();
    for (forgery, reason) in [
        (first(&id, "URI=\"\""), Reason::Reference),
        (first(&id, &other), Reason::Reference),
        (first(&id, "URI=\"http://127.0.0.1:9/x\""), Reason::Reference),
        (first(&id, "URI=\"file:///etc/passwd\""), Reason::Reference),
        (first(&id, "URI=\"#xpointer(/)\""), Reason::Reference),
        (first(&id, ""), Reason::Reference),
        (first(transform, ""), Reason::Reference),
        (first(transform, &transform.repeat(2)), Reason::Reference),
        (first("#enveloped-signature", "#base64"), Reason::Reference),
        (
            first(
                transform,
                "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"></ds:Transform>",
            ),
            Reason::Reference,
        ),
        (first("xml-exc-c14n#\"", "xml-exc-c14n#\" x=\"y\""), Reason::Signature),
        (
            first(
                "http://www.w3.org/2001/10/xml-exc-c14n#",
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            ),
            Reason::Algorithm,
        ),
        (first("<ds:SignedInfo>", &format!("{signed_info}<ds:SignedInfo>")), Reason::Shape),
        (
            first("<ds:DigestValue>", "<ds:DigestValue>x</ds:DigestValue><ds:DigestValue>"),
            Reason::Shape,
        ),
        (first("<ds:DigestValue>", "<ds:DigestValue><!--x-->"), Reason::Markup),
        (first("<ds:SignatureValue>", "<ds:SignatureValue><a></a>"), Reason::Shape),
        (
            first(
                "</ds:SignatureMethod>",
                "<ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>",
            ),
            Reason::Shape,
        ),
        (
            first(
                "<ds:X509Data>",
                "<ds:RetrievalMethod URI=\"http://127.0.0.1:9/\"></ds:RetrievalMethod><ds:X509Data>",
            ),
            Reason::Shape,
        ),
        (first("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object></ds:Object>"), Reason::Shape),
        (first("<ds:Signature ", "<ds:Signature id=\"x\" "), Reason::Shape),
        (first("<ds:Signature ", "<ds:Signature xml:id=\"x\" "), Reason::Shape),
        (
            first("<ds:Signature ", &format!("<ds:Signature Id=\"_{}\" ", "aa".repeat(16))),
            Reason::Shape,
        ),
        (first("<ds:SignedInfo", "<ds:SignedInfo Id=\"x\""), Reason::Shape),
        (first("<ds:KeyInfo", "<ds:KeyInfo Id=\"x\""), Reason::Shape),
        (first("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"), Reason::Signature),
        (first("<saml:Issuer", "<saml:Issuer xml:id=\"x\""), Reason::Shape),
        (first("<saml:Issuer", "<saml:Issuer id=\"x\""), Reason::Shape),
        (first("<saml:Issuer", "<saml:Issuer x:ID=\"x\" xmlns:x=\"urn:x\""), Reason::Shape),
        (
            first("<saml:Issuer", &format!("<saml:Issuer ID=\"_{}\"", "bb".repeat(16))),
            Reason::Shape,
        ),
        (first(&format!("ID=\"_{}\"", "aa".repeat(16)), "ID=\"1 2\""), Reason::Shape),
    ] {
        assert_eq!(check(&forgery), Err(reason), "{forgery}");
    }
}

#[test]
fn changed_or_unsigned_text_is_refused() {
    let xml = valid();
    let assertion = part(&xml, "saml:Assertion");
    let outer_unsigned = xml.replacen(part(&xml, "ds:Signature"), "", 1);
    let inner_unsigned = xml.replacen(part(assertion, "ds:Signature"), "", 1);
    let unsigned = outer_unsigned.replacen(part(&outer_unsigned, "ds:Signature"), "", 1);
    for forgery in [
        xml.replace("jdupont", "admin"),
        xml.replace("0219801P", "0759801W"),
        xml.replace("<saml:AuthnContext>", " <saml:AuthnContext>"),
        xml.replace(AUDIENCE, "https://evil.example"),
        outer_unsigned,
        inner_unsigned,
        unsigned,
    ] {
        assert_eq!(check(&forgery), Err(Reason::Signature), "{forgery}");
    }
}

#[test]
fn hostile_markup_is_refused_before_anything_else() {
    let xml = valid();
    for forgery in [
        format!("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/\">{xml}"),
        format!("<!DOCTYPE x [<!ENTITY a \"admin\">]>{}", xml.replace("jdupont", "&a;")),
        xml.replace("jdupont", "jdu<!---->pont"),
        xml.replace("jdupont", "<![CDATA[jdupont]]>"),
        xml.replace("jdupont", "jdu<?x?>pont"),
        format!("{xml}{xml}"),
        xml.replace("</samlp:Response>", ""),
        format!("<?xml version=\"1.0\"?><!-- x -->{xml}"),
        xml.replace("<samlp:Status>", "<samlp:Status a=1>"),
    ] {
        assert_eq!(check(&forgery), Err(Reason::Markup));
    }
    let padded =
        xml.replace("<samlp:Status>", &format!("{}<samlp:Status>", " ".repeat(256 * 1024)));
    assert_eq!(check(&padded), Err(Reason::Size));
    let utf16: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let provider = provider();
    let refusal = check_response_xml(&utf16, &expected(&provider)).unwrap_err();
    assert_eq!(refusal.reason, Reason::Encoding);
}

static VALID: LazyLock<(String, Received)> = LazyLock::new(|| {
    let xml = valid();
    let received = check(&xml).unwrap();
    (xml, received)
});

proptest! {
    #[test]
    fn no_change_makes_it_speak_for_another(
        place in 0usize..10_000,
        length in 0usize..40,
        source in 0usize..10_000,
        noise in "[<>/a-zA-Z\"=& ]{0,6}",
    ) {
        let (xml, received) = &*VALID;
        let at = |place: usize| {
            let place = place % xml.len();
            (place..xml.len()).find(|place| xml.is_char_boundary(*place)).unwrap_or(xml.len())
        };
        let (start, end) = (at(place), at(place).max(at(place + length)));
        let (from, to) = (at(source), at(source).max(at(source + length)));
        let changed = format!("{}{noise}{}{}", &xml[..start], &xml[from..to], &xml[end..]);

        if let Ok(other) = check(&changed) {
            prop_assert_eq!(&other, received);
        }
    }
}
