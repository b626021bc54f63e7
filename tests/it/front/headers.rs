//! The headers of `security.md` 1.1, on every kind of answer.
use crate::house::{Answer, House};
use reqwest::Method;

const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";

#[track_caller]
fn must_be_hardened(answer: &Answer, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let is_page = answer.header("content-type").starts_with("text/html");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        if is_page { "same-origin" } else { "" },
        "{what}"
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with(if is_page { PAGE } else { DATA }), "{what}: {policy}");
    assert_eq!(answer.header("server"), "", "{what}");
    assert_eq!(answer.header("x-powered-by"), "", "{what}");
    assert!(!answer.reference().is_empty(), "{what}");
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}

#[actix_web::test]
async fn every_answer_is_hardened() {
    let house = House::open().await;
    let admin = house.administrator().await.with("origin", "https://evil.example");
    let program = house.visitor().with("accept", "*/*").with("origin", "null");
    for path in [
        "/",
        "/login",
        "/dispatch",
        "/dispatch?choose=1",
        "/dispatch?rne=0219801P",
        "/arena",
        "/sessions",
        "/logout",
        "/edispatcher",
        "/saml",
        "/saml?sp_ident=9740091F",
        "/saml/metadata",
        "/saml/sso",
        "/saml/continue?sp=9740091F",
        "/api/v1/dispatch/me",
        "/api/v1/admin/lint",
        "/api/v1/nothing",
        "/admin",
        "/admin/audit",
        "/admin/audit.csv",
        "/assets/app.css",
        "/assets/nothing.css",
        "/nowhere",
        "/dispatch/forget",
        "/%ff",
        "/.env",
    ] {
        for person in [&admin, &program] {
            let answer = person.get(path).await;
            must_be_hardened(&answer, path);
            let asset = answer.status == 200 && path.starts_with("/assets/");
            assert!(asset || answer.header("cache-control") == "no-store", "{path}");
        }
    }
    must_be_hardened(&admin.post("/logout", &[]).await, "a refused post");
    must_be_hardened(&program.send(Method::DELETE, "/login", None).await, "a refused method");
    must_be_hardened(
        &program.clone().with("host", "evil.example").get("/").await,
        "a foreign host",
    );
    must_be_hardened(&program.post("/login", &[("login", &"x".repeat(90_000))]).await, "too much");
}

#[actix_web::test]
async fn forms_may_lead_away_on_the_sign_on_path_only() {
    let house = House::open().await;
    let admin = house.administrator().await;
    for (path, leads) in [
        ("/login?renew=1", true),
        ("/dispatch?choose=1", true),
        ("/saml?sp_ident=9740091F", true),
        ("/saml?sp_ident=nobody", true),
        ("/sessions", false),
        ("/admin", false),
        ("/admin/zones", false),
        ("/nowhere", false),
    ] {
        let answer = admin.get(path).await;
        let expected = if leads { PAGE.to_owned() } else { format!("{PAGE}; form-action 'self'") };
        assert_eq!(answer.header("content-security-policy"), expected, "{path}");
    }
}

#[actix_web::test]
async fn assets_are_kept_for_good_under_a_name_of_their_own() {
    let house = House::open().await;
    let page = house.visitor().get("/login").await;
    let start = page.text.find("/assets/app").expect("a stylesheet");
    let name = page.text[start..].split('"').next().expect("a quote");

    let answer = house.visitor().get(name).await;

    assert_eq!(answer.status, 200, "{name}");
    assert!(answer.header("content-type").starts_with("text/css"));
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(answer.cookies().is_empty());
}

#[actix_web::test]
async fn strict_transport_is_asked_for_behind_tls_only() {
    let house = House::open().await;
    assert_eq!(house.visitor().get("/login").await.header("strict-transport-security"), "");

    let house = House::set("AIGUILLAGE_HTTP_PUBLIC_URL", "https://sso.example").await;
    let visitor = house.visitor().with("host", "sso.example");
    for path in ["/login", "/nowhere", "/dispatch", "/api/v1/dispatch/me"] {
        let answer = visitor.get(path).await;
        let expected = "max-age=31536000; includeSubDomains";
        assert_eq!(answer.header("strict-transport-security"), expected, "{path}");
    }
    let metadata = visitor.get("/saml/metadata").await;
    assert!(metadata.text.contains("https://sso.example/saml/sso"));
    assert!(!metadata.text.contains("localhost"));
}

#[actix_web::test]
async fn pages_hold_no_script_or_style_of_their_own_and_nothing_foreign() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let marie = house.sign_in("marie.dupont").await;
    let mut pages = Vec::new();
    for path in
        ["/admin", "/admin/lint", "/admin/zones", "/admin/explain", "/admin/audit", "/nowhere"]
    {
        pages.push((path, admin.get(path).await));
    }
    for path in [
        "/dispatch",
        "/sessions",
        "/logout",
        "/saml?sp_ident=9740091F",
        "/saml?sp_ident=x",
        "/login?renew=1",
    ] {
        pages.push((path, marie.get(path).await));
    }
    for (path, page) in pages {
        assert!(page.text.starts_with("<!doctype html>"), "{path}");
        for inline in
            [" style=\"", "<style", " onclick", " onload", " onsubmit", " onerror", "javascript:"]
        {
            assert!(!page.text.contains(inline), "{path}: {inline}");
        }
        for script in page.text.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').expect("a tag ends");
            assert!(
                tag.contains("src=\"/assets/") && rest.starts_with("</script>"),
                "{path}: {tag}"
            );
        }
        for source in page.text.split(" src=\"").skip(1).chain(
            page.text
                .split("<link ")
                .skip(1)
                .filter_map(|link| link.split_once("href=\"").map(|(_, href)| href)),
        ) {
            assert!(source.starts_with('/') && !source.starts_with("//"), "{path}: {source:.40}");
        }
    }
}
