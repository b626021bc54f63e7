//! Built-in files over HTTP, and the first page held against its budget.
use super::*;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, http::StatusCode};

fn header_of(answer: &actix_web::dev::ServiceResponse, name: &str) -> String {
    answer.headers().get(name).unwrap().to_str().unwrap().to_owned()
}

fn mounted(cfg: &mut actix_web::web::ServiceConfig) {
    routes(&mut Map::new(cfg, &mut Vec::new(), |_, _| Box::pin(async { Ok(()) })));
}

async fn answer(request: TestRequest, theme: Theme) -> actix_web::dev::ServiceResponse {
    let workroom = Data::new(crate::web::workroom::Workroom::new(1));
    let app = App::new().app_data(Data::new(theme)).app_data(workroom);
    let app = init_service(app.configure(mounted)).await;
    call_service(&app, request.to_request()).await
}

#[actix_web::test]
async fn a_versioned_file_may_be_kept_for_ever() {
    let answer = answer(TestRequest::get().uri(asset("app.css")), Theme::default()).await;

    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header_of(&answer, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header_of(&answer, "content-type"), "text/css; charset=utf-8");
}

#[actix_web::test]
async fn a_known_version_is_not_sent_again() {
    let first = answer(TestRequest::get().uri(asset("app.css")), Theme::default()).await;
    let tag = header_of(&first, "etag");

    let again = TestRequest::get().uri(asset("app.css")).insert_header(("if-none-match", tag));
    let second = answer(again, Theme::default()).await;

    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert!(read_body(second).await.is_empty());
}

#[actix_web::test]
async fn the_posting_script_has_a_fixed_address() {
    let answer = answer(TestRequest::get().uri("/assets/post.js"), Theme::default()).await;

    assert_eq!(answer.status(), StatusCode::OK);
}

#[actix_web::test]
async fn other_names_are_not_found() {
    for path in
        ["/assets/app.css", "/assets/..%2fapp.css", "/theme/theme.css", "/theme/logos/x.svg"]
    {
        let answer = answer(TestRequest::get().uri(path), Theme::default()).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[actix_web::test]
async fn logos_come_from_the_logo_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("logos")).unwrap();
    std::fs::write(folder.path().join("logos/lycee.svg"), "<svg/>").unwrap();
    std::fs::write(folder.path().join("secret.svg"), "<svg/>").unwrap();

    for (name, status) in [
        ("lycee.svg", StatusCode::OK),
        ("none.svg", StatusCode::NOT_FOUND),
        ("..%2fsecret.svg", StatusCode::NOT_FOUND),
        ("%2e%2e%2fsecret.svg", StatusCode::NOT_FOUND),
        (".lycee.svg", StatusCode::NOT_FOUND),
    ] {
        let theme = Theme::load(folder.path()).0;
        let answer = answer(TestRequest::get().uri(&format!("/theme/logos/{name}")), theme).await;
        assert_eq!(answer.status(), status, "{name}");
        if status == StatusCode::OK {
            assert_eq!(header_of(&answer, "content-security-policy"), SANDBOX);
        }
    }
}
