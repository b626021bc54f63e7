//! Connecting an account in the administration.
use super::attempt::{Attempt, AttemptState, Way};
use super::code::{Back, CALLBACK, is_issuer};
use super::pages::{AttemptView, ConnectPage};
use crate::audit::{Event, Trace};
use crate::db::{Db, Tx};
use crate::identity::SignedIn;
use crate::jobs::Desk;
use crate::mail::account::{Account, AccountId, Auth};
use crate::mail::account_admin::{found, to};
use crate::mail::post::Mailer;
use crate::mail::store;
use crate::web::page::{Page, Place};
use crate::web::qr::Qr;
use crate::web::query::Fields;
use crate::web::{self, Client, Error, Frame, Refusal};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use url::Url;
use uuid::Uuid;

type Parts = (Data<Db>, Data<Mailer>, Data<Desk>);

/// Where connecting an account stands.
pub(in crate::mail) async fn show(
    id: Path<Uuid>,
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let account = connectable(&parts.0, *id).await?;
    let query = Fields::parse(request.query_string())?;
    let page = page(&frame, &who, &account, &parts).await?;
    Ok(Page(ConnectPage { is_untold: query.is_on("untold"), ..page }).with(StatusCode::OK))
}

/// Begin: with a code to be typed elsewhere, or with an address to agree at.
pub(in crate::mail) async fn connect(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let account = connectable(&db, *id).await?;
    let attempt = if account.auth == Auth::OauthDevice {
        if !mailer.may_poll(&db, account.id).await? {
            let refusal = Refusal::new("E-MAIL-CODES", StatusCode::CONFLICT, "mail.connected");
            return Err(refusal.into());
        }
        mailer.begin_device(&account, who.id()).await
    } else {
        mailer.begin_code(&account, who.id())
    };
    let attempt = attempt.map_err(Error::internal)?;
    let mut tx = db.write().await?;
    mailer.keep_attempt(&mut tx, &attempt).await?;
    let word = if attempt.problem.is_empty() { "begun" } else { &attempt.problem };
    note(&mut tx, &mailer, (&who, &client.trace()), (&account, word)).await?;
    mailer.post.queue.commit(tx).await?;
    Ok(to(&connect_page(account.id)))
}

/// End what was begun.
pub(in crate::mail) async fn cancel(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let account = connectable(&db, *id).await?;
    let mut tx = db.write().await?;
    let now = mailer.post.clock.now();
    if store::cancel_attempts(&mut tx, account.id, None, now).await? > 0 {
        note(&mut tx, &mailer, (&who, &client.trace()), (&account, "cancelled")).await?;
    }
    tx.commit().await?;
    Ok(to(&connect_page(account.id)))
}

/// The administrator's browser comes back from the provider.
pub(in crate::mail) async fn callback(
    request: HttpRequest,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let account = take_back(&db, &mailer, (&who, &client.trace()), &query).await?;
    Ok(to(&connect_page(account)))
}

/// The same where no browser can reach us: the address of the page that could not be opened.
pub(in crate::mail) async fn paste(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (db, mailer, _) = &parts;
    let typed = fields.get("callback_url").unwrap_or_default();
    let url = Url::parse(typed.trim()).ok().filter(|url| is_ours(url, mailer));
    let Some(url) = url else {
        let id = fields.id("account").ok_or(Error::NotFound)?;
        let account = connectable(db, id).await?;
        let page = page(&frame, &who, &account, &parts).await?;
        let page = ConnectPage { wrong_paste: true, ..page };
        return Ok(Page(page).with(StatusCode::UNPROCESSABLE_ENTITY));
    };
    let query = Fields::parse(url.query().unwrap_or_default())?;
    let account = take_back(db, mailer, (&who, &client.trace()), &query).await?;
    Ok(to(&connect_page(account)))
}

/// Give the tokens back to the provider, and forget them.
pub(in crate::mail) async fn disconnect(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let account = connectable(&db, *id).await?;
    let is_told = mailer.give_back(&db, &account).await?;
    let mut tx = db.write().await?;
    let by = (who.event("mail.connected"), &client.trace());
    mailer.forget_tokens(&mut tx, &account, is_told, by).await?;
    tx.commit().await?;
    let untold = if is_told { "" } else { "?untold=1" };
    Ok(to(&format!("{}{untold}", connect_page(account.id))))
}

/// What a browser brings back, for the attempt that it belongs to. Which account that was.
async fn take_back(
    db: &Db,
    mailer: &Mailer,
    (who, trace): (&SignedIn, &Trace),
    query: &Fields,
) -> web::Result<AccountId> {
    let refused = |why: &str| -> Error {
        Refusal::new("E-MAIL-STATE", StatusCode::BAD_REQUEST, "mail.connected").detail(why).into()
    };
    let state = query.get("state").unwrap_or_default();
    let awaited = mailer.awaited(db, who.id(), state).await?;
    let (attempt, secret) = awaited.ok_or_else(|| refused("nobody waits for this"))?;
    let account = connectable(db, attempt.account.0).await?;
    if !mailer.use_up(db, &attempt).await? {
        return Err(refused("it came twice"));
    }
    if !is_issuer(query.get("iss"), &account.oauth.auth_endpoint) {
        return Err(refused("another provider answers"));
    }
    let record = (who.event("mail.connected"), trace);
    let word = mailer.redeem(db, &account, (&attempt, &secret), Back::read(query), record).await?;
    let account = connectable(db, attempt.account.0).await?;
    if word == "granted" && account.is_open() {
        mailer.prove(db, &account).await?;
    }
    Ok(account.id)
}

/// Whether an address is that of our own callback.
fn is_ours(url: &Url, mailer: &Mailer) -> bool {
    Url::parse(&mailer.redirect_uri())
        .is_ok_and(|ours| ours.origin() == url.origin() && url.path() == CALLBACK)
}

async fn note(
    tx: &mut Tx,
    mailer: &Mailer,
    (who, trace): (&SignedIn, &Trace),
    (account, word): (&Account, &str),
) -> sqlx::Result<()> {
    let event: Event = who.event("mail.connected").reason(word);
    let event = event.field("account", account.id.to_string());
    event.record(tx, trace, mailer.post.clock.now()).await
}

/// The account of this id, if it shows a token.
async fn connectable(db: &Db, id: Uuid) -> web::Result<Account> {
    let account = found(db, id).await?;
    if account.auth.is_oauth() { Ok(account) } else { Err(Error::NotFound) }
}

fn connect_page(id: AccountId) -> String {
    format!("/admin/mail/accounts/{id}/connect")
}

async fn page(
    frame: &Frame,
    who: &SignedIn,
    account: &Account,
    (db, mailer, desk): &Parts,
) -> web::Result<ConnectPage> {
    let mut tx = db.read().await?;
    let attempt = store::last_attempt(&mut tx, account.id).await?;
    let token = store::token(&mut tx, account.id).await?;
    drop(tx);
    let now = mailer.post.clock.now();
    let view = |attempt: &Attempt| AttemptView {
        way: attempt.way,
        state: attempt.standing(now),
        problem: attempt.problem.clone(),
        detail: attempt.detail.clone(),
        address: (attempt.person == who.id() && attempt.is_live(now))
            .then(|| mailer.address_of(account, attempt))
            .flatten()
            .map(String::from),
        user_code: attempt.user_code.clone(),
        verification_uri: attempt.verification_uri.clone(),
        verification_uri_complete: attempt.verification_uri_complete.clone(),
        qr: if attempt.way == Way::Device && attempt.state == AttemptState::Polling {
            let whole = &attempt.verification_uri_complete;
            Qr::of(if whole.is_empty() { &attempt.verification_uri } else { whole })
        } else {
            None
        },
        message: attempt.message.clone(),
        until: frame.lang.moment(attempt.expires_at.with_timezone(&desk.zone).naive_local()),
    };
    let mut frame = frame.clone();
    frame.here = connect_page(account.id);
    Ok(ConnectPage {
        shell: who.shell(&frame, Place::Mail),
        id: account.id.to_string(),
        name: account.name.clone(),
        user: account.smtp_user.clone(),
        way: if account.auth == Auth::OauthDevice { Way::Device } else { Way::Code },
        provider: account.oauth.provider,
        redirect_uri: mailer.redirect_uri(),
        standing: Some(account.state),
        problem: account.problem.clone(),
        reply: account.reply.clone(),
        attempt: attempt.as_ref().map(view),
        has_token: token.is_some_and(|token| token.refresh.is_some()),
        is_untold: false,
        wrong_paste: false,
    })
}
