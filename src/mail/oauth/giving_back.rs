//! Tokens that are wanted no more.
use super::answer::Granted;
use crate::db::{Db, Tx};
use crate::mail::account::{Account, AccountState};
use crate::mail::changing::By;
use crate::mail::post::{Mailer, Place};
use crate::mail::store;

impl Mailer {
    /// Give the tokens of an account back to its provider. `false`: it did not hear of it.
    pub async fn give_back(&self, db: &Db, account: &Account) -> sqlx::Result<bool> {
        let row = store::token(&mut db.read().await?, account.id).await?;
        Ok(match row.as_ref().and_then(|row| row.refresh.as_deref()) {
            Some(sealed) => match self.unseal(Place::Refresh(account.id), sealed) {
                Ok(token) => self.revoke(account, &token).await,
                Err(_) => false,
            },
            None => true,
        })
    }

    /// Give tokens back that came too late to be kept, to the provider they came from.
    pub(super) async fn decline(&self, account: &Account, granted: &Granted) {
        if let Some(token) = &granted.refresh {
            let is_told = self.revoke(account, token).await;
            tracing::info!(account = %account.id, is_told, "tokens came too late to be kept");
        }
    }

    /// Forget them; the account has to be connected again.
    pub async fn forget_tokens(
        &self,
        tx: &mut Tx,
        account: &Account,
        is_told: bool,
        (event, trace): By<'_>,
    ) -> sqlx::Result<()> {
        let now = self.post.clock.now();
        store::set_state(tx, account.id, AccountState::Incomplete, "").await?;
        store::cancel_attempts(tx, account.id, None, now).await?;
        store::delete_token(tx, account.id).await?;
        let event = event.reason(if is_told { "disconnected" } else { "disconnected_untold" });
        event.field("account", account.id.to_string()).record(tx, trace, now).await
    }

    /// Whether the provider heard that we want the token no more; without an address nobody is told.
    async fn revoke(&self, account: &Account, token: &str) -> bool {
        let endpoint = &account.oauth.revocation_endpoint;
        let Ok(client) = self.client(account) else { return false };
        if endpoint.is_empty() {
            return false;
        }
        let form = vec![("token", token), ("token_type_hint", "refresh_token")];
        client.ask(endpoint, form, &self.allowed).await.is_ok_and(|answer| answer.status == 200)
    }
}
