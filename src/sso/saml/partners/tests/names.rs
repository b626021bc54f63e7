//! How partners are found.
use super::*;

#[test]
fn a_partner_is_found_by_entity_id_file_name_or_alias() {
    let rules = LoadRules {
        aliases: vec![("lagon".into(), "https://a".into()), ("canal".into(), "0219801p".into())],
        ..LoadRules::default()
    };
    let files = [
        ("9740091f.xml", entity("https://a", "", "")),
        ("0219801P.xml", entity("https://b", "", "")),
        ("Portail.xml", entity("https://c", "", "")),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (partners, findings) = load_with(&files, &rules);

    assert_eq!(findings, []);
    for (ident, expected) in [
        ("https://a", Some("https://a")),
        ("9740091F", Some("https://a")),
        ("9740091f", Some("https://a")),
        ("0219801p", Some("https://b")),
        ("Portail", Some("https://c")),
        ("portail", None),
        ("lagon", Some("https://a")),
        ("canal", Some("https://b")),
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
