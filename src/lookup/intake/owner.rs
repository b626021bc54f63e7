//! Which person is behind a record, and what a record claims.
use super::Rules;
use crate::config::OwnerRule;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::cloud::{Field, Fields};
use crate::identity::store::cloud::{owners_by_login, owners_by_mail};
use std::collections::HashMap;

/// People whom records may belong to, for one portion of a push.
#[derive(Default)]
pub(super) struct Owners {
    by_mail: HashMap<String, PersonId>,
    by_login: HashMap<String, PersonId>,
}

impl Owners {
    /// Those who could be meant by these fields.
    pub(super) async fn look_up<'f>(
        tx: &mut Tx,
        rules: &Rules,
        records: impl Iterator<Item = &'f Fields> + Clone,
    ) -> sqlx::Result<Self> {
        let folded = |field: Field| -> Vec<String> {
            let values = records.clone().filter_map(|fields| fields.get(field));
            values.map(str::to_lowercase).collect()
        };
        let mut owners = Self::default();
        if rules.owner.contains(&OwnerRule::Mail) {
            owners.by_mail = owners_by_mail(tx, &folded(Field::Email)).await?.into_iter().collect();
        }
        if rules.owner.contains(&OwnerRule::Login) {
            let logins = folded(Field::Userid);
            owners.by_login = owners_by_login(tx, &logins).await?.into_iter().collect();
        }
        Ok(owners)
    }

    /// The person behind these fields; a mail address says more than a login.
    pub(super) fn of(&self, fields: &Fields) -> Option<PersonId> {
        let by = |map: &HashMap<String, PersonId>, field| {
            fields.get(field).and_then(|value| map.get(&value.to_lowercase()).copied())
        };
        by(&self.by_mail, Field::Email).or_else(|| by(&self.by_login, Field::Userid))
    }
}

/// Equal on records of one human being: the person, else the mail address, else the record alone.
pub(super) fn claim(person: Option<PersonId>, fields: &Fields, cloud_key: &str) -> String {
    match (person, fields.get(Field::Email)) {
        (Some(person), _) => format!("p:{person}"),
        (None, Some(mail)) => format!("m:{}", mail.to_lowercase()),
        (None, None) => format!("c:{cloud_key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_claim_their_person_then_their_address_then_only_themselves() {
        let fields: Fields = [(Field::Email, "A.B@Ac-A.test")].into_iter().collect();
        let person = PersonId::new();
        assert_eq!(claim(Some(person), &fields, "a@b"), format!("p:{person}"));
        assert_eq!(claim(None, &fields, "a@b"), "m:a.b@ac-a.test");
        assert_eq!(claim(None, &Fields::default(), "a@b"), "c:a@b");
    }
}
