//! What services may be told of a holder: read from the account, without any service in mind.
use crate::card::store::Whose;
use crate::identity::Attributes;
use chrono::{DateTime, NaiveDate, Utc};

/// Attributes that are read for services, besides those of `holder`.
pub const ATTRIBUTES: [&str; 6] = [
    "sn",
    "givenName",
    "mail",
    "schacDateOfBirth",
    "supannOIDCDateDeNaissance",
    "supannEtablissement",
];

/// A holder as services may hear of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Their name everywhere.
    pub eppn: String,
    /// Their type.
    pub card_type: String,
    /// Given name.
    pub given_name: String,
    /// Surname.
    pub surname: String,
    /// Where they are written to, when somebody knows.
    pub mail: Option<String>,
    /// National number of students.
    pub ine: Option<String>,
    /// Day of birth.
    pub birth: Option<NaiveDate>,
    /// UAI of the institution.
    pub rne: Option<String>,
    /// End of their rights.
    pub due: Option<DateTime<Utc>>,
    /// Whether they study.
    pub is_student: bool,
    /// Everything that the account says, for what settings name.
    pub said: Attributes,
}

/// What an account says of its holder.
pub(super) fn subject(of: &Whose, attributes: &Attributes) -> Subject {
    let (given_name, surname) = names(of, attributes);
    let mails = [attributes.first("mail"), of.mail.as_deref()];
    let mail = mails.into_iter().flatten().map(str::trim).find(|mail| mail.contains('@'));
    let some = |name| attributes.first(name).map(str::trim).filter(|it| !it.is_empty());
    Subject {
        eppn: of.eppn.clone(),
        card_type: of.card_type.clone(),
        given_name,
        surname,
        mail: mail.map(str::to_owned),
        ine: some("supannCodeINE").map(str::to_uppercase),
        birth: birth(attributes),
        rne: rne(attributes),
        due: of.rights_until,
        is_student: is_student(attributes),
        said: attributes.clone(),
    }
}

fn names(of: &Whose, attributes: &Attributes) -> (String, String) {
    let (given, surname) = (attributes.given_name(), attributes.surname());
    let (first, rest) = of.display_name.split_once(' ').unwrap_or(("", &of.display_name));
    let or = |said: Option<&str>, other: &str| said.unwrap_or(other).trim().to_owned();
    (or(given, first), or(surname, rest))
}

fn birth(attributes: &Attributes) -> Option<NaiveDate> {
    let read = |name, format| {
        let text = attributes.first(name)?.trim();
        NaiveDate::parse_from_str(text, format).ok()
    };
    read("schacDateOfBirth", "%Y%m%d").or_else(|| read("supannOIDCDateDeNaissance", "%Y-%m-%d"))
}

/// `{SIRET}19761904200017`, `{UAI}0761904G`: the last UAI.
fn rne(attributes: &Attributes) -> Option<String> {
    let values = attributes.all("supannEtablissement").iter().flat_map(|value| value.split(';'));
    let uai = |value: &str| value.trim().strip_prefix("{UAI}").map(str::to_uppercase);
    values.filter_map(uai).next_back()
}

fn is_student(attributes: &Attributes) -> bool {
    let primary = attributes.all("eduPersonPrimaryAffiliation");
    let said = if primary.is_empty() { attributes.all("eduPersonAffiliation") } else { primary };
    said.iter().any(|said| said.trim().eq_ignore_ascii_case("student"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PersonId;
    use uuid::Uuid;

    fn whose(mail: Option<&str>) -> Whose {
        Whose {
            holder: Uuid::nil(),
            eppn: "lea.martin@univ-ville.example".into(),
            card_type: "E".into(),
            rights_until: None,
            account: Uuid::nil(),
            person: PersonId::new(),
            display_name: "Léa Martin de la Tour".into(),
            mail: mail.map(str::to_owned),
        }
    }

    fn told(pairs: &[(&str, &str)]) -> Subject {
        subject(&whose(Some("old@univ-ville.example")), &pairs.iter().copied().collect())
    }

    #[test]
    fn names_come_from_the_account_or_from_what_people_are_called() {
        let plain = told(&[]);
        assert_eq!(
            (plain.given_name.as_str(), plain.surname.as_str()),
            ("Léa", "Martin de la Tour")
        );
        let said = told(&[("givenName", "Léa"), ("sn", "Martin")]);
        assert_eq!((said.given_name.as_str(), said.surname.as_str()), ("Léa", "Martin"));
    }

    #[test]
    fn a_mail_address_that_is_none_does_not_take_the_place_of_a_good_one() {
        let of = |mail| told(&[("mail", mail)]).mail;
        assert_eq!(of("new@univ-ville.example").as_deref(), Some("new@univ-ville.example"));
        assert_eq!(of("").as_deref(), Some("old@univ-ville.example"));
        assert_eq!(of("nobody").as_deref(), Some("old@univ-ville.example"));
    }

    #[test]
    fn the_last_uai_counts_and_days_of_birth_come_in_two_ways() {
        let of = |value| told(&[("supannEtablissement", value)]).rne;
        let both = "{UAI}0750001A;{SIRET}19761904200017;{UAI}0761904g";
        assert_eq!(of(both).as_deref(), Some("0761904G"));
        assert_eq!(of("{SIRET}19761904200017"), None);
        let born = NaiveDate::from_ymd_opt(2006, 2, 11);
        assert_eq!(told(&[("schacDateOfBirth", "20060211")]).birth, born);
        assert_eq!(told(&[("supannOIDCDateDeNaissance", "2006-02-11")]).birth, born);
        assert_eq!(told(&[("schacDateOfBirth", "11/02/2006")]).birth, None);
    }

    #[test]
    fn a_primary_affiliation_says_who_studies() {
        let both = [("eduPersonAffiliation", "student"), ("eduPersonPrimaryAffiliation", "staff")];
        assert!(told(&both[..1]).is_student && !told(&both).is_student);
    }
}
