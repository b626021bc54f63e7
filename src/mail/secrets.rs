//! Secrets that administrators type: sealed, kept when nothing is typed, and never shown to somebody
//! else than before.
use super::account::{Account, Auth};
use super::form::Wrong;
use super::post::{Mailer, Place};
use super::store;
use crate::db::Tx;
use openssl::error::ErrorStack;
use zeroize::Zeroizing;

/// What is wrong when a password is kept and would go elsewhere than it was typed for.
pub(super) const AGAIN: Wrong = ("password", "mail-wrong-password-again");

/// Secrets as they were typed; `None` keeps what is there.
#[derive(Clone, Default)]
pub struct Typed {
    /// The password of the mailbox.
    pub password: Option<Zeroizing<String>>,
    /// What the provider knows us by.
    pub client_secret: Option<Zeroizing<String>>,
}

impl Typed {
    /// Of these texts; an empty one is none.
    pub fn of(password: Option<&str>, client_secret: Option<&str>) -> Self {
        let typed = |text: Option<&str>| {
            text.filter(|text| !text.is_empty()).map(|text| Zeroizing::new(text.to_owned()))
        };
        Self { password: typed(password), client_secret: typed(client_secret) }
    }
}

/// Seal the secrets that were typed. What is wrong: one is needed, and there is none that may be
/// used.
pub(super) fn keep_secrets(
    mailer: &Mailer,
    account: &mut Account,
    old: Option<&Account>,
    typed: &Typed,
) -> Result<Option<Wrong>, ErrorStack> {
    account.oauth.client_secret = match (account.auth.is_oauth(), &typed.client_secret) {
        (false, _) => None,
        (true, Some(typed)) => Some(mailer.seal(Place::ClientSecret(account.id), typed)?),
        (true, None) => old
            .filter(|old| is_same_client(old, account))
            .and_then(|old| old.oauth.client_secret.clone()),
    };
    match (account.auth, &typed.password) {
        (Auth::Password, Some(typed)) => {
            account.password = Some(mailer.seal(Place::Password(account.id), typed)?);
        }
        (Auth::Password, None) if account.password.is_none() => {
            return Ok(Some(("password", "mail-wrong-password")));
        }
        (Auth::Password, None) if old.is_some_and(|old| !is_same_way(old, account)) => {
            return Ok(Some(AGAIN));
        }
        (Auth::Password, None) => {}
        _ => account.password = None,
    }
    Ok(None)
}

/// Whether tokens that the account has are good for what it is now. They are shown to nobody but
/// the server and the provider that they were meant for.
pub(super) async fn keeps_token(tx: &mut Tx, old: &Account, new: &Account) -> sqlx::Result<bool> {
    let is_same = new.auth.is_oauth()
        && is_same_client(old, new)
        && is_same_way(old, new)
        && old.oauth.scopes == new.oauth.scopes;
    let token = store::token(tx, old.id).await?;
    Ok(is_same && token.is_some_and(|token| token.refresh.is_some()))
}

/// Whether secrets of the mailbox go where they went before, as protected as before, for the same
/// user.
fn is_same_way(old: &Account, new: &Account) -> bool {
    let of = |account: &Account| {
        (account.host.to_lowercase(), account.port, account.tls, account.smtp_user.clone())
    };
    of(old) == of(new)
}

/// Whether the secrets of a client go where they went before.
fn is_same_client(old: &Account, new: &Account) -> bool {
    let of = |account: &Account| {
        let oauth = &account.oauth;
        let ends = [&oauth.token_endpoint, &oauth.device_endpoint, &oauth.revocation_endpoint];
        (oauth.client_id.clone(), ends.map(String::clone))
    };
    of(old) == of(new)
}
