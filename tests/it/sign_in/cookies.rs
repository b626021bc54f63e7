//! Cookies and the sessions behind them.
use crate::house::House;

/// The attributes behind the value of a cookie, sorted.
fn attributes(line: &str) -> Vec<&str> {
    let mut attributes: Vec<_> = line.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

#[actix_web::test]
async fn every_cookie_has_exactly_its_attributes() {
    let house = House::open().await;
    house.invite(&["marie.dupont"]).await;
    let marie = house.visitor();
    let page = marie.get("/login").await;
    let flow = page.cookie("__Host-flow").expect("a flow cookie");
    assert_eq!(attributes(flow), ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=None", "Secure"]);

    let answer = marie.try_password("marie.dupont", "marie.dupont").await;

    let session = answer.cookie("__Host-sid").expect("a session cookie");
    assert_eq!(attributes(session), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    let device = answer.cookie("__Host-device").expect("a device cookie");
    let half_a_year = "Max-Age=15552000";
    assert_eq!(attributes(device), ["HttpOnly", half_a_year, "Path=/", "SameSite=Lax", "Secure"]);
    let flow = answer.cookie("__Host-flow").expect("the flow cookie goes");
    assert!(attributes(flow).contains(&"Max-Age=0"));
    assert_eq!(answer.cookies().len(), 3);

    let fields = [("rne", "9740091F.0"), ("remember", "1")];
    let answer = marie.post_from("/dispatch?choose=1", "/dispatch", &fields).await;
    let choice = answer.cookie("__Host-dispatch_choice").expect("a remembered choice");
    let rest: Vec<_> =
        attributes(choice).into_iter().filter(|a| !a.starts_with("Max-Age=")).collect();
    assert_eq!(rest, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    let answer = marie.post("/language", &[("lang", "en"), ("next", "/dispatch")]).await;
    let language = answer.cookie("lang").expect("a language");
    assert!(attributes(language).contains(&"Secure") && language.starts_with("lang=en"));
    assert!(marie.jar().len() < 4096, "{}", marie.jar());
}

#[actix_web::test]
async fn a_session_that_we_did_not_make_is_never_adopted() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let chosen = "A".repeat(43);
    let paul = house.visitor();
    paul.put_cookie("__Host-sid", &chosen);
    assert_eq!(paul.get("/sessions").await.status, 302);

    paul.try_password("paul.hoarau", "paul.hoarau").await;

    let issued = paul.cookie("__Host-sid").expect("a session");
    assert_ne!(issued, chosen);
    let attacker = house.visitor();
    attacker.put_cookie("__Host-sid", &chosen);
    assert_eq!(attacker.get("/sessions").await.status, 302);
}

#[actix_web::test]
async fn a_new_sign_in_kills_the_session_that_was_there() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let before = paul.cookie("__Host-sid").expect("a session");

    paul.try_password("paul.hoarau", "paul.hoarau").await;

    let after = paul.cookie("__Host-sid").expect("a session");
    assert_ne!(before, after);
    let thief = house.visitor();
    thief.put_cookie("__Host-sid", &before);
    assert_eq!(thief.get("/sessions").await.status, 302);
    assert_eq!(paul.get("/sessions").await.status, 200);
}

#[actix_web::test]
async fn a_stolen_table_opens_nothing() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let cookie = paul.cookie("__Host-sid").expect("a session");
    let list = paul.get("/sessions").await;

    let mut tx = house.db().read().await.expect("the database answers");
    let hashes: Vec<Vec<u8>> = aiguillage::on!(&mut tx, |conn| {
        sqlx::query_scalar("SELECT token_hash FROM session").fetch_all(conn).await
    })
    .expect("a table");

    assert_eq!(hashes.len(), 1);
    assert_ne!(hashes[0], cookie.as_bytes());
    assert_eq!(hashes[0], aiguillage::identity::token::hash(&cookie));
    assert!(!list.text.contains(&cookie), "no page shows it either");
}

#[actix_web::test]
async fn strange_cookies_count_as_none() {
    let house = House::open().await;
    let long = "x".repeat(8 * 1024);
    let many = (0..200).map(|n| format!("c{n}=v; ")).collect::<Vec<_>>().concat();
    let jars = [
        format!("__Host-sid={long}"),
        format!("__Host-dispatch_choice={long}"),
        format!("lang={long}"),
        "__Host-sid=\u{fffd}\u{80}".to_owned(),
        "__Host-sid=%00%ff; __Host-flow=%00".to_owned(),
        format!("{many}__Host-sid={}", "A".repeat(43)),
        "__Host-sid; ; =; ==;;;".to_owned(),
        "__Host-flow='\"><script>; demo_address=10.205.3.4".to_owned(),
    ];
    for jar in jars {
        let visitor = house.visitor().with("cookie", &jar);
        assert_eq!(visitor.get("/login").await.status, 200, "{jar:.60}");
        assert_eq!(visitor.get("/dispatch").await.status, 302, "{jar:.60}");
    }
}

#[actix_web::test]
async fn visitors_leave_no_rows_behind() {
    let house = House::open().await;
    for _ in 0..50 {
        house.visitor().get("/login").await;
        house.visitor().get("/dispatch").await;
    }

    let mut tx = house.db().read().await.expect("the database answers");
    for table in ["session", "flow", "sign_in_failure", "known_device"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = aiguillage::on!(&mut tx, |conn| {
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(conn).await
        })
        .expect("a table");
        assert_eq!(count, 0, "{table}");
    }
}
