//! The sign-in page: who gets in, and what everybody else is told.
use crate::house::{Answer, HOME, House, OFFICE};

/// What a person sees of an answer, without what differs each time.
fn shown(answer: &Answer) -> (u16, String) {
    (answer.status, answer.words())
}

#[actix_web::test]
async fn a_right_password_leads_to_the_schools() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let paul = house.visitor();

    let answer = paul.try_password("paul.hoarau", "paul.hoarau").await;

    assert_eq!((answer.status, answer.location()), (303, "/dispatch"));
    assert_eq!(paul.get("/sessions").await.status, 200);
    let row = house.last("auth.login").await;
    assert_eq!((row.outcome.as_str(), row.reason.as_str()), ("ok", "password"));
    assert_eq!(row.fields["source"], "agents");
    assert_eq!(row.request_id, answer.reference());
    assert_eq!(row.network, "203.0.113.0/24");
    assert_eq!(row.session.len(), 8);
}

#[actix_web::test]
async fn a_login_is_taken_as_people_type_it() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for login in ["PAUL.HOARAU", " paul.hoarau", "paul.hoarau ", "Paul.Hoarau"] {
        let answer = house.visitor().try_password(login, "paul.hoarau").await;
        assert_eq!(answer.status, 303, "{login:?}");
    }
}

#[actix_web::test]
async fn nobody_learns_which_logins_exist() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let long = "x".repeat(257);
    let very_long = "x".repeat(10_000);
    let tries = [
        ("paul.hoarau", "wrong"),
        ("nobody.here", "nobody.here"),
        ("paul.hoarau", ""),
        ("paul.hoarau", "   "),
        ("paul.hoarau", &long),
        ("paul.hoarau", &very_long),
        ("", "paul.hoarau"),
        ("", ""),
        ("*", "paul.hoarau"),
        ("*)(uid=*", "paul.hoarau"),
        ("' OR 1=1 --", "' OR 1=1 --"),
        (&long, "paul.hoarau"),
    ];

    for (login, password) in tries {
        let visitor = house.visitor();
        let answer = visitor.try_password(login, password).await;
        assert_eq!(answer.status, 401, "{login:.20} {password:.20}");
        assert!(answer.text.contains("Identifiant ou mot de passe incorrect"), "{login:.20}");
        assert!(visitor.cookie("__Host-sid").is_none(), "{login:.20}");
        // Four failures of one login are free; this test is not about the fifth.
        house.wait(chrono::Duration::hours(13));
    }
}

#[actix_web::test]
async fn an_unknown_login_and_a_wrong_password_look_the_same() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;

    let wrong = house.visitor().try_password("paul.hoarau", "wrong").await;
    let unknown = house.visitor().try_password("paul.hoareau", "wrong").await;

    let one_name = |(status, text): (u16, String)| (status, text.replace("hoareau", "hoarau"));
    assert_eq!(shown(&wrong), one_name(shown(&unknown)));
    assert_eq!(wrong.field("login").as_deref(), Some("paul.hoarau"), "the login is kept");
    assert_eq!(wrong.field("password").as_deref(), Some(""), "the password is not");
    let rows = house.audit("auth.refused").await;
    let [first, second] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&first.reason, &first.fields), (&second.reason, &second.fields));
    assert_eq!((first.person, second.person), (None, None));
}

#[actix_web::test]
async fn a_zero_byte_is_refused_before_anything_is_asked() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for (login, password) in
        [("paul.hoarau\0", "paul.hoarau"), ("paul.hoarau", "paul.hoarau\0"), ("paul.hoarau", "\0")]
    {
        let visitor = house.visitor();
        let answer = visitor.try_password(login, password).await;
        assert!(matches!(answer.status, 400 | 401), "{login:?} {password:?}: {}", answer.status);
        assert!(visitor.cookie("__Host-sid").is_none());
    }
}

#[actix_web::test]
async fn a_page_says_in_the_readers_language_what_is_wrong() {
    let house = House::open().await;
    let english = house.visitor().with("accept-language", "en-GB,en;q=0.9,fr;q=0.1");

    let answer = english.try_password("nobody", "nobody").await;

    assert!(answer.text.contains("<html lang=\"en\">"));
    assert!(!answer.text.contains("incorrect"), "{}", answer.words());
}

#[actix_web::test]
async fn a_form_without_its_token_is_shown_again_with_the_login_kept() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let foreign = house.visitor().get("/login").await.csrf();
    for csrf in ["", "AAAA", foreign.as_str()] {
        let paul = house.visitor();
        paul.get("/login").await;
        let fields = [("login", "paul.hoarau"), ("password", "paul.hoarau"), ("csrf", csrf)];

        let answer = paul.post("/login", &fields).await;

        assert_eq!(answer.status, 403, "{csrf}");
        assert_eq!(answer.field("login").as_deref(), Some("paul.hoarau"), "{csrf}");
        assert!(paul.cookie("__Host-sid").is_none(), "{csrf}");
        let again = [("login", "paul.hoarau"), ("password", "paul.hoarau")];
        let csrf = answer.csrf();
        let fields: Vec<_> = again.into_iter().chain([("csrf", csrf.as_str())]).collect();
        assert_eq!(paul.post("/login", &fields).await.status, 303, "the new form works");
    }
}

#[actix_web::test]
async fn a_form_is_good_only_in_the_browser_that_got_it() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let attacker = house.visitor();
    let csrf = attacker.get("/login").await.csrf();
    let victim = house.visitor();
    let fields = [("login", "paul.hoarau"), ("password", "paul.hoarau"), ("csrf", &csrf)];

    let without_cookie = victim.post("/login", &fields).await;

    assert_eq!(without_cookie.status, 403);
    assert!(without_cookie.text.contains("Autorisez les cookies"), "{}", without_cookie.words());
    victim.get("/login").await;
    let with_another = victim.post("/login", &fields).await;
    assert_eq!(with_another.status, 403);
    assert!(with_another.text.contains("restée ouverte trop longtemps"));
    assert!(victim.cookie("__Host-sid").is_none());
}

#[actix_web::test]
async fn the_way_on_stays_inside_the_house() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for next in HOSTILE {
        let paul = house.visitor();
        let encoded = serde_urlencoded::to_string([("next", next)]).expect("a query");
        let page = paul.get(&format!("/login?{encoded}")).await;
        assert!(page.field("next").is_none() || page.status == 400, "{next:?}");
        let csrf = paul.get("/login").await.csrf();
        let fields = [
            ("login", "paul.hoarau"),
            ("password", "paul.hoarau"),
            ("csrf", &csrf),
            ("next", next),
        ];

        let answer = paul.post("/login", &fields).await;

        assert!(answer.status == 400 || answer.location() == "/dispatch", "{next:?}");
        assert!(!answer.header("location").contains("evil"), "{next:?}");
        if answer.status == 303 {
            let away = paul.get(&format!("/login?{encoded}")).await;
            assert!(away.status == 400 || away.location() == "/dispatch", "{next:?}");
        }
    }
}

/// Targets that somebody hopes will lead to `evil.example`.
const HOSTILE: [&str; 22] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "/%2e//evil.example",
    "evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "http://localhost@evil.example",
    "http://localhost.evil.example",
    "javascript:alert(1)//evil",
    "data:text/html,evil",
    "/path\r\nLocation: https://evil.example",
    "/path\r\n\r\n<script>evil</script>",
];

#[actix_web::test]
async fn a_good_way_on_is_followed() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let paul = house.visitor();
    let asked = paul.get("/dispatch?rne=9740091F&choose=1").await;
    assert_eq!(asked.status, 302);
    let login = asked.location().to_owned();
    assert_eq!(login, "/login?next=%2Fdispatch%3Frne%3D9740091F%26choose%3D1");

    let answer = paul.sign_in_toward(&login, "paul.hoarau").await;

    assert_eq!(answer.location(), "/dispatch?rne=9740091F&choose=1");
    let again = paul.get(&login).await;
    assert_eq!((again.status, again.location()), (303, "/dispatch?rne=9740091F&choose=1"));
}

#[actix_web::test]
async fn the_page_keeps_a_login_that_is_no_markup() {
    let house = House::open().await;
    let page = house.visitor().get("/login?login=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;

    assert_eq!(page.field("login").as_deref(), Some("\"><script>alert(1)</script>"));
    assert!(!page.text.contains("<script>alert"));
}

#[actix_web::test]
async fn passwords_leave_no_trace() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let canary = "Canary-7f3a9c";
    for login in ["paul.hoarau", "nobody", canary] {
        let answer = house.visitor().at(OFFICE).try_password(login, canary).await;
        assert!(login == canary || !answer.text.contains(canary));
    }
    house.visitor().at(HOME).try_password("paul.hoarau", canary).await;

    let rows = house.audit("").await;

    assert!(rows.len() >= 4);
    assert!(!format!("{rows:?}").contains(canary), "a login may be a mistyped password too");
}
