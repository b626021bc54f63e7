//! Responses that are signed as they should be, and wrong.
use super::*;

/// Well-signed answers, each wrong in one value: what to look for, what to write, the reason.
const WRONG: [(&str, &str, Reason); 38] = [
    ("Version=\"2.0\"", "Version=\"1.1\"", Reason::Shape),
    (ISSUER, "https://evil.example", Reason::Issuer),
    ("jdupont", "", Reason::Subject),
    ("jdupont", " ", Reason::Subject),
    ("jdupont", "*", Reason::Subject),
    ("jdupont", "a)(uid=*", Reason::Subject),
    ("jdupont", "a\\2a", Reason::Subject),
    ("jdupont", "a\"b", Reason::Subject),
    ("jdupont", "&lt;b&gt;", Reason::Subject),
    ("jdupont", "jdupont\n", Reason::Subject),
    ("jdupont", "ｊdupont", Reason::Subject),
    ("jdupont", "jdupo\u{FB01}", Reason::Subject),
    ("cm:bearer", "cm:holder-of-key", Reason::Confirmation),
    ("Recipient=\"https://portail", "Recipient=\"https://evil", Reason::Confirmation),
    ("Recipient=", "x=", Reason::Confirmation),
    ("Data InResponseTo=\"_q\"", "Data InResponseTo=\"_z\"", Reason::InResponseTo),
    ("Data InResponseTo=\"_q\"", "Data", Reason::InResponseTo),
    (
        "\"_q\" NotOnOrAfter",
        "\"_q\" NotBefore=\"2026-09-01T07:00:00Z\" NotOnOrAfter",
        Reason::Confirmation,
    ),
    ("\"_q\" NotOnOrAfter=\"2026-09-01T08:05:00Z\"", "\"_q\"", Reason::Confirmation),
    (
        "\"_q\" NotOnOrAfter=\"2026-09-01T08:05:00Z\"",
        "\"_q\" NotOnOrAfter=\"2026-09-01T07:58:00Z\"",
        Reason::Time,
    ),
    ("<saml:Audience>https://portail", "<saml:Audience>https://evil", Reason::Audience),
    (AUDIENCE, "https://portail.example/metadata/", Reason::Audience),
    (
        "<saml:AudienceRestriction>",
        "<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction>",
        Reason::Audience,
    ),
    ("AudienceRestriction>", "ProxyRestriction>", Reason::Audience),
    (
        "<saml:AudienceRestriction>",
        "<saml:Unknown></saml:Unknown><saml:AudienceRestriction>",
        Reason::Audience,
    ),
    (
        "NotBefore=\"2026-09-01T07:59:00Z\" NotOnOrAfter=\"2026-09-01T08:05:00Z\"",
        "NotBefore=\"2026-09-01T08:02:01Z\"",
        Reason::Time,
    ),
    (
        "NotBefore=\"2026-09-01T07:59:00Z\" NotOnOrAfter=\"2026-09-01T08:05:00Z\"",
        "NotOnOrAfter=\"2026-09-01T07:58:00Z\"",
        Reason::Time,
    ),
    ("NotBefore=\"2026-09-01T07:59:00Z\"", "NotBefore=\"soon\"", Reason::Time),
    (
        "IssueInstant=\"2026-09-01T08:00:00Z\"",
        "IssueInstant=\"2026-09-01T08:02:01Z\"",
        Reason::Time,
    ),
    (
        "IssueInstant=\"2026-09-01T08:00:00Z\"",
        "IssueInstant=\"2026-09-01T07:49:59Z\"",
        Reason::Time,
    ),
    (" IssueInstant=\"2026-09-01T08:00:00Z\"", "", Reason::Time),
    (
        "SessionNotOnOrAfter=\"2026-09-01T16:00:00Z\"",
        "SessionNotOnOrAfter=\"2026-09-01T07:58:00Z\"",
        Reason::Authn,
    ),
    ("AuthnInstant=", "Absent=", Reason::Authn),
    ("AuthnStatement", "AuthzDecisionStatement", Reason::Shape),
    (
        "<saml:AuthnStatement ",
        "<saml:AuthnStatement></saml:AuthnStatement><saml:AuthnStatement ",
        Reason::Shape,
    ),
    ("<saml:NameID ", "<saml:NameID>x</saml:NameID><saml:NameID ", Reason::Shape),
    ("jdupont", "<a></a>jdupont", Reason::Subject),
    ("saml:NameID", "saml:BaseID", Reason::Shape),
];

#[test]
fn well_signed_answers_with_one_wrong_value_are_refused() {
    let forger = Forger::new("idp");
    for (from, to, reason) in WRONG {
        let hit = std::cell::Cell::new(false);
        let edit = |text: String| {
            hit.set(hit.get() || text.contains(from));
            text.replace(from, to)
        };
        let xml = forged(&forger, &edit, &|text| text);

        assert!(hit.get(), "nothing to change: {from}");
        assert_eq!(check(&xml), Err(reason), "{from} -> {to}");
    }
}

#[test]
fn assertions_without_a_part_are_refused() {
    let forger = Forger::new("idp");
    let cut = |name: &'static str| {
        move |text: String| {
            let start = text.find(&format!("<saml:{name}"));
            let Some(start) = start else { return text };
            let close = format!("</saml:{name}>");
            let end = text.find(&close).unwrap() + close.len();
            format!("{}{}", &text[..start], &text[end..])
        }
    };
    for (name, reason) in [
        ("Subject", Reason::Subject),
        ("NameID", Reason::Subject),
        ("SubjectConfirmation", Reason::Confirmation),
        ("SubjectConfirmationData", Reason::Confirmation),
        ("Conditions", Reason::Audience),
        ("AudienceRestriction", Reason::Audience),
        ("AuthnStatement", Reason::Authn),
    ] {
        let xml = forged(&forger, &cut(name), &|text| text);
        assert_eq!(check(&xml), Err(reason), "{name}");
    }
}

#[test]
fn well_signed_responses_with_a_wrong_envelope_are_refused() {
    let forger = Forger::new("idp");
    for (from, to, reason) in [
        ("Destination=\"https://portail", "Destination=\"https://evil", Reason::Destination),
        ("Destination=", "Consent=", Reason::Destination),
        ("InResponseTo=\"_q\"", "InResponseTo=\"_z\"", Reason::InResponseTo),
        (" InResponseTo=\"_q\"", "", Reason::InResponseTo),
        (ISSUER, "https://evil.example", Reason::Issuer),
        ("status:Success", "status:Responder", Reason::Status),
        ("Version=\"2.0\"", "Version=\"2.1\"", Reason::Shape),
        (
            "IssueInstant=\"2026-09-01T08:00:00Z\"",
            "IssueInstant=\"2026-09-01T07:49:59Z\"",
            Reason::Time,
        ),
        ("\u{1F4CD}", "", Reason::Shape),
        ("\u{1F4CD}", "\u{1F4CD}\u{1F4CD}", Reason::Shape),
    ] {
        let xml = forged(&forger, &|text| text, &|text| text.replace(from, to));
        assert_eq!(check(&xml), Err(reason), "{from} -> {to}");
    }
}
