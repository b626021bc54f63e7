//! "My accounts": whoever has two says so by signing in with both, one right after the other (D6).
use super::SignInSettings;
use super::pages::{self, AccountRow};
use super::sessions::{self, end_sessions};
use super::store::{find_flow, insert_flow, take_flow};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::joining::{self, BY_PERSON, refused};
use crate::identity::session::Session;
use crate::identity::sources::Directories;
use crate::identity::store::{self, LinkRow, StoredAccount};
use crate::identity::token::{self, Token};
use crate::identity::touched::Touched;
use crate::identity::{PersonId, SignedIn};
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long both proofs may be apart.
const PATIENCE: Duration = Duration::minutes(10);
/// How old the first proof may be: whoever finds an open browser comes too late.
const FIRST: Duration = Duration::minutes(2);
/// How far the clock of an identity provider may be behind ours.
const SKEW: Duration = Duration::minutes(2);
const KIND: &str = "joining";
/// What the list says first, by a field of its address.
const NOTICES: [(&str, &str); 4] = [
    ("joined", "accounts-joined"),
    ("parted", "accounts-parted"),
    ("fresh", "accounts-fresh"),
    ("same", "accounts-same"),
];

type Parts = (Data<Db>, Data<Clock>, Data<Directories>);

/// Somebody who signs in with another account of theirs.
#[derive(Serialize, Deserialize)]
struct Joining {
    person: PersonId,
    /// The session in which they began.
    session: Uuid,
    /// SHA-256 of the cookie of the browser that began: nobody can be led into joining others.
    browser: Vec<u8>,
    since: DateTime<Utc>,
}

/// `/accounts`: all of them.
pub(super) async fn list(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, _, directories): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let accounts = store::accounts_of(&mut tx, who.id()).await?;
    let links = store::links_of(&mut tx, who.id()).await?;
    let is_own = |it: &&LinkRow| it.rule == BY_PERSON && joining::is_open(it, who.id(), &accounts);
    let link = |account: Uuid| {
        let mut own = links.iter().filter(is_own);
        own.find(|it| it.account == account).map(|it| it.id.to_string())
    };
    let rows = accounts.iter().map(|account| AccountRow {
        is_this_one: account.id == who.session.account,
        part: link(account.id),
        ..row(account, &directories)
    });
    let page = pages::Accounts {
        shell: who.shell(&frame, Place::Sessions),
        accounts: rows.collect(),
        has_role: store::has_any_role(&mut tx, who.id()).await?,
        notice: NOTICES.iter().find(|(field, _)| query.is_on(field)).map(|(_, text)| *text),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /accounts/add`: off to sign in with the other one. The first proof must be fresh as well.
pub(super) async fn add(
    body: String,
    who: SignedIn,
    db: Data<Db>,
    clock: Data<Clock>,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let now = clock.now();
    if now - who.session.authenticated_at > FIRST {
        return Ok(to_sign_in("/accounts?fresh=1"));
    }
    let browser = Token::new();
    let joining =
        Joining { person: who.id(), session: who.session.id, browser: browser.hash(), since: now };
    let payload = serde_json::to_value(joining).map_err(Error::internal)?;
    let mut tx = db.write().await?;
    if store::has_any_role(&mut tx, who.id()).await? {
        return Err(refused("somebody with a role"));
    }
    let flow = insert_flow(&mut tx, KIND, &payload, now, now + PATIENCE).await?;
    tx.commit().await?;
    let mut answer = to_sign_in(&format!("/accounts/join?flow={flow}"));
    let cookie = cookies::lasting(cookies::JOINING, browser.as_str().to_owned(), 600);
    let _ = answer.add_cookie(&cookie);
    Ok(answer)
}

/// `/accounts/join`: are these both yours?
pub(super) async fn ask(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, clock, directories): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let both = other(&mut tx, &request, &query, &who, clock.now()).await?;
    let Some((flow, other)) = both else { return Ok(see_other("/accounts?same=1")) };
    let rows = |accounts: Vec<StoredAccount>| {
        accounts.iter().map(|account| row(account, &directories)).collect()
    };
    let page = pages::JoinAccounts {
        shell: who.shell(&frame, Place::Sessions),
        here: rows(store::accounts_of(&mut tx, who.id()).await?),
        there: rows(store::accounts_of(&mut tx, other).await?),
        flow: flow.to_string(),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `POST /accounts/join`: from now on they are one person's.
pub(super) async fn join(
    request: HttpRequest,
    body: String,
    who: SignedIn,
    client: Client,
    (db, clock, _): Parts,
    settings: Data<SignInSettings>,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let Some((flow, other)) = other(&mut tx, &request, &fields, &who, now).await? else {
        return Ok(see_other("/accounts?same=1"));
    };
    if !take_flow(&mut tx, flow).await? {
        return Err(refused("too late"));
    }
    // Sessions in other browsers began with fewer rights.
    let others = |session: &Session| session.id != who.session.id;
    let when = (&client.trace(), now);
    let own = sessions::end_own(&mut tx, &who, others, when).await?;
    let event = |session: &Session| ended(&who, session);
    let theirs = end_sessions(&mut tx, other, |_| true, event, when).await?;
    let mut touched = Touched::at(now);
    for account in store::accounts_of(&mut tx, other).await? {
        let people = (other, who.id());
        let joined = joining::join(&mut tx, account.id, people, BY_PERSON, &mut touched).await?;
        let event = joined.ok_or_else(|| refused("somebody with a role"))?;
        let event = event.by(who.id(), &who.session.short()).field("source", &account.source);
        event.record(&mut tx, &client.trace(), now).await?;
    }
    touched.settle(&mut tx, &settings.arrival.following(), &client.trace()).await?;
    tx.commit().await?;
    own.and(theirs).tell(&settings.outbound, now);
    let mut answer = see_other("/accounts?joined=1");
    let _ = answer.add_cookie(&cookies::forget(cookies::JOINING));
    Ok(answer)
}

/// `POST /accounts/part`: they are two again.
pub(super) async fn part(
    body: String,
    who: SignedIn,
    client: Client,
    (db, clock, _): Parts,
    settings: Data<SignInSettings>,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let id = fields.id("link").ok_or(Error::NotFound)?;
    let now = clock.now();
    let mut tx = db.write().await?;
    let link = joining::open_link(&mut tx, who.id(), id).await?;
    let link = link.filter(|it| it.rule == BY_PERSON).ok_or(Error::NotFound)?;
    let (trace, is_of_it) = (client.trace(), |session: &Session| session.account == link.account);
    let event = |session: &Session| ended(&who, session);
    let sweep = end_sessions(&mut tx, who.id(), is_of_it, event, (&trace, now)).await?;
    let mut touched = Touched::at(now);
    let (_, event) = joining::part(&mut tx, &link, &mut touched).await?;
    let event = event.by(who.id(), &who.session.short());
    event.record(&mut tx, &trace, now).await?;
    touched.settle(&mut tx, &settings.arrival.following(), &client.trace()).await?;
    tx.commit().await?;
    sweep.tell(&settings.outbound, now);
    Ok(see_other("/accounts?parted=1"))
}

/// The person who began in this browser, when both may be joined; `None`: it is the same one.
async fn other(
    tx: &mut Tx,
    request: &HttpRequest,
    fields: &Fields,
    who: &SignedIn,
    now: DateTime<Utc>,
) -> web::Result<Option<(Uuid, PersonId)>> {
    let flow = fields.id("flow").ok_or_else(|| refused("no journey"))?;
    let payload = find_flow(tx, flow, KIND, now).await?.ok_or_else(|| refused("too late"))?;
    let joining: Joining = serde_json::from_value(payload).map_err(Error::internal)?;
    let browser = cookies::value(request, cookies::JOINING).unwrap_or_default();
    if !openssl::memcmp::eq(&joining.browser, &token::hash(&browser)) {
        return Err(refused("another browser"));
    }
    if joining.person == who.id() {
        return Ok(None);
    }
    let is_new = who.session.authenticated_at >= joining.since - SKEW;
    if who.session.id == joining.session || !is_new {
        return Err(refused("an old proof"));
    }
    for person in [joining.person, who.id()] {
        if store::has_any_role(tx, person).await? {
            return Err(refused("somebody with a role"));
        }
    }
    Ok(Some((flow, joining.person)))
}

fn ended(who: &SignedIn, session: &Session) -> Event {
    who.event("session.ended").field("ended", session.short())
}

fn row(account: &StoredAccount, directories: &Directories) -> AccountRow {
    let label = directories.get(&account.source).map(|source| source.label.clone());
    AccountRow {
        label: label.unwrap_or_else(|| account.source.clone()),
        login: account.login.clone(),
        name: account.clone().into_account().display_name(),
        ..AccountRow::default()
    }
}

fn to_sign_in(next: &str) -> HttpResponse {
    let query = serde_urlencoded::to_string([("renew", "1"), ("next", next)]).unwrap_or_default();
    see_other(&format!("/login?{query}"))
}
