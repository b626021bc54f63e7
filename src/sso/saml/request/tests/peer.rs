//! Requests that pysaml2 7.5.5 made and signed, as they came.
use super::*;
use chrono::TimeZone;

fn read<T>(read: impl FnOnce(&Checks<'_>) -> T) -> T {
    let now = Utc.with_ymd_and_hms(2026, 11, 22, 3, 55, 0).unwrap();
    let mut partners = Partners::default();
    let metadata = fixture("pysaml2-metadata.xml");
    let findings = partners.take_file("sp.xml", &metadata, now, &LoadRules::default());
    assert_eq!(findings, []);
    assert!(partners.find("sp").unwrap().authn_requests_signed);
    let strictness = |_: &Partner| Strictness::default();
    read(&Checks { partners: &partners, endpoint: SSO, now, strictness: &strictness })
}

#[test]
fn its_form_is_read() {
    let field = encode_block(&fixture("pysaml2-request.xml"));
    let request = read(|checks| AuthnRequest::from_post(&field, None, checks)).unwrap();

    assert!(request.is_signed);
    assert_eq!(request.acs.url, "https://portail.example:8443/acs?a=1&b=2");
}

#[test]
fn its_query_is_read() {
    let query = String::from_utf8(fixture("pysaml2-request.query")).unwrap();
    let request = read(|checks| AuthnRequest::from_redirect(&query, checks)).unwrap();

    assert!(request.is_signed);
    assert_eq!(request.relay_state.as_deref(), Some("a b/ü"));
}
