//! Secrets that administrators type: sealed, kept when nothing is typed, and dropped when they would
//! be shown to somebody else.
use super::account::{Account, Auth};
use super::form::Wrong;
use super::post::{Mailer, Place};
use super::store;
use crate::db::Tx;
use crate::web::query::Fields;
use crate::web::{self, Error};

/// Seal the secrets that were typed. What is wrong: one is needed, and there is none.
pub(super) fn keep_secrets(
    mailer: &Mailer,
    account: &mut Account,
    old: Option<&Account>,
    fields: &Fields,
) -> web::Result<Option<Wrong>> {
    let seal = |place, typed: &str| mailer.seal(place, typed).map_err(Error::internal);
    let secret = fields.get("client_secret");
    account.oauth.client_secret = match (account.auth.is_oauth(), secret) {
        (false, _) => None,
        (true, Some(typed)) => Some(seal(Place::ClientSecret(account.id), typed)?),
        (true, None) => old
            .filter(|old| is_same_client(old, account))
            .and_then(|old| old.oauth.client_secret.clone()),
    };
    match (account.auth, fields.get("password")) {
        (Auth::Password, Some(typed)) => {
            account.password = Some(seal(Place::Password(account.id), typed)?);
        }
        (Auth::Password, None) if account.password.is_none() => {
            return Ok(Some(("password", "mail-wrong-password")));
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
        && old.oauth.scopes == new.oauth.scopes
        && old.host == new.host;
    let token = store::token(tx, old.id).await?;
    Ok(is_same && token.is_some_and(|token| token.refresh.is_some()))
}

fn is_same_client(old: &Account, new: &Account) -> bool {
    let of = |account: &Account| {
        let oauth = &account.oauth;
        (oauth.client_id.clone(), oauth.token_endpoint.clone())
    };
    of(old) == of(new)
}
