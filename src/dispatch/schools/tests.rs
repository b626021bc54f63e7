use super::*;

fn read(text: &str) -> (Schools, Vec<Finding>) {
    let (document, findings) = crate::ini::read("etabs.ini", text.as_bytes());
    assert_eq!(findings, []);
    Schools::read(&document, false)
}

fn rne(text: &str) -> Rne {
    Rne::parse(text).expect("a school code")
}

fn codes(findings: &[Finding]) -> Vec<(&'static str, Option<u32>)> {
    findings.iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn the_sample_is_read_whole() {
    let (schools, findings) = read(include_str!("../testdata/etabs.ini"));

    assert_eq!(schools.len(), 15);
    assert_eq!(findings, []);
    let plain = schools.get(&rne("9740091F")).expect("there");
    assert_eq!(plain.label, "COLLEGE LECONTE DE LISLE");
    assert_eq!(
        plain.portal.as_ref().map(PortalUrl::as_str),
        Some("https://portail.leconte-de-lisle.example")
    );
    assert_eq!(
        (plain.sp.as_str(), plain.protocol, plain.active),
        ("9740091F", Protocol::Saml, true)
    );
    assert_eq!(
        (plain.academy.as_deref(), plain.kind.as_deref()),
        (Some("LA_REUNION"), Some("CLG"))
    );

    let closed = schools.get(&rne("0599801H")).expect("there");
    assert!(!closed.active);
    assert!(closed.message.as_ref().is_some_and(|message| message.starts_with("Portail fermé")));

    let split = schools.get(&rne("0759801W")).expect("there");
    let portal = |profile| split.portal_for(profile).map(PortalUrl::host);
    assert_eq!(portal(Profile::Teacher), Some("ent.lycee-du-canal.example"));
    assert_eq!(portal(Profile::Pupil), Some("familles.lycee-du-canal.example"));
    assert_eq!(portal(Profile::Parent), Some("familles.lycee-du-canal.example"));
}

#[test]
fn a_section_is_named_by_a_school_code() {
    let (schools, findings) = read(
        "[ 9740091f ]\n[9740091F]\nlibelle=second\n[1004001V]\n[LFE004]\n[école]\n[0000000A]\n[a/b]\n",
    );

    assert_eq!(
        schools.iter().map(|school| school.rne.as_str()).collect::<Vec<_>>(),
        ["9740091F", "1004001V", "LFE004"]
    );
    assert_eq!(schools.get(&rne("9740091F")).map(|school| school.label.as_str()), Some("9740091F"));
    assert_eq!(
        codes(&findings),
        [
            ("W-ETAB-DUP", Some(2)),
            ("W-UAI-CHECK", Some(4)),
            ("W-UAI-FORM", Some(5)),
            ("W-ETAB-SECTION", Some(6)),
            ("W-ETAB-SECTION", Some(7)),
            ("W-ETAB-SECTION", Some(8)),
        ]
    );
    assert_eq!(findings[1].detail, "the digits ask for F");
}

#[test]
fn a_wrong_address_costs_the_portal_and_not_the_school() {
    let table = [
        ("portail = ent.example/x", Some("https://ent.example/x"), &["W-ETAB-SCHEME"][..]),
        ("portail = http://ent.example", None, &["W-ETAB-URL"]),
        ("portail = https://u:p@ent.example", None, &["W-ETAB-URL"]),
        ("portail = https://ent.example/#top", None, &["W-ETAB-URL"]),
        ("portail =", None, &["W-ETAB-URL"]),
        ("libelle = X", None, &[]),
        ("portail = https://ent.example/", Some("https://ent.example"), &[]),
    ];
    for (line, portal, expected) in table {
        let (schools, findings) = read(&format!("[9740091F]\n{line}\n"));
        let found = schools.get(&rne("9740091F")).expect("there").portal.clone();
        assert_eq!(found.as_ref().map(PortalUrl::as_str), portal, "{line}");
        assert_eq!(
            findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
            expected,
            "{line}"
        );
    }
}

#[test]
fn a_portal_for_a_profile_that_is_wrong_falls_back() {
    let (schools, findings) = read(
        "[9740091F]\nportail=https://a.example\nPortail.School_Life=https://b.example\nportail.head=ftp://c\nportail.boss=https://d.example\n",
    );

    let school = schools.get(&rne("9740091F")).expect("there");
    assert_eq!(school.portal_for(Profile::SchoolLife).map(PortalUrl::host), Some("b.example"));
    assert_eq!(school.portal_for(Profile::Head).map(PortalUrl::host), Some("a.example"));
    assert_eq!(codes(&findings), [("W-ETAB-URL", Some(4)), ("W-INI-UNKNOWNKEY", Some(5))]);
}

#[test]
fn wrong_values_fall_back_to_what_is_usual() {
    let long = "x".repeat(201);
    let (schools, findings) = read(&format!(
        "[9740091F]\nprotocole=ldap\nactif=perhaps\nlogo=../key.pem\nlibelle={long}\nmessage=\n"
    ));

    let school = schools.get(&rne("9740091F")).expect("there");
    assert_eq!((school.protocol, school.active), (Protocol::Saml, true));
    assert_eq!((school.logo.as_ref(), school.message.as_ref()), (None, None));
    assert_eq!(school.label.len(), 200);
    assert!(findings.iter().all(|finding| finding.code == "W-ETAB-VALUE"));
    assert_eq!(findings.len(), 4);
}

#[test]
fn extensions_are_read() {
    let (schools, findings) = read(
        "[9740091F]\nprotocole=CAS\nactif=non\nlogo=lycee.svg\nrelaystate=ss:mem:1\nsp=https://sp.example/Meta\ncommune=Saint-Denis\ndepartement=974\n",
    );

    let school = schools.get(&rne("9740091F")).expect("there");
    assert_eq!((school.protocol, school.active), (Protocol::Cas, false));
    assert_eq!(school.logo.as_deref(), Some("lycee.svg"));
    assert_eq!(school.relay_state.as_deref(), Some("ss:mem:1"));
    assert_eq!(school.town.as_deref(), Some("Saint-Denis"));
    assert_eq!(findings, []);
    assert_eq!(schools.at("https://sp.example/meta").count(), 1);
    assert_eq!(schools.at("9740091F").count(), 0);
}
