//! One séance from end to end, as far as rolls go.
use super::{Class, STUDENTS, TEACHER, secretary};
use crate::house::{HOME, House};
use crate::rights::{give, person_of};
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::State;
use aiguillage::attendance::store;
use aiguillage::identity::Rne;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::{Duration, NaiveDate};

/// In the room, and on mobile data.
const ROOM: &str = "10.31.4.7";

async fn give_network(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    let net = ["10.31.0.0/16".parse().expect("a network")];
    let rne = Rne::parse(super::SCHOOL).expect("a code");
    store::insert_zone(&mut tx, &rne, "Campus", &net).await.expect("kept");
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_seance_goes_from_the_open_roll_to_the_corrected_absence() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    give_network(&house).await;
    let teacher = house.sign_in_from(TEACHER, ROOM).await;

    // 7:30 the teacher opens: four are expected.
    let home = teacher.get("/attendance").await;
    assert!(home.text.contains("TD – Sécurité des SI"), "{}", home.words());
    assert_eq!(
        class.act(&teacher, "open", &[]).await.location(),
        format!("{}?done=open", class.path())
    );
    for login in STUDENTS {
        assert_eq!(class.status(&house, login).await, Status::Expected, "{login}");
    }
    class.act(&teacher, "open", &[]).await.must_be(409, "E-ROLL-STATE");

    // Maëlle scans; her sign-in takes 41 s, and the code dies meanwhile.
    house.wait(Duration::minutes(6));
    let maelle = house.visitor().at(ROOM);
    let code = class.code(&teacher).await;
    let scanned_at = house.now();
    let scanned = maelle.get(&code).await;
    assert_eq!(scanned.location(), "/p/confirm");
    let door = maelle.get("/p/confirm").await;
    assert!(door.location().starts_with("/login?next="), "{}", door.location());
    house.wait(Duration::seconds(41));
    assert_eq!(maelle.get(&code).await.status, 410, "the code is dead");
    let signed_in = maelle.sign_in_toward(door.location(), "maelle.legrand").await;
    assert_eq!(signed_in.location(), "/p/confirm");
    assert!(maelle.get("/p/confirm").await.text.contains("Je suis là"));
    assert_eq!(
        class.status(&house, "maelle.legrand").await,
        Status::Expected,
        "a GET marks nobody"
    );
    let marked = class.confirm(&maelle).await;
    assert_eq!(marked.location(), format!("/attendance/me?marked={}", class.id));
    assert!(maelle.get(marked.location()).await.text.contains("Présence enregistrée"));
    let mut tx = house.db().read().await.expect("the database answers");
    let line = store::line_of(&mut tx, class.id, person_of(&house, "maelle.legrand").await).await;
    let line = line.expect("an answer").expect("a line");
    drop(tx);
    assert_eq!((line.status, line.marked_at), (Status::Present, Some(scanned_at)));
    assert!(line.flags.0.is_empty(), "{:?}", line.flags);

    // Tom gets an old address by chat, then a new one, from mobile data.
    let tom = house.sign_in_from("tom.girard", HOME).await;
    tom.get(&code).await.must_be(410, "E-ROLL-EXPIRED");
    assert_eq!(class.mark(&tom, &class.code(&teacher).await).await.status, 303);
    let (status, flags) = class.line(&house, "tom.girard").await;
    assert_eq!((status, flags), (Status::Present, vec!["zone_out".to_owned()]));
    assert!(teacher.get(&class.path()).await.text.contains("Hors du réseau de la salle"));

    // 7:49:30 Inès is late by eighteen minutes.
    house.wait(Duration::minutes(12) + Duration::seconds(49));
    let ines = house.sign_in_from("ines.robert", ROOM).await;
    assert_eq!(class.mark(&ines, &class.code(&teacher).await).await.status, 303);
    assert_eq!(class.status(&house, "ines.robert").await, Status::Late);
    let own = ines.get("/attendance/me").await;
    assert!(own.text.contains("18 min de retard"), "{}", own.words());

    // Luc has no telephone: the teacher presses P.
    let luc = person_of(&house, "luc.petit").await.to_string();
    let ticked = class.post(&teacher, "mark", &[("student", &luc), ("status", "present")]).await;
    assert_eq!(ticked.location(), format!("{}#s-{luc}", class.path()));
    assert_eq!(class.presences(&house).await, 4);

    // Two people in the room are missing from what is marked: names to be called out.
    house.wait(Duration::minutes(90));
    let asked = class.act(&teacher, "close", &[("headcount", "1")]).await;
    assert_eq!(asked.status, 200);
    assert!(asked.text.contains("Appelez ces personnes"), "{}", asked.words());
    assert_eq!(class.state(&house).await, State::Open, "not closed yet");

    // Tom does not answer: his presence is taken back, with a reason.
    let tom_id = person_of(&house, "tom.girard").await.to_string();
    let absent = [("student", tom_id.as_str()), ("status", "absent")];
    class.post(&teacher, "mark", &absent).await.must_be(422, "E-ROLL-REASON");
    let form = teacher.get(&format!("{}/lines/{tom_id}?to=absent", class.path())).await;
    let version = form.field("version").expect("a version");
    let said = [absent[0], absent[1], ("version", &version), ("reason", "appelé, absent")];
    assert_eq!(class.post(&teacher, "mark", &said).await.status, 303);
    class.post(&teacher, "mark", &said).await.must_be(412, "E-ROLL-VERSION");
    assert_eq!(class.presences(&house).await, 3);
    let row = house.last("roll.corrected").await;
    assert_eq!(row.fields["why"], "appelé, absent");

    let closed = class.act(&teacher, "close", &[("headcount", "1"), ("sure", "1")]).await;
    assert_eq!(closed.location(), format!("{}?done=close", class.path()));
    let seance = class.seance(house.db()).await;
    assert_eq!(
        (seance.state, seance.headcount, seance.is_provisional),
        (State::Closed, Some(1), false)
    );
    let row = house.last("roll.closed").await;
    assert_eq!((&row.fields["headcount"], &row.fields["count"]), (&1.into(), &0.into()));

    // The secretariat sees Tom.
    let rose = secretary(&house).await;
    let office = rose.get("/attendance/office").await;
    assert!(office.text.contains("Tom Girard"), "{}", office.words());
    assert!(!office.text.contains("Luc Petit"));
}

#[actix_web::test]
async fn whoever_is_expected_at_the_closing_is_absent_and_is_not_when_it_is_opened_again() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    let code = class.code(&teacher).await;
    class.mark(&maelle, &code).await;
    class.act(&teacher, "close", &[]).await;
    assert_eq!(class.status(&house, "luc.petit").await, Status::Absent);
    let luc = house.sign_in("luc.petit").await;
    luc.get(&code).await.must_be(410, "E-ROLL-CLOSED");
    assert!(luc.get("/attendance/me").await.text.contains("Absent"));

    class.act(&teacher, "reopen", &[]).await.must_be(422, "E-ROLL-REASON");
    class.act(&teacher, "reopen", &[("reason", "clôturé trop tôt")]).await;
    assert_eq!(class.status(&house, "luc.petit").await, Status::Expected);
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Present);
    luc.get(&code).await.must_be(404, "E-ROLL-CODE");
    assert_eq!(class.mark(&luc, &class.code(&teacher).await).await.status, 303);
    assert_eq!(class.status(&house, "luc.petit").await, Status::Present);

    // Somebody else's roll is nobody's business.
    maelle.get(&class.path()).await.must_be(403, "E-FORBIDDEN");
    class.act(&maelle, "close", &[]).await.must_be(403, "E-FORBIDDEN");
    let csrf = [("csrf", "x")];
    teacher.post(&format!("{}/close", class.path()), &csrf).await.must_be(403, "E-CSRF");
}

#[actix_web::test]
async fn a_forgotten_roll_is_closed_by_the_clock_and_counts_when_somebody_says_so() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    house.wait(Duration::minutes(2 + 120 + 15));
    house.run_jobs().await;
    assert_eq!(class.state(&house).await, State::Open, "not yet");
    house.wait(Duration::minutes(2));
    house.run_jobs().await;

    let seance = class.seance(house.db()).await;
    assert_eq!((seance.state, seance.is_provisional), (State::Closed, true));
    assert_eq!(class.status(&house, "luc.petit").await, Status::AbsentProvisional);
    assert_eq!(house.last("roll.auto_closed").await.fields["count"], 4);
    let luc = house.sign_in("luc.petit").await;
    let own = luc.get("/attendance/me").await;
    assert!(!own.text.contains("Absent"), "not for the student's eyes yet: {}", own.words());

    let teacher = house.sign_in(TEACHER).await;
    assert!(teacher.get("/attendance").await.text.contains("À confirmer"));
    class.act(&teacher, "validate", &[]).await;
    assert_eq!(class.status(&house, "luc.petit").await, Status::Absent);
    class.act(&teacher, "validate", &[]).await.must_be(409, "E-ROLL-STATE");

    house.wait(Duration::days(1));
    house.run_jobs().await;
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(class.seance(house.db()).await.roll_secret, None, "erased after a day");
}

#[actix_web::test]
async fn a_roll_that_nobody_called_makes_nobody_absent() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    house.wait(Duration::minutes(2 + 120 + 16));
    house.run_jobs().await;
    let teacher = house.sign_in(TEACHER).await;
    let teacher_home = teacher.get("/attendance").await;
    assert!(teacher_home.text.contains("Appel non fait"), "{}", teacher_home.words());
    class.act(&teacher, "open", &[]).await.must_be(409, "E-ROLL-HOURS");
    assert_eq!(class.state(&house).await, State::Planned);
    let mut tx = house.db().read().await.expect("the database answers");
    assert!(store::lines(&mut tx, class.id).await.expect("lines").is_empty());
    let rose = secretary(&house).await;
    assert!(rose.get("/attendance/office").await.text.contains("Appel non fait"));
}

#[actix_web::test]
async fn a_seance_is_made_and_opened_in_one_form() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    let form = teacher.get("/attendance/new").await;
    assert_eq!(form.field("day").as_deref(), Some("2027-01-15"));
    let from = form.field("from").expect("a time");
    assert!(form.text.contains("name=\"spoken\" value=\"1\" checked"), "digits unless unticked");
    let group = format!("g-{}", class.group);
    let subject = class.subject.to_string();
    let csrf = form.csrf();
    let typed = |until: &'static str| {
        [
            ("csrf", csrf.clone()),
            (group.as_str(), "1".to_owned()),
            ("subject", subject.clone()),
            ("kind", "TP".to_owned()),
            ("day", "2027-01-15".to_owned()),
            ("from", from.clone()),
            ("until", until.to_owned()),
            ("then", "open".to_owned()),
        ]
    };
    let fields = typed("00:01");
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let wrong = teacher.post("/attendance/new", &fields).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("La fin doit venir après le début"), "{}", wrong.words());
    assert_eq!(
        wrong.field("from").as_deref(),
        Some(from.as_str()),
        "what was typed is still there"
    );
    let fields = typed("22:00");
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let made = teacher.post("/attendance/new", &fields).await;
    let page = teacher.get(made.location()).await;
    assert!(page.text.contains("Maëlle Legrand") && page.text.contains("Appel ouvert"));
    let id = made.location().rsplit('/').next().expect("an id").parse().expect("an id");
    let mut tx = house.db().read().await.expect("a transaction");
    let here = store::seance(&mut tx, id).await.expect("the database answers").expect("a séance");
    assert!(!here.has_spoken_code, "it was not ticked");
    drop(tx);

    // Nobody makes séances in a school where they do not teach.
    let student = house.sign_in("tom.girard").await;
    student.get("/attendance/new").await.must_be(403, "E-FORBIDDEN");
    assert_eq!(student.get("/attendance").await.location(), "/attendance/me");
    let elsewhere = house.sign_in("paul.hoarau").await;
    let other = Scope::School(Rne::parse("9740091F").expect("a code"));
    let there = Grant { role: Role::Teacher, scope: other };
    give(&house, person_of(&house, "paul.hoarau").await, &[there]).await;
    let form = elsewhere.get("/attendance/new").await;
    assert!(form.text.contains("Aucun groupe dans votre établissement"), "{}", form.words());
}

#[actix_web::test]
async fn the_exempt_are_not_expected_and_an_announced_absence_is_excused() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let (luc, tom) = (person_of(&house, "luc.petit").await, person_of(&house, "tom.girard").await);
    let day = NaiveDate::from_ymd_opt(2027, 1, 15).expect("a day");
    let mut tx = house.db().write().await.expect("a transaction");
    let exempt =
        "INSERT INTO exemption (id, rne, student, scope, since, until, is_on_site, created_at)
        VALUES ($1, '0759802X', $2, 'period', $3, $3, TRUE, $4)";
    let reason = "INSERT INTO absence_reason (id, rne, code, label, kind, is_accepted, is_health,
            is_active)
        VALUES ($1, '0759802X', 'sport', 'Sport', 'absence', TRUE, FALSE, TRUE)";
    let planned = "INSERT INTO planned_absence (id, rne, student, since, until, reason, created_at)
        VALUES ($1, '0759802X', $2, $3, $4, $1, $3)";
    let (now, later) = (house.now(), house.now() + Duration::hours(9));
    aiguillage::on!(&mut tx, |conn| {
        let done = sqlx::query(exempt).bind(class.id).bind(luc).bind(day).bind(now);
        done.execute(&mut *conn).await.expect("kept");
        sqlx::query(reason).bind(class.id).execute(&mut *conn).await.expect("kept");
        let done = sqlx::query(planned).bind(class.id).bind(tom).bind(now).bind(later);
        done.execute(conn).await.expect("kept");
    });
    tx.commit().await.expect("kept");
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    assert_eq!(class.status(&house, "luc.petit").await, Status::Exempt);
    let exempt = house.sign_in("luc.petit").await;
    class.mark(&exempt, &class.code(&teacher).await).await.must_be(403, "E-ROLL-NOT-EXPECTED");
    class.act(&teacher, "close", &[]).await;
    assert_eq!(class.status(&house, "luc.petit").await, Status::Exempt);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Excused);
    assert_eq!(class.status(&house, "ines.robert").await, Status::Absent);
}
