//! Until when, and from whom, a description is believed.
use super::*;

#[test]
fn a_description_runs_out() {
    let until = |days: i64| {
        let end = (now() + Duration::days(days)).to_rfc3339();
        entity("https://x", &format!(" validUntil=\"{end}\""), "")
    };
    for (days, code, usable) in [
        (-1, &["W-META-EXPIRED"][..], false),
        (0, &["W-META-EXPIRED"], false),
        (1, &["W-META-EXPIRES"], true),
        (14, &["W-META-EXPIRES"], true),
        (15, &[], true),
    ] {
        let (partners, findings) = load(&[("x.xml", &until(days))]);
        let partner = partners.find("x").unwrap();

        assert_eq!(codes(&findings), code, "{days} days");
        assert_eq!(partner.usable(now()) == Usability::Usable, usable, "{days} days");
    }
}

#[test]
fn a_date_that_cannot_be_read_counts_as_past() {
    let (partners, findings) = load(&[("x.xml", &entity("https://x", " validUntil=\"soon\"", ""))]);

    assert_ne!(partners.find("x").unwrap().usable(now()), Usability::Usable);
    assert_eq!(codes(&findings), ["W-META-DATE", "W-META-EXPIRED"]);
}

#[test]
fn dates_with_and_without_zone_are_read() {
    for text in ["2026-09-01T08:00:00Z", "2026-09-01T08:00:00", "2026-09-01T12:00:00.000+04:00"] {
        assert_eq!(read::moment(text), Some(now()), "{text}");
    }
    assert_eq!(read::moment("2026-09-01"), None);
}

#[test]
fn weak_keys_are_refused_and_old_certificates_only_warn() {
    let (partners, findings) = load(&[("x.xml", &entity("https://x", "", &key("weak")))]);
    assert!(partners.find("x").unwrap().signing_keys.is_empty());
    assert_eq!(codes(&findings), ["W-META-KEY"]);

    let folder = folder(&[("x.xml", &entity("https://x", "", &key("idp")))]);
    let late = now() + Duration::days(50_000);
    let (partners, findings) = Partners::load(folder.path(), late, &LoadRules::default());
    assert_eq!(partners.find("x").unwrap().signing_keys.len(), 1);
    assert_eq!(codes(&findings), ["W-META-CERT"]);
}

#[test]
fn with_a_trusted_key_only_signed_files_count() {
    let text = entity("https://x", " ID=\"_m\"", "");
    let (start, rest) = text.split_once("<md:SPSSODescriptor").unwrap();
    let start = start.replace("ID=\"_m\"", "");
    let start = start.replace("entityID", "ID=\"_m\" entityID").replace(" >", ">");
    let signed_by = |name: &str| {
        let unsigned = Unsigned {
            id: "_m".into(),
            before: start.clone(),
            behind: format!("<md:SPSSODescriptor{rest}"),
        };
        unsigned.signed(&named_signer(name)).unwrap()
    };
    let rules = LoadRules { trusted: vec![key_of(&signer())], ..LoadRules::default() };
    let good = signed_by("idp");
    let wrapped = format!(
        "<md:EntitiesDescriptor xmlns:md=\"{METADATA}\" ID=\"_o\">{}{good}</md:EntitiesDescriptor>",
        entity("https://evil", "", "")
    );
    let loaded = |text: &str| load_with(&[("x.xml", text)], &rules).0.len();

    assert_eq!(loaded(&good), 1);
    assert_eq!(loaded(&text), 0, "unsigned");
    assert_eq!(loaded(&signed_by("other")), 0, "another key");
    assert_eq!(loaded(&good.replace("https://sp.example", "https://sp.evil")), 0, "changed");
    assert_eq!(loaded(&wrapped), 0, "wrapped");
}
