//! Asking for mail, and what hands it over.
use super::account::{AccountId, MailAddress};
use super::doors::Doors;
use super::jobs::SendMail;
use super::oauth::AttemptId;
use super::readying::is_suppressed;
use super::smtp::Network;
use super::store::{self, MailId, MailRow, MailState};
use super::template::Template;
use crate::audit::Event;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::jobs::{Act, Queue};
use crate::keys::{KeyError, MasterKey};
use crate::web::lang::Lang;
use ipnet::IpNet;
use openssl::error::ErrorStack;
use serde_json::Value;
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What somebody wants to say.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom.
    pub to: MailAddress,
    /// The same by id, when we know them.
    pub person: Option<PersonId>,
    /// What it says.
    pub template: Template,
    /// In which language.
    pub lang: Lang,
    /// The values in it.
    pub values: Value,
    /// The act that it tells of, such as `absence:ID:2`: a second run of it sends nothing.
    pub about: String,
    /// Through which account; `None`: through the one that is usual.
    pub account: Option<AccountId>,
}

/// Where mail is asked for.
#[derive(Debug, Clone)]
pub struct Post {
    /// The queue that it goes through.
    pub queue: Queue,
    /// The time.
    pub clock: Clock,
}

impl Post {
    /// Send a letter, in the transaction of the act that it tells of. `None`: that was told before.
    pub async fn add(&self, tx: &mut Tx, letter: &Letter) -> sqlx::Result<Option<MailId>> {
        let mail = MailRow {
            id: MailId(Uuid::now_v7()),
            account: letter.account,
            person: letter.person,
            recipient: letter.to.as_str().to_owned(),
            template: letter.template.as_str().to_owned(),
            lang: letter.lang.code().to_owned(),
            vars: Some(Json(letter.values.clone())),
            state: MailState::Queued,
            reply: String::new(),
            created_at: self.clock.now(),
            sent_at: None,
        };
        if !store::insert(tx, &mail, &letter.about).await? {
            return Ok(None);
        }
        self.queue.add(tx, &SendMail { mail: mail.id }).await?;
        Ok(Some(mail.id))
    }

    /// A person sends a message again that was not taken, and says by that that its address takes
    /// mail: what came back from there before counts no more. `false`: it is in another state by
    /// now, or what it said is gone.
    pub async fn again(&self, tx: &mut Tx, id: MailId, act: Act<'_>) -> sqlx::Result<bool> {
        let Some(mail) = store::find(tx, id).await? else { return Ok(false) };
        if !store::reset(tx, id).await? {
            return Ok(false);
        }
        let told = |event: Event| event.field("mail", id.to_string());
        if is_suppressed(tx, &mail.recipient, act.now).await? {
            store::forgive(tx, &mail.recipient, act.now).await?;
            act.record(tx, "mail.unsuppressed", told).await?;
        }
        self.queue.again(tx, &SendMail { mail: id }).await?;
        act.record(tx, "mail.sent_again", told).await?;
        Ok(true)
    }
}

/// What hands mail over.
#[derive(Clone)]
pub struct Mailer {
    /// Where mail is asked for.
    pub post: Post,
    /// Who hears when mail does not leave.
    pub administrators: Arc<[MailAddress]>,
    pub(super) network: Network,
    pub(super) product: String,
    pub(super) address: String,
    /// Networks that are not public in which providers may stand.
    pub(super) allowed: Arc<[IpNet]>,
    master: Arc<MasterKey>,
    pub(super) doors: Doors,
}

impl Mailer {
    /// The mailer of this installation. `product` is what people call it.
    pub fn new(config: &Config, post: Post, master: MasterKey, product: &str) -> Self {
        let host = config.http.public_url.host_str().unwrap_or("localhost").to_owned();
        Self {
            post,
            administrators: config.mail.administrators.clone().into(),
            network: Network {
                name: host,
                plain: config.mail.plain_networks.clone(),
                authority: config.mail.authority.clone().map(Arc::new),
                plain_tokens: config.mail.plain_tokens,
            },
            allowed: config.mail.allowed.clone().into(),
            product: product.to_owned(),
            address: config.http.origin(),
            master: Arc::new(master),
            doors: Doors::default(),
        }
    }

    /// Seal a secret for its place: table, column and row.
    pub(super) fn seal(&self, place: Place, secret: &str) -> Result<Vec<u8>, ErrorStack> {
        self.master.seal_secret(&place.bytes(), secret.as_bytes())
    }

    /// Open what was sealed for this place.
    pub(super) fn unseal(
        &self,
        place: Place,
        sealed: &[u8],
    ) -> Result<Zeroizing<String>, KeyError> {
        let secret = self.master.open_secret(&place.bytes(), sealed)?;
        let text = std::str::from_utf8(&secret).map_err(|_| KeyError::Sealed)?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

/// Where a sealed secret is kept; bound into it, so that one of another place does not open.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The password of an account.
    Password(AccountId),
    /// What shows its provider that we are its client.
    ClientSecret(AccountId),
    /// Its access token.
    Access(AccountId),
    /// Its refresh token.
    Refresh(AccountId),
    /// What an attempt to connect it is proved by.
    Attempt(AttemptId),
}

impl Place {
    fn bytes(self) -> Vec<u8> {
        let (column, row) = match self {
            Self::Password(id) => ("mail_account.password:", id.0),
            Self::ClientSecret(id) => ("mail_account.client_secret:", id.0),
            Self::Access(id) => ("mail_token.access:", id.0),
            Self::Refresh(id) => ("mail_token.refresh:", id.0),
            Self::Attempt(id) => ("mail_attempt.secret:", id.0),
        };
        [column.as_bytes(), row.as_bytes()].concat()
    }
}
