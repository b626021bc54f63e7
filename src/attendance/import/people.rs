//! Whom a list names: people of the school, looked up together before anything is held.
use super::{How, List};
use crate::attendance::store;
use crate::db::Tx;
use crate::identity::PersonId;
use std::collections::{BTreeSet, HashMap};

/// Where the number of a student stands in accounts.
const NUMBER: &str = "supannEtuId";

/// What a name of a list stands for; else what is wrong with it.
type Named = Result<PersonId, &'static str>;

/// The people of a list by what it calls them.
#[derive(Debug, Default)]
pub(super) struct People(HashMap<String, Named>);

impl People {
    /// Look them all up. Nobody of another school is found, as if they did not exist; who teaches may
    /// belong elsewhere when they may call rolls here.
    pub(super) async fn of(tx: &mut Tx, how: &How, list: &List) -> sqlx::Result<Self> {
        let names: BTreeSet<&str> = match list {
            List::Planned(_, planned) => {
                planned.iter().flat_map(|one| &one.teachers).map(String::as_str).collect()
            }
            List::Members(members) => members.iter().map(|one| one.login.as_str()).collect(),
            List::Marks(marks) => marks.iter().map(|one| one.number.as_str()).collect(),
        };
        let calls = matches!(list, List::Planned(..));
        let logins: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let logins: Vec<String> = logins.into_iter().collect();
        let found = store::people_named(tx, (&how.rne, calls), &logins, how.now()).await?;
        let by_login = gathered(found);
        let is_known = |name: &&str| by_login.contains_key(&name.to_lowercase());
        let by_number = if names.iter().all(is_known) {
            HashMap::new()
        } else {
            let everybody = store::attributes_at(tx, &how.rne, how.now()).await?;
            gathered(everybody.iter().flat_map(|(person, attributes)| {
                attributes.all(NUMBER).iter().map(|number| (number.clone(), *person))
            }))
        };
        let person = |name: &str| {
            let theirs = by_login.get(&name.to_lowercase()).or_else(|| by_number.get(name));
            theirs.map_or(Err("unknown"), only)
        };
        Ok(Self(names.into_iter().map(|name| (name.to_owned(), person(name))).collect()))
    }

    /// The one person whom a login names, or the number of a student of the school.
    pub(super) fn find(&self, named: &str) -> Named {
        self.0.get(named).copied().unwrap_or(Err("unknown"))
    }
}

fn gathered(
    pairs: impl IntoIterator<Item = (String, PersonId)>,
) -> HashMap<String, BTreeSet<PersonId>> {
    let mut gathered: HashMap<String, BTreeSet<PersonId>> = HashMap::new();
    for (name, person) in pairs {
        gathered.entry(name).or_default().insert(person);
    }
    gathered
}

fn only(people: &BTreeSet<PersonId>) -> Named {
    match people.len() {
        1 => people.first().copied().ok_or("unknown"),
        _ => Err("ambiguous"),
    }
}
