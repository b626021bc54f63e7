//! Two people are one, says an administrator; and that they are two again (D6, D24).
use super::act::Act;
use super::pages::Join;
use super::person::{Parts, Reader, known};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::identity::joining::{self, BY_ADMINISTRATOR, BY_HAND, refused};
use crate::identity::session::Session;
use crate::identity::touched::Touched;
use crate::identity::{Person, PersonId, SignedIn, store};
use crate::sso::{Sweep, end_sessions};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// `…/join?other=`: is that really the same human being? `other` is a login or a person's id.
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    id: Path<Uuid>,
    (db, clock, dispatcher, _): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let words = query.get("other").unwrap_or_default().trim();
    let mut tx = db.read().await?;
    let here = known(&mut tx, PersonId(*id)).await?;
    let Some(there) = other(&mut tx, words, here.id).await? else {
        let unknown = serde_urlencoded::to_string([("unknown", words)]).unwrap_or_default();
        return Ok(see_other(&format!("/admin/people/{}?{unknown}", here.id)));
    };
    let lang = frame.lang;
    let mut reader = Reader { tx: &mut tx, dispatcher: &dispatcher, lang, now: clock.now() };
    let page = Join {
        here: reader.side(here).await?,
        there: reader.side(there).await?,
        shell: who.shell(&frame, Place::People),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST …/join`: every account of the other one is this one's from now on.
pub(super) async fn join(
    body: String,
    who: SignedIn,
    client: Client,
    id: Path<Uuid>,
    (db, clock, _, settings): Parts,
) -> web::Result<HttpResponse> {
    let Act { fields, who, here, trace, now, mut tx } =
        Act::begin(who, &body, &client, *id, (&db, &clock)).await?;
    let there = fields.id("other").map(PersonId).filter(|there| *there != here.id);
    let there = known(&mut tx, there.ok_or(Error::NotFound)?).await?;
    let accounts = store::accounts_of(&mut tx, there.id).await?;
    if accounts.is_empty() {
        return Err(refused("nothing to join"));
    }
    // Sessions of the other one were opened with other rights.
    let sweep = end_all(&mut tx, &who, there.id, (&trace, now)).await?;
    let mut touched = Touched::at(now);
    for account in accounts {
        let people = (there.id, here.id);
        let joined =
            joining::join(&mut tx, account.id, people, BY_ADMINISTRATOR, &mut touched).await?;
        let event = joined.ok_or_else(|| refused("somebody with a role"))?;
        let event = event.by(who.id(), &who.session.short()).field("source", &account.source);
        event.field("of", here.id).record(&mut tx, &trace, now).await?;
    }
    touched.settle(&mut tx, &settings.arrival.following(), &trace).await?;
    tx.commit().await?;
    sweep.tell(&settings.outbound, now);
    Ok(see_other(&format!("/admin/people/{}?joined=1", here.id)))
}

/// `POST …/part`: the account goes back to whom it came from.
pub(super) async fn part(
    body: String,
    who: SignedIn,
    client: Client,
    id: Path<Uuid>,
    (db, clock, _, settings): Parts,
) -> web::Result<HttpResponse> {
    let Act { fields, who, here, trace, now, mut tx } =
        Act::begin(who, &body, &client, *id, (&db, &clock)).await?;
    let id = fields.id("link").ok_or(Error::NotFound)?;
    let link = joining::open_link(&mut tx, here.id, id).await?;
    let link = link.filter(|it| BY_HAND.contains(&it.rule.as_str())).ok_or(Error::NotFound)?;
    let is_meant = |session: &Session| session.account == link.account;
    let event = |session: &Session| ended(&who, session, here.id);
    let sweep = end_sessions(&mut tx, here.id, is_meant, event, (&trace, now)).await?;
    let mut touched = Touched::at(now);
    let (_, event) = joining::part(&mut tx, &link, &mut touched).await?;
    let event = event.by(who.id(), &who.session.short()).field("of", here.id);
    event.record(&mut tx, &trace, now).await?;
    touched.settle(&mut tx, &settings.arrival.following(), &trace).await?;
    tx.commit().await?;
    sweep.tell(&settings.outbound, now);
    Ok(see_other(&format!("/admin/people/{}?parted=1", here.id)))
}

async fn end_all(
    tx: &mut Tx,
    who: &SignedIn,
    of: PersonId,
    when: (&Trace, DateTime<Utc>),
) -> sqlx::Result<Sweep> {
    end_sessions(tx, of, |_| true, |session| ended(who, session, of), when).await
}

pub(super) fn ended(who: &SignedIn, session: &Session, of: PersonId) -> Event {
    who.event("session.admin_ended").field("ended", session.short()).field("of", of)
}

/// The person whom these words name without doubt, other than `here`.
async fn other(tx: &mut Tx, words: &str, here: PersonId) -> sqlx::Result<Option<Person>> {
    let id: Option<Uuid> = words.parse().ok();
    if let Some(id) = id
        && let Some(person) = store::find_person(tx, PersonId(id)).await?
    {
        return Ok(Some(person).filter(|person| person.id != here));
    }
    let mut people: Vec<PersonId> = store::accounts_by_login(tx, words)
        .await?
        .into_iter()
        .map(|account| account.person)
        .filter(|person| *person != here)
        .collect();
    people.sort_unstable();
    people.dedup();
    match people.as_slice() {
        [only] => store::find_person(tx, *only).await,
        _ => Ok(None),
    }
}
