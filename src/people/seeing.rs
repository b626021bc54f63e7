//! "See as": an administrator looks at the service as somebody else sees it (SEC-100).
//!
//! Reading only, for a quarter of an hour, after a fresh proof of who they are, never as somebody
//! who administrates, and never beyond our own pages. That it is so is the door's work
//! ([`crate::identity::door`]); here it begins and ends.
use super::pages::AskSeeing;
use super::person::known;
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::door::Seeing;
use crate::identity::{Person, PersonId, SignedIn, store};
use crate::rights::Role;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// How long it lasts.
const LASTS: Duration = Duration::minutes(15);
/// How old the proof of who they are may be.
const FRESH: Duration = Duration::minutes(10);
/// Whoever has one of these is nobody to be looked at as.
const OFFICE: [Role; 4] = [Role::Admin, Role::LocalAdmin, Role::Auditor, Role::Dpo];

/// `…/see-as`: is that meant?
pub(super) async fn ask(
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    if let Some(first) = must_prove(&who, *id, clock.now()) {
        return Ok(first);
    }
    let mut tx = db.read().await?;
    let person = shown(&mut tx, &who, PersonId(*id)).await?;
    let page = AskSeeing {
        shell: who.shell(&frame, Place::People),
        person: person.id.to_string(),
        name: person.display_name,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST …/see-as`
pub(super) async fn begin(
    body: String,
    who: SignedIn,
    client: Client,
    id: Path<Uuid>,
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let now = clock.now();
    if let Some(first) = must_prove(&who, *id, now) {
        return Ok(first);
    }
    let mut tx = db.write().await?;
    let person = shown(&mut tx, &who, PersonId(*id)).await?;
    store::begin_seeing(&mut tx, who.session.id, person.id, (now, now + LASTS)).await?;
    let event = who.event("admin.impersonate").reason("begin").field("of", person.id);
    event.record(&mut tx, &client.trace(), now).await?;
    let event = Event::ok("admin.impersonate").reason("begin").about(person.id);
    event.field("by", who.id()).record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;
    Ok(see_other("/sessions"))
}

/// `POST /seen-as/end`
pub(super) async fn end(
    body: String,
    seeing: Seeing,
    client: Client,
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let who = seeing.0;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let mut tx = db.write().await?;
    if store::end_seeing(&mut tx, who.session.id).await? {
        let event = who.event("admin.impersonate").reason("end").field("of", who.id());
        event.record(&mut tx, &client.trace(), clock.now()).await?;
    }
    tx.commit().await?;
    Ok(see_other(&format!("/admin/people/{}", who.id())))
}

/// Where to prove anew who one is, when that was too long ago.
fn must_prove(who: &SignedIn, id: Uuid, now: DateTime<Utc>) -> Option<HttpResponse> {
    if now - who.session.authenticated_at <= FRESH {
        return None;
    }
    let back = format!("/admin/people/{id}/see-as");
    let query = serde_urlencoded::to_string([("renew", "1"), ("next", &back)]).unwrap_or_default();
    Some(see_other(&format!("/login?{query}")))
}

/// Somebody who may be looked at as.
async fn shown(tx: &mut Tx, who: &SignedIn, id: PersonId) -> web::Result<Person> {
    let person = known(tx, id).await?;
    let grants = store::grants_of(tx, id).await?;
    let is_office = grants.iter().any(|stored| OFFICE.contains(&stored.grant.role));
    if is_office || id == who.id() {
        return Err(refused("E-SEE-WHOM", "somebody who administrates"));
    }
    Ok(person)
}

fn refused(code: &'static str, detail: &str) -> Error {
    Refusal::new(code, StatusCode::FORBIDDEN, "admin.impersonate").detail(detail).into()
}
