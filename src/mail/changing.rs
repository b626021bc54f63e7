//! Accounts: to make, to change, to remove, by the page or by a program.
use super::account::{Account, AccountId, AccountState};
use super::form::{AccountForm, Wrong};
use super::jobs::SendMail;
use super::post::Mailer;
use super::secrets::{AGAIN, Typed, keep_secrets, keeps_token};
use super::store;
use crate::audit::{Event, Trace};
use crate::db::{Tx, is_duplicate};
use openssl::error::ErrorStack;

/// Who changes an account: an event of theirs, and the request.
pub type By<'a> = (Event, &'a Trace);

/// Why an account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// What was said of it is wrong.
    #[error("fields are wrong")]
    Wrong(Vec<Wrong>),
    /// Secrets cannot be sealed.
    #[error("a secret cannot be sealed")]
    Seal(#[from] ErrorStack),
    /// The database did not take it.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl NotKept {
    /// Whether only the password is missing, because it would go elsewhere than before.
    pub fn wants_password_again(&self) -> bool {
        matches!(self, Self::Wrong(wrong) if wrong.contains(&AGAIN))
    }
}

impl Mailer {
    /// Make an account. The first one is the usual one.
    pub async fn add_account(
        &self,
        tx: &mut Tx,
        (form, typed): (&AccountForm, &Typed),
        by: By<'_>,
    ) -> Result<Account, NotKept> {
        let mut account = self.described(None, form, typed)?;
        if account.auth.is_oauth() && account.is_open() {
            account.state = AccountState::Incomplete;
        }
        account.is_default = store::accounts(tx).await?.is_empty();
        kept(store::add_account(tx, &account).await)?;
        self.note(tx, account.id, "added", by).await?;
        self.post.queue.hasten::<SendMail>(tx).await?;
        Ok(account)
    }

    /// Change an account. Tokens that would be shown to somebody else are forgotten: it has to be
    /// connected again.
    pub async fn change_account(
        &self,
        tx: &mut Tx,
        old: &Account,
        (form, typed): (&AccountForm, &Typed),
        by: By<'_>,
    ) -> Result<Account, NotKept> {
        let mut account = self.described(Some(old), form, typed)?;
        let keeps_token = keeps_token(tx, old, &account).await?;
        if account.auth.is_oauth() && account.is_open() && !keeps_token {
            account.state = AccountState::Incomplete;
        }
        kept(store::update_account(tx, &account).await)?;
        if !keeps_token {
            store::cancel_attempts(tx, account.id, None, self.post.clock.now()).await?;
            store::delete_token(tx, account.id).await?;
        }
        self.note(tx, account.id, "changed", by).await?;
        self.post.queue.hasten::<SendMail>(tx).await?;
        Ok(account)
    }

    /// Make it the one that is used when nobody asks for another one.
    pub async fn prefer_account(&self, tx: &mut Tx, id: AccountId, by: By<'_>) -> sqlx::Result<()> {
        store::make_default(tx, id).await?;
        self.note(tx, id, "default", by).await
    }

    /// Forget an account with its secrets; its mail waits for another one. `false`: it is gone.
    pub async fn remove_account(
        &self,
        tx: &mut Tx,
        id: AccountId,
        by: By<'_>,
    ) -> sqlx::Result<bool> {
        let is_removed = store::delete_account(tx, id).await?;
        if is_removed {
            self.note(tx, id, "removed", by).await?;
        }
        Ok(is_removed)
    }

    /// The account that a form describes, its secrets sealed.
    fn described(
        &self,
        old: Option<&Account>,
        form: &AccountForm,
        typed: &Typed,
    ) -> Result<Account, NotKept> {
        let mut account = form.account(old, self.post.clock.now()).map_err(NotKept::Wrong)?;
        match keep_secrets(self, &mut account, old, typed)? {
            Some(wrong) => Err(NotKept::Wrong(vec![wrong])),
            None => Ok(account),
        }
    }

    async fn note(
        &self,
        tx: &mut Tx,
        id: AccountId,
        what: &str,
        (event, trace): By<'_>,
    ) -> sqlx::Result<()> {
        let event = event.reason(what).field("account", id.to_string());
        event.record(tx, trace, self.post.clock.now()).await
    }
}

/// Names are unique.
fn kept(done: sqlx::Result<()>) -> Result<(), NotKept> {
    done.map_err(|error| match error {
        error if is_duplicate(&error) => NotKept::Wrong(vec![("name", "mail-wrong-taken")]),
        error => error.into(),
    })
}
