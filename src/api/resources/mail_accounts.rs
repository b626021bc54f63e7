//! The accounts through which mail leaves. Secrets are written and never told.
//!
//! An account that shows a token is made here and connected at `/admin/mail`: a person has to agree at the
//! provider, in a browser of their own.
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::fields::{Body, Line, unusable};
use crate::api::once::Once;
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::mail::oauth::{ClientProof, OauthForm, Provider};
use crate::mail::{
    Account, AccountForm, AccountId, AccountState, Auth, By, FirstAnswer, Handover, MailAddress,
    Mailer, NotKept, Sasl, Tls, Typed, store,
};
use crate::web::lang::Lang;
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An account as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct MailAccountWish {
    /// What administrators call it; no two have the same.
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f]+$")]
    name: Line<200>,
    /// Who writes.
    #[schema(value_type = String, max_length = 200, example = "presence@college.example")]
    from_address: Line<200>,
    /// The name beside it.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    from_name: Line<200>,
    /// Where answers go; empty: to the sender.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    reply_to: Line<200>,
    /// The server.
    #[schema(value_type = String, max_length = 200, example = "smtp.college.example")]
    host: Line<200>,
    /// Its port.
    #[schema(minimum = 1, maximum = 65535, example = 587)]
    port: u16,
    /// How the way there is protected.
    tls: Tls,
    /// How it is shown who we are.
    auth: Auth,
    /// The login.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    user: Line<200>,
    /// Left out: the one that is kept. It has to be given when it would go elsewhere than before.
    #[schema(value_type = Option<String>, write_only, max_length = 1000)]
    password: Option<Line<1000>>,
    /// Messages a minute at most.
    #[schema(minimum = 1, example = 30)]
    per_minute: u32,
    /// Messages in 24 hours at most.
    #[schema(minimum = 1, example = 2000)]
    per_day: u32,
    /// Test mode: every message goes to this address; empty: it is off.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    redirect_to: Line<200>,
    /// Whether mail leaves through it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
    /// How tokens are asked for, where `auth` says that one is shown.
    oauth: Option<OauthWish>,
}

/// How a provider is asked for tokens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct OauthWish {
    /// Whose service it is.
    #[serde(default)]
    provider: Provider,
    /// Which mechanism.
    #[serde(default)]
    sasl: Sasl,
    /// In how many lines a token is sent.
    #[serde(default)]
    first_answer: FirstAnswer,
    /// How the provider knows us.
    #[schema(value_type = String, max_length = 1000)]
    client_id: Line<1000>,
    /// Left out: the one that is kept, unless it would go elsewhere than before.
    #[schema(value_type = Option<String>, write_only, max_length = 1000)]
    client_secret: Option<Line<1000>>,
    /// How we show that we are its client.
    #[serde(default)]
    client_proof: ClientProof,
    /// Where a person agrees.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1000)]
    auth_endpoint: Line<1000>,
    /// Where tokens are given.
    #[schema(value_type = String, max_length = 1000)]
    token_endpoint: Line<1000>,
    /// Where codes to be typed elsewhere are given.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1000)]
    device_endpoint: Line<1000>,
    /// Where tokens are given back.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1000)]
    revocation_endpoint: Line<1000>,
    /// What we ask to be allowed, blanks between.
    #[schema(value_type = String, max_length = 1000)]
    scopes: Line<1000>,
}

fn yes() -> bool {
    true
}

/// An account; of its secrets only whether there are any.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MailAccountView {
    /// Names it.
    pub id: Uuid,
    /// What administrators call it.
    pub name: String,
    /// Who writes.
    pub from_address: String,
    /// The name beside it.
    pub from_name: String,
    /// Where answers go; empty: to the sender.
    pub reply_to: String,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: i64,
    /// How the way there is protected.
    pub tls: Tls,
    /// How it is shown who we are.
    pub auth: Auth,
    /// The login.
    pub user: String,
    /// `set`, or null.
    pub password: Option<&'static str>,
    /// Messages a minute at most.
    pub per_minute: i64,
    /// Messages in 24 hours at most.
    pub per_day: i64,
    /// Test mode: every message goes there; may be empty.
    pub redirect_to: String,
    /// Whether mail leaves.
    pub state: AccountState,
    /// Why it is stopped; may be empty.
    pub problem: String,
    /// What the server said; may be empty.
    pub reply: String,
    /// Used when nobody asks for another one.
    pub is_default: bool,
    /// How tokens are asked for, where one is shown.
    pub oauth: Option<OauthView>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

/// How a provider is asked for tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct OauthView {
    /// Whose service it is.
    pub provider: Provider,
    /// Which mechanism.
    pub sasl: Sasl,
    /// In how many lines a token is sent.
    pub first_answer: FirstAnswer,
    /// How the provider knows us.
    pub client_id: String,
    /// `set`, or null.
    pub client_secret: Option<&'static str>,
    /// How we show that we are its client.
    pub client_proof: ClientProof,
    /// Where a person agrees.
    pub auth_endpoint: String,
    /// Where tokens are given.
    pub token_endpoint: String,
    /// Where codes to be typed elsewhere are given.
    pub device_endpoint: String,
    /// Where tokens are given back.
    pub revocation_endpoint: String,
    /// What we ask to be allowed.
    pub scopes: String,
}

/// All accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MailAccounts {
    /// By name.
    pub items: Vec<MailAccountView>,
}

/// What trying an account out takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct MailTrial {
    /// A test message goes here; left out: the server is only reached.
    #[schema(value_type = Option<String>, max_length = 200, example = "chef@college.example")]
    to: Option<Line<200>>,
}

/// What became of trying an account out.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MailTried {
    /// In their order; the last one failed if there is an error.
    pub steps: Vec<&'static str>,
    /// What was wrong; null: nothing.
    pub error: Option<String>,
}

impl From<Account> for MailAccountView {
    fn from(account: Account) -> Self {
        let is_set = |secret: &Option<Vec<u8>>| secret.as_ref().map(|_| "set");
        let oauth = account.auth.is_oauth().then(|| OauthView {
            provider: account.oauth.provider,
            sasl: account.sasl,
            first_answer: account.oauth.first_answer,
            client_id: account.oauth.client_id.clone(),
            client_secret: is_set(&account.oauth.client_secret),
            client_proof: account.oauth.client_proof,
            auth_endpoint: account.oauth.auth_endpoint.clone(),
            token_endpoint: account.oauth.token_endpoint.clone(),
            device_endpoint: account.oauth.device_endpoint.clone(),
            revocation_endpoint: account.oauth.revocation_endpoint.clone(),
            scopes: account.oauth.scopes.clone(),
        });
        Self {
            id: account.id.0,
            password: is_set(&account.password),
            oauth,
            name: account.name,
            from_address: account.from_address,
            from_name: account.from_name,
            reply_to: account.reply_to,
            host: account.host,
            port: account.port,
            tls: account.tls,
            auth: account.auth,
            user: account.smtp_user,
            per_minute: account.per_minute,
            per_day: account.per_day,
            redirect_to: account.redirect_to,
            state: account.state,
            problem: account.problem,
            reply: account.reply,
            is_default: account.is_default,
            created_at: account.created_at,
            changed_at: account.changed_at,
        }
    }
}

impl MailAccountWish {
    /// The same as the form of the page, which says what is wrong with it; and the secrets in it.
    fn form(self) -> (AccountForm, Typed) {
        let oauth = self.oauth.as_ref();
        let secret = oauth.and_then(|oauth| oauth.client_secret.as_ref());
        let typed = Typed::of(
            self.password.as_ref().map(|it| it.0.as_str()),
            secret.map(|it| it.0.as_str()),
        );
        let form = AccountForm {
            name: self.name.0,
            from_address: self.from_address.0,
            from_name: self.from_name.0,
            reply_to: self.reply_to.0,
            host: self.host.0,
            port: self.port.to_string(),
            tls: self.tls.as_str().to_owned(),
            auth: self.auth.as_str().to_owned(),
            user: self.user.0,
            per_minute: self.per_minute.to_string(),
            per_day: self.per_day.to_string(),
            redirect_to: self.redirect_to.0,
            is_on: self.enabled,
            oauth: self.oauth.map(OauthWish::form).unwrap_or_default(),
        };
        (form, typed)
    }
}

impl OauthWish {
    fn form(self) -> OauthForm {
        OauthForm {
            provider: self.provider.as_str().to_owned(),
            sasl: self.sasl.as_str().to_owned(),
            first_answer: self.first_answer.as_str().to_owned(),
            client_id: self.client_id.0,
            client_proof: self.client_proof.as_str().to_owned(),
            auth_endpoint: self.auth_endpoint.0,
            token_endpoint: self.token_endpoint.0,
            device_endpoint: self.device_endpoint.0,
            revocation_endpoint: self.revocation_endpoint.0,
            scopes: self.scopes.0,
        }
    }
}

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

impl MailTried {
    fn of(tried: &Handover) -> Self {
        Self {
            steps: tried.steps.iter().map(|step| step.as_str()).collect(),
            error: tried.error.as_ref().map(ToString::to_string),
        }
    }
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
