//! Mail: what left and what did not.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::Query;
use crate::api::listing::{Cursor, Limit, List, list};
use crate::api::once::Once;
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::Act;
use crate::mail::Mailer;
use crate::mail::store::{self, Filter, MailId, MailRow, MailState};
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A message; never what it says.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MessageView {
    /// Names it.
    pub id: Uuid,
    /// The account through which it leaves, when that is fixed.
    pub account: Option<Uuid>,
    /// To whom, when we know them.
    pub person: Option<Uuid>,
    /// To which address.
    pub recipient: String,
    /// What it is about.
    pub template: String,
    /// In which language.
    pub lang: String,
    /// Where it stands.
    pub state: MailState,
    /// What the server said last; may be empty.
    pub reply: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

impl From<MailRow> for MessageView {
    fn from(mail: MailRow) -> Self {
        Self {
            id: mail.id.0,
            account: mail.account.map(|account| account.0),
            person: mail.person.map(|person| person.0),
            recipient: mail.recipient,
            template: mail.template,
            lang: mail.lang,
            state: mail.state,
            reply: mail.reply,
            created_at: mail.created_at,
            sent_at: mail.sent_at,
        }
    }
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct OutboxQuery {
    /// Only in this state.
    #[param(inline)]
    state: Option<MailState>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<Cursor>,
}

/// List messages
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/mail/outbox", tag = "mail", params(OutboxQuery),
    responses((status = 200, description = "Messages", body = List<MessageView>)))]
pub(in crate::api) async fn outbox(
    _: Caller,
    (Query(query), db): (Query<OutboxQuery>, Data<Db>),
) -> web::Result<HttpResponse> {
    let limit = Limit::of(query.limit);
    let before = query.cursor.map(|cursor| MailId(cursor.0));
    let filter = Filter { state: query.state, before, limit: limit + 1, skip: 0 };
    let mail = store::list(&mut db.read().await?, &filter).await?;
    Ok(answer::json(&list(mail, limit, |mail| mail.id.0, MessageView::from)))
}

/// Show a message
#[utoipa::path(get, path = "/api/v1/mail/outbox/{id}", tag = "mail",
    params(("id" = Uuid, Path, description = "The message")),
    responses((status = 200, description = "The message", body = MessageView)))]
pub(in crate::api) async fn message(
    _: Caller,
    (id, db): (Path<Uuid>, Data<Db>),
) -> web::Result<HttpResponse> {
    let mail = store::find(&mut db.read().await?, MailId(*id)).await?.ok_or(Error::NotFound)?;
    Ok(answer::json(&MessageView::from(mail)))
}

/// Send a message again
///
/// One that was not taken; every other one is left alone. An address that was refused twice gets mail
/// again from then on.
#[utoipa::path(post, path = "/api/v1/mail/outbox/{id}/retry", tag = "mail",
    params(("id" = Uuid, Path, description = "The message")),
    responses(
        (status = 200, description = "It waits for its turn", body = MessageView),
        (status = 409, description = "It is in another state, or what it said is gone (E-JOB-STATE)",
            body = crate::api::problem::Problem, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn retry(
    caller: Caller,
    (id, once, db, clock, mailer): (Path<Uuid>, Once, Data<Db>, Data<Clock>, Data<Mailer>),
) -> web::Result<HttpResponse> {
    let (id, now) = (MailId(*id), clock.now());
    let mut tx = db.write().await?;
    let receipt = match once.begin(&mut tx, &caller, now).await? {
        Ok(receipt) => receipt,
        Err(answer) => return Ok(answer),
    };
    store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let act = Act { event: &|name| caller.event(name), trace: caller.trace(), now };
    if !mailer.post.again(&mut tx, id, act).await? {
        return Err(Refusal::new("E-JOB-STATE", StatusCode::CONFLICT, "request.refused").into());
    }
    let mail = store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let answer = receipt.keep(&mut tx, StatusCode::OK, &MessageView::from(mail)).await?;
    mailer.post.queue.commit(tx).await?;
    Ok(answer)
}
