//! Asking for mail, and what hands it over.
use super::account::{Account, AccountId, Auth, MailAddress};
use super::jobs::SendMail;
use super::smtp::{Dialogue, Network, SmtpError, Step, Target};
use super::store::{self, MailId, MailRow, MailState};
use super::template::{Template, TemplateError, Written};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::jobs::Queue;
use crate::keys::MasterKey;
use crate::web::lang::Lang;
use serde_json::{Value, json};
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

    /// Send a message again that was not taken. `false`: it is in another state by now.
    pub async fn again(&self, tx: &mut Tx, id: MailId) -> sqlx::Result<bool> {
        if !store::reset(tx, id).await? {
            return Ok(false);
        }
        self.queue.again(tx, &SendMail { mail: id }).await?;
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
    master: Arc<MasterKey>,
}

/// What became of trying an account out: the last step, and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Steps that were taken, in their order; the last one failed if there is an error.
    pub steps: Vec<Step>,
    /// What was wrong.
    pub error: Option<SmtpError>,
}

/// Steps before the message itself.
const OPENING: [Step; 5] = [Step::Dns, Step::Connect, Step::Tls, Step::Mechanisms, Step::Auth];
/// All of them.
const WHOLE: [Step; 9] = [
    Step::Dns,
    Step::Connect,
    Step::Tls,
    Step::Mechanisms,
    Step::Auth,
    Step::Mail,
    Step::Rcpt,
    Step::Data,
    Step::Content,
];

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
            },
            product: product.to_owned(),
            address: config.http.origin(),
            master: Arc::new(master),
        }
    }

    /// Seal a password for the row of an account.
    pub fn seal(
        &self,
        id: AccountId,
        password: &str,
    ) -> Result<Vec<u8>, openssl::error::ErrorStack> {
        self.master.seal_secret(&place(id), password.as_bytes())
    }

    /// Write a message out.
    pub(super) fn write(
        &self,
        template: Template,
        lang: Lang,
        values: &Value,
    ) -> Result<Written, TemplateError> {
        let mut all = json!({ "product": self.product, "address": self.address });
        if let (Value::Object(all), Value::Object(values)) = (&mut all, values) {
            all.extend(values.clone());
        }
        template.write(lang, &all)
    }

    /// Open a dialogue with the server of an account.
    pub(super) async fn open(&self, account: &Account) -> Result<Dialogue, SmtpError> {
        let failed = |text: &str| SmtpError { step: Step::Auth, code: None, text: text.to_owned() };
        let mut password = Zeroizing::default();
        if let (Auth::Password, Some(sealed)) = (account.auth, &account.password) {
            let open = self.master.open_secret(&place(account.id), sealed);
            let open = open.map_err(|_| failed("the password was sealed by another master key"))?;
            password = String::from_utf8(open.to_vec()).map(Zeroizing::new).unwrap_or_default();
        }
        let target = Target {
            host: account.host.clone(),
            port: u16::try_from(account.port).unwrap_or_default(),
            tls: account.tls,
            auth: account.auth,
            user: account.smtp_user.clone(),
            password,
        };
        Dialogue::open(&target, &self.network).await
    }

    /// Try an account out: reach its server, and send a test message when there is an address.
    pub async fn try_out(
        &self,
        account: &Account,
        to: Option<&MailAddress>,
        lang: Lang,
    ) -> Handover {
        let steps = if to.is_some() { &WHOLE[..] } else { &OPENING[..] };
        match self.try_to(account, to, lang).await {
            Ok(()) => Handover { steps: steps.to_vec(), error: None },
            Err(error) => {
                let taken = steps.iter().copied().filter(|step| *step <= error.step);
                Handover { steps: taken.collect(), error: Some(error) }
            }
        }
    }

    async fn try_to(
        &self,
        account: &Account,
        to: Option<&MailAddress>,
        lang: Lang,
    ) -> Result<(), SmtpError> {
        let mut dialogue = self.open(account).await?;
        let Some(to) = to else {
            dialogue.close().await;
            return Ok(());
        };
        let now = self.post.clock.now();
        let mail = MailRow {
            id: MailId(Uuid::now_v7()),
            account: Some(account.id),
            person: None,
            recipient: to.as_str().to_owned(),
            template: Template::Test.as_str().to_owned(),
            lang: lang.code().to_owned(),
            vars: None,
            state: MailState::Sending,
            reply: String::new(),
            created_at: now,
            sent_at: None,
        };
        let ours = |text: String| SmtpError { step: Step::Mail, code: None, text };
        let written = self.write(Template::Test, lang, &json!({ "account": account.name }));
        let written = written.map_err(|error| ours(error.to_string()))?;
        let sealed = super::message::seal(&mail, account, written, (&self.network.name, now));
        let sealed = sealed.map_err(|error| ours(error.to_string()))?;
        dialogue.announce(&sealed.from, &sealed.to).await?;
        dialogue.deliver(&sealed.content).await?;
        dialogue.close().await;
        Ok(())
    }
}

/// Bound into the sealed password, so that one of another row does not open.
fn place(id: AccountId) -> Vec<u8> {
    [b"mail_account.password:", id.0.as_bytes().as_slice()].concat()
}
