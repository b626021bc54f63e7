//! Trying an account out.
use super::account::{Account, MailAddress};
use super::jobs::SendMail;
use super::post::Mailer;
use super::smtp::{SmtpError, Step};
use super::stopping::stop;
use super::store::{self, MailId, MailRow, MailState};
use super::template::Template;
use super::verdict::{Verdict, verdict};
use super::wording::own_words;
use super::words::{WordsError, Written};
use crate::db::{Db, Tx};
use crate::web::lang::Lang;
use serde_json::json;
use uuid::Uuid;

/// What became of trying an account out: the last step, and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Steps that were taken, in their order; the last one failed if there is an error.
    pub steps: Vec<Step>,
    /// What was wrong.
    pub error: Option<SmtpError>,
}

/// A message that is sent at once, to see whether it arrives.
#[derive(Debug, Clone)]
pub struct Trial {
    /// To whom.
    pub to: MailAddress,
    /// In which language.
    pub lang: Lang,
    /// What it says.
    pub written: Written,
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

impl Handover {
    /// A stable word: `ok`, or the step that failed.
    pub fn outcome(&self) -> &'static str {
        self.error.as_ref().map_or("ok", |error| error.step.as_str())
    }
}

impl Mailer {
    /// Try an account out for somebody, with the test message when there is an address.
    pub async fn test_account(
        &self,
        db: &Db,
        account: &Account,
        to: Option<(MailAddress, Lang)>,
    ) -> Result<Handover, sqlx::Error> {
        let Some((to, lang)) = to else { return Ok(self.try_out(db, account, None).await) };
        let own = own_words(&mut db.read().await?, Template::Test, lang).await?;
        let values = json!({ "account": account.name });
        let failed =
            |error: WordsError| SmtpError { step: Step::Mail, code: None, text: error.to_string() };
        Ok(match self.write((Template::Test, lang), own.as_ref(), &values) {
            Ok((written, _)) => self.try_out(db, account, Some(&Trial { to, lang, written })).await,
            Err(error) => Handover { steps: Vec::new(), error: Some(failed(error)) },
        })
    }

    /// An account that was tried out and works is opened.
    pub async fn keep_tried(
        &self,
        tx: &mut Tx,
        account: &Account,
        tried: &Handover,
    ) -> sqlx::Result<()> {
        if tried.error.is_none() && store::mark_ok(tx, account).await? {
            self.post.queue.hasten::<SendMail>(tx).await?;
        }
        Ok(())
    }

    /// Reach the server of an account, and keep whether that works.
    pub(super) async fn prove(&self, db: &Db, account: &Account) -> sqlx::Result<()> {
        let tried = self.try_out(db, account, None).await;
        let mut tx = db.write().await?;
        self.keep_tried(&mut tx, account, &tried).await?;
        if let Some(error) = tried.error
            && let Verdict::AccountStops(problem) = verdict(&error, account.auth)
        {
            stop(self, &mut tx, account, (problem, &error.to_string())).await?;
        }
        self.post.queue.commit(tx).await
    }

    /// Try an account out: reach its server, and send a message when there is one.
    pub async fn try_out(&self, db: &Db, account: &Account, trial: Option<&Trial>) -> Handover {
        let steps = if trial.is_some() { &WHOLE[..] } else { &OPENING[..] };
        match self.try_to(db, account, trial).await {
            Ok(()) => Handover { steps: steps.to_vec(), error: None },
            Err(error) => {
                let taken = steps.iter().copied().filter(|step| *step <= error.step);
                Handover { steps: taken.collect(), error: Some(error) }
            }
        }
    }

    async fn try_to(
        &self,
        db: &Db,
        account: &Account,
        trial: Option<&Trial>,
    ) -> Result<(), SmtpError> {
        let mut dialogue = self.enter(db, account).await.map_err(SmtpError::from)?;
        let Some(trial) = trial else {
            dialogue.close().await;
            return Ok(());
        };
        let now = self.post.clock.now();
        let mail = MailRow {
            id: MailId(Uuid::now_v7()),
            account: Some(account.id),
            person: None,
            recipient: trial.to.as_str().to_owned(),
            template: Template::Test.as_str().to_owned(),
            lang: trial.lang.code().to_owned(),
            vars: None,
            state: MailState::Sending,
            reply: String::new(),
            created_at: now,
            sent_at: None,
        };
        let ours = |text: String| SmtpError { step: Step::Mail, code: None, text };
        let written = trial.written.clone();
        let sealed = super::message::seal(&mail, account, written, (&self.network.name, now));
        let sealed = sealed.map_err(|error| ours(error.to_string()))?;
        dialogue.announce(&sealed.from, &sealed.to).await?;
        dialogue.deliver(&sealed.content).await?;
        dialogue.close().await;
        Ok(())
    }
}
