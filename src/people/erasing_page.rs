//! `/admin/people/ID/erase`: what goes, what stays and why; and doing it.
use super::erasing::{Eraser, Wish};
use super::pages::{AskErase, HeldRow};
use super::person::known;
use crate::clock::Clock;
use crate::db::{Db, End, Tx, rows_of};
use crate::identity::{Person, PersonId, SignedIn, store};
use crate::jobs::Desk;
use crate::rights::Role;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use uuid::Uuid;

/// Longest reason that is kept.
const LONGEST_REASON: usize = 200;

/// What will happen.
pub(super) async fn ask(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, eraser): (Data<Db>, Data<Eraser>),
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let person = may_go(&mut tx, &who, PersonId(*id)).await?;
    let page = page(&mut tx, &frame, &who, person, &eraser).await?;
    Ok(Page(page).with(StatusCode::OK))
}

async fn page(
    tx: &mut Tx,
    frame: &Frame,
    who: &SignedIn,
    person: Person,
    eraser: &Eraser,
) -> web::Result<AskErase> {
    let mut page = AskErase {
        shell: who.shell(frame, Place::People),
        person: person.id.to_string(),
        name: person.display_name,
        ..AskErase::default()
    };
    for held in eraser.held.iter() {
        let rows = rows_of(tx, held, person.id.0).await?.len();
        if rows == 0 {
            continue;
        }
        let row = |why: &str| HeldRow { table: held.table, rows, why: why.to_owned() };
        match held.end {
            End::Stays(why) => page.stays.push(row(why)),
            End::WithPerson | End::Removed(_) => page.goes.push(row("")),
        }
    }
    Ok(page)
}

/// `POST …/erase`, with the name typed again.
pub(super) async fn erase(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    id: Path<Uuid>,
    (db, clock, desk): (Data<Db>, Data<Clock>, Data<Desk>),
    eraser: Data<Eraser>,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let mut tx = db.write().await?;
    let person = may_go(&mut tx, &who, PersonId(*id)).await?;
    let reason = fields.get("reason").unwrap_or_default().trim();
    let is_meant = fields.get("name").is_some_and(|name| name.trim() == person.display_name);
    if !is_meant || reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let page = page(&mut tx, &frame, &who, person, &eraser).await?;
        let page = AskErase { is_wrong: true, reason: reason.to_owned(), ..page };
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let now = clock.now();
    let event = who.event("person.erase").reason("asked").field("of", person.id);
    let event = event.field("why", reason);
    let wish = Wish { by: Some(who.id()), reason, event: &event, may_return: false };
    let trace = client.trace();
    let begun = eraser.begin(&mut tx, &desk.queue, person.id, &wish, (&trace, now)).await;
    begun.map_err(|failure| Error::internal(format!("{}: {}", failure.why, failure.cause)))?;
    desk.queue.commit(tx).await?;
    Ok(see_other("/admin/people?erased=1"))
}

/// Nobody erases themselves, or the last one who runs the installation.
async fn may_go(tx: &mut Tx, who: &SignedIn, id: PersonId) -> web::Result<Person> {
    let person = known(tx, id).await?;
    let is_admin = store::has_role(tx, id, Role::Admin).await?;
    if id == who.id() || (is_admin && store::other_admins(tx, id).await? == 0) {
        let refusal = Refusal::new("E-LAST-ADMIN", StatusCode::CONFLICT, "person.erase");
        return Err(refusal.into());
    }
    Ok(person)
}
