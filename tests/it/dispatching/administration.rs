//! The small administration: closed to everybody else, and what it tells.
use crate::house::{Answer, House, OFFICE};
use aiguillage::audit::Sealer;
use aiguillage::clock::Clock;
use aiguillage::on;
use reqwest::Method;
use serde_json::json;

const PAGES: [&str; 6] =
    ["/admin", "/admin/lint", "/admin/zones", "/admin/explain", "/admin/audit", "/admin/audit.csv"];
const PROGRAMS: [&str; 2] = ["/api/v1/admin/lint", "/api/v1/admin/dispatch/explain"];

#[actix_web::test]
async fn administration_is_for_administrators() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let paul = house.sign_in_from("paul.hoarau", OFFICE).await;
    for path in PAGES.into_iter().chain(PROGRAMS) {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
        paul.get(path).await.must_be(403, "E-FORBIDDEN");
        assert_eq!(house.last("request.refused").await.reason, "E-FORBIDDEN");
    }
    for path in PAGES {
        let answer = house.visitor().get(path).await;
        assert_eq!(answer.status, 302, "{path}");
        assert!(answer.location().starts_with("/login?next="));
    }
    for path in ["/admin/reload", "/admin/audit/check", "/api/v1/admin/reload"] {
        let token = paul.get("/sessions").await.csrf();
        let paul = paul.clone().with("x-csrf-token", &token);
        paul.post(path, &[("csrf", &token)]).await.must_be(403, "E-FORBIDDEN");
        admin.post(path, &[]).await.must_be(403, "E-CSRF");
    }
    assert!(house.audit("config.reload").await.is_empty());
    assert!(!paul.get("/dispatch?choose=1").await.text.contains("/admin"), "nor is it shown");
}

#[actix_web::test]
async fn explain_goes_the_way_without_going_it() {
    let house = House::open().await;
    let admin = house.administrator().await;
    house.invite(&["paul.hoarau", "mauvaise.lettre"]).await;
    let before = house.audit("dispatch.").await.len();
    let explain = async |query: &str| {
        let answer = admin.get(&format!("/api/v1/admin/dispatch/explain?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        answer.json()
    };

    let told = explain("login=paul.hoarau&ip=10.205.12.7").await;
    assert_eq!(told["client"], json!({ "address": "10.205.12.7", "because": "given" }));
    assert_eq!(told["zone"]["name"], "10.205.12.0/24");
    assert!(told["zone"]["line"].as_u64().is_some_and(|line| line > 0));
    assert_eq!(told["verdict"]["reason"], "single");
    assert_eq!(told["verdict"]["status"], 302);
    let way = told["verdict"]["goes_to"].as_str().expect("a way");
    assert!(way.starts_with("/saml?sp_ident=9740091F&"));
    assert_eq!(told["sources"].as_array().map(Vec::len), Some(4));
    let knows: Vec<_> = told["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|source| source["knows"] == true)
        .map(|source| &source["name"])
        .collect();
    assert_eq!(knows, ["agents"]);

    let told = explain("login=mauvaise.lettre&peer=127.0.0.1&xff=172.16.0.1,%2010.205.3.4").await;
    assert_eq!(told["client"], json!({ "address": "10.205.3.4", "because": "header" }));
    assert_eq!(told["affiliations"][0]["meant"], "9740091F", "for administrators only");
    assert_eq!(told["verdict"]["reason"], "E-NO-PORTAL");

    let told = explain("login=nobody&peer=203.0.113.7&xff=10.205.3.4").await;
    assert_eq!(told["client"]["because"], "header_ignored");
    assert_eq!(told["verdict"]["decision"], "nobody");
    let told = explain("peer=127.0.0.1&xff=garbage").await;
    assert_eq!(
        (&told["client"]["because"], &told["zone"]["name"]),
        (&json!("unknown"), &json!("default"))
    );
    for wrong in ["ip=x", "peer=10.205.3", "ip=010.205.3.4", "ip=%00"] {
        let answer = admin.get(&format!("/api/v1/admin/dispatch/explain?{wrong}")).await;
        answer.must_be(400, "E-BAD-REQUEST");
    }
    assert_eq!(house.audit("dispatch.").await.len(), before, "nothing was executed");
}

#[actix_web::test]
async fn explain_is_a_page_too() {
    let house = House::open().await;
    let admin = house.administrator().await;
    house.invite(&["julie.blanc"]).await;

    let page = admin.get("/admin/explain?login=julie.blanc&ip=10.205.3.4").await;

    assert_eq!(page.status, 200);
    for words in ["9740091F", "9749803M", "10.205.0.0"] {
        assert!(page.text.contains(words), "{words}: {}", page.words());
    }
    admin.get("/admin/explain?ip=x").await.must_be(400, "E-BAD-REQUEST");
}

#[actix_web::test]
async fn lint_names_file_and_line() {
    let house = House::open().await;
    assert!(
        house
            .change(
                "etabs.ini",
                "[9749801K]\n",
                "[9749801k]\nwhatever = 1\nlogo = x.png\n[9749801K]\n"
            )
            .await
    );
    let admin = house.administrator().await;

    let findings = admin.get("/api/v1/admin/lint").await.json();

    let found = findings.as_array().expect("a list");
    let code = |code: &str| found.iter().find(|finding| finding["code"] == code);
    let unknown = code("W-INI-UNKNOWNKEY").unwrap_or_else(|| panic!("{findings}"));
    assert!(unknown["file"].as_str().is_some_and(|file| file.ends_with("etabs.ini")));
    assert!(unknown["line"].as_u64().is_some_and(|line| line > 5));
    assert!(code("W-ETAB-NOSP").is_some(), "0679801P has no metadata");
    let page = admin.get("/admin/lint").await;
    assert!(page.text.contains("W-ETAB-NOSP"));
    let page = admin.get("/admin/lint?q=W-INI-UNKNOWNKEY").await;
    assert!(page.text.contains("W-INI-UNKNOWNKEY") && !page.text.contains("W-ETAB-NOSP"));
}

#[actix_web::test]
async fn zones_say_where_an_address_would_be() {
    let house = House::open().await;
    let admin = house.administrator().await;
    for (address, words) in [
        ("10.205.12.7", "10.205.12.0/24"),
        ("::ffff:10.205.3.4", "10.205.0.0/16"),
        ("2001:db8:974:100::1", "2001:db8:974:100::/56"),
        ("nonsense", "nonsense"),
        ("\"><script>", "&#62;"),
    ] {
        let query = serde_urlencoded::to_string([("address", address)]).expect("a query");
        let page = admin.get(&format!("/admin/zones?{query}")).await;
        assert_eq!(page.status, 200, "{address}");
        assert!(page.text.contains(words), "{address}");
        assert!(!page.text.contains("<script>"));
    }
}

#[actix_web::test]
async fn a_reference_finds_what_happened() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let refused = marie.get("/dispatch?rne=0219801P").await;
    let reference = refused.reference().to_owned();
    let admin = house.administrator().await;

    let page = admin.get(&format!("/admin/audit?q={reference}")).await;

    assert!(page.text.contains("E-NOT-YOURS") && page.text.contains(&reference));
    assert_eq!(rows(&page), 1, "nothing but that request");
    let page = admin.get("/admin/audit?event=auth.").await;
    assert!(page.text.contains("Marie Dupont") && !page.text.contains("E-NOT-YOURS"));
    let page = admin.get("/admin/audit?from=2027-01-15&until=2027-01-15").await;
    assert!(page.text.contains("E-NOT-YOURS"));
    let page = admin.get("/admin/audit?until=2027-01-14").await;
    assert_eq!(rows(&page), 0);
    for odd in ["?skip=-5", "?skip=x", "?from=x&until=y", "?q=%25%27", "?event=%5F"] {
        assert_eq!(admin.get(&format!("/admin/audit{odd}")).await.status, 200, "{odd}");
    }
}

/// Rows of a table, without its head.
fn rows(page: &Answer) -> usize {
    page.text.matches("<tr").count().saturating_sub(1)
}

#[actix_web::test]
async fn the_record_can_be_taken_away() {
    let house = House::open().await;
    let admin = house.administrator().await;
    house.sign_in("marie.dupont").await.get("/dispatch").await;

    let answer = admin.get("/admin/audit.csv?event=dispatch.").await;

    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert!(answer.header("content-disposition").contains("attachment"));
    assert_eq!(answer.text.lines().count(), 2, "{}", answer.text);
    assert!(answer.text.contains("\"dispatch.decision\",\"ok\",\"choice\""));
    assert!(!answer.text.contains("Marie"), "ids, no names");
    assert_eq!(house.last("export.made").await.fields["rows"], 1);
}

#[actix_web::test]
async fn an_administrator_reads_the_files_again() {
    let house = House::open().await;
    let admin = house.administrator().await;

    let page = admin.post_from("/admin", "/admin/reload", &[]).await;

    assert_eq!(page.status, 200);
    let row = house.last("config.reload").await;
    assert_eq!((row.request_id.as_str(), row.person.is_some()), (page.reference(), true));
    let csrf = admin.get("/admin").await.csrf();
    let api = admin.clone().with("x-csrf-token", &csrf);
    let answer = api.send(Method::POST, "/api/v1/admin/reload", None).await;
    assert_eq!((answer.status, &answer.json()["generation"]), (200, &json!(3)));
}

#[actix_web::test]
async fn the_page_of_the_record_says_how_far_it_is_sealed_and_checks_it() {
    let house = House::open().await;
    let admin = house.administrator().await.with("accept-language", "en");
    let page = admin.get("/admin/audit").await;
    assert!(page.text.contains("No row is sealed yet"));

    let sealer = Sealer::new(house.db(), &Clock::fixed(house.now()));
    sealer.turn().await.expect("sealed");
    let page = admin.get("/admin/audit").await;
    assert!(page.text.contains("Sealed until 2027-01-15 08:30:00"), "{}", page.text);
    let form = [("csrf", page.csrf())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let checked = admin.post("/admin/audit/check", &form).await;
    assert!(checked.text.contains("rows are as they were"), "{}", checked.text);

    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE audit SET reason = 'federation' WHERE event = 'auth.login'";
    on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ())).expect("done");
    tx.commit().await.expect("kept");
    let checked = admin.post("/admin/audit/check", &form).await;
    assert!(checked.text.contains("was changed"), "{}", checked.text);
}
