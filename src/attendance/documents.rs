//! Documents to take away: certificates, attestations of a period, sheets of séances (9).
use super::desk::Desk;
use super::facts::student_of;
use super::may::Over;
use super::own::{first_of_august, line};
use super::proof::{
    Establishment, PeriodSheet, ProofError, SessionAbout, SessionSheet, SheetRow, Writing,
};
use super::rates::Figures;
use super::record::Status;
use super::refusal::RollRefusal;
use super::roll::{Parts, seen};
use super::seance::Times;
use super::store::{self, LineRow, OwnLine, Seance};
use crate::db::Tx;
use crate::hex::hex;
use crate::identity::{Attributes, PersonId, Rne, SignedIn};
use crate::web::lang::Lang;
use crate::web::query::Fields;
use crate::web::{self, Error, Frame};
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use openssl::sha::sha256;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// `/attendance/records/ID/certificate.pdf`: for its student, and for those who look after the roll.
pub(super) async fn certificate(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let (session, student) = store::whose(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    if student != who.id() {
        let (_, over) = seen(&mut tx, &who, session).await?;
        Over::must(over.tends)?;
    }
    let presence = store::presence_of_line(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    match desk.proof.document(presence, frame.lang).await {
        Ok((name, bytes)) => Ok(pdf(&name, bytes)),
        Err(ProofError::NoKey) => {
            desk.proof.prepare().await?;
            Err(Error::Busy)
        }
        Err(error) => Err(error.into()),
    }
}

/// `/attendance/me/attestation.pdf?school=0062999Z&from=2026-09-01&until=2027-01-31`: this school year
/// unless it says otherwise. One school certifies what was at it.
pub(super) async fn attestation(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let now = clock.now();
    let day = |name: &str| query.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let from = day("from").unwrap_or_else(|| first_of_august(&desk, now));
    let until = day("until").unwrap_or_else(|| desk.day(now));
    let school = match query.get("school") {
        Some(code) => Some(Rne::parse(code).map_err(|_| RollRefusal::School)?),
        None => None,
    };
    let span = desk.span((from, until));
    let mut tx = db.read().await?;
    let of = (span.0, Some(span.1));
    let mut lines = store::own_lines(&mut tx, who.id(), of, school.as_ref()).await?;
    if lines.len() > store::OWN_LINES {
        return Err(RollRefusal::Period.into());
    }
    lines.reverse();
    // Whoever has no line at a school is told nothing in its name.
    let rne = lines.first().map(|line| line.rne.clone());
    if lines.iter().any(|line| Some(&line.rne) != rne.as_ref()) {
        return Err(RollRefusal::Schools.into());
    }
    let attributes = store::attributes_of(&mut tx, who.id()).await?;
    let of = rne.as_ref().or(school.as_ref());
    let programmes = store::programme_names(&mut tx, who.id(), until, of).await?;
    let sheet = PeriodSheet {
        establishment: establishment(&desk, rne.as_ref()),
        student: student_of(&attributes, &who.person.display_name),
        programme: programmes.join(", "),
        ..period(&desk, &lines, (from, until))
    };
    drop(tx);
    let writing = writing(&desk, frame.lang, now);
    written(format!("attestation-{until}.pdf"), move || sheet.pdf(&writing)).await
}

/// What the lines of a period add up to.
fn period(desk: &Desk, lines: &[OwnLine], days: (NaiveDate, NaiveDate)) -> PeriodSheet {
    let figures = Figures::of(lines.iter().map(line), desk.zone);
    let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or_default();
    let absence = |of: &&OwnLine| line(of).is_absence();
    let told = |of: &OwnLine| {
        let times = Times { starts_at: of.starts_at, ends_at: of.ends_at };
        let what = super::shown::title(&of.kind, &of.subject_name);
        (of.starts_at, minutes(times.minutes()), what, of.status == Status::Excused)
    };
    PeriodSheet {
        establishment: Establishment::default(),
        student: super::proof::Student::default(),
        programme: String::new(),
        days,
        expected: minutes(figures.expected),
        justified: minutes(figures.absent - figures.unjustified),
        unjustified: minutes(figures.unjustified),
        absences: lines.iter().filter(absence).map(told).collect(),
    }
}

/// `/attendance/sessions/ID/sheet.pdf`: the roll on paper.
pub(super) async fn sheet(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let (here, _) = seen(&mut tx, &who, *id).await?;
    let lines = store::lines(&mut tx, here.id).await?;
    let mut known: BTreeMap<PersonId, Vec<Attributes>> = BTreeMap::new();
    for (student, attributes) in store::attributes_on_roll(&mut tx, here.id).await? {
        known.entry(student).or_default().push(attributes);
    }
    let row = |line: &LineRow| {
        let attributes = known.get(&line.student).map(Vec::as_slice).unwrap_or_default();
        SheetRow {
            student: student_of(attributes, &line.display_name),
            group: String::new(),
            state: line.status,
            at: line.marked_at.filter(|_| line.status.is_there()),
        }
    };
    let sheet = SessionSheet {
        establishment: establishment(&desk, Some(&here.rne)),
        about: about(&mut tx, &here).await?,
        times: (here.starts_at, here.ends_at),
        rows: lines.iter().map(row).collect(),
        digest: digest(&lines),
    };
    drop(tx);
    let writing = writing(&desk, frame.lang, clock.now());
    written(format!("emargement-{}.pdf", desk.day(here.starts_at)), move || sheet.pdf(&writing))
        .await
}

async fn about(tx: &mut Tx, here: &Seance) -> sqlx::Result<SessionAbout> {
    Ok(SessionAbout {
        programme: store::group_names(tx, here.id).await?.join(", "),
        subject: here.subject_name.clone(),
        kind: here.kind.clone(),
        room: here.room_name.clone(),
        teachers: store::teacher_names(tx, here.id).await?.join(", "),
    })
}

/// Of every line as it is: two sheets with the same digest say the same.
fn digest(lines: &[LineRow]) -> String {
    let mut text = String::new();
    for line in lines {
        let (status, version) = (line.status.as_str(), line.version);
        let _ = writeln!(text, "{} {status} {} {version}", line.id, line.minutes_late);
    }
    hex(&sha256(text.as_bytes())[..8])
}

pub(super) fn establishment(desk: &Desk, rne: Option<&Rne>) -> Establishment {
    let Some(rne) = rne else { return Establishment::default() };
    let name = (desk.schools)(rne).unwrap_or_else(|| rne.to_string());
    Establishment { name, uai: rne.to_string(), ..Establishment::default() }
}

pub(super) fn writing(desk: &Desk, lang: Lang, made_at: DateTime<Utc>) -> Writing {
    Writing { lang, zone: desk.zone, made_at }
}

/// Write a document beside the threads that serve.
pub(super) async fn written(
    name: String,
    write: impl FnOnce() -> Result<Vec<u8>, ProofError> + Send + 'static,
) -> web::Result<HttpResponse> {
    let bytes = actix_web::web::block(write).await.map_err(Error::internal)??;
    Ok(pdf(&name, bytes))
}

fn pdf(name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}
