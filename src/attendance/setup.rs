//! `/attendance/setup/…`: programmes, groups, subjects, rooms and networks of a school.
use super::catalogue::{Catalogue, Draft};
use super::pages::{Setup, SetupChoice};
use super::refusal::RollRefusal;
use super::roll::Parts;
use super::store::{self, Entry, Within};
use crate::db::Tx;
use crate::identity::{Rne, SignedIn};
use crate::rights::{Reach, Scope};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// The first list.
pub(super) async fn begin() -> HttpResponse {
    see_other("/attendance/setup/programmes")
}

/// A list, a form to add to it, and one entry to be changed (`?id=`).
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    word: Path<String>,
    (db, _, _): Parts,
) -> web::Result<HttpResponse> {
    let list = Catalogue::parse(&word).ok_or(Error::NotFound)?;
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let mut page = page(&mut tx, list, &reach).await?;
    if let Some(entry) = query.id("id").and_then(|id| page.rows.iter().find(|it| it.id == id)) {
        page.changed = Some(entry.clone());
        page.typed =
            Draft { a: entry.a.clone(), b: entry.b.clone(), c: entry.c.clone(), of: entry.of_id };
        page.rne = entry.rne.to_string();
    }
    page.notice = query.get("done").and_then(|done| match done {
        "add" => Some("setup-done-add"),
        "change" => Some("setup-done-change"),
        "remove" => Some("setup-done-remove"),
        _ => None,
    });
    page.shell = who.shell(&frame, Place::Attendance);
    Ok(Page(page).with(StatusCode::OK))
}

/// Add an entry, or change the one that `id` names.
pub(super) async fn keep(
    body: String,
    frame: Frame,
    (who, client, reach): (SignedIn, Client, Reach),
    word: Path<String>,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let list = Catalogue::parse(&word).ok_or(Error::NotFound)?;
    let fields = who.form(&body)?;
    let (rne, draft, id) = (school(&fields, &reach)?, drafted(&fields, list), fields.id("id"));
    let mut tx = db.write().await?;
    let mut wrong = draft.wrong(list);
    if wrong.is_none() {
        let done = match id {
            Some(id) => store::change_entry(&mut tx, (list, &rne, id), &draft).await?,
            None => store::add_entry(&mut tx, (list, &rne), &draft).await?.is_some(),
        };
        wrong = (!done).then_some("setup-wrong-taken");
    }
    if wrong.is_some() {
        drop(tx);
        let mut tx = db.read().await?;
        let mut page = page(&mut tx, list, &reach).await?;
        page.changed = id.and_then(|id| page.rows.iter().find(|it| it.id == id)).cloned();
        page.typed = draft;
        page.rne = rne.to_string();
        page.wrong = wrong;
        page.shell = who.shell(&frame, Place::Attendance);
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let act = if id.is_some() { "change" } else { "add" };
    let event = who.event("roll.set_up").reason(act).field("list", list.as_str());
    let event = event.field("rne", &rne).field("name", format!("{} {}", draft.a, draft.b));
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/setup/{word}?done={act}")))
}

/// Remove an entry on which nothing hangs.
pub(super) async fn remove(
    body: String,
    (who, client, reach): (SignedIn, Client, Reach),
    path: Path<(String, Uuid)>,
    (db, clock, _): Parts,
) -> web::Result<HttpResponse> {
    let (word, id) = path.into_inner();
    let list = Catalogue::parse(&word).ok_or(Error::NotFound)?;
    let fields = who.form(&body)?;
    let rne = school(&fields, &reach)?;
    let mut tx = db.write().await?;
    if !store::remove_entry(&mut tx, list, &rne, id).await? {
        return Err(RollRefusal::InUse.into());
    }
    let event = who.event("roll.set_up").reason("remove").field("list", list.as_str());
    event.field("rne", &rne).field("id", id).record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/attendance/setup/{word}?done=remove")))
}

pub(super) fn school(fields: &Fields, reach: &Reach) -> web::Result<Rne> {
    let rne = fields.get("rne").unwrap_or_default();
    let rne = Rne::parse(rne).map_err(|_| RollRefusal::School)?;
    if !reach.covers(&Scope::School(rne.clone())) {
        return Err(RollRefusal::Forbidden.into());
    }
    Ok(rne)
}

fn drafted(fields: &Fields, list: Catalogue) -> Draft {
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let of = list.of().and_then(|_| fields.id("of"));
    Draft { a: text("a"), b: text("b"), c: text("c"), of }
}

/// The schools that somebody picks from; empty: the code is typed.
pub(super) fn schools(reach: &Reach) -> Vec<String> {
    let schools = reach.schools().into_iter().flatten();
    schools.map(ToString::to_string).collect()
}

async fn page(tx: &mut Tx, list: Catalogue, reach: &Reach) -> sqlx::Result<Setup> {
    let within = Within::of(reach);
    let rows: Vec<Entry> = store::entries(tx, list, &within).await?;
    let others = match list.of() {
        Some((other, _)) => store::entries(tx, other, &within).await?,
        None => Vec::new(),
    };
    let named = |it: &Entry| SetupChoice { id: it.id, label: format!("{} {}", it.a, it.c) };
    let schools = schools(reach);
    let rne = schools.first().cloned().or_else(|| rows.first().map(|it| it.rne.to_string()));
    Ok(Setup {
        others: others.iter().map(named).collect(),
        rne: rne.unwrap_or_default(),
        schools,
        rows,
        ..Setup::of(list)
    })
}
