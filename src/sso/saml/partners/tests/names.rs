//! How partners are found.
use super::*;

fn alias(name: &str, partner: &str) -> Alias {
    Alias { name: name.into(), partner: partner.into(), file: "associations.ini".into(), line: 3 }
}

#[test]
fn a_partner_is_found_by_entity_id_file_name_or_alias() {
    let files = [
        ("9740091f.xml", entity("https://a", "", "")),
        ("0219801P.xml", entity("https://b", "", "")),
        ("Portail.xml", entity("https://c", "", "")),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (mut partners, findings) = load(&files);
    assert_eq!(findings, []);
    let taken = partners.take_aliases(&[
        alias("lagon", "https://a"),
        alias("canal", "0219801p"),
        alias("Filaos", "PORTAIL"),
    ]);

    assert_eq!(taken, []);
    for (ident, expected) in [
        ("https://a", Some("https://a")),
        ("9740091F", Some("https://a")),
        ("9740091f", Some("https://a")),
        ("0219801p", Some("https://b")),
        ("Portail", Some("https://c")),
        ("portail", None),
        ("lagon", Some("https://a")),
        ("canal", Some("https://b")),
        ("Filaos", Some("https://c")),
        ("https://A", None),
        ("9740091F.xml", None),
    ] {
        let found = partners.find(ident).map(|partner| partner.entity_id.as_str());
        assert_eq!(found, expected, "{ident}");
    }
}

#[test]
fn no_hostile_name_finds_anything() {
    let (partners, _) = load(&[("9740091F.xml", &entity("https://a", "", ""))]);
    for ident in [
        "",
        ".",
        "..",
        "../9740091F",
        "./9740091F",
        "../../etc/passwd",
        "/etc/passwd",
        "9740091F\0",
        "9740091F%00",
        "%2e%2e%2f9740091F",
        "9740091F/",
        "9740091F.xml",
        " 9740091F",
        "9740091F ",
        "9740091F\n",
        "９７４００９１Ｆ",
        "https://a/",
        "https://a#",
        "*",
        "C:\\windows\\win.ini",
        "file:///etc/passwd",
        &"x".repeat(100_000),
    ] {
        assert!(partners.find(ident).is_none(), "{ident:?}");
    }
}

#[test]
fn of_two_files_with_one_entity_the_first_by_name_is_used() {
    let (partners, findings) = load(&[
        ("b.xml", &entity("https://x", "", "")),
        ("a.xml", &entity("https://x", "", "")),
        ("9740091F.xml", &entity("https://y", "", "")),
        ("9740091f.xml", &entity("https://z", "", "")),
    ]);

    assert_eq!(partners.find("https://x").unwrap().file, "a.xml");
    assert!(partners.find("b").is_none());
    assert_eq!(partners.find("9740091f").unwrap().entity_id, "https://y");
    assert_eq!(partners.find("https://z").unwrap().file, "9740091f.xml");
    assert_eq!(codes(&findings), ["W-META-DUP", "W-META-DUP"]);
}

#[test]
fn an_entity_id_wins_over_a_file_name() {
    let (partners, _) =
        load(&[("one.xml", &entity("two", "", "")), ("two.xml", &entity("three", "", ""))]);

    assert_eq!(partners.find("two").unwrap().file, "one.xml");
}

#[test]
fn an_alias_takes_no_name_away() {
    let files = [
        ("9740091F.xml", entity("https://a", "", "")),
        ("0219801P.xml", entity("https://b", "", "")),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (mut partners, _) = load(&files);

    let findings = partners.take_aliases(&[
        alias("lagon", "https://a"),
        alias("lagon", "9740091f"),
        alias("lagon", "https://b"),
        alias("0219801p", "https://a"),
        alias("../etc", "https://a"),
        alias("canal", "https://nobody"),
    ]);

    let refused: Vec<_> = findings.iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(refused, ["lagon", "0219801p", "../etc", "canal"]);
    assert_eq!(codes(&findings), ["W-META-ALIAS"; 4]);
    assert!(findings.iter().all(|it| it.file == "associations.ini" && it.line == Some(3)));
    assert_eq!(partners.find("lagon").unwrap().entity_id, "https://a");
    assert_eq!(partners.find("0219801P").unwrap().entity_id, "https://b");
    let names: Vec<_> = partners.find("lagon").unwrap().names().collect();
    assert_eq!(names, ["https://a", "9740091F", "lagon"]);
}
