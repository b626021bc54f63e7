use super::Mapping;
use crate::identity::Attributes;

/// Names and values of an entry.
type Told<'a> = &'a [(&'a str, &'a str)];

/// What one expression makes of an entry.
fn mapped(expression: &str, entry: &[(&str, &str)]) -> Vec<String> {
    let (mapping, faults) = Mapping::parse([("x", expression)]);
    assert_eq!(faults, [], "{expression}");
    mapping.apply(entry.iter().copied().collect::<Attributes>()).all("x").to_vec()
}

#[test]
fn expressions_of_the_manual_say_what_it_says() {
    let supann = [
        ("cn", "Dupont Marie"),
        ("givenName", "Marie"),
        ("givenName", "Anne"),
        ("sn", "Dupont"),
        ("mail", "Marie.Dupont@Univ.example"),
        ("supannEtablissement", "{SIRET}19141408500016"),
        ("supannEtablissement", "{UAI}0141408E"),
        ("supannEtuId", "{UAI:0141408E:ETU}2101234"),
        ("supannAutreMail", "marie@elsewhere.example"),
    ];
    let aaf = [
        ("ENTPersonNomPatro", "PAYET"),
        ("ENTEleveClasses", "9749802L$4EME B"),
        ("ENTPersonJointure", "AC-REUNION$4455"),
    ];
    let csv = [("Classes", "6A| 6B |"), ("Établissement", "9740091f"), ("Vide", "  ")];
    let table: &[(Told<'_>, &str, &[&str])] = &[
        (&supann, "cn", &["Dupont Marie"]),
        (&supann, "givenName", &["Marie", "Anne"]),
        (
            &supann,
            "all(mail, supannAutreMail, mail)",
            &["Marie.Dupont@Univ.example", "marie@elsewhere.example"],
        ),
        (&supann, "join(' ', first(givenName), sn)", &["Marie Dupont"]),
        (&supann, "join(' ', givenName, sn)", &["Marie Anne Dupont"]),
        (&supann, r"extract('\{UAI\}([0-9]{7}[A-Z])', supannEtablissement)", &["0141408E"]),
        (&supann, r"extract('[0-9]+$', supannEtuId)", &["2101234"]),
        (&supann, "lower(mail)", &["marie.dupont@univ.example"]),
        (&supann, "default(displayName, cn)", &["Dupont Marie"]),
        (&supann, "default(displayName, 'Sans nom')", &["Sans nom"]),
        (&supann, "join('', '{UAI}', const('0141408E'))", &["{UAI}0141408E"]),
        (&aaf, "extract('^[^$]*\\$(.*)$', ENTEleveClasses)", &["4EME B"]),
        (&aaf, "upper(extract(\"^(AC-[A-Z]+)\", ENTPersonJointure))", &["AC-REUNION"]),
        (&aaf, "first(ENTPersonNomUsage, ENTPersonNomPatro)", &["PAYET"]),
        (&csv, "split('|', Classes)", &["6A", "6B"]),
        (&csv, "upper(Établissement)", &["9740091F"]),
        (&csv, "const('National_ENS')", &["National_ENS"]),
        (&csv, "lower( first( all( Vide, Classes ) ) )", &["6a| 6b |"]),
    ];
    for (entry, expression, expected) in table {
        assert_eq!(mapped(expression, entry), *expected, "{expression}");
    }
}

#[test]
fn without_a_value_ours_stays_as_it_is() {
    let (mapping, _) = Mapping::parse([("mail", "courriel"), ("sn", "join(' ', nom, nom2)")]);

    let told = mapping.apply([("mail", "a@x"), ("sn", "b"), ("nom", " ")].into_iter().collect());

    assert_eq!((told.first("mail"), told.first("sn")), (Some("a@x"), Some("b")));
}

#[test]
fn two_names_can_change_places() {
    let (mapping, _) = Mapping::parse([("sn", "givenName"), ("givenName", "sn")]);

    let told = mapping.apply([("sn", "Marie"), ("givenName", "Dupont")].into_iter().collect());

    assert_eq!((told.first("sn"), told.first("givenname")), (Some("Dupont"), Some("Marie")));
}

#[test]
fn what_cannot_be_read_is_told_with_a_reason() {
    let deep = "first(".repeat(20) + "a" + &")".repeat(20);
    let table = [
        ("", "a name is missing"),
        ("join(' ', a", "a bracket is not closed"),
        ("join(a, b)", "wants a text"),
        ("extract('(', a)", "no regular expression"),
        ("extract('x')", "wants a name"),
        ("capital(a)", "there is no function capital"),
        ("lower(a) b", "nothing is expected"),
        ("join(' , a)", "a quotation mark is not closed"),
        ("split('', a)", "wants a separator"),
        ("lower(a 'b')", "a comma or a bracket"),
        (deep.as_str(), "inside one another"),
    ];
    for (text, why) in table {
        let (_, faults) = Mapping::parse([("Mail", text)]);
        assert_eq!(faults.len(), 1, "{text}");
        assert!(faults[0].why.contains(why), "{text}: {}", faults[0].why);
        assert_eq!(faults[0].ours, "mail");
    }
}

#[test]
fn names_that_are_read_are_known_and_only_plain_ones_can_be_searched() {
    let (mapping, _) = Mapping::parse([("mail", "lower(first(mail, mel))"), ("uid", "login")]);

    assert_eq!(mapping.theirs(), ["mail", "mel", "login"]);
    assert_eq!(mapping.their_name("UID"), Some("login"));
    assert_eq!(mapping.their_name("mail"), None);
    assert_eq!(mapping.their_name("sn"), Some("sn"));
}

#[test]
fn a_flood_of_values_is_cut() {
    let many = "x;".repeat(5_000);
    assert_eq!(mapped("split(';', a)", &[("a", &many)]).len(), 2_000);
    let long = "y".repeat(5_000);
    assert!(mapped("join('', a, a)", &[("a", &long)]).is_empty());
}
