//! `/attendance/records.csv`, `.xlsx`, `.jsonl`: the lines of a period, a few séances at a time, so that
//! however many there are they need the memory of these few (13.5).
use super::asking::Asked;
use super::workbook::{self, Workbook};
use super::{Period, Taker};
use crate::attendance::desk::Desk;
use crate::attendance::facts::student_of;
use crate::attendance::may::May;
use crate::attendance::proof::Student;
use crate::attendance::record::{Channel, Status};
use crate::attendance::roll::Parts;
use crate::attendance::seance::Times;
use crate::attendance::store::{self, ExportLine, ExportSeance, Within};
use crate::db::{Db, Tx};
use crate::identity::{PersonId, SignedIn};
use crate::rights::Permission;
use crate::rows::{Cell, semicolons};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame};
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use futures_util::stream;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io;
use uuid::Uuid;

/// How CSV is called on the way.
pub(super) const CSV_TYPE: &str = "text/csv; charset=utf-8";
/// Séances that are read at once.
const SEANCES: i64 = 20;
/// Students whose names are remembered.
const STUDENTS: usize = 5_000;

/// The columns, whatever the format.
const COLUMNS: [&str; 23] = [
    "seance_id",
    "date",
    "debut",
    "fin",
    "duree_min",
    "formation",
    "matiere",
    "type",
    "groupes",
    "enseignants",
    "salle",
    "numero",
    "nom",
    "prenom",
    "statut",
    "heure",
    "retard_min",
    "canal",
    "zone",
    "motif",
    "justifie",
    "corrige_par",
    "corrige_le",
];

type Line = [Cell; COLUMNS.len()];

/// Reads on where it stopped.
struct Reading {
    db: Db,
    desk: Data<Desk>,
    within: Within,
    of: Period,
    behind: (DateTime<Utc>, Uuid),
    students: HashMap<PersonId, Student>,
    head: Option<String>,
}

/// Semicolons, with a mark for UTF-8.
pub(in crate::attendance) async fn records_csv(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, taker) = asked(&request, &frame, (&who, &client), &parts)?;
    lines_csv(&asked, taker, &parts).await
}

/// One object a line.
pub(in crate::attendance) async fn records_json(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, taker) = asked(&request, &frame, (&who, &client), &parts)?;
    lines_json(&asked, taker, &parts).await
}

/// A workbook.
pub(in crate::attendance) async fn records_xlsx(
    request: HttpRequest,
    (frame, client): (Frame, Client),
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let (asked, taker) = asked(&request, &frame, (&who, &client), &parts)?;
    lines_xlsx(&asked, taker, &parts).await
}

fn asked(
    request: &HttpRequest,
    frame: &Frame,
    (who, client): (&SignedIn, &Client),
    (_, clock, desk): &Parts,
) -> web::Result<(Asked, Taker)> {
    let query = Fields::parse(request.query_string())?;
    let within = May::of(who).within(Permission::SeeAttendance)?;
    let taker = Taker::person((who, client), within, (frame.lang, clock.now()));
    Ok((Asked::read(&query, desk, clock.now()), taker))
}

/// Semicolons, with a mark for UTF-8.
pub async fn lines_csv(asked: &Asked, taker: Taker, parts: &Parts) -> web::Result<HttpResponse> {
    let mut reading = begun(asked, taker, parts).await?;
    let head = COLUMNS.map(|name| Cell::Text(name.to_owned()));
    reading.head = Some(format!("\u{feff}{}", semicolons(head)));
    Ok(reading.answer((CSV_TYPE, name(asked, "csv")), semicolons))
}

/// One object a line.
pub async fn lines_json(asked: &Asked, taker: Taker, parts: &Parts) -> web::Result<HttpResponse> {
    let reading = begun(asked, taker, parts).await?;
    Ok(reading.answer(("application/x-ndjson", name(asked, "jsonl")), object))
}

/// A workbook.
pub async fn lines_xlsx(asked: &Asked, taker: Taker, parts: &Parts) -> web::Result<HttpResponse> {
    let mut reading = begun(asked, taker, parts).await?;
    let mut book = Workbook::begin(COLUMNS.map(str::to_owned).to_vec())?;
    while let Some(lines) = reading.next().await? {
        for line in lines {
            book.add(line)?;
        }
    }
    let body = book.end().await?;
    Ok(attached(workbook::TYPE, &name(asked, "xlsx")).streaming(body))
}

/// A file to be kept, not shown.
pub(super) fn attached(kind: &'static str, name: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    answer
}

/// Write down who takes what, before anything leaves.
pub(super) async fn exported(
    db: &Db,
    taker: &Taker,
    what: &'static str,
    asked: &Asked,
) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let event = taker.hand.signed("roll.exported").reason(what);
    let event = event.field("from", asked.since).field("until", asked.until);
    event.record(&mut tx, &taker.hand.trace, taker.hand.now).await?;
    tx.commit().await
}

async fn begun(asked: &Asked, taker: Taker, (db, _, desk): &Parts) -> web::Result<Reading> {
    exported(db, &taker, "records", asked).await?;
    Ok(Reading {
        db: db.get_ref().clone(),
        desk: desk.clone(),
        within: taker.within,
        behind: (asked.of.since, Uuid::nil()),
        of: asked.of.clone(),
        students: HashMap::new(),
        head: None,
    })
}

fn name(asked: &Asked, end: &str) -> String {
    format!("emargements-{}-{}.{end}", asked.since, asked.until)
}

impl Reading {
    /// The lines of the next séances; `None`: there are no more.
    async fn next(&mut self) -> sqlx::Result<Option<Vec<Line>>> {
        let mut tx = self.db.read().await?;
        let wanted = (self.behind, SEANCES);
        let seances = store::export_seances(&mut tx, &self.within, &self.of, wanted).await?;
        let Some(last) = seances.last() else { return Ok(None) };
        self.behind = (last.starts_at, last.id);
        let mut lines = Vec::new();
        for seance in &seances {
            for line in store::export_lines(&mut tx, seance.id).await? {
                let student = self.student(&mut tx, &line).await?;
                lines.push(told(&self.desk, seance, &line, student));
            }
        }
        Ok(Some(lines))
    }

    /// Names apart and number, as the accounts have them.
    async fn student(&mut self, tx: &mut Tx, line: &ExportLine) -> sqlx::Result<Student> {
        if let Some(known) = self.students.get(&line.student) {
            return Ok(known.clone());
        }
        if self.students.len() >= STUDENTS {
            self.students.clear();
        }
        let attributes = store::attributes_of(tx, line.student).await?;
        let student = student_of(&attributes, &line.display_name);
        self.students.insert(line.student, student.clone());
        Ok(student)
    }

    /// Everything, piece by piece as it is asked for.
    fn answer(
        self,
        (kind, name): (&'static str, String),
        write: impl Fn(Line) -> String + Copy + 'static,
    ) -> HttpResponse {
        let pieces = stream::try_unfold(self, move |mut reading| async move {
            if let Some(head) = reading.head.take() {
                return Ok(Some((Bytes::from(head), reading)));
            }
            let lines = reading.next().await.map_err(|error| {
                tracing::warn!(%error, "an export could not be read to its end: {error}");
                io::Error::other(error)
            })?;
            let piece = lines.map(|lines| lines.into_iter().map(write).collect::<String>());
            Ok::<_, io::Error>(piece.map(|piece| (Bytes::from(piece), reading)))
        });
        attached(kind, &name).streaming(pieces)
    }
}

fn told(desk: &Desk, seance: &ExportSeance, line: &ExportLine, student: Student) -> Line {
    let times = Times { starts_at: seance.starts_at, ends_at: seance.ends_at };
    let text = |text: &str| Cell::Text(text.to_owned());
    let justified = match line.status {
        Status::Excused => "oui",
        Status::Absent | Status::Excluded => "non",
        _ => "",
    };
    let changed = line.changed_at.map(|at| format!("{} {}", desk.day(at), desk.clock(at)));
    [
        Cell::Text(seance.id.to_string()),
        Cell::Text(desk.day(seance.starts_at).to_string()),
        Cell::Text(desk.clock(seance.starts_at)),
        Cell::Text(desk.clock(seance.ends_at)),
        Cell::Number(times.minutes()),
        text(&seance.programmes),
        text(&seance.subject),
        text(&seance.kind),
        text(&seance.group_names),
        text(&seance.teachers),
        text(&seance.room),
        Cell::Text(student.number),
        Cell::Text(student.family_name),
        Cell::Text(student.given_name),
        text(line.status.letter()),
        Cell::Text(line.marked_at.map(|at| desk.clock(at)).unwrap_or_default()),
        Cell::Number(line.minutes_late),
        text(line.channel.map_or("", Channel::as_str)),
        text(line.zone_result.as_str()),
        text(&line.note),
        text(justified),
        text(line.changed_by.as_deref().unwrap_or_default()),
        Cell::Text(changed.unwrap_or_default()),
    ]
}

/// The line as an object with the names of the columns.
fn object(line: Line) -> String {
    let value = |cell: Cell| match cell {
        Cell::Text(text) => Value::from(text),
        Cell::Number(value) | Cell::Tenths(value) => Value::from(value),
    };
    let fields = COLUMNS.into_iter().zip(line);
    let fields: Map<_, _> = fields.map(|(name, cell)| (name.to_owned(), value(cell))).collect();
    format!("{}\n", Value::Object(fields))
}
