//! Every path has its methods, and no others.
use crate::house::House;
use reqwest::Method;

const PATHS: [(&str, &str); 36] = [
    ("/", "GET, HEAD"),
    ("/login", "GET, HEAD, POST"),
    ("/logout", "GET, HEAD, POST"),
    ("/sessions", "GET, HEAD"),
    ("/sessions/end", "POST"),
    ("/sessions/end-others", "POST"),
    ("/language", "POST"),
    ("/dispatch", "GET, HEAD, POST"),
    ("/dispatch/forget", "POST"),
    ("/arena", "GET, HEAD"),
    ("/edispatcher", "GET, HEAD"),
    ("/edispatcher/", "GET, HEAD"),
    ("/edispatcher/index.php", "GET, HEAD"),
    ("/saml", "GET, HEAD"),
    ("/saml/metadata", "GET, HEAD"),
    ("/saml/sso", "GET, HEAD, POST"),
    ("/saml/continue", "GET, HEAD"),
    ("/api/v1/dispatch/me", "GET, HEAD"),
    ("/api/v1/admin/dispatch/explain", "GET, HEAD"),
    ("/api/v1/admin/lint", "GET, HEAD"),
    ("/api/v1/admin/reload", "POST"),
    ("/admin", "GET, HEAD"),
    ("/admin/reload", "POST"),
    ("/admin/lint", "GET, HEAD"),
    ("/admin/zones", "GET, HEAD"),
    ("/admin/explain", "GET, HEAD"),
    ("/admin/audit", "GET, HEAD"),
    ("/admin/audit.csv", "GET, HEAD"),
    ("/admin/mail", "GET, HEAD"),
    ("/admin/mail/new", "GET, HEAD, POST"),
    ("/admin/jobs", "GET, HEAD"),
    ("/admin/jobs/run", "POST"),
    ("/assets/app.css", "GET, HEAD"),
    ("/assets/post.js", "GET, HEAD"),
    ("/assets/choice.js", "GET, HEAD"),
    ("/assets/mark.svg", "GET, HEAD"),
];

#[actix_web::test]
async fn methods_that_a_path_does_not_have_are_named_and_refused() {
    let house = House::open().await;
    let visitor = house.visitor();
    for (path, allowed) in PATHS {
        for name in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "DEBUG"] {
            let method = Method::from_bytes(name.as_bytes()).expect("a method");
            let answer = visitor.send(method, path, None).await;
            let is_allowed = allowed.split(", ").any(|known| known == name);
            assert_eq!(answer.status == 405, !is_allowed, "{name} {path}: {}", answer.status);
            assert!(answer.status < 500, "{name} {path}");
            if !is_allowed {
                assert_eq!(answer.header("allow"), allowed, "{name} {path}");
                assert!(name == "HEAD" || answer.text.contains("E-METHOD"), "{name} {path}");
            }
        }
    }
}

#[actix_web::test]
async fn a_head_is_the_answer_without_its_text() {
    let house = House::open().await;
    let admin = house.administrator().await;
    for path in
        ["/login", "/sessions", "/admin", "/dispatch?choose=1", "/nowhere", "/saml/metadata"]
    {
        let whole = admin.get(path).await;
        let head = admin.send(Method::HEAD, path, None).await;
        assert_eq!(head.status, whole.status, "{path}");
        assert_eq!(head.header("content-type"), whole.header("content-type"), "{path}");
        assert_eq!(head.text, "", "{path}");
    }
}

#[actix_web::test]
async fn a_tunnel_is_not_dug() {
    let house = House::open().await;
    let answer = house
        .raw("CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer:.80}");
}

#[actix_web::test]
async fn looking_changes_nothing() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let before = house.audit("config.").await.len();
    for path in
        ["/sessions/end?session=x", "/admin/reload", "/dispatch/forget", "/api/v1/admin/reload"]
    {
        assert_eq!(admin.get(path).await.status, 405, "{path}");
    }
    admin.get("/logout").await;
    assert_eq!(admin.get("/sessions").await.status, 200);
    assert_eq!(house.audit("config.").await.len(), before);
}
