//! The sheet itself, read by programs that know nothing of us.
use super::{facts, house, run};
use aiguillage::attendance::proof::{Channel, Facts, Standing, Status, Student};
use aiguillage::web::lang::Lang;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A certificate as a file, gone with its folder.
pub(super) struct Sheet {
    folder: TempDir,
    /// Where it is.
    pub(super) path: String,
    /// What its QR code must say.
    pub(super) address: String,
}

/// The certificate that is made of these facts.
pub(super) async fn sheet(facts: Facts, lang: Lang) -> Sheet {
    let (house, register) = house().await;
    let presence = register.note(facts);
    let proof = &house.parts().proof;
    let token = proof.token(presence).await.expect("a token").token.text();
    let (_, pdf) = proof.document(presence, lang).await.expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("certificate.pdf");
    fs::write(&path, pdf).expect("the folder is ours");
    let path = path.to_str().expect("a path").to_owned();
    Sheet { folder, path, address: format!("{}/v/{token}", house.parts().config.http.origin()) }
}

impl Sheet {
    fn place(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("a path").to_owned()
    }

    fn text(&self) -> String {
        run("pdftotext", &["-layout", &self.path, "-"])
    }

    /// Text as one line: a page breaks its lines where it must.
    fn line(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The signed statement inside a certificate.
pub(super) fn statement(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    fs::write(place("c.pdf"), pdf).expect("the folder is ours");
    run("pdfdetach", &["-save", "1", "-o", &place("c.jws"), &place("c.pdf")]);
    fs::read_to_string(place("c.jws")).expect("it was attached")
}

/// What a statement says.
pub(super) fn said(jws: &str) -> Value {
    let body = jws.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&BASE64URL.decode(body).expect("base64url")).expect("JSON")
}

#[tokio::test]
async fn a_stranger_reads_the_sheet() {
    let sheet = sheet(facts(), Lang::Fr).await;

    let text = sheet.line();
    for words in [
        "Certificat de présence",
        "Université d’Exemple",
        "N° CP-2027-0062999Z-0000001",
        "LEGRAND Maëlle",
        "22400017",
        "Master 1 MIAGE, 2026-2027",
        "Sécurité des SI — TD — groupe TD 2",
        "samedi 21 novembre 2026, 08:00–10:00 (2 h 00)",
        "08:04 — à l’heure — code QR",
        "B-214, Valrose",
        "NDIAYE Awa",
        "a été enregistrée comme présente à la séance indiquée",
        "usage de faux",
        "dpo@univ-exemple.fr",
        "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("non encore clôturée") && !text.contains("Arrivée"), "{text}");
    let info = run("pdfinfo", &[&sheet.path]);
    for words in ["Tagged:          yes", "Pages:           1", "A4", "JavaScript:      no"] {
        assert!(info.contains(words), "{words} in {info}");
    }
    assert!(info.contains("Certificat de présence CP-2027-0062999Z-0000001"), "{info}");
}

#[tokio::test]
async fn a_camera_reads_the_code() {
    let sheet = sheet(facts(), Lang::Fr).await;

    for dots in ["150", "300"] {
        run("pdftoppm", &["-r", dots, "-png", "-singlefile", &sheet.path, &sheet.place(dots)]);
        let picture = sheet.place(&format!("{dots}.png"));
        let read = run("zbarimg", &["--quiet", "--raw", &picture]);
        assert_eq!(read.trim(), sheet.address, "at {dots} dots per inch");
    }
}

#[tokio::test]
async fn the_file_keeps_to_its_standards() {
    let sheet = sheet(facts(), Lang::Fr).await;

    run("qpdf", &["--check", &sheet.path]);
    let plain = sheet.place("plain.pdf");
    run("qpdf", &["--qdf", "--object-streams=disable", &sheet.path, &plain]);
    let plain = String::from_utf8_lossy(&fs::read(plain).expect("written")).into_owned();
    for words in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/Lang (fr-FR)",
        "/AFRelationship /Alternative",
        "/S /Figure",
        "/S /TH",
        "/S /Link",
        "/StructTreeRoot",
    ] {
        assert!(plain.contains(words), "{words}");
    }
    for words in ["/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/AcroForm"] {
        assert!(!plain.contains(words), "{words}");
    }
    assert_eq!(plain.matches("/URI").count(), 2, "one action with one address");
    let fonts = run("pdffonts", &[&sheet.path]);
    for font in fonts.lines().skip(2) {
        assert!(font.contains("DejaVuSans"), "{fonts}");
        let columns: Vec<&str> = font.split_whitespace().rev().collect();
        // From the right: object and generation, Unicode map, subset, embedded.
        assert_eq!(columns[2..5], ["yes", "yes", "yes"], "{fonts}");
    }
}

#[tokio::test]
async fn it_speaks_english_and_says_what_is_not_settled() {
    let open = Facts { standing: Standing::Open, status: Status::Late(17), ..facts() };
    let marked_at = "2026-11-21T07:17:00Z".parse().expect("a time");
    let open = Facts { channel: Channel::Card, marked_at, ..open };

    let english = sheet(open.clone(), Lang::En).await;
    let text = english.line();
    for words in [
        "Certificate of presence",
        "Saturday 21 November 2026, 08:00–10:00",
        "08:17 — late — card",
        "Arrival recorded at 08:17, 17 minutes after the planned time.",
        "Session not closed yet",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let text = sheet(open, Lang::Fr).await.line();
    for words in [
        "Arrivée enregistrée à 08:17, soit 17 minutes après l’heure prévue.",
        "Séance non encore clôturée : l’état définitif",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

/// SEC-87.
#[tokio::test]
async fn no_name_breaks_the_sheet() {
    let table = [
        (") /JS (", ") /JS ("),
        ("\\ \\) endstream endobj", "\\ \\) endstream endobj"),
        ("a\u{202e}b\0c\u{200b}d", "abcd"),
        ("Żółć Ωμέγα Ђорђе", "Żółć Ωμέγα Ђорђе"),
        ("王小明", "王小明"),
        ("Zoé 😀 L’Hôte", "Zoé 😀 L’Hôte"),
        ("=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")"),
    ];
    for (name, shown) in table {
        let student = Student {
            family_name: name.to_owned(),
            given_name: String::new(),
            number: "1".to_owned(),
        };
        let sheet = sheet(Facts { student, ..facts() }, Lang::Fr).await;

        run("qpdf", &["--check", &sheet.path]);
        let (text, words) = (squeezed(&sheet.text()), squeezed(shown));
        assert!(text.contains(&words), "{name:?}: {words} in {text}");
        let raw = fs::read(&sheet.path).expect("written");
        let raw = String::from_utf8_lossy(&raw);
        // What is packed may have any bytes, those of a word among them.
        let objects = raw.split("endstream").map(|part| part.split("stream").next());
        let objects: String = objects.map(Option::unwrap_or_default).collect();
        assert!(objects.contains("/Catalog"), "{name:?}: {objects}");
        assert!(!objects.contains("/JS") && !objects.contains("/OpenAction"), "{name:?}");
    }
}

#[tokio::test]
async fn long_names_wrap() {
    let student = Student {
        family_name: "DELATOURDUPIN".repeat(15),
        given_name: "Marie-Charlotte ".repeat(400),
        number: "9".repeat(200),
    };
    let teacher = "x".repeat(5000);

    let sheet = sheet(Facts { student, teacher, ..facts() }, Lang::Fr).await;

    run("qpdf", &["--check", &sheet.path]);
    assert!(squeezed(&sheet.text()).contains(&"DELATOURDUPIN".repeat(15)));
    let boxes = run("pdftotext", &["-bbox", &sheet.path, "-"]);
    let right = boxes.split("xMax=\"").skip(1).map(|rest| rest.split('"').next());
    let right = right.map(|edge| edge.expect("a number").parse::<f64>().expect("a number"));
    assert!(right.fold(0.0, f64::max) < 595.28 - 50.0, "something runs over the margin");
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Kept to be looked at: `target/tmp/certificates`.
#[tokio::test]
async fn every_kind_of_sheet_is_kept_to_be_looked_at() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("certificates");
    fs::create_dir_all(&folder).expect("a folder");
    let late = Facts { standing: Standing::Open, status: Status::Late(17), ..facts() };
    let long = Facts { subject: "Sécurité des systèmes d’information ".repeat(5), ..facts() };
    let kinds = [("plain", facts()), ("late", late), ("long", long)];
    for (name, facts) in kinds {
        for lang in [Lang::Fr, Lang::En] {
            let sheet = sheet(facts.clone(), lang).await;
            let kept = folder.join(format!("{name}.{}.pdf", lang.code()));
            assert!(fs::copy(&sheet.path, kept).expect("copied") > 10_000);
        }
    }
}
