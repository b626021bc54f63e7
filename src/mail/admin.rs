//! Mail in the administration.
use super::account::Account;
use super::account_admin::to;
use super::pages::{AccountRow, AdminMail, MessageRow};
use super::post::Mailer;
use super::store::{self, Filter, MailId, MailRow, MailState};
use super::template::Template;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::SignedIn;
use crate::jobs::Desk;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, Refusal};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// Messages of one page.
const PAGE: i64 = 50;

/// Accounts, and the newest messages.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    (db, desk): (Data<Db>, Data<Desk>),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let state = query.get("status").and_then(MailState::parse);
    let wanted = state.map(MailState::as_str).unwrap_or_default();
    let skip = query.get("skip").and_then(|skip| skip.parse().ok()).unwrap_or(0_i64);
    let skip = skip.clamp(0, 1_000_000);
    let filter = Filter { state, skip, limit: PAGE + 1, before: None };
    let mut tx = db.read().await?;
    let mut messages = store::list(&mut tx, &filter).await?;
    let is_more = messages.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    messages.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let found = store::counts(&mut tx).await?;
    let count = |state: MailState| {
        let count = found.iter().find(|(one, _)| *one == state).map_or(0, |(_, count)| *count);
        (state, count.unsigned_abs())
    };
    let address = |skip: i64| format!("/admin/mail?status={wanted}&skip={skip}");
    let row = |mail: &MailRow| MessageRow {
        id: mail.id.to_string(),
        to: mail.recipient.clone(),
        about: about(&mail.template),
        state: mail.state,
        at: frame.lang.moment(mail.created_at.with_timezone(&desk.zone).naive_local()),
        reply: mail.reply.clone(),
    };
    let page = AdminMail {
        shell: who.shell(&frame, Place::Mail),
        accounts: store::accounts(&mut tx).await?.iter().map(account_row).collect(),
        counts: MailState::ALL.map(count).to_vec(),
        rows: messages.iter().map(row).collect(),
        newer: (skip > 0).then(|| address((skip - PAGE).max(0))),
        older: is_more.then(|| address(skip + PAGE)),
        wanted: wanted.to_owned(),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Send a message again that was not taken.
pub(super) async fn again(
    id: Path<Uuid>,
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, mailer): (Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut tx = db.write().await?;
    if !mailer.post.again(&mut tx, MailId(*id)).await? {
        return Err(Refusal::new("E-JOB-STATE", StatusCode::CONFLICT, "request.refused").into());
    }
    let event = who.event("mail.sent_again").field("mail", id.to_string());
    event.record(&mut tx, &client.trace(), clock.now()).await?;
    mailer.post.queue.commit(tx).await?;
    Ok(to("/admin/mail"))
}

fn account_row(account: &Account) -> AccountRow {
    AccountRow {
        id: account.id.to_string(),
        name: account.name.clone(),
        from: account.from_address.clone(),
        server: format!("{}:{}", account.host, account.port),
        state: account.state,
        problem: account.problem.clone(),
        reply: account.reply.clone(),
        is_default: account.is_default,
        redirect_to: account.redirect_to.clone(),
        is_oauth: account.auth.is_oauth(),
    }
}

/// Key of what a message says.
fn about(template: &str) -> &'static str {
    match Template::parse(template) {
        Some(Template::Test) => "mail-about-test",
        Some(Template::Failed) => "mail-about-failed",
        Some(Template::Justification) => "mail-about-justification",
        None => "mail-about-unknown",
    }
}
