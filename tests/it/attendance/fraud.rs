//! What is tried, and what comes of it.
use super::{Class, TEACHER};
use crate::house::House;
use crate::rights::person_of;
use aiguillage::attendance::code::{RollSecret, short, window};
use aiguillage::attendance::record::Status;
use chrono::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

async fn opened(house: &House) -> (Class, crate::house::Person<'_>) {
    let class = Class::plan(house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    (class, teacher)
}

#[actix_web::test]
async fn old_forged_and_foreign_codes_open_nothing() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let code = class.code(&teacher).await;
    let visitor = house.visitor();
    let sid = short(class.id);
    let forged = RollSecret(Zeroizing::new(vec![1; 32])).code(class.id, window(house.now(), 10));
    let mac = code.rsplit('.').next().expect("a mac");
    let ahead = format!("/p/{sid}/{}.{mac}", "zzzzzz");
    for wrong in [
        format!("/p/{sid}/{forged}"),
        format!("/p/{sid}"),
        format!("/p/{}", class.id),
        format!("/p/{}/{}", short(Uuid::new_v4()), code.rsplit('/').next().expect("a code")),
        "/p/x/y".to_owned(),
        format!("/p/{sid}/%00"),
        format!("/p/{sid}/{}", "a".repeat(5_000)),
        ahead,
    ] {
        let answer = visitor.get(&wrong).await;
        assert!(matches!(answer.status, 404 | 414 | 431), "{wrong}: {}", answer.status);
        assert_eq!(visitor.cookie("__Host-scan"), None, "{wrong}");
    }
    // In clear as it stands below the code.
    let clear = code.replace(&sid, &class.id.to_string());
    let scanned = visitor.get(&clear).await;
    assert_eq!(scanned.status, 303);
    assert_eq!(scanned.header("x-robots-tag"), "noindex");
    assert!(scanned.header("cache-control").contains("no-store"));
    house.wait(Duration::seconds(25));
    visitor.get(&code).await.must_be(410, "E-ROLL-EXPIRED");
    assert_eq!(house.last("roll.refused").await.reason, "E-ROLL-EXPIRED");
}

#[actix_web::test]
async fn one_telephone_for_two_is_shown_and_its_scan_marks_one() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let maelle = house.sign_in("maelle.legrand").await;
    assert_eq!(class.mark(&maelle, &class.code(&teacher).await).await.status, 303);
    let (device, ticket) = (maelle.cookie("__Host-device"), maelle.cookie("__Host-scan"));

    let luc = house.visitor();
    luc.put_cookie("__Host-device", &device.expect("a browser has a name"));
    luc.try_password("luc.petit", "luc.petit").await;
    luc.put_cookie("__Host-scan", &ticket.expect("a ticket"));
    class.confirm(&luc).await.must_be(409, "E-ROLL-USED");
    assert_eq!(class.status(&house, "luc.petit").await, Status::Expected);
    let again = class.confirm(&maelle).await;
    assert!(again.location().ends_with("&again=1"), "her own may come again: {}", again.location());

    assert_eq!(class.mark(&luc, &class.code(&teacher).await).await.status, 303);
    let (status, flags) = class.line(&house, "luc.petit").await;
    assert_eq!((status, flags), (Status::Present, vec!["device_shared".to_owned()]));
    let page = teacher.get(&class.path()).await;
    assert!(page.text.contains("Téléphone déjà utilisé par un autre"), "{}", page.words());
    assert!(page.text.contains("Ce scan a déjà servi"), "the refused try: {}", page.words());
    assert_eq!(class.line(&house, "maelle.legrand").await.1, Vec::<String>::new());
}

#[actix_web::test]
async fn who_is_not_on_the_roll_is_refused_and_the_teacher_knows() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let stranger = house.sign_in("hugo.techer").await;
    let refused = class.mark(&stranger, &class.code(&teacher).await).await;
    refused.must_be(403, "E-ROLL-NOT-EXPECTED");
    let page = teacher.get(&class.path()).await;
    assert!(page.text.contains("Hugo Técher"), "{}", page.words());
    assert_eq!(class.presences(&house).await, 0);
}

#[actix_web::test]
async fn a_ticket_is_good_for_five_minutes_and_made_by_us_only() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let tom = house.sign_in("tom.girard").await;
    class.confirm(&tom).await.must_be(410, "E-ROLL-TICKET");
    tom.put_cookie("__Host-scan", &"A".repeat(71));
    class.confirm(&tom).await.must_be(410, "E-ROLL-TICKET");
    tom.get(&class.code(&teacher).await).await;
    house.wait(Duration::seconds(90));
    assert_eq!(class.confirm(&tom).await.status, 303);
    assert_eq!(class.line(&house, "tom.girard").await.1, ["late_ticket"]);

    let ines = house.sign_in("ines.robert").await;
    ines.get(&class.code(&teacher).await).await;
    house.wait(Duration::seconds(301));
    class.confirm(&ines).await.must_be(410, "E-ROLL-TICKET");
    assert_eq!(class.status(&house, "ines.robert").await, Status::Expected);
}

#[actix_web::test]
async fn a_scan_from_before_the_closing_is_shown_and_accepted_with_a_reason() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let tom = house.sign_in("tom.girard").await;
    tom.get(&class.code(&teacher).await).await;
    house.wait(Duration::seconds(20));
    class.act(&teacher, "close", &[]).await;
    class.confirm(&tom).await.must_be(410, "E-ROLL-CLOSED");
    let (status, flags) = class.line(&house, "tom.girard").await;
    assert_eq!((status, flags), (Status::Absent, vec!["scanned_before_closing".to_owned()]));
    assert!(teacher.get(&class.path()).await.text.contains("Scanné avant la clôture"));
    let tom_id = person_of(&house, "tom.girard").await.to_string();
    let said = [("student", tom_id.as_str()), ("status", "present"), ("reason", "scan à temps")];
    assert_eq!(class.post(&teacher, "mark", &said).await.status, 303);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Present);
    assert_eq!(class.presences(&house).await, 1);
}

#[actix_web::test]
async fn six_digits_mark_and_wrong_ones_are_counted() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let csrf = tom.get("/p/code").await.csrf();
    let next = teacher.get(&format!("{}/codes", class.path())).await.json();
    let spoken = next["spoken"].as_str().expect("digits").to_owned();
    let wrong = if spoken == "000000" { "000001" } else { "000000" };
    let by = |digits: &str| [("csrf", csrf.clone()), ("digits", digits.to_owned())];
    for _ in 0..4 {
        let form = by(wrong);
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        tom.post("/p/code", &form).await.must_be(403, "E-ROLL-DIGITS");
    }
    let form = by(&format!("{} {}", &spoken[..3], &spoken[3..]));
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(tom.post("/p/code", &form).await.status, 303);
    assert_eq!(
        class.line(&house, "tom.girard").await,
        (Status::Present, vec!["spoken_code".into()])
    );

    let luc = house.sign_in("luc.petit").await;
    let csrf = luc.get("/p/code").await.csrf();
    for _ in 0..5 {
        let form = [("csrf", csrf.as_str()), ("digits", wrong)];
        luc.post("/p/code", &form).await.must_be(403, "E-ROLL-DIGITS");
    }
    let form = [("csrf", csrf.as_str()), ("digits", spoken.as_str())];
    luc.post("/p/code", &form).await.must_be(429, "E-ROLL-TRIES");
    assert_eq!(class.status(&house, "luc.petit").await, Status::Expected);
    // After the minute that the answer asks for.
    house.wait(Duration::seconds(61));
    let next = teacher.get(&format!("{}/codes", class.path())).await.json();
    let spoken = next["spoken"].as_str().expect("digits").to_owned();
    let form = [("csrf", csrf.as_str()), ("digits", spoken.as_str())];
    assert_eq!(luc.post("/p/code", &form).await.status, 303);
    let sql = "SELECT count(*) FROM refused_scan WHERE code = 'E-ROLL-DIGITS'";
    let mut tx = house.db().read().await.expect("the database answers");
    let noted: i64 = aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)
        .expect("a count");
    assert_eq!(noted, 4 + 6, "right ones are no refusals");
}

#[actix_web::test]
async fn names_are_text_whatever_they_hold() {
    let house = House::open().await;
    let (class, teacher) = opened(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let name = format!("<b onclick=x>\u{202e}{}", "é".repeat(200));
    let sql = "UPDATE person SET display_name = $1 WHERE id = $2";
    let luc = person_of(&house, "luc.petit").await;
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(&name)
        .bind(luc)
        .execute(conn)
        .await
        .map(|_| ()))
    .expect("kept");
    tx.commit().await.expect("kept");
    let page = teacher.get(&class.path()).await;
    assert!(!page.text.contains("<b onclick") && page.text.contains("&#60;b onclick=x&#62;"));
}
