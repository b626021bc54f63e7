//! Accounts in the administration: to make, to change, to try out, to remove.
use super::account::{Account, AccountId, AccountState, MailAddress};
use super::changing::NotKept;
use super::form::{AccountForm, Wrong};
use super::pages::AccountPage;
use super::post::Mailer;
use super::preset::preset;
use super::secrets::Typed;
use super::store;
use super::trying::Handover;
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// The form of a new account, filled with what is known of a provider.
pub(super) async fn fresh(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let form = AccountForm::preset(&preset(query.get("preset").unwrap_or_default()));
    let shell = who.shell(&frame, Place::Mail);
    Ok(Page(AccountPage { shell, form, ..AccountPage::default() }).with(StatusCode::OK))
}

/// Make an account. The first one is the usual one.
pub(super) async fn create(
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (form, typed) = read(&fields);
    let (mut tx, trace) = (db.write().await?, client.trace());
    let by = (who.event("mail.account_changed"), &trace);
    match mailer.add_account(&mut tx, (&form, &typed), by).await {
        Ok(account) => {
            mailer.post.queue.commit(tx).await?;
            Ok(onward(&account))
        }
        Err(NotKept::Wrong(wrong)) => Ok(refused(&frame, &who, None, form, wrong)),
        Err(error) => Err(Error::internal(error)),
    }
}

/// The form of an account.
pub(super) async fn edit(
    id: Path<Uuid>,
    frame: Frame,
    who: SignedIn,
    db: Data<Db>,
) -> web::Result<HttpResponse> {
    let account = found(&db, *id).await?;
    Ok(Page(page(&frame, &who, &account, None)).with(StatusCode::OK))
}

/// Change an account. An empty password keeps the one that is there, unless it would go elsewhere.
pub(super) async fn change(
    id: Path<Uuid>,
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (form, typed) = read(&fields);
    let (mut tx, trace) = (db.write().await?, client.trace());
    let old = store::account(&mut tx, AccountId(*id)).await?.ok_or(Error::NotFound)?;
    let by = (who.event("mail.account_changed"), &trace);
    let error = match mailer.change_account(&mut tx, &old, (&form, &typed), by).await {
        Ok(account) => {
            mailer.post.queue.commit(tx).await?;
            return Ok(onward(&account));
        }
        Err(error) => error,
    };
    drop(tx);
    if error.wants_password_again() {
        let mut tx = db.write().await?;
        let event = Event::refused("mail.account_changed", "E-MAIL-PASSWORD");
        let event = event.by(who.id(), &who.session.short()).field("account", id.to_string());
        event.record(&mut tx, &trace, mailer.post.clock.now()).await?;
        tx.commit().await?;
    }
    match error {
        NotKept::Wrong(wrong) => Ok(refused(&frame, &who, Some(&old), form, wrong)),
        error => Err(Error::internal(error)),
    }
}

/// The form of an account as it was posted, and the secrets in it.
fn read(fields: &Fields) -> (AccountForm, Typed) {
    let typed = Typed::of(fields.get("password"), fields.get("client_secret"));
    (AccountForm::read(fields), typed)
}

/// Try an account out, with a message when there is an address.
pub(super) async fn test(
    id: Path<Uuid>,
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, mailer): (Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let account = found(&db, *id).await?;
    let to = fields.get("to").map(|to| MailAddress::parse(to).ok_or(("to", "mail-wrong-address")));
    let to = match to.transpose() {
        Ok(to) => to,
        Err(wrong) => {
            let form = AccountForm::of(&account);
            return Ok(refused(&frame, &who, Some(&account), form, vec![wrong]));
        }
    };
    let tried = mailer.test_account(&db, &account, to.map(|to| (to, frame.lang))).await?;
    let mut tx = db.write().await?;
    mailer.keep_tried(&mut tx, &account, &tried).await?;
    let event = who.event("mail.tested").reason(tried.outcome());
    let event = event.field("account", account.id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    mailer.post.queue.commit(tx).await?;
    let account = found(&db, *id).await?;
    Ok(Page(page(&frame, &who, &account, Some(tried))).with(StatusCode::OK))
}

/// Make it the usual one.
pub(super) async fn prefer(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let account = found(&db, *id).await?;
    let (mut tx, trace) = (db.write().await?, client.trace());
    let by = (who.event("mail.account_changed"), &trace);
    mailer.prefer_account(&mut tx, account.id, by).await?;
    tx.commit().await?;
    Ok(to("/admin/mail"))
}

/// Forget an account with its password.
pub(super) async fn remove(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, mailer): (Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let (mut tx, trace) = (db.write().await?, client.trace());
    let by = (who.event("mail.account_changed"), &trace);
    if !mailer.remove_account(&mut tx, AccountId(*id), by).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(to("/admin/mail"))
}

pub(super) async fn found(db: &Db, id: Uuid) -> web::Result<Account> {
    store::account(&mut db.read().await?, AccountId(id)).await?.ok_or(Error::NotFound)
}

/// Go on there.
pub(super) fn to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// The page of an account; one that has no token yet is connected first.
fn onward(account: &Account) -> HttpResponse {
    let page = format!("/admin/mail/accounts/{}", account.id);
    if account.state == AccountState::Incomplete {
        to(&format!("{page}/connect"))
    } else {
        to(&page)
    }
}

fn page(frame: &Frame, who: &SignedIn, account: &Account, tried: Option<Handover>) -> AccountPage {
    let mut frame = frame.clone();
    frame.here = format!("/admin/mail/accounts/{}", account.id);
    AccountPage {
        shell: who.shell(&frame, Place::Mail),
        id: Some(account.id.to_string()),
        form: AccountForm::of(account),
        has_password: account.password.is_some(),
        has_client_secret: account.oauth.client_secret.is_some(),
        standing: Some(account.state),
        problem: account.problem.clone(),
        reply: account.reply.clone(),
        wrong: Vec::new(),
        tried,
    }
}

/// The form again, with what was typed and what is wrong with it.
fn refused(
    frame: &Frame,
    who: &SignedIn,
    account: Option<&Account>,
    form: AccountForm,
    wrong: Vec<Wrong>,
) -> HttpResponse {
    let mut frame = frame.clone();
    frame.here = account.map_or_else(
        || "/admin/mail/new".to_owned(),
        |account| format!("/admin/mail/accounts/{}", account.id),
    );
    let page = AccountPage {
        shell: who.shell(&frame, Place::Mail),
        id: account.map(|account| account.id.to_string()),
        form,
        has_password: account.is_some_and(|account| account.password.is_some()),
        has_client_secret: account.is_some_and(|it| it.oauth.client_secret.is_some()),
        wrong,
        ..AccountPage::default()
    };
    Page(page).with(StatusCode::UNPROCESSABLE_ENTITY)
}
