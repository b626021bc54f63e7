//! `/attendance/import`: a list is sent, looked at, and then brought in.
use super::calling::Hand;
use super::creating::hand;
use super::desk::Desk;
use super::import::{How, Kind, LONGEST, List, Looked, SUMMARY, Wish};
use super::may::Over;
use super::pages::{Import, ImportReport};
use super::refusal::RollRefusal;
use super::roll::Parts;
use super::setup::{school, schools};
use super::store::{self, Upload};
use crate::db::Db;
use crate::identity::{Rne, SignedIn};
use crate::rights::{Permission, Reach, Scope};
use crate::uploads::{self, plain_name, take};
use crate::web::body::Intake;
use crate::web::page::{Page, Place};
use crate::web::query::{Fields, bad};
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use futures_util::TryStreamExt;
use uuid::Uuid;

/// What the path takes: one list, and the form around it.
pub(super) const INTAKE: Intake = uploads::intake(LONGEST);
/// Fields before the file.
const FIELDS: usize = 8;

/// The form.
pub(super) async fn ask(frame: Frame, (who, reach): (SignedIn, Reach)) -> HttpResponse {
    Page(form(&frame, &who, &reach)).with(StatusCode::OK)
}

fn form(frame: &Frame, who: &SignedIn, reach: &Reach) -> Import {
    let schools = schools(reach);
    Import {
        rne: schools.first().cloned().unwrap_or_default(),
        schools,
        kind: Kind::Calendar,
        source: "timetable".to_owned(),
        summary: SUMMARY.to_owned(),
        teachers: String::new(),
        wrong: None,
        shell: who.shell(frame, Place::Attendance),
    }
}

/// Keep a list; the page that the browser is sent to says what it would do.
pub(super) async fn send(
    body: Multipart,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let (fields, file) = read(body, &who).await?;
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let kind = fields.get("kind").and_then(Kind::parse).ok_or_else(|| bad("no kind of list"))?;
    let teachers = text("teachers").split([' ', ',', ';']).map(str::to_owned).collect::<Vec<_>>();
    let wish = Wish {
        kind,
        source: text("source"),
        summary: text("summary"),
        teachers: teachers.into_iter().filter(|login| !login.is_empty()).collect(),
    };
    let is_empty = file.as_ref().is_none_or(|(_, bytes)| bytes.is_empty());
    if let Some(wrong) = wish.wrong().or(is_empty.then_some("import-wrong-none")) {
        let page = Import {
            rne: text("rne"),
            kind,
            source: wish.source,
            summary: wish.summary,
            teachers: text("teachers"),
            wrong: Some(wrong),
            ..form(&frame, &who, &reach)
        };
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let (name, body) = file.unwrap_or_default();
    let rne = school(&fields, &reach)?;
    Over::must(may_bring(&who, kind, &rne))?;
    let upload = Upload {
        id: Uuid::now_v7(),
        rne,
        wish: sqlx::types::Json(wish),
        name,
        body,
        made_by: who.id(),
        made_at: clock.now(),
        report: None,
    };
    let mut tx = db.write().await?;
    store::insert_upload(&mut tx, &upload).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/import/{}", upload.id)))
}

/// Fields of the form, and name and bytes of the list. Nothing of it is taken in before the form has
/// shown whose it is.
async fn read(
    mut form: Multipart,
    who: &SignedIn,
) -> web::Result<(Fields, Option<(String, Vec<u8>)>)> {
    let broken = |_| bad("a form that cannot be read");
    let (mut pairs, mut file) = (Vec::<(String, String)>::new(), None);
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let is_own = pairs.iter().find(|(name, _)| name == "csrf");
            who.must_own_form(is_own.map_or("", |(_, token)| token))?;
            let given = field.content_disposition().and_then(|it| it.get_filename());
            let given = plain_name(given.unwrap_or_default());
            let bytes = take(&mut field, LONGEST).await?.ok_or(RollRefusal::List)?;
            file = Some((given, bytes));
            break;
        }
        if pairs.len() == FIELDS {
            return Err(bad("a form with too many fields"));
        }
        let text = take(&mut field, 1024).await?;
        let text = text.ok_or_else(|| bad("a field that is too long"))?;
        pairs.push((name, String::from_utf8_lossy(&text).into_owned()));
    }
    let text = serde_urlencoded::to_string(&pairs).map_err(Error::internal)?;
    Ok((who.form(&text)?, file))
}

/// What a list would do, or did.
pub(super) async fn show(
    frame: Frame,
    (who, reach, client): (SignedIn, Reach, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let upload = store::upload(&mut db.read().await?, *id, who.id()).await?;
    let upload = own(upload, (&who, &reach))?;
    let report = if let Some(done) = &upload.report {
        done.0.clone()
    } else {
        let how = how(&desk, &upload, hand(&who, &client, clock.now()));
        look(&desk, &db, &upload, &How { is_dry: true, ..how }).await?.1.report
    };
    let shell = who.shell(&frame, Place::Attendance);
    Ok(Page(ImportReport::new(&upload, &report, shell)).with(StatusCode::OK))
}

/// Bring it in.
pub(super) async fn keep(
    body: String,
    frame: Frame,
    (who, reach, client): (SignedIn, Reach, Client),
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let upload = store::upload(&mut db.read().await?, *id, who.id()).await?;
    let upload = own(upload, (&who, &reach))?;
    let here = format!("/attendance/import/{id}");
    if upload.report.is_some() {
        return Ok(see_other(&here));
    }
    let how = How {
        skips: fields.is_on("skip"),
        is_sure: fields.is_on("sure"),
        ..how(&desk, &upload, hand(&who, &client, clock.now()))
    };
    let (list, looked) = look(&desk, &db, &upload, &how).await?;
    let mut tx = db.write().await?;
    // Pressed twice: the second one waits, and finds it done.
    if !store::hold_upload(&mut tx, *id).await? {
        return Ok(see_other(&here));
    }
    let report = desk.bring_in(&mut tx, &how, (&list, &looked)).await?;
    if !report.is_kept {
        let shell = who.shell(&frame, Place::Attendance);
        let page = ImportReport { was_tried: true, ..ImportReport::new(&upload, &report, shell) };
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    }
    store::end_upload(&mut tx, *id, &report).await?;
    tx.commit().await?;
    Ok(see_other(&here))
}

/// Rights may have ended since it was sent.
fn own(upload: Option<Upload>, (who, reach): (&SignedIn, &Reach)) -> web::Result<Upload> {
    let upload = upload.ok_or(Error::NotFound)?;
    let is_theirs = reach.covers(&Scope::School(upload.rne.clone()));
    Over::must(is_theirs && may_bring(who, upload.wish.kind, &upload.rne))?;
    Ok(upload)
}

/// Marks of a list correct and exempt as the secretariat does: that is a right of its own.
fn may_bring(who: &SignedIn, kind: Kind, rne: &Rne) -> bool {
    let reach = || who.grants.reach(Permission::DecideAbsences);
    kind != Kind::Marks || reach().is_some_and(|it| it.covers(&Scope::School(rne.clone())))
}

fn how(desk: &Desk, upload: &Upload, hand: Hand) -> How {
    How {
        rne: upload.rne.clone(),
        is_dry: false,
        skips: false,
        is_sure: false,
        hand,
        rules: desk.rules.clone(),
        zone: desk.zone,
    }
}

async fn look(desk: &Desk, db: &Db, upload: &Upload, how: &How) -> web::Result<(List, Looked)> {
    // Reading many lines takes its time: not on the threads that answer others.
    let (wish, body, zone) = (upload.wish.0.clone(), upload.body.clone(), desk.zone);
    let read = actix_web::web::block(move || wish.read(body, zone)).await;
    let (list, wrong) = read.map_err(Error::internal)?;
    let looked = desk.look(db, how, (&list, wrong)).await?;
    Ok((list, looked))
}
