//! Schools that stand elsewhere in the tree.
use super::{one, source};
use crate::peers::slapd::{Directory, Slapd};
use aiguillage::identity::formats::{self, Known, Needs, Options};
use aiguillage::identity::sources::ldap::{Atlases, LdapSettings};
use aiguillage::identity::{Attributes, ProfileMap};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Asks for what the example entries point at.
fn needs(attributes: &Attributes) -> Needs {
    let first_field = |value: &String| value.split('$').next().unwrap_or_default().to_owned();
    let is_parent = attributes.first("ENTPersonProfils") == Some("National_TUT");
    let keys = attributes.all("dn").iter().chain(attributes.all("ENTPersonJointure"));
    Needs {
        structures: attributes
            .all("ENTPersonFonctions")
            .iter()
            .map(first_field)
            .chain(attributes.all("ENTPersonStructRattach").iter().cloned())
            .collect(),
        units: attributes.all("supannEntiteAffectation").to_vec(),
        children_of: keys.filter(|_| is_parent).cloned().collect(),
    }
}

fn codes<'a>(known: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    known.into_iter().map(|(reference, code)| (reference.to_owned(), code.to_owned())).collect()
}

fn text<V: ToString>(known: &BTreeMap<String, V>) -> BTreeMap<String, String> {
    known.iter().map(|(reference, code)| (reference.clone(), code.to_string())).collect()
}

fn children(known: &Known) -> Vec<&str> {
    let mut logins: Vec<_> = known.children.iter().filter_map(|child| child.first("uid")).collect();
    logins.sort_unstable();
    logins
}

#[tokio::test]
async fn structures_are_known_by_number_siren_and_name() {
    let slapd = Slapd::start().await;
    let local = source(slapd.settings(Directory::Local));
    let yves = one(&local, "yves.techer").await;

    let known = local.resolve(&yves, needs).await.expect("the directory answers");
    assert_eq!(text(&known.structures), codes([("1234", "0219801P"), ("5678", "0219802R")]));

    let top = "ou=structures,ou=ac-reunion,ou=education,o=gouv,c=fr";
    let by_name = format!("ENTStructureSIREN=97498010000013,{top}");
    let nobody = format!("ENTStructureSIREN=1,{top}");
    let without_code = format!("ENTStructureSIREN=97400000000014,{top}");
    let references = ["21980100000011", &by_name, &nobody, &without_code, "no=dn=", "8888", "7777"];
    let needs = |_: &Attributes| Needs {
        structures: references.map(str::to_owned).to_vec(),
        ..Needs::default()
    };
    let known = local.resolve(&yves, needs).await.expect("the directory answers");

    let expected = codes([("21980100000011", "0219801P"), (by_name.as_str(), "9749801K")]);
    assert_eq!(text(&known.structures), expected, "a number that names two schools names none");
}

#[tokio::test]
async fn a_parent_is_where_the_children_are() {
    let slapd = Slapd::start().await;
    let local = source(slapd.settings(Directory::Local));
    let father_of_nina = "ENTStructureSIREN=97498010000013,ou=structures,ou=ac-reunion,\
        ou=education,o=gouv,c=fr";
    for (login, expected, structures) in [
        ("anne.payet", vec!["jules.payet", "lea.payet"], codes([])),
        ("paul.payet", vec!["jules.payet", "nina.payet"], codes([(father_of_nina, "9749801K")])),
        ("luc.morel", vec![], codes([])),
        ("rose.grondin", vec![], codes([])),
    ] {
        let parent = one(&local, login).await;

        let known = local.resolve(&parent, needs).await.expect("the directory answers");

        assert_eq!(children(&known), expected, "{login}");
        assert_eq!(text(&known.structures), structures, "{login}");
        let have_dn = known.children.iter().all(|child| child.first("dn").is_some());
        assert!(have_dn, "{login}");
    }
}

#[tokio::test]
async fn a_parent_without_an_entry_is_known_by_join_key() {
    let slapd = Slapd::start().await;
    let local = source(slapd.settings(Directory::Local));
    let federated: Attributes =
        [("FrEduCtPersonAffiliation", "resp2d"), ("FrEduCtRefId", "{AAF}28|1|4455667")]
            .into_iter()
            .collect();
    let profiles = ProfileMap::default();

    let known = local.resolve_stranger(&federated, |entry| formats::needs(entry, &profiles)).await;

    assert_eq!(children(&known.expect("the directory answers")), ["lea.payet"]);
}

#[tokio::test]
async fn the_worked_examples_lead_to_their_schools() {
    let slapd = Slapd::start().await;
    let profiles = ProfileMap::default();
    let today = NaiveDate::from_ymd_opt(2025, 11, 3).expect("a day");
    for (directory, login, expected) in [
        (Directory::Agents, "mdupont", "9740091F Teacher, 9749801K Teacher"),
        (Directory::Agents, "cleroy", "0699801D Head, 0699802E Head"),
        (Directory::Agents, "tpicard", ""),
        (Directory::Agents, "sbegue", "0219801P Staff"),
        (Directory::Teleservices, "jean.hoarau", "9740091F Parent, 9749801K Parent"),
        (Directory::Teleservices, "emma.hoarau", "9740091F Pupil"),
        (Directory::Teleservices, "anne.legoff", "0359801N Parent, 0219802R Parent"),
        (Directory::Teleservices, "marc.hoarau", ""),
        (Directory::Local, "jules.payet", "9749802L Pupil"),
        (Directory::Local, "anne.payet", "9740091F Parent, 9749802L Parent"),
        (Directory::Local, "paul.payet", "9749801K Parent, 9749802L Parent"),
        (Directory::Local, "yves.techer", "0219801P Teacher, 0219802R Teacher"),
        (Directory::Local, "rose.grondin", ""),
        (Directory::University, "pmartin", "0141408E Teacher"),
        (Directory::University, "kdiallo", "0751717J Pupil, 0752744A Pupil"),
        (Directory::University, "nlebon", "0141408E Staff, 0142131R Staff"),
    ] {
        let directory = source(slapd.settings(directory));
        let found = one(&directory, login).await;
        let known = directory.resolve(&found, |entry| formats::needs(entry, &profiles)).await;
        let known = known.expect("the directory answers");
        let options = Options::new(&found.source, today);

        let reading = formats::read(&found.attributes, &known, &options, &profiles);

        let mut schools: Vec<String> = reading
            .affiliations
            .iter()
            .map(|one| format!("{} {:?}", one.rne, one.profile))
            .collect();
        schools.sort();
        let mut expected: Vec<&str> = expected.split(", ").filter(|one| !one.is_empty()).collect();
        expected.sort_unstable();
        assert_eq!(schools, expected, "{login}");
    }
}

#[tokio::test]
async fn a_filter_that_is_too_wide_makes_nobody_a_parent() {
    let slapd = Slapd::start().await;
    let local = source(LdapSettings {
        children_filter: "(ENTElevePersRelEleve={key}*)".into(),
        ..slapd.settings(Directory::Local)
    });

    let luc = one(&local, "luc.morel").await;
    let known = local.resolve(&luc, needs).await.expect("the directory answers");
    assert_eq!(children(&known), [] as [&str; 0], "4455 is not 4455667");

    let anne = one(&local, "anne.payet").await;
    let known = local.resolve(&anne, needs).await.expect("the directory answers");
    assert_eq!(children(&known), ["jules.payet", "lea.payet"]);
}

#[tokio::test]
async fn a_unit_belongs_to_the_nearest_school_above_it() {
    let slapd = Slapd::start().await;
    let university = source(slapd.settings(Directory::University));
    let noe = one(&university, "nlebon").await;

    let known = university.resolve(&noe, needs).await.expect("the directory answers");

    assert_eq!(text(&known.units), codes([("HS_C68", "0141408E"), ("HS_ESPE", "0142131R")]));
}

#[tokio::test]
async fn whoever_needs_nothing_costs_nothing() {
    let mut slapd = Slapd::start().await;
    let agents = source(slapd.settings(Directory::Agents));
    let marie = one(&agents, "mdupont").await;
    slapd.stop();

    assert_eq!(agents.resolve(&marie, needs).await, Ok(Known::default()));
}

#[tokio::test]
async fn what_many_people_point_at_together_is_looked_up_to_the_last_one() {
    let slapd = Slapd::start().await;
    let local = source(slapd.settings(Directory::Local));
    let yves = one(&local, "yves.techer").await;
    let many = |_: &Attributes| Needs {
        structures: (0..1_100).map(|n| format!("0a{n}")).collect(),
        ..Needs::default()
    };
    let few = |_: &Attributes| Needs { structures: vec!["1234".into()], ..Needs::default() };
    let turn = AtomicUsize::new(0);
    let needs = |attributes: &Attributes| match turn.fetch_add(1, Ordering::Relaxed) {
        0 => many(attributes),
        1 => {
            let structures = (0..1_100).map(|n| format!("0b{n}")).chain(["5678".into()]).collect();
            Needs { structures, ..Needs::default() }
        }
        _ => few(attributes),
    };

    let people = vec![yves; 3];
    let everyone = local.all(None).await.expect("the directory answers");
    let known = everyone.resolve_all(&people, &mut Atlases::default(), needs).await;

    let known = known.expect("the directory answers");
    assert_eq!(text(&known[1].structures), codes([("5678", "0219802R")]));
    assert_eq!(text(&known[2].structures), codes([("1234", "0219801P")]));
}
