//! What an account says of somebody who may have cards (6.2, 6.3).
use super::store::Holder;
use super::validity::is_over;
use crate::config::Cards;
use crate::identity::Attributes;
use crate::identity::store::StoredAccount;
use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

/// Attributes that the office reads, for sources that are asked for no more than is needed.
pub const ATTRIBUTES: [&str; 5] = [
    "eduPersonPrincipalName",
    "eduPersonPrimaryAffiliation",
    "eduPersonAffiliation",
    "schacExpiryDate",
    "supannCodeINE",
];

/// What an account says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The name that they have everywhere.
    pub eppn: String,
    /// Their type.
    pub card_type: String,
    /// When their rights end; `None`: it says something that cannot be read.
    pub due: Option<DateTime<Utc>>,
    /// Whether a European card can be made: they have a national number.
    pub has_ine: bool,
}

/// Read the attributes of an account; `None`: without a name or a type there is no card.
pub fn told(attributes: &Attributes, rules: &Cards) -> Option<Told> {
    let eppn = attributes.first("eduPersonPrincipalName")?.trim().to_lowercase();
    if eppn.is_empty() {
        return None;
    }
    Some(Told {
        eppn,
        card_type: card_type(attributes, rules)?,
        due: match attributes.first("schacExpiryDate") {
            None | Some("") => Some(rules.default_due),
            Some(text) => generalized(text),
        },
        has_ine: attributes.first("supannCodeINE").is_some_and(|ine| !ine.trim().is_empty()),
    })
}

/// The same for an account as it is kept; one that left its source ended its rights.
pub fn told_by(account: &StoredAccount, rules: &Cards) -> Option<Told> {
    if !rules.sources.contains(&account.source) {
        return None;
    }
    let told = told(&account.attributes, rules)?;
    Some(Told { due: at_most(told.due, account.ended_at), ..told })
}

/// What is known of a holder from now on. Whoever is no candidate any more keeps what was known, for a
/// setting must not end cards; but no rights outlast their account.
pub fn known(holder: &Holder, account: &StoredAccount, rules: &Cards) -> Holder {
    let as_before = || Told {
        eppn: holder.eppn.clone(),
        card_type: holder.card_type.clone(),
        due: at_most(holder.due_at, account.ended_at),
        has_ine: false,
    };
    let told = told_by(account, rules).unwrap_or_else(as_before);
    Holder { eppn: told.eppn, card_type: told.card_type, due_at: told.due, ..holder.clone() }
}

fn at_most(due: Option<DateTime<Utc>>, ended: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (due, ended) {
        (Some(due), Some(ended)) => Some(due.min(ended)),
        (due, ended) => due.or(ended),
    }
}

/// The account of a person that cards are made for, and what it says: the first one that has rights
/// now, else the first one that may have any.
pub fn candidate(
    accounts: &[StoredAccount],
    rules: &Cards,
    now: DateTime<Utc>,
) -> Option<(Uuid, Told)> {
    let alive = accounts.iter().filter(|account| account.ended_at.is_none());
    let mut told: Vec<_> =
        alive.filter_map(|account| Some((account.id, told_by(account, rules)?))).collect();
    let is_good = |(_, told): &(Uuid, Told)| told.due.is_some_and(|due| !is_over(due, now));
    let first = told.iter().position(is_good).unwrap_or(0);
    (first < told.len()).then(|| told.swap_remove(first))
}

fn card_type(attributes: &Attributes, rules: &Cards) -> Option<String> {
    let primary = attributes.all("eduPersonPrimaryAffiliation");
    let said = if primary.is_empty() { attributes.all("eduPersonAffiliation") } else { primary };
    let fits = |wanted: &str| {
        wanted == "*" || said.iter().any(|said| said.trim().eq_ignore_ascii_case(wanted))
    };
    rules.types.iter().find(|(wanted, _)| fits(wanted)).map(|(_, kind)| kind.clone())
}

/// `20270930235959Z`
fn generalized(text: &str) -> Option<DateTime<Utc>> {
    let plain = text.trim().strip_suffix('Z')?;
    let plain = plain.split_once('.').map_or(plain, |(whole, _)| whole);
    let is_whole = plain.len() == 14 && plain.bytes().all(|digit| digit.is_ascii_digit());
    let read = NaiveDateTime::parse_from_str(plain, "%Y%m%d%H%M%S").ok();
    read.filter(|_| is_whole).map(|time| time.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PersonId;

    fn rules() -> Cards {
        let pair = |(one, other): (&str, &str)| (one.to_owned(), other.to_owned());
        Cards {
            sources: vec!["university".to_owned()],
            types: [("student", "E"), ("faculty", "P"), ("*", "I")].map(pair).to_vec(),
            ..Cards::default()
        }
    }

    fn attributes(pairs: &[(&str, &str)]) -> Attributes {
        let mut attributes = Attributes::default();
        for (name, value) in pairs {
            attributes.add(name, *value);
        }
        attributes
    }

    #[test]
    fn the_first_affiliation_that_fits_makes_the_type() {
        let of = |pairs: &[(&str, &str)]| {
            let all = [pairs, &[("eduPersonPrincipalName", "Lea@Univ.example")]].concat();
            told(&attributes(&all), &rules()).map(|told| told.card_type)
        };
        let both = [("eduPersonAffiliation", "faculty"), ("eduPersonAffiliation", "Student")];
        assert_eq!(of(&both).as_deref(), Some("E"));
        let primary = [both[1], ("eduPersonPrimaryAffiliation", "faculty")];
        assert_eq!(of(&primary).as_deref(), Some("P"));
        assert_eq!(of(&[("eduPersonAffiliation", "affiliate")]).as_deref(), Some("I"));
        assert_eq!(of(&[]).as_deref(), Some("I"));
        assert_eq!(told(&attributes(&both), &rules()), None, "nobody without a name");
        let strict = Cards { types: rules().types[..2].to_vec(), ..rules() };
        let named = attributes(&[("eduPersonPrincipalName", "lea@univ.example")]);
        assert_eq!(told(&named, &strict), None, "nobody without a type");
    }

    #[test]
    fn rights_end_when_the_source_says_so() {
        let of = |expiry: &str| {
            let pairs =
                [("eduPersonPrincipalName", "Lea@Univ.example"), ("schacExpiryDate", expiry)];
            told(&attributes(&pairs), &rules()).expect("somebody")
        };
        let told = of("20270930235959Z");
        assert_eq!(told.eppn, "lea@univ.example");
        assert_eq!(
            told.due.map(|due| due.to_rfc3339()).as_deref(),
            Some("2027-09-30T23:59:59+00:00")
        );
        assert_eq!(of("20270930235959.0Z").due, told.due);
        assert_eq!(of("").due, Some(rules().default_due));
        for unreadable in ["30/09/2027", "20270930", "20271330235959Z", "20270930235959"] {
            assert_eq!(of(unreadable).due, None, "{unreadable}");
        }
    }

    fn account(pairs: &[(&str, &str)], ended_at: Option<DateTime<Utc>>) -> StoredAccount {
        StoredAccount {
            id: Uuid::now_v7(),
            person: PersonId::new(),
            source: "university".to_owned(),
            source_id: "lea".to_owned(),
            login: "lea".to_owned(),
            priority: 0,
            attributes: attributes(pairs),
            read_at: DateTime::UNIX_EPOCH,
            current_rne: None,
            main_rne: None,
            ended_at,
        }
    }

    #[test]
    fn an_account_whose_rights_are_over_hides_no_other() {
        let now = generalized("20261101000000Z").expect("a time");
        let of = |expiry: &str| {
            account(
                &[("eduPersonPrincipalName", "lea@univ.example"), ("schacExpiryDate", expiry)],
                None,
            )
        };
        let (student, staff, unread) =
            (of("20260930235959Z"), of("20270930235959Z"), of("30/09/2027"));
        let chosen = |accounts: &[&StoredAccount]| {
            let accounts: Vec<_> = accounts.iter().map(|account| (*account).clone()).collect();
            candidate(&accounts, &rules(), now).map(|(id, _)| id)
        };
        assert_eq!(chosen(&[&student, &staff]), Some(staff.id));
        assert_eq!(chosen(&[&unread, &staff]), Some(staff.id));
        assert_eq!(chosen(&[&student, &unread]), Some(student.id), "the first, when none is good");
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn no_rights_outlast_their_account_whatever_it_says() {
        let ended = generalized("20261101000000Z").expect("a time");
        let holder = |due_at| Holder {
            id: Uuid::now_v7(),
            account: Uuid::now_v7(),
            eppn: "lea@univ.example".to_owned(),
            card_type: "E".to_owned(),
            due_at,
            shows_photo: false,
        };
        let later = generalized("20270930235959Z");
        // It says nothing any more: no name.
        let gone = account(&[], Some(ended));
        assert_eq!(known(&holder(later), &gone, &rules()).due_at, Some(ended));
        assert_eq!(known(&holder(None), &gone, &rules()).due_at, Some(ended));
        let earlier = generalized("20260930235959Z");
        assert_eq!(known(&holder(earlier), &gone, &rules()).due_at, earlier);
        let (silent, before) = (account(&[], None), holder(later));
        assert_eq!(known(&before, &silent, &rules()), before, "a setting ends nothing");
    }
}
