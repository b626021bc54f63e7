use super::*;
use crate::identity::Attributes;
use crate::sso::saml::name_id::NameIdRule;

fn entry<'a>(section: &'a str, key: &'a str, value: &'a str) -> Entry<'a> {
    Entry { section, key, value, line: 7 }
}

fn set(lines: &[(&str, &str)]) -> AttributeSet {
    let entries = lines.iter().map(|(key, value)| entry("utilisateur", key, value));
    let (set, findings) = AttributeSet::read("x.ini", entries);
    assert_eq!(findings, []);
    set
}

fn facts() -> Facts {
    let attributes = [
        ("uid", "jdupont"),
        ("mail", "Jean.Dupont@ac.example"),
        ("rne", "from the directory"),
        ("objectClass", "person"),
        ("objectClass", "ENTPerson"),
        ("empty", ""),
        ("userPassword", "{SSHA}x"),
        ("sambaNTPassword", "x"),
        ("employeeNumber", "12A3456789BCD"),
        ("otherNumber", "12a3456789bcd"),
        ("badge", "12A3456789"),
    ];
    Facts::new(Attributes::from_iter(attributes))
        .with("rne", ["9740091F"])
        .with("rnes", ["9740091F", "0219801P"])
}

fn sent(set: &AttributeSet) -> Vec<(String, Vec<String>)> {
    release(set, &facts()).into_iter().map(|it| (it.name, it.values)).collect()
}

fn pair(name: &str, values: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), values.iter().map(ToString::to_string).collect())
}

#[test]
fn school_portals_get_the_usual_set() {
    assert_eq!(
        sent(&AttributeSet::default()),
        [
            pair("uid", &["jdupont"]),
            pair("mail", &["Jean.Dupont@ac.example"]),
            pair("rne", &["9740091F"]),
            pair("rnes", &["9740091F", "0219801P"]),
        ]
    );
}

#[test]
fn lines_rename_add_up_and_change_their_values() {
    let set = set(&[
        ("login", "uid"),
        ("login", "mail|lower"),
        ("KIND", "objectclass|first"),
        ("kinds", "objectClass | upper"),
        ("constant", "=text = more"),
        ("nothing", "empty"),
        ("missing", "nowhere"),
    ]);

    assert_eq!(
        sent(&set),
        [
            pair("login", &["jdupont", "jean.dupont@ac.example"]),
            pair("KIND", &["person"]),
            pair("kinds", &["PERSON", "ENTPERSON"]),
            pair("constant", &["text = more"]),
        ]
    );
}

#[test]
fn a_uri_as_name_has_its_own_format() {
    let set = set(&[("urn:oid:2.5.4.42", "uid"), ("plain", "uid")]);
    let released = release(&set, &facts());

    assert_eq!(released[0].format, NameFormat::Uri);
    assert_eq!(released[0].friendly_name.as_deref(), Some("uid"));
    assert_eq!((released[1].format, &released[1].friendly_name), (NameFormat::Basic, &None));
}

#[test]
fn secrets_never_leave() {
    let lines = [
        ("a", "userPassword"),
        ("b", "USERPASSWORD"),
        ("c", "sambaNTPassword"),
        ("d", "FrEduNumen|lower"),
        ("e", "unicodePwd"),
        ("f", "krbPrincipalKey"),
    ];
    let entries = lines.iter().map(|(key, value)| entry("s", key, value));
    let (secret, findings) = AttributeSet::read("x.ini", entries);

    assert!(release(&secret, &facts()).is_empty());
    assert!(findings.iter().all(|finding| finding.code == "W-SET-SECRET"));
    assert_eq!(findings.len(), lines.len());
    let numbers = set(&[("n", "employeeNumber"), ("o", "otherNumber"), ("b", "badge")]);
    assert_eq!(sent(&numbers), [pair("b", &["12A3456789"])]);
}

#[test]
fn lines_that_cannot_be_used_are_reported_with_their_line() {
    let lines =
        [("1a", "uid"), ("a b", "uid"), ("", "uid"), ("a", ""), ("a", "uid|sort"), ("a", "=")];
    let entries = lines.iter().map(|(key, value)| entry("s", key, value));
    let (set, findings) = AttributeSet::read("x.ini", entries);

    assert_eq!(set, self::set(&[]));
    let codes: Vec<_> = findings.iter().map(|it| (it.code, it.line)).collect();
    let (name, source) = (("W-SET-NAME", Some(7)), ("W-SET-SOURCE", Some(7)));
    assert_eq!(codes, [name, name, name, source, source, source]);
}

fn partner(entity_id: &str, stem: Option<&str>) -> crate::sso::saml::Partner {
    crate::sso::saml::Partner {
        entity_id: entity_id.into(),
        stem: stem.map(str::to_owned),
        aliases: Vec::new(),
        file: String::new(),
        federation: None,
        name: None,
        acs: Vec::new(),
        slo: Vec::new(),
        signing_keys: Vec::new(),
        encryption_keys: Vec::new(),
        authn_requests_signed: false,
        want_assertions_signed: false,
        name_id_formats: Vec::new(),
        valid_until: None,
    }
}

#[test]
fn a_partner_is_treated_as_its_section_says_else_as_everybody() {
    let (associations, findings) = Associations::read(
        "associations.ini",
        [
            entry("https://a", "set", "ent"),
            entry("https://a", "NameID", "email"),
            entry("default", "nameid", "persistent"),
            entry("9740091F", "relaystate", "opaque"),
            entry("9740091F", "idp_initiated", "non"),
            entry("9740091F", "sign_response", "off"),
        ],
    );

    assert_eq!(findings, []);
    let a = associations.of(&partner("https://a", Some("9740091F")));
    assert_eq!((a.set.as_deref(), &a.name_id), (Some("ent"), &NameIdRule::Email("mail".into())));
    let b = associations.of(&partner("https://b", Some("9740091f")));
    assert_eq!((b.relay_state, b.idp_initiated), (RelayStateRule::Opaque, false));
    assert_eq!((b.sign_response, &b.name_id), (false, &NameIdRule::Persistent));
    let c = associations.of(&partner("https://c", None));
    assert_eq!((&c.name_id, c.idp_initiated, c.slo), (&NameIdRule::Persistent, true, true));
    assert_eq!(associations.sets(), ["ent"]);
}

#[test]
fn mistakes_and_weak_cryptography_are_reported() {
    let (associations, findings) = Associations::read(
        "associations.ini",
        [
            entry("a", "colour", "red"),
            entry("a", "slo", "perhaps"),
            entry("a", "nameid", "x509"),
            entry("a", "relaystate", "anything"),
            entry("a", "allow_sha1", "oui"),
            entry("a", "allow_cbc", "no"),
        ],
    );

    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(
        codes,
        ["W-ASSOC-KEY", "W-ASSOC-VALUE", "W-ASSOC-VALUE", "W-ASSOC-VALUE", "W-ASSOC-WEAK"]
    );
    assert_eq!(associations.sha1_partners(), 1);
    assert!(associations.of(&partner("a", None)).strictness().allow_sha1);
}
