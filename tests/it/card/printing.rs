//! Batches: cards go to the printer together, and each comes back well or not.
use super::{
    MANAGER, STUDENT, ask, card_of, cards_of, lead, post, set_attribute, state_of, university, with,
};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::card::printing::{Design, Face, Kind, Said, pdf};
use aiguillage::card::state::State;
use aiguillage::rights::{Grant, Role, Scope};
use aiguillage::uploads::picture::{Format, write};
use chrono::NaiveDate;
use image::{DynamicImage, Rgb, RgbImage};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const OTHER: &str = "alain.garnier";

/// Run a program that must do well; what it says.
fn run(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output();
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(done.status.success(), "{program} {arguments:?}: {done:?}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Keep a file where it can be looked at; its path.
fn keep(name: &str, bytes: &[u8]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cards");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, bytes).expect("the folder is ours");
    path.to_str().expect("a path").to_owned()
}

/// One side as a picture; its path.
fn side(pdf: &str, page: u32, dots: &str) -> String {
    let (page, stem) = (page.to_string(), format!("{pdf}.{page}.{dots}"));
    run("pdftoppm", &["-r", dots, "-f", &page, "-l", &page, "-png", "-singlefile", pdf, &stem]);
    format!("{stem}.png")
}

/// Two people whose requests were checked.
async fn checked(house: &House) -> Person<'_> {
    let nadia = house.sign_in(MANAGER).await;
    for login in [STUDENT, OTHER] {
        ask(&house.sign_in(login).await).await;
        let card = card_of(house, login).await;
        assert_eq!(lead(&nadia, card.id, "request_checked", &[]).await.status, 303);
    }
    nadia
}

/// Make one batch of everything that is checked; its address.
async fn batch(nadia: &Person<'_>) -> String {
    let fields = [("print_all", "1"), ("state", "request_checked"), ("q", "")];
    let made =
        nadia.post_from("/cards/office?state=request_checked", "/cards/office/bulk", &fields);
    let made = made.await;
    assert_eq!(made.status, 303, "{}", made.words());
    let (address, rest) = made.location().split_once('?').expect("a query");
    assert_eq!(rest, "refused=0");
    address.to_owned()
}

async fn settle(who: &Person<'_>, batch: &str, fields: &[(&str, &str)]) -> Answer {
    who.post_from(batch, batch, fields).await
}

#[actix_web::test]
async fn a_batch_is_taken_as_pages_and_each_card_comes_out_well_or_not() {
    let house = with(&[
        ("AIGUILLAGE_PRINT_TITLE", "Université des Quais"),
        ("AIGUILLAGE_PRINT_NOTICE", "Carte personnelle."),
        ("AIGUILLAGE_PRINT_RECTO", "supannEtuId:N° étudiant"),
        ("AIGUILLAGE_CARD_VERSO", "ou"),
    ])
    .await;
    let nadia = checked(&house).await;
    let luc = person_of(&house, STUDENT).await;
    set_attribute(&house, luc, "supannEtuId", "22400001").await;
    let batch = batch(&nadia).await;
    assert_eq!(state_of(&house, STUDENT).await, State::InPrint);
    assert_eq!(state_of(&house, OTHER).await, State::InPrint);

    let page = nadia.get(&batch).await;
    assert!(
        page.text.contains("Lot de 2 cartes") && page.text.contains("22400001"),
        "{}",
        page.words()
    );
    let file = nadia.get(&format!("{batch}/cards.pdf")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    let path = keep("batch.pdf", &file.body);
    run("qpdf", &["--check", &path]);
    let info = run("pdfinfo", &[&path]);
    assert!(info.contains("Pages:           4"), "{info}");
    let text = run("pdftotext", &["-layout", &path, "-"]);
    for words in [
        "Université des Quais",
        "Luc Petit",
        "Étudiant",
        "N° étudiant 22400001",
        "Carte personnelle.",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let mut codes: Vec<String> = Vec::new();
    for page in [1, 3] {
        codes.push(
            run("zbarimg", &["--quiet", "--raw", &side(&path, page, "300")]).trim().to_owned(),
        );
    }
    let mut meant = vec![card_of(&house, STUDENT).await.qr, card_of(&house, OTHER).await.qr];
    codes.sort();
    meant.sort();
    assert_eq!(codes, meant);
    let taken = house.last("card.batch_taken").await;
    assert_eq!(taken.fields["rows"], 2);

    // What was printed stays what was printed, whatever the source says.
    set_attribute(&house, luc, "supannEtuId", "99999999").await;
    let other = card_of(&house, OTHER).await.id;
    let ticked = format!("c-{other}");
    let again = settle(&nadia, &batch, &[("how", "again"), (&ticked, "1")]).await;
    assert!(again.location().ends_with("?done=1&refused=0"), "{}", again.words());
    assert_eq!(state_of(&house, OTHER).await, State::RequestChecked);
    let rest = nadia.get(&format!("{batch}/cards.pdf")).await;
    let rest = run("pdfinfo", &[&keep("rest.pdf", &rest.body)]);
    assert!(rest.contains("Pages:           2"), "only what waits is printed again: {rest}");
    settle(&nadia, &batch, &[("how", "printed")]).await.must_be(422, "E-CARD-NONE");
    assert_eq!(settle(&nadia, &batch, &[("how", "all_printed")]).await.status, 303);
    assert_eq!(state_of(&house, STUDENT).await, State::Printed);
    let card = nadia.get(&format!("/cards/office/{}", card_of(&house, STUDENT).await.id)).await;
    assert!(card.text.contains("N° étudiant 22400001"), "{}", card.words());

    nadia.get(&format!("{batch}/cards.pdf")).await.must_be(409, "E-CARD-BATCH-OVER");
    let list = nadia.get("/cards/office/batches").await;
    assert!(list.text.contains("terminé") && list.text.contains(&batch), "{}", list.words());
    assert_eq!(house.audit("card.batch_settled").await.len(), 2);
}

#[actix_web::test]
async fn a_batch_that_is_given_up_leads_its_cards_back() {
    let house = university().await;
    let nadia = checked(&house).await;
    let first = batch(&nadia).await;
    let luc = card_of(&house, STUDENT).await;
    assert_eq!(lead(&nadia, luc.id, "printed", &[]).await.status, 303, "led on alone");
    assert_eq!(settle(&nadia, &first, &[("how", "cancel")]).await.status, 303);
    assert_eq!(state_of(&house, STUDENT).await, State::Printed, "it came out well before");
    assert_eq!(state_of(&house, OTHER).await, State::RequestChecked);
    settle(&nadia, &first, &[("how", "cancel")]).await.must_be(422, "E-CARD-NONE");
    assert_eq!(settle(&nadia, &first, &[("how", "burnt")]).await.status, 409);

    // One alone is a batch of one.
    let alain = card_of(&house, OTHER).await.id;
    let alone = lead(&nadia, alain, "in_print", &[]).await;
    let (second, _) = alone.location().split_once('?').expect("a query");
    assert!(second.starts_with("/cards/office/batches/") && second != first, "{second}");
    let third = lead(&nadia, alain, "in_print", &[]).await;
    assert_eq!(third.status, 303, "printed once more");
    nadia.get(&format!("{second}/cards.pdf")).await.must_be(409, "E-CARD-BATCH-OVER");
    let page = nadia.get(second).await;
    assert!(page.text.contains("à réimprimer"), "{}", page.words());
}

#[actix_web::test]
async fn batches_are_for_those_who_look_after_all_of_their_cards() {
    let house = university().await;
    let nadia = checked(&house).await;
    let whole = batch(&nadia).await;
    let marie = house.sign_in("marie.dupont").await;
    let of_staff = Grant { role: Role::CardManager, scope: Scope::CardType("P".into()) };
    let id = person_of(&house, "marie.dupont").await;
    give(&house, id, &[of_staff]).await;
    assert!(!marie.get("/cards/office/batches").await.text.contains(&whole));
    assert_eq!(marie.get(&whole).await.status, 404);
    assert_eq!(marie.get(&format!("{whole}/cards.pdf")).await.status, 404);
    let denied = post(&marie, &whole, &[("how", "all_printed")]).await;
    assert_eq!(denied.status, 404);
    // Another manager sees it, and lets go of nothing that is in other hands.
    let all = Grant { role: Role::CardManager, scope: Scope::Installation };
    give(&house, id, &[all]).await;
    assert_eq!(marie.get(&whole).await.status, 200);
    settle(&marie, &whole, &[("how", "all_printed")]).await.must_be(409, "E-CARD-STATE");
    assert_eq!(state_of(&house, STUDENT).await, State::InPrint);
    give(&house, id, &[Grant { role: Role::CardReader, scope: Scope::Installation }]).await;
    marie.get("/cards/office/batches").await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn a_card_that_changed_meanwhile_stays_out_and_is_counted() {
    let house = university().await;
    let nadia = checked(&house).await;
    let (luc, alain) = (card_of(&house, STUDENT).await, card_of(&house, OTHER).await);
    let names = [format!("c-{}", luc.id), format!("c-{}", alain.id)];
    let old = (alain.version - 1).to_string();
    let seen = luc.version.to_string();
    let fields = [("to", "in_print"), (names[0].as_str(), seen.as_str()), (&names[1], &old)];
    let made = post(&nadia, "/cards/office/bulk", &fields).await;
    assert!(made.location().ends_with("?refused=1"), "{}", made.location());
    assert_eq!(state_of(&house, OTHER).await, State::RequestChecked);
    let page = nadia.get(made.location()).await;
    assert!(page.text.contains("1 carte n’a pas pu être prise"), "{}", page.words());
    assert_eq!(house.last("card.refused").await.reason, "E-CARD-VERSION");
    let (luc, version) = (card_of(&house, STUDENT).await, "1");
    let name = format!("c-{}", luc.id);
    let none = post(&nadia, "/cards/office/bulk", &[("to", "in_print"), (&name, version)]).await;
    none.must_be(412, "E-CARD-VERSION");
    let batches = nadia.get("/cards/office/batches").await;
    assert_eq!(
        batches.text.matches("/cards/office/batches/").count(),
        1,
        "no batch without a card"
    );
}

#[actix_web::test]
async fn where_printers_have_a_role_others_take_no_pages() {
    let house = with(&[("AIGUILLAGE_CARD_PRINTER_ROLE", "true")]).await;
    let nadia = checked(&house).await;
    let id = person_of(&house, MANAGER).await;
    let all = |role| Grant { role, scope: Scope::Installation };
    give(&house, id, &[all(Role::CardManager), all(Role::CardPrinter)]).await;
    let batch = batch(&nadia).await;
    give(&house, id, &[all(Role::CardManager)]).await;
    nadia.get(&format!("{batch}/cards.pdf")).await.must_be(403, "E-CARD-FORBIDDEN");
    assert!(!nadia.get(&batch).await.text.contains("cards.pdf"));
}

#[actix_web::test]
async fn batches_are_forgotten_with_their_last_card() {
    let house = university().await;
    let nadia = checked(&house).await;
    let batch = batch(&nadia).await;
    for login in [STUDENT, OTHER] {
        let card = cards_of(&house, login).await.remove(0).id;
        let mut tx = house.db().write().await.expect("a transaction");
        let sql = "DELETE FROM card WHERE id = $1";
        aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
            .bind(card)
            .execute(conn)
            .await
            .map(|_| ()))
        .expect("gone");
        house
            .parts()
            .jobs
            .queue
            .add(&mut tx, &aiguillage::card::ForgetCards {})
            .await
            .expect("asked");
        tx.commit().await.expect("kept");
        house.run_jobs().await;
    }
    assert_eq!(nadia.get(&batch).await.status, 404);
    let mut tx = house.db().read().await.expect("the database answers");
    let left: i64 =
        aiguillage::on!(&mut tx, |conn| sqlx::query_scalar("SELECT count(*) FROM card_batch")
            .fetch_one(conn)
            .await)
        .expect("a number");
    assert_eq!(left, 0);
}

fn picture(width: u32, height: u32, format: Format) -> Vec<u8> {
    let shade = |at: u32, of: u32| u8::try_from(120 + at * 100 / of).unwrap_or(220);
    let drawn =
        RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, width), shade(y, height), 190]));
    write(format, &DynamicImage::ImageRgb8(drawn)).expect("a picture")
}

fn face(name: &str) -> Face {
    let said = Said {
        name: name.into(),
        kind: "Étudiant".into(),
        colour: [0x1f, 0x4e, 0x79],
        recto: vec![
            ("N° étudiant".into(), "22400001".into()),
            (String::new(), "Licence 3 Mathématiques".into()),
        ],
        verso: vec!["Bibliothèque 069031234567".into(), "Restauration : tarif étudiant".into()],
        code: "http://esc.gg/14625400-9326-103f-8abc-001123456789".into(),
        escn: "14625400-9326-103f-8abc-001123456789".into(),
        due: NaiveDate::from_ymd_opt(2027, 9, 30),
    };
    Face {
        said, due: "Valable jusqu’au 30/09/2027".into(), photo: picture(600, 800, Format::Jpeg)
    }
}

#[test]
fn cards_have_the_size_of_cards_and_a_code_that_reads_in_both_ways_of_standing() {
    let logo = keep("logo.png", &picture(300, 120, Format::Png));
    for (is_upright, size) in [(false, "242.646 x 153.014"), (true, "153.014 x 242.646")] {
        let design = Design {
            title: "Université des Quais".into(),
            logo: Some(logo.clone().into()),
            kinds: vec![Kind { card_type: "*".into(), name: "Invité".into(), colour: [0; 3] }],
            recto: Vec::new(),
            notice: "Carte personnelle et incessible. Qui la trouve la rapporte au bureau des cartes, 1 quai de la Loire, 75019 Paris.".into(),
            is_upright,
        };
        let faces = [face("Léa Martin"), face("Inès Robert de la Tour d’Auvergne-Lauraguais")];
        let made = pdf(&design, &faces).expect("a file");
        let path = keep(if is_upright { "upright.pdf" } else { "lying.pdf" }, &made);
        run("qpdf", &["--check", &path]);
        let info = run("pdfinfo", &["-f", "1", "-l", "4", &path]);
        assert_eq!(info.matches(size).count(), 4, "{info}");
        for page in [1, 3] {
            for dots in ["150", "300"] {
                let read = run("zbarimg", &["--quiet", "--raw", &side(&path, page, dots)]);
                assert_eq!(read.trim(), faces[0].said.code, "page {page} at {dots}");
            }
        }
        let text = run("pdftotext", &["-layout", &path, "-"]);
        for words in [
            "Léa Martin",
            "N° étudiant 22400001",
            "Valable jusqu’au 30/09/2027",
            "Bibliothèque 069031234567",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        side(&path, 2, "300");
        side(&path, 4, "300");
        let fonts = run("pdffonts", &[&path]);
        assert!(fonts.lines().skip(2).all(|font| font.contains("DejaVuSans")), "{fonts}");
    }
}

#[test]
fn five_hundred_cards_are_one_file() {
    let one = face("");
    let named = |number: u32| Said { name: format!("Personne {number}"), ..one.said.clone() };
    let faces: Vec<Face> =
        (0..500).map(|number| Face { said: named(number), ..one.clone() }).collect();
    let made = pdf(&Design::default(), &faces).expect("a file");
    let info = run("pdfinfo", &[&keep("many.pdf", &made)]);
    assert!(info.contains("Pages:           1000"), "{info}");
}
