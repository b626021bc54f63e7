//! What signing in noted of somebody who is erased: wrong passwords and known browsers, which stand
//! there by a hash of the login.
use super::store;
use crate::db::Tx;
use crate::identity::person::plain_login;
use crate::identity::{PersonId, sources, store as people, token};

/// Forget all of it, but nothing that another person with the same login left.
pub async fn forget_tries(tx: &mut Tx, person: PersonId) -> sqlx::Result<()> {
    for account in people::accounts_of(tx, person).await? {
        let namesakes = people::accounts_by_login(tx, &account.login).await?;
        let is_shared = namesakes.iter().any(|other| other.person != person);
        let login = (!is_shared).then_some(account.login.as_str());
        let entry = (account.source.as_str(), account.source_id.as_str());
        sources::forget_failures(tx, entry, login).await?;
        if let Some(login) = login {
            store::forget_login(tx, &token::hash(&plain_login(login))).await?;
        }
    }
    Ok(())
}
