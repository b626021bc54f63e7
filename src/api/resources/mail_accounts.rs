//! The accounts through which mail leaves. Secrets are written and never told.
//!
//! An account that shows a token is made here and connected at `/admin/mail`: a person has to agree at the
//! provider, in a browser of their own.
use super::mail_shapes::{MailAccountView, MailAccountWish, MailAccounts, MailTrial, MailTried};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Body, Line, unusable};
use crate::api::once::Once;
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::mail::{Account, AccountId, By, MailAddress, Mailer, NotKept, store};
use crate::web::lang::Lang;
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use uuid::Uuid;

/// What a wish is answered with that is not granted.
fn refused(error: NotKept) -> Error {
    if error.wants_password_again() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Refusal::new("E-MAIL-PASSWORD", status, "mail.account_changed").into();
    }
    match error {
        NotKept::Wrong(wrong) => {
            let said = |(field, key): &(&str, &str)| format!("{field}: {}", Lang::En.t(key));
            unusable(&wrong.iter().map(said).collect::<Vec<_>>().join(" "))
        }
        error => Error::internal(error),
    }
}

/// Whoever changes accounts by a token.
fn by(caller: &Caller) -> By<'_> {
    (caller.event("mail.account_changed"), caller.trace())
}

async fn found(tx: &mut Tx, id: Uuid) -> web::Result<Account> {
    store::account(tx, AccountId(id)).await?.ok_or(Error::NotFound)
}

/// List mail accounts
#[utoipa::path(get, path = "/api/v1/mail/accounts", tag = "mail",
    responses((status = 200, description = "Accounts", body = MailAccounts)))]
pub(in crate::api) async fn accounts(_: Caller, (db,): (Data<Db>,)) -> web::Result<HttpResponse> {
    let accounts = store::accounts(&mut db.read().await?).await?;
    let items = accounts.into_iter().map(MailAccountView::from).collect();
    Ok(answer::json(&MailAccounts { items }))
}

/// Show a mail account
#[utoipa::path(get, path = "/api/v1/mail/accounts/{id}", tag = "mail",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "The account", body = MailAccountView)))]
pub(in crate::api) async fn account(
    _: Caller,
    (id, db): (Path<Uuid>, Data<Db>),
) -> web::Result<HttpResponse> {
    Ok(answer::json(&MailAccountView::from(found(&mut db.read().await?, *id).await?)))
}

/// Make a mail account
///
/// The first one is the usual one. One that shows a token has to be connected at `/admin/mail`.
#[utoipa::path(post, path = "/api/v1/mail/accounts", tag = "mail",
    request_body(content = MailAccountWish),
    responses((status = 201, description = "It is made", body = MailAccountView)))]
pub(in crate::api) async fn create(
    caller: Caller,
    (once, db, clock, mailer): (Once, Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let (form, typed) = once.body::<MailAccountWish>()?.form();
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, clock.now()).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let account = mailer.add_account(&mut tx, (&form, &typed), by(&caller)).await;
    let view = MailAccountView::from(account.map_err(refused)?);
    let answer = receipt.keep(&mut tx, StatusCode::CREATED, &view).await?;
    mailer.post.queue.commit(tx).await?;
    Ok(answer)
}

/// Change a mail account
///
/// As a whole; only secrets may be left out. One that shows a token has to be connected again when the
/// token would be shown to somebody else than before.
#[utoipa::path(put, path = "/api/v1/mail/accounts/{id}", tag = "mail",
    params(("id" = Uuid, Path, description = "The account")),
    request_body(content = MailAccountWish),
    responses((status = 200, description = "It is changed", body = MailAccountView)))]
pub(in crate::api) async fn change(
    caller: Caller,
    (id, Body(wish), db, mailer): (Path<Uuid>, Body<MailAccountWish>, Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let (form, typed) = wish.form();
    let mut tx = db.write().await?;
    let old = found(&mut tx, *id).await?;
    let account = mailer.change_account(&mut tx, &old, (&form, &typed), by(&caller)).await;
    let account = account.map_err(refused)?;
    mailer.post.queue.commit(tx).await?;
    Ok(answer::json(&MailAccountView::from(account)))
}

/// Remove a mail account
///
/// With its secrets. Its messages wait for the usual account.
#[utoipa::path(delete, path = "/api/v1/mail/accounts/{id}", tag = "mail",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 204, description = "It is gone")))]
pub(in crate::api) async fn remove(
    caller: Caller,
    (id, db, mailer): (Path<Uuid>, Data<Db>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let mut tx = db.write().await?;
    if !mailer.remove_account(&mut tx, AccountId(*id), by(&caller)).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Make a mail account the usual one
#[utoipa::path(post, path = "/api/v1/mail/accounts/{id}/default", tag = "mail",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "It is the usual one", body = MailAccountView)))]
pub(in crate::api) async fn prefer(
    caller: Caller,
    (id, once, db, clock, mailer): (Path<Uuid>, Once, Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, clock.now()).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    let account = found(&mut tx, *id).await?;
    mailer.prefer_account(&mut tx, account.id, by(&caller)).await?;
    let view = MailAccountView::from(found(&mut tx, *id).await?);
    let answer = receipt.keep(&mut tx, StatusCode::OK, &view).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Try a mail account out
///
/// Its server is reached, as far as sending a message when `to` is given. What was held leaves if that
/// goes well.
#[utoipa::path(post, path = "/api/v1/mail/accounts/{id}/test", tag = "mail",
    params(("id" = Uuid, Path, description = "The account")),
    request_body(content = MailTrial),
    responses((status = 200, description = "What became of it", body = MailTried)))]
pub(in crate::api) async fn test(
    caller: Caller,
    (id, once, db, clock, mailer): (Path<Uuid>, Once, Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    if let Some(answer) = once.answered(&mut db.read().await?, &caller, clock.now()).await? {
        return Ok(answer);
    }
    let MailTrial { to } = once.body()?;
    let address = |to: &Line<200>| MailAddress::parse(&to.0).ok_or_else(|| unusable("to"));
    let to = to.as_ref().map(address).transpose()?;
    let account = found(&mut db.read().await?, *id).await?;
    let tried = mailer.test_account(&db, &account, to.map(|to| (to, Lang::Fr))).await?;
    let told = MailTried::of(&tried);
    let event: Event = caller.event("mail.tested").reason(tried.outcome());
    let event = event.field("account", account.id.to_string());
    let mut tx = db.write().await?;
    mailer.keep_tried(&mut tx, &account, &tried).await?;
    event.record(&mut tx, caller.trace(), clock.now()).await?;
    once.receipt(&caller, clock.now()).write(&mut tx, StatusCode::OK, &told).await?;
    mailer.post.queue.commit(tx).await?;
    once.settled(&mut db.read().await?, &caller, clock.now(), &told).await
}

/// Disconnect a mail account
///
/// Its tokens are given back to the provider, as far as that has an address for it, and forgotten.
#[utoipa::path(post, path = "/api/v1/mail/accounts/{id}/disconnect", tag = "mail",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "It has to be connected again", body = MailAccountView),
        (status = 409, description = "It shows no token (E-MAIL-NO-TOKEN)",
            body = crate::api::problem::Problem, content_type = "application/problem+json")))]
pub(in crate::api) async fn disconnect(
    caller: Caller,
    (id, once, db, clock, mailer): (Path<Uuid>, Once, Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    if let Some(answer) = once.answered(&mut db.read().await?, &caller, clock.now()).await? {
        return Ok(answer);
    }
    let account = found(&mut db.read().await?, *id).await?;
    if !account.auth.is_oauth() {
        let (code, status) = ("E-MAIL-NO-TOKEN", StatusCode::CONFLICT);
        return Err(Refusal::new(code, status, "request.refused").into());
    }
    let is_told = mailer.give_back(&db, &account).await?;
    let mut tx = db.write().await?;
    let event = (caller.event("mail.connected"), caller.trace());
    mailer.forget_tokens(&mut tx, &account, is_told, event).await?;
    let view = MailAccountView::from(found(&mut tx, *id).await?);
    once.receipt(&caller, clock.now()).write(&mut tx, StatusCode::OK, &view).await?;
    tx.commit().await?;
    once.settled(&mut db.read().await?, &caller, clock.now(), &view).await
}
