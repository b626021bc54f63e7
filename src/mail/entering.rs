//! Reaching the server of an account, and showing who we are.
use super::account::{Account, Auth};
use super::oauth::{NoToken, Token};
use super::post::{Mailer, Place};
use super::smtp::{Dialogue, Proof, SmtpError, Step, Target};
use super::verdict::is_token_refused;
use crate::db::Db;

/// Why there is no dialogue, or why it ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotOpen {
    #[error(transparent)]
    Smtp(#[from] SmtpError),
    #[error(transparent)]
    Token(#[from] NoToken),
}

impl From<NotOpen> for SmtpError {
    fn from(error: NotOpen) -> Self {
        match error {
            NotOpen::Smtp(error) => error,
            NotOpen::Token(none) => Self { step: Step::Auth, code: None, text: none.to_string() },
        }
    }
}

impl Mailer {
    /// Open a dialogue with the server of an account. A token that it refuses is renewed once.
    pub(super) async fn enter(&self, db: &Db, account: &Account) -> Result<Dialogue, NotOpen> {
        if !account.auth.is_oauth() {
            return self.dial(account, self.proof(account)?).await;
        }
        let token = self.token(db, account, None).await?;
        let version = token.version;
        match self.dial(account, bearer(account, token)).await {
            Err(NotOpen::Smtp(error)) if is_token_refused(&error) => {
                let token = self.token(db, account, Some(version)).await?;
                self.dial(account, bearer(account, token)).await
            }
            opened => opened,
        }
    }

    async fn dial(&self, account: &Account, proof: Proof) -> Result<Dialogue, NotOpen> {
        let target = Target {
            host: account.host.clone(),
            port: u16::try_from(account.port).unwrap_or_default(),
            tls: account.tls,
            proof,
        };
        Ok(Dialogue::open(&target, &self.network).await?)
    }

    fn proof(&self, account: &Account) -> Result<Proof, SmtpError> {
        let (Auth::Password, Some(sealed)) = (account.auth, &account.password) else {
            return Ok(Proof::None);
        };
        let password = self.unseal(Place::Password(account.id), sealed).map_err(|_| {
            let text = "the password was sealed by another master key".to_owned();
            SmtpError { step: Step::Auth, code: None, text }
        })?;
        Ok(Proof::Password { user: account.smtp_user.clone(), password, sasl: account.sasl })
    }
}

fn bearer(account: &Account, token: Token) -> Proof {
    Proof::Token {
        user: account.smtp_user.clone(),
        token: token.text,
        sasl: account.sasl,
        first_answer: account.oauth.first_answer,
        is_large: account.oauth.provider.is_large(),
    }
}
