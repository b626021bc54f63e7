//! `/attendance/letters`: one file with a letter for each student who was chosen, one of each school.
//!
//! A letter says when somebody was away and whether that is excused; never why.
use super::admin::within;
use super::pages::{AddresseeRow, Letters};
use super::store::{self, NewLetter};
use super::writing::{Written, write};
use crate::attendance::desk::Desk;
use crate::attendance::figures::{By, Column, Period, Row};
use crate::attendance::pages::Choice;
use crate::attendance::proof::{PaperLetter, Writing, letters_pdf};
use crate::attendance::roll::Parts;
use crate::attendance::store::{LineSums, Within, line_sums, programme_rows};
use crate::db::Tx;
use crate::identity::{PersonId, Rne, SignedIn};
use crate::mail::Mailer;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

/// Letters at most in one file.
const MOST: usize = 500;
/// Days of the period that is offered.
const BACK: Days = Days::new(30);
/// Longest period.
const LONGEST: Days = Days::new(366);

/// Whose letters, of which days.
pub(super) struct Asked {
    pub(super) since: NaiveDate,
    pub(super) until: NaiveDate,
    programme: Option<Uuid>,
    alert: Option<Uuid>,
    /// The one student of an alert, and the school of its rule.
    only: Option<(PersonId, Rne)>,
    pub(super) lang: Lang,
}

/// Students with absences of a period; `?alert=ID`: the one of an alert.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let within = within(&who)?;
    let mut tx = db.read().await?;
    let asked = read(&mut tx, (&query, frame.lang), &within, (&desk, clock.now())).await?;
    let page = page(&mut tx, (&desk, frame.lang), (&asked, &within), None).await?;
    Ok(Page(Letters { shell: who.shell(&frame, Place::Attendance), ..page }).with(StatusCode::OK))
}

/// `act=make`: the file; else a look at the first letter.
pub(super) async fn make(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
    mailer: Data<Mailer>,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (within, now) = (within(&who)?, clock.now());
    let mut tx = db.read().await?;
    let asked = read(&mut tx, (&fields, frame.lang), &within, (&desk, now)).await?;
    let sums = absent(&mut tx, (&asked, &within), &desk).await?;
    let chosen = sums.iter().filter_map(|sums| sums.id).filter(|id| is_chosen(&fields, *id));
    let chosen: Vec<_> = chosen.map(PersonId).take(MOST).collect();
    let mut letters = Vec::new();
    for student in chosen {
        let said = (&asked, &within, now);
        letters.extend(write(&mut tx, (&desk, &mailer), said, student).await?);
    }
    // By postal code for the post office; those without one behind them, by name.
    letters.sort_by(|one, other| one.order().cmp(&other.order()));
    if letters.is_empty() || fields.get("act") != Some("make") {
        let shell = who.shell(&frame, Place::Attendance);
        let ticked = Some(&fields);
        let mut page = page(&mut tx, (&desk, frame.lang), (&asked, &within), ticked).await?;
        page.counts = (letters.len(), letters.iter().filter(|it| !it.has_address).count());
        page.wrong = letters.is_empty().then_some("letter-wrong-nobody");
        let first = letters.into_iter().next().map(|it| it.paper);
        page.preview = first.map(|it| (it.to, it.subject, it.text));
        let status =
            if page.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        return Ok(Page(Letters { shell, ..page }).with(status));
    }
    drop(tx);
    let kept: Vec<_> = letters.iter().map(|it| kept(it, &asked, (who.id(), now))).collect();
    let writing = Writing { lang: asked.lang, zone: desk.zone, made_at: now };
    let papers: Vec<PaperLetter> = letters.into_iter().map(|it| it.paper).collect();
    let title = asked.lang.t("letter-file");
    let written = actix_web::web::block(move || letters_pdf(&papers, title, &writing)).await;
    let bytes = written.map_err(Error::internal)??;
    let mut tx = db.write().await?;
    for letter in &kept {
        store::insert_letter(&mut tx, letter).await?;
    }
    let event = who.event("roll.letters_made").field("count", kept.len());
    let event = event.field("from", asked.since.to_string());
    let event = event.field("until", asked.until.to_string());
    event.record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"lettres-{}.pdf\"", asked.until);
    let disposition = (header::CONTENT_DISPOSITION, name);
    let answer =
        HttpResponse::Ok().content_type("application/pdf").insert_header(disposition).body(bytes);
    Ok(answer)
}

fn is_chosen(fields: &Fields, student: Uuid) -> bool {
    fields.is_on(&format!("s-{student}"))
}

fn kept(of: &Written, asked: &Asked, (made_by, made_at): (PersonId, DateTime<Utc>)) -> NewLetter {
    NewLetter {
        rne: of.rne.clone(),
        student: of.student,
        alert: asked.alert,
        lang: asked.lang.code(),
        wording: of.wording,
        days: (asked.since, asked.until),
        made_by,
        made_at,
    }
}

/// What an address or a form asks for.
async fn read(
    tx: &mut Tx,
    (fields, usual): (&Fields, Lang),
    within: &Within,
    (desk, now): (&Desk, DateTime<Utc>),
) -> web::Result<Asked> {
    let day = |name: &str| fields.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let lang = fields.get("letter_lang").and_then(Lang::parse).unwrap_or(usual);
    if let Some(id) = fields.id("alert") {
        let alert = store::sent_one(tx, within, id).await?.ok_or(Error::NotFound)?;
        return Ok(Asked {
            since: alert.since,
            until: alert.until,
            programme: None,
            alert: Some(id),
            only: Some((alert.student, alert.rne)),
            lang,
        });
    }
    let until = day("until").unwrap_or_else(|| desk.day(now));
    let since = day("from").or_else(|| until.checked_sub_days(BACK)).unwrap_or(until);
    let since = since.max(until.checked_sub_days(LONGEST).unwrap_or(until));
    let programme = fields.id("programme");
    Ok(Asked { since, until, programme, alert: None, only: None, lang })
}

impl Asked {
    /// Its first moment, and the first one behind it.
    pub(super) fn span(&self, desk: &Desk) -> (DateTime<Utc>, DateTime<Utc>) {
        let behind = self.until.checked_add_days(Days::new(1)).unwrap_or(self.until);
        (desk.midnight(self.since), desk.midnight(behind))
    }

    pub(super) fn programme(&self) -> Option<Uuid> {
        self.programme
    }

    /// Whether absences in a school are meant: an alert is of one school.
    pub(super) fn is_about(&self, rne: &Rne) -> bool {
        self.only.as_ref().is_none_or(|(_, only)| only == rne)
    }
}

/// Students with confirmed absences in there, in order of name.
async fn absent(
    tx: &mut Tx,
    (asked, within): (&Asked, &Within),
    desk: &Desk,
) -> sqlx::Result<Vec<LineSums>> {
    let (since, until) = asked.span(desk);
    let (programme, zone) = (asked.programme, desk.zone);
    let of = Period { since, until, zone, programme, subject: None, kind: None };
    let mut sums = line_sums(tx, (By::Student, within), &of).await?;
    let is_only = |it: &LineSums| asked.only.as_ref().is_none_or(|(only, _)| it.id == Some(only.0));
    sums.retain(|it| it.absent > 0 && is_only(it));
    sums.sort_by(|one, other| one.sort_name.cmp(&other.sort_name));
    Ok(sums)
}

/// The page; `ticked` is the form that was sent, else those with unexcused absences are chosen.
async fn page(
    tx: &mut Tx,
    (desk, lang): (&Desk, Lang),
    (asked, within): (&Asked, &Within),
    ticked: Option<&Fields>,
) -> sqlx::Result<Letters> {
    let mut rows = Vec::new();
    let sums = absent(tx, (asked, within), desk).await?;
    let more = sums.len().saturating_sub(MOST);
    for sums in sums.into_iter().take(MOST) {
        let Some(id) = sums.id else { continue };
        let row = Row { absent: sums.absent, unjustified: sums.unjustified, ..Row::default() };
        rows.push(AddresseeRow {
            id: id.to_string(),
            absent: Column::Absent.shown(&row, lang),
            unexcused: Column::AbsentUnjustified.shown(&row, lang),
            is_on: ticked.map_or(sums.unjustified > 0, |fields| is_chosen(fields, id)),
            name: sums.name,
        });
    }
    let mut programmes = Vec::new();
    for (id, _, name) in programme_rows(tx, within).await? {
        let is_on = asked.programme == Some(id);
        programmes.push(Choice { id: id.to_string(), label: name, is_on });
    }
    let choice = |it: Lang| Choice {
        id: it.code().to_owned(),
        label: it.t("language-name"),
        is_on: it == asked.lang,
    };
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    Ok(Letters {
        from: asked.since.to_string(),
        until: asked.until.to_string(),
        programmes,
        programme: id(asked.programme),
        alert: id(asked.alert),
        langs: [Lang::Fr, Lang::En].map(choice).to_vec(),
        rows,
        more,
        ..Letters::default()
    })
}
