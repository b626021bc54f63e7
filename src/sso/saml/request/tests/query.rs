//! Requests in a query.
use super::*;

#[test]
fn a_signature_in_the_query_covers_it_as_it_was_sent() {
    let house = House { partners: partners(true), ..house() };
    let good = query(&unsigned(), Some("a b"), true);
    assert!(house.redirect(&good).unwrap().is_signed);
    let resigned = |query: &str| {
        let signature = encode_block(&named_signer("other").sign(query.as_bytes()).unwrap());
        let signature: String =
            url::form_urlencoded::byte_serialize(signature.as_bytes()).collect();
        format!("{query}&Signature={signature}")
    };
    let (bare, _) = good.split_once("&Signature=").unwrap();
    let lower = |text: &str| text.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3A", "%3a");
    let (start, algorithm) = bare.split_once("&SigAlg=").unwrap();

    assert!(house.redirect(&resigned(&lower(bare))).is_ok(), "lower case escapes");
    assert!(house.redirect(&resigned(&bare.replace('+', "%20"))).is_ok(), "another blank");
    let (_, signature) = good.split_once("&Signature=").unwrap();
    let shuffled = format!("Signature={signature}&SigAlg={algorithm}&{start}");
    assert!(house.redirect(&shuffled).is_ok(), "another order");
    assert!(house.redirect(&format!("{good}&utm=x&utm=y")).is_ok(), "parameters of others");

    let sha1 = "http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1";
    let ecdsa = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23ecdsa-sha256";
    for (query, reason) in [
        (lower(&good), Reason::Signature),
        (good.replace("RelayState=a+b", "RelayState=a+c"), Reason::Signature),
        (good.replace("&RelayState=a+b", ""), Reason::Signature),
        (start.to_owned(), Reason::Signature),
        (bare.to_owned(), Reason::Signature),
        (format!("{start}&Signature={signature}"), Reason::Signature),
        (format!("{start}&SigAlg={sha1}&Signature={signature}"), Reason::Algorithm),
        (format!("{start}&SigAlg={ecdsa}&Signature={signature}"), Reason::Signature),
        (format!("{start}&SigAlg=&Signature={signature}"), Reason::Algorithm),
        (format!("{bare}&Signature=AAAA"), Reason::Signature),
        (format!("{bare}&Signature=%zz"), Reason::Form),
        (format!("{bare}&Signature="), Reason::Signature),
    ] {
        let refusal = house.redirect(&query).unwrap_err();
        assert_eq!(refusal.reason, reason, "{query}");
        assert_eq!(refusal.partner.as_deref(), Some(SP));
    }
}

#[test]
fn doubled_or_mixed_parameters_are_refused() {
    let good = query(&unsigned(), Some("x"), false);
    for query in [
        format!("{good}&RelayState=y"),
        format!("RelayState=y&{good}"),
        format!("{good}&SAMLRequest=x"),
        format!("{good}&SAMLResponse=x"),
        format!("{good}&SigAlg=a&SigAlg=b"),
        format!("{good}&SAML%52equest=x"),
        format!("{good}&SAMLEncoding=x"),
        "RelayState=x".to_owned(),
        "SAMLRequest=".to_owned(),
        "SAMLRequest=%%%".to_owned(),
        "SAMLRequest=AAAA".to_owned(),
        String::new(),
        query(&unsigned(), Some("a\nb"), false),
        query(&unsigned(), Some(&"x".repeat(2049)), false),
    ] {
        assert_eq!(house().redirect(&query).unwrap_err().reason, Reason::Form, "{query}");
    }
}

#[test]
fn a_bomb_in_the_query_is_refused() {
    let bomb = query(&" ".repeat(8 * 1024 * 1024), None, false);

    assert_eq!(house().redirect(&bomb).unwrap_err().reason, Reason::Size);
}
