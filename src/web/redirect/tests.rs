use super::*;
use proptest::prelude::*;

/// Sixty targets that somebody hopes will lead to `evil.example`.
pub(crate) const HOSTILE: [&str; 60] =
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/hostile_targets.in"));

fn listed() -> Origins {
    let mut origins = Origins::default();
    assert!(origins.allow("https://ok.example", false));
    assert!(origins.allow("http://127.0.0.1:8080/x", false));
    origins
}

#[test]
fn none_of_sixty_hostile_targets_leads_away() {
    let origins = listed();
    for target in HOSTILE {
        assert!(Target::parse(target, Rule::OwnPath).is_err(), "own path: {target:?}");
        let allowed = Target::parse(target, Rule::AllowedOrigin(&origins));
        assert!(allowed.is_err(), "allowed origin: {target:?}");
    }
}

#[test]
fn hostile_text_inside_a_path_stays_inside_it() {
    for (text, target) in [
        ("/%09/evil.example", "/%09/evil.example"),
        ("/%2f%2fevil.example", "/%2f%2fevil.example"),
        ("/%5cevil.example", "/%5cevil.example"),
        ("/%252f/evil.example", "/%252f/evil.example"),
        ("/x//evil.example", "/x//evil.example"),
        ("/?next=//evil.example", "/?next=//evil.example"),
        ("/@evil.example", "/@evil.example"),
        ("/https://evil.example", "/https://evil.example"),
        ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
    ] {
        assert_eq!(Target::parse(text, Rule::OwnPath).unwrap().as_str(), target);
    }
}

#[test]
fn own_paths_pass_and_become_ascii() {
    for (text, target) in [
        ("/", "/"),
        ("/dispatch?rne=9740091F#x", "/dispatch?rne=9740091F#x"),
        ("/école?q=é à", "/%C3%A9cole?q=%C3%A9%20%C3%A0"),
        ("/a/../b", "/b"),
    ] {
        assert_eq!(Target::parse(text, Rule::OwnPath).unwrap().as_str(), target);
    }
}

#[test]
fn allowed_origins_pass() {
    let origins = listed();
    for (text, target) in [
        ("https://ok.example", "https://ok.example/"),
        ("https://ok.example:443/a?b=c#d", "https://ok.example/a?b=c#d"),
        ("HTTPS://OK.example/A", "https://ok.example/A"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        (
            "https://ok.example/?u=https://evil.example@x",
            "https://ok.example/?u=https://evil.example@x",
        ),
        ("https://ok.example/é", "https://ok.example/%C3%A9"),
    ] {
        let read = Target::parse(text, Rule::AllowedOrigin(&origins)).unwrap();
        assert_eq!(read.as_str(), target);
    }
}

#[test]
fn http_is_listed_for_this_machine_only() {
    let mut origins = Origins::default();

    assert!(origins.allow("http://localhost:1", false) && origins.allow("http://[::1]", false));
    assert!(!origins.allow("http://ok.example", false) && origins.allow("http://ok.example", true));
    assert!(!origins.allow("ftp://ok.example", true) && !origins.allow("ok.example", true));
}

#[test]
fn length_is_bounded() {
    assert!(Target::parse(&format!("/{}", "x".repeat(2047)), Rule::OwnPath).is_ok());
    assert_eq!(
        Target::parse(&format!("/{}", "x".repeat(2048)), Rule::OwnPath),
        Err(RefusedTarget::Length)
    );
}

proptest! {
    #[test]
    fn whatever_passes_stays_here(text in "[/\\\\.@:?#%a-z0-9\t\n \u{3002}]{0,40}") {
        let here = Url::parse("https://here.example").unwrap();
        if let Ok(target) = Target::parse(&text, Rule::OwnPath) {
            prop_assert_eq!(here.join(target.as_str()).unwrap().origin(), here.origin());
            prop_assert!(target.as_str().bytes().all(|c| c.is_ascii_graphic()));
        }
        let origins = listed();
        if let Ok(target) = Target::parse(&format!("https://ok.example{text}"), Rule::AllowedOrigin(&origins)) {
            prop_assert!(target.as_str().starts_with("https://ok.example/"));
        }
    }
}
