//! How people are reached: their addresses and language, and who looks after rolls.
use super::store;
use crate::db::Tx;
use crate::identity::store::grants_of;
use crate::identity::{Attributes, PersonId};
use crate::mail::MailAddress;
use crate::rights::{Grants, Permission, Reach};
use crate::web::lang::Lang;

/// Somebody who is written to, in their language.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    pub(super) person: PersonId,
    pub(super) name: String,
    pub(super) mail: Option<MailAddress>,
    pub(super) lang: Lang,
    pub(super) attributes: Vec<Attributes>,
}

/// How somebody is reached; `None`: they are gone.
pub(super) async fn reached(tx: &mut Tx, person: PersonId) -> sqlx::Result<Option<Reached>> {
    let Some(contact) = store::contact(tx, person).await? else { return Ok(None) };
    let attributes = store::present_attributes(tx, person).await?;
    Ok(Some(Reached {
        person,
        name: contact.display_name,
        mail: contact.mail.as_deref().and_then(MailAddress::parse),
        lang: lang_of(&attributes),
        attributes,
    }))
}

/// The language that accounts name (`preferredLanguage`, RFC 2798), else French.
fn lang_of(accounts: &[Attributes]) -> Lang {
    let tag = accounts.iter().find_map(|it| it.first("preferredLanguage")).unwrap_or_default();
    let first = tag.split(['-', '_', ',', ';']).next().unwrap_or_default();
    Lang::parse(&first.trim().to_lowercase()).unwrap_or_default()
}

/// Everybody who looks after rolls somewhere, with how far.
pub(super) async fn tenders(tx: &mut Tx) -> sqlx::Result<Vec<(PersonId, Reach)>> {
    let mut found = Vec::new();
    for person in store::tenders(tx).await? {
        let given = grants_of(tx, person).await?;
        let grants: Grants = given.into_iter().map(|stored| stored.grant).collect();
        if let Some(reach) = grants.reach(Permission::DecideAbsences) {
            found.push((person, reach));
        }
    }
    Ok(found)
}

/// Mail addresses in these attributes, each once.
pub(super) fn addresses_in(accounts: &[Attributes], names: &[String]) -> Vec<Option<MailAddress>> {
    let mut found: Vec<MailAddress> = Vec::new();
    for name in names {
        for value in accounts.iter().flat_map(|account| account.all(name)) {
            if let Some(address) = MailAddress::parse(value)
                && !found.iter().any(|known| known.as_str() == address.as_str())
            {
                found.push(address);
            }
        }
    }
    found.into_iter().map(Some).collect()
}
