//! What a person is called: as the account of the source with the highest priority says (D30).
use super::store::{self, StoredAccount};
use super::{Account, Person, PersonId};
use crate::db::Tx;
use chrono::{DateTime, Utc};

/// The name and mail that the accounts show, written down; `false`: they were so. Whoever has no
/// account any more keeps the name, for what was recorded of them, and has no mail.
pub(super) async fn name(tx: &mut Tx, id: PersonId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let accounts = store::accounts_of(tx, id).await?;
    let described: Vec<Account> = accounts.into_iter().map(StoredAccount::into_account).collect();
    let display_name = match described.first() {
        Some(account) => account.display_name(),
        None => store::find_person(tx, id).await?.map(|it| it.display_name).unwrap_or_default(),
    };
    let mail = described.iter().find_map(Account::mail);
    let person = Person { id, display_name, mail };
    store::rename_person(tx, &person, now).await
}
