use super::*;
use crate::ini;

fn schools(text: &str) -> Schools {
    Schools::read(&ini::read("etabs.ini", text.as_bytes()).0, false).0
}

fn sample() -> Schools {
    schools(include_str!("../testdata/etabs.ini"))
}

fn affiliation(rne: &str, profile: Profile, details: &[Detail]) -> Affiliation {
    let rne = Rne::parse(rne).expect("a school code");
    Affiliation { rne, profile, sources: vec!["agents".to_owned()], details: details.to_vec() }
}

fn plain(pairs: &[(&str, Profile)]) -> Vec<Affiliation> {
    pairs.iter().map(|(rne, profile)| affiliation(rne, *profile, &[])).collect()
}

fn join_all(affiliations: &[Affiliation], schools: &Schools, order: &Order) -> Vec<Destination> {
    destinations(affiliations, schools, &|_| true, order, &Settings::default())
}

fn codes(destinations: &[Destination]) -> Vec<&str> {
    destinations.iter().map(|destination| destination.rne.as_str()).collect()
}

#[test]
fn profiles_with_the_same_portal_share_a_destination() {
    let both = plain(&[("9740091F", Profile::Teacher), ("9740091F", Profile::Parent)]);

    let found = join_all(&both, &sample(), &Order::default());

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].profiles, [Profile::Parent, Profile::Teacher]);
    assert_eq!(found[0].portal_index, 0);
    assert_eq!(found[0].relay_state.as_deref(), Some("https://portail.leconte-de-lisle.example"));
}

#[test]
fn profiles_with_portals_of_their_own_are_apart() {
    let both = plain(&[("0759801W", Profile::Teacher), ("0759801W", Profile::Parent)]);

    let found = join_all(&both, &sample(), &Order::default());

    let portals: Vec<_> = found
        .iter()
        .map(|one| (one.portal_index, one.portal.as_ref().map(PortalUrl::host).unwrap_or_default()))
        .collect();
    let teacher = (0, "ent.lycee-du-canal.example");
    let parent = (2, "familles.lycee-du-canal.example");
    assert_eq!(portals, [teacher, parent]);
}

#[test]
fn a_choice_made_as_a_pupil_does_not_lead_a_parent() {
    let index = |profile| {
        let found = join_all(&plain(&[("0759801W", profile)]), &sample(), &Order::default());
        found[0].portal_index
    };
    assert_ne!(index(Profile::Pupil), index(Profile::Parent));
    assert_eq!(index(Profile::Teacher), index(Profile::Head));
}

#[test]
fn children_in_one_school_are_on_one_tile() {
    let child = |number: &str| [Detail::Child(number.to_owned())];
    let parent = [
        affiliation("9749801K", Profile::Parent, &child("812346")),
        affiliation("9749801K", Profile::Parent, &child("812345")),
        affiliation("9749802L", Profile::Parent, &child("798001")),
    ];

    let found = join_all(&parent, &sample(), &Order::default());

    assert_eq!(codes(&found), ["9749802L", "9749801K"]);
    assert_eq!(found[1].details, [child("812345"), child("812346")].concat());
}

#[test]
fn states_say_what_is_missing() {
    let schools = schools(
        "[0219801P]\nportail=https://a.example\n[0219802R]\nlibelle=no portal\n[9749801K]\nportail=https://b.example\nprotocole=cas\n[0599801H]\nactif=no\nmessage=closed\n",
    );
    let state = |rne: &str| {
        let person = plain(&[(rne, Profile::Teacher)]);
        let loaded = |_: &str| false;
        destinations(&person, &schools, &loaded, &Order::default(), &Settings::default())[0].state
    };
    assert_eq!(state("0219801P"), State::NoSp);
    assert_eq!(state("0219802R"), State::NoPortal);
    assert_eq!(state("9749801K"), State::Ok);
    assert_eq!(state("0599801H"), State::Inactive);
    assert_eq!(state("9749803M"), State::Unknown);
}

#[test]
fn the_service_provider_may_have_another_name() {
    let person = plain(&[("0219802R", Profile::Teacher), ("0219801P", Profile::Teacher)]);
    let loaded = |sp: &str| sp == "scribe-lp-les-forges";

    let found = destinations(&person, &sample(), &loaded, &Order::default(), &Settings::default());

    let states: Vec<_> = found.iter().map(|one| (one.rne.as_str(), one.state)).collect();
    assert_eq!(states, [("0219801P", State::NoSp), ("0219802R", State::Ok)]);
}

#[test]
fn the_strongest_hint_comes_first_and_names_decide_the_rest() {
    let person = plain(&[
        ("9749801K", Profile::Teacher), // LYCEE DES FILAOS
        ("9740091F", Profile::Teacher), // COLLEGE LECONTE DE LISLE
        ("9749802L", Profile::Teacher), // COLLEGE L'ETANG SALE
        ("0359801N", Profile::Teacher), // ÉCOLE ÉLÉMENTAIRE LES AJONCS
        ("0699802E", Profile::Teacher), // CITE SCOLAIRE …
        ("0139801H", Profile::Teacher), // LYCEE PROFESSIONNEL …
    ]);
    let rne = |code: &str| Rne::parse(code).ok();
    let schools = sample();

    let by_name = join_all(&person, &schools, &Order::default());
    assert_eq!(
        codes(&by_name),
        ["0699802E", "9749802L", "9740091F", "0359801N", "9749801K", "0139801H"]
    );

    let remembered = Choice { rne: rne("0139801H").expect("a code"), portal: 0 };
    let order = Order {
        remembered: Some(remembered),
        current: rne("9749801K"),
        main: rne("0359801N"),
        last: rne("9740091F"),
    };
    let hinted = join_all(&person, &schools, &order);
    assert_eq!(
        codes(&hinted),
        ["0139801H", "9749801K", "0359801N", "9740091F", "0699802E", "9749802L"]
    );
    assert!(hinted[0].remembered && !hinted[1].remembered);
    assert!(hinted[1].current && !hinted[0].current);
}

#[test]
fn one_site_with_two_codes_may_be_one_destination() {
    let settings = Settings { merge_same_portal: true, ..Settings::default() };
    let person = plain(&[("0699801D", Profile::Teacher), ("0699802E", Profile::Head)]);
    let merge =
        |schools: &Schools| destinations(&person, schools, &|_| true, &Order::default(), &settings);

    assert_eq!(merge(&sample()).len(), 2, "their service providers differ");

    let found = merge(&schools(
        "[0699801D]\nsp=site\nportail=https://a.example\n[0699802E]\nsp=site\nportail=https://a.example\n",
    ));
    assert_eq!(codes(&found), ["0699801D"]);
    assert_eq!(found[0].profiles, [Profile::Teacher, Profile::Head]);
    assert!(found[0].is_school(&person[1].rne));
}
