//! Accounts in the administration: to make, to change, to try out, to remove.
use super::account::{Account, AccountId, AccountState, MailAddress};
use super::form::{AccountForm, Wrong};
use super::jobs::SendMail;
use super::pages::AccountPage;
use super::post::Mailer;
use super::preset::preset;
use super::secrets::{keep_secrets, keeps_token};
use super::store;
use super::trying::Handover;
use crate::clock::Clock;
use crate::db::{Db, is_duplicate};
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
    (db, clock, mailer): (Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let form = AccountForm::read(&fields);
    let mut account = match form.account(None, clock.now()) {
        Ok(account) => account,
        Err(wrong) => return Ok(refused(&frame, &who, None, form, wrong)),
    };
    if let Some(wrong) = keep_secrets(&mailer, &mut account, None, &fields)? {
        return Ok(refused(&frame, &who, None, form, vec![wrong]));
    }
    if account.auth.is_oauth() && account.is_open() {
        account.state = AccountState::Incomplete;
    }
    let mut tx = db.write().await?;
    account.is_default = store::accounts(&mut tx).await?.is_empty();
    match store::add_account(&mut tx, &account).await {
        Err(error) if is_duplicate(&error) => {
            return Ok(refused(&frame, &who, None, form, vec![("name", "mail-wrong-taken")]));
        }
        added => added?,
    }
    let event = who.event("mail.account_changed").reason("added");
    let event = event.field("account", account.id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    mailer.post.queue.hasten::<SendMail>(&mut tx).await?;
    mailer.post.queue.commit(tx).await?;
    Ok(onward(&account))
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

/// Change an account. An empty password keeps the one that is there.
pub(super) async fn change(
    id: Path<Uuid>,
    body: String,
    frame: Frame,
    (who, client): (SignedIn, Client),
    (db, clock, mailer): (Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (old, form) = (found(&db, *id).await?, AccountForm::read(&fields));
    let mut account = match form.account(Some(&old), clock.now()) {
        Ok(account) => account,
        Err(wrong) => return Ok(refused(&frame, &who, Some(&old), form, wrong)),
    };
    if let Some(wrong) = keep_secrets(&mailer, &mut account, Some(&old), &fields)? {
        return Ok(refused(&frame, &who, Some(&old), form, vec![wrong]));
    }
    let mut tx = db.write().await?;
    let keeps_token = keeps_token(&mut tx, &old, &account).await?;
    if account.auth.is_oauth() && account.is_open() && !keeps_token {
        account.state = AccountState::Incomplete;
    }
    match store::update_account(&mut tx, &account).await {
        Err(error) if is_duplicate(&error) => {
            let wrong = vec![("name", "mail-wrong-taken")];
            return Ok(refused(&frame, &who, Some(&old), form, wrong));
        }
        changed => changed?,
    }
    if !keeps_token {
        store::cancel_attempts(&mut tx, account.id, None, clock.now()).await?;
        store::delete_token(&mut tx, account.id).await?;
    }
    let event = who.event("mail.account_changed").reason("changed");
    let event = event.field("account", account.id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    mailer.post.queue.hasten::<SendMail>(&mut tx).await?;
    mailer.post.queue.commit(tx).await?;
    Ok(onward(&account))
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
    let tried = mailer.try_out(&db, &account, to.as_ref(), frame.lang).await;
    let mut tx = db.write().await?;
    if tried.error.is_none() && account.state != AccountState::Disabled {
        store::mark_ok(&mut tx, account.id).await?;
        mailer.post.queue.hasten::<SendMail>(&mut tx).await?;
    }
    let outcome = tried.error.as_ref().map_or("ok", |error| error.step.as_str());
    let event = who.event("mail.tested").reason(outcome);
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
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let account = found(&db, *id).await?;
    let mut tx = db.write().await?;
    store::make_default(&mut tx, account.id).await?;
    let event = who.event("mail.account_changed").reason("default");
    let event = event.field("account", account.id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    tx.commit().await?;
    Ok(to("/admin/mail"))
}

/// Forget an account with its password.
pub(super) async fn remove(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock): (Data<Db>, Data<Clock>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    if !store::delete_account(&mut tx, AccountId(*id)).await? {
        return Err(Error::NotFound);
    }
    let event = who.event("mail.account_changed").reason("removed");
    let event = event.field("account", id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
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
