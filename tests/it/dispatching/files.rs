//! The files of dispatch while the service runs (`dispatch.md` 2.6).
use crate::house::House;
use crate::peers::loopback;
use aiguillage::dispatch::files::Health;
use reqwest::Method;
use std::fs;

#[actix_web::test]
async fn new_files_count_from_the_next_request_on() {
    let house = House::open().await;
    let eric = house.sign_in("eric.morel").await;
    eric.get("/dispatch").await.must_be(404, "E-NO-PORTAL");

    let text = fs::read_to_string(house.file("etabs.ini")).expect("a file");
    let section =
        "\n[9749803M]\nlibelle = NOUVEAU\nportail = https://neuf.example\nprotocole = direct\n";
    assert!(house.rewrite("etabs.ini", &format!("{text}{section}")).await);

    assert_eq!(eric.get("/dispatch").await.location(), "https://neuf.example");
    let row = house.last("config.reload").await;
    assert_eq!((row.outcome.as_str(), &row.fields["config_generation"]), ("ok", &2.into()));
    assert_eq!(row.person, None);
}

#[actix_web::test]
async fn a_file_that_lost_too_much_is_refused() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let csrf = admin.get("/admin").await.csrf();
    let api = admin.clone().with("x-csrf-token", &csrf);
    let text = fs::read_to_string(house.file("etabs.ini")).expect("a file");
    for broken in ["", "[9740091F]\nportail = https://a.example\n", "\0\0\0", "nothing at all"] {
        fs::write(house.file("etabs.ini"), broken).expect("a file");

        let answer = api.send(Method::POST, "/api/v1/admin/reload", None).await;

        assert_eq!((answer.status, &answer.json()["error"]), (409, &"refused".into()), "{broken}");
        let row = house.last("config.reload_refused").await;
        assert_eq!(
            (row.outcome.as_str(), &row.request_id),
            ("refused", &answer.reference().to_owned())
        );
        assert!(row.person.is_some());
        assert!(matches!(house.parts().dispatcher.files.health(), Health::Degraded { .. }));
        let paul = house.sign_in("paul.hoarau").await;
        assert_eq!(paul.get("/dispatch").await.status, 302, "the last good one stays");
        let page = admin.post_from("/admin", "/admin/reload", &[]).await;
        assert_eq!(page.status, 200);
    }
    fs::remove_file(house.file("etabs.ini")).expect("a file");
    let answer = api.send(Method::POST, "/api/v1/admin/reload", None).await;
    assert_eq!(answer.status, 409, "a file that is gone");

    fs::write(house.file("etabs.ini"), text).expect("a file");
    let answer = api.send(Method::POST, "/api/v1/admin/reload", None).await;

    assert_eq!((answer.status, &answer.json()["generation"]), (200, &2.into()));
    assert!(answer.json()["warnings"].is_u64());
    assert_eq!(house.parts().dispatcher.files.health(), Health::Ok);
}

#[actix_web::test]
async fn partners_that_vanish_are_a_mistake_too() {
    let house = House::open().await;
    for entry in fs::read_dir(house.file("metadata")).expect("a folder") {
        fs::remove_file(entry.expect("an entry").path()).expect("a file");
    }

    assert!(!house.reload().await);
    let paul = house.sign_in("paul.hoarau").await;
    assert_eq!(paul.get("/dispatch").await.status, 302);
}

#[actix_web::test]
async fn one_bad_line_costs_one_line() {
    let house = House::open().await;
    let text = fs::read_to_string(house.file("etabs.ini")).expect("a file");
    let bad = format!(
        "\u{feff}{text}\n[9749803M]\nnonsense\nlibelle = \"open\nportail = https://neuf.example ; note\nprotocole = direct\n"
    );

    assert!(house.rewrite("etabs.ini", &bad).await);

    let eric = house.sign_in("eric.morel").await;
    assert_eq!(eric.get("/dispatch").await.location(), "https://neuf.example");
    let paul = house.sign_in("paul.hoarau").await;
    assert_eq!(paul.get("/dispatch").await.status, 302);
    let admin = house.administrator().await;
    let findings = admin.get("/api/v1/admin/lint").await.text;
    assert!(findings.contains("W-INI-LINE") && findings.contains("W-INI-QUOTE"), "{findings}");
}

#[actix_web::test]
async fn health_tells_operators_that_a_file_was_refused() {
    let port = crate::peers::process::free_port();
    let house = House::set("AIGUILLAGE_ADMIN_LISTEN", &format!("127.0.0.1:{port}")).await;
    let listener = aiguillage::health::serve(house.parts()).expect("a listener");
    let client = loopback().build().expect("a client");
    let get = async |path: &str| {
        let answer = client.get(format!("http://127.0.0.1:{port}{path}")).send().await;
        let answer = answer.expect("it answers");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    let (status, text) = get("/readyz").await;
    assert_eq!(status, 200, "{text}");
    assert!(get("/healthz").await.1.contains("\"state\":\"ok\""));
    assert_eq!(get("/livez").await.0, 200);

    assert!(!house.rewrite("etabs.ini", "").await);

    let (status, text) = get("/healthz").await;
    assert_eq!(status, 200);
    assert!(text.contains("\"state\":\"degraded\"") && text.contains("etabs.ini"), "{text}");
    assert_eq!(get("/readyz").await.0, 200, "people are served all the same");
    let (status, metrics) = get("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.trim_end().ends_with("# EOF"), "{metrics}");
    listener.expect("a listener").stop(false).await;
}
