//! The tables of the search rules, with the people who are named in them.
use super::copy::{Copy, Means};
use super::*;
use crate::identity::cloud::{CloudId, Field, ListedRecord};
use position::Position;
use tempfile::TempDir;
use uuid::Uuid;

/// An index of these people, in memory of the test only.
struct People {
    index: Index,
    _folder: TempDir,
}

impl People {
    fn of(people: &[(&str, &str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = IndexPlace { path: folder.path().to_owned(), memory: 16 };
        let index = Index::open(&place, IndexRules { with_pupils: false }).unwrap();
        let start = Position::behind(None, false);
        let path = index.0.folder.new_copy().unwrap();
        let mut copy = Copy::create(&path, start, Means { memory: 16, threads: 1 }).unwrap();
        for (number, person) in people.iter().enumerate() {
            copy.add(&record(number, *person)).unwrap();
            // Every other person in a segment of their own: orders must not depend on it.
            if number % 2 == 0 {
                copy.commit(start).unwrap();
            }
        }
        copy.commit(start).unwrap();
        index.publish(&copy).unwrap();
        *index.0.copy.try_lock().unwrap() = Some(copy);
        Self { index, _folder: folder }
    }

    /// The logins found, in order.
    fn find(&self, text: &str) -> Vec<String> {
        self.ask(&Query { text: text.to_owned(), limit: 50, ..Query::default() })
    }

    fn ask(&self, query: &Query) -> Vec<String> {
        self.index.search(query).unwrap().hits.iter().map(login).collect()
    }

    fn steps(&self, text: &str) -> Vec<Step> {
        let query = Query { text: text.to_owned(), limit: 50, ..Query::default() };
        self.index.search(&query).unwrap().hits.iter().map(|hit| hit.step).collect()
    }
}

fn login(hit: &Hit) -> String {
    let json: serde_json::Value = serde_json::from_slice(&hit.json).unwrap();
    json["userid"]["value"].as_str().unwrap().to_owned()
}

fn record(number: usize, (login, name, mail): (&str, &str, &str)) -> ListedRecord {
    let server = if number.is_multiple_of(2) { "nuage-a" } else { "nuage-b" };
    let cloud_id = CloudId::parse(&format!("{login}@{server}.example.test")).unwrap();
    ListedRecord {
        id: id(number),
        instance: cloud_id.instance(),
        cloud_id,
        person: None,
        fields: [(Field::Userid, login), (Field::Name, name), (Field::Email, mail)]
            .into_iter()
            .collect(),
    }
}

fn id(number: usize) -> RecordId {
    RecordId(Uuid::from_u128(number as u128 + 1))
}

/// The people of the truth table, and one of an academy whose name looks like theirs.
fn table() -> People {
    People::of(&[
        ("jmartin", "Jérôme MARTIN", "j.m@ac-a.example.test"),
        ("amartin", "Agnès Martin", "agnes.martin@ac-b.example.test"),
        ("eoeuvrard", "Élodie Œuvrard-L'Hénaff", "elodie.oeuvrard@ac-a.example.test"),
        ("splus", "Straße Plus", "a+b@x.example.test"),
        ("osonid", "Olivier Sonid", "olivier.sonid@ac-martinique.fr"),
    ])
}

#[test]
fn the_truth_table_holds() {
    let people = table();
    let found: &[(&str, &[&str])] = &[
        ("jerome", &["jmartin"]),
        ("JÉRÔME", &["jmartin"]),
        ("Jerome Martin", &["jmartin"]),
        ("elodie", &["eoeuvrard"]),
        ("ÉLODIE", &["eoeuvrard"]),
        ("œuvrard", &["eoeuvrard"]),
        ("oeuvrard", &["eoeuvrard"]),
        ("elodie oeuvrard", &["eoeuvrard"]),
        ("agnes martin", &["amartin"]),
        ("martin agnes", &["amartin"]),
        ("l'henaff", &["eoeuvrard"]),
        ("lhenaff", &["eoeuvrard"]),
        ("l’henaff", &["eoeuvrard"]),
        ("L’HÉNAFF élod", &["eoeuvrard"]),
        ("straße", &["splus"]),
        ("strasse", &["splus"]),
        ("j.m@ac-a.example.test", &["jmartin"]),
        ("a+b@x.example.test", &["splus"]),
        ("a b@x.example.test", &["splus"]),
        ("martin", &["amartin", "jmartin"]),
        ("martin ", &["amartin", "jmartin"]),
        ("marton", &["amartin", "jmartin"]),
        ("agne\u{300}s", &["amartin"]),
        ("agne\u{300}", &["amartin"]),
        ("amartin@nuage-b.example.test", &["amartin"]),
        ("AMARTIN@https://Nuage-B.example.test/", &["amartin"]),
        ("%", &[]),
        ("_", &[]),
        ("*", &[]),
        ("ac-a", &[]),
        ("nobody", &[]),
        ("martin xavier", &[]),
        ("", &[]),
    ];
    for (text, logins) in found {
        assert_eq!(people.find(text), *logins, "{text}");
    }
}

#[test]
fn mail_domains_count_only_with_a_sign_of_mail_and_come_last() {
    let people = table();
    assert!(!people.find("martinique").contains(&"osonid".to_owned()));
    assert_eq!(people.find("martinique.fr"), ["osonid"]);
    assert_eq!(people.find("elod ac-a."), ["eoeuvrard"]);
    assert_eq!(people.find("@ac-martinique"), ["osonid"]);
    assert_eq!(people.steps("martin."), [Step::Words, Step::Words, Step::Domain]);
}

#[test]
fn better_steps_come_first_and_nobody_twice() {
    let people = People::of(&[
        ("x1", "Paul Martinez", "p@e.test"),
        ("x2", "Luc Martin", "l@e.test"),
        ("martin", "Zoé Abad", "z@e.test"),
        ("x4", "Eve Renard", "martin.eve@e.test"),
        ("x5", "Max Merlin", "max@e.test"),
        ("x6", "Ida Marten", "ida@e.test"),
    ]);
    assert_eq!(people.find("martin"), ["martin", "x2", "x1", "x4", "x6"]);
    let steps = [Step::Exact, Step::Words, Step::Beginnings, Step::Login, Step::Typo];
    assert_eq!(people.steps("martin"), steps);
    assert_eq!(people.find("luc martin"), ["x2"]);
    assert_eq!(people.steps("luc martin"), [Step::Exact]);
}

#[test]
fn one_error_is_forgiven_from_four_letters_on() {
    let people = People::of(&[
        ("a", "Agnès Martin", "a@e.test"),
        ("b", "Élodie Dupont", "b@e.test"),
        ("c", "Léa Roy", "c@e.test"),
    ]);
    let table: &[(&str, &[&str])] = &[
        ("matrin", &["a"]),
        ("martn", &["a"]),
        ("marttin", &["a"]),
        ("martni agnes", &["a"]),
        ("angès martin", &["a"]),
        ("elodei dupnot", &["b"]),
        ("dupomt", &["b"]),
        ("dupno", &["b"]),
        ("rpy", &[]),
        ("martin1", &[]),
        ("matrin@", &[]),
        ("xartim", &[]),
        ("zartin", &["a"]),
        ("zupon", &[]),
    ];
    for (text, logins) in table {
        assert_eq!(people.find(text), *logins, "{text}");
    }
}

#[test]
fn french_ways_to_write_a_name_are_known() {
    let people = People::of(&[
        ("a", "Jean-Pierre Martin", "a@e.test"),
        ("b", "Luc de La Tour", "b@e.test"),
        ("c", "Inès Dalmeida", "c@e.test"),
        ("d", "Inès d'Almeida", "d@e.test"),
        ("e", "Marie Saint-Pierre", "e@e.test"),
    ]);
    let table: &[(&str, &[&str])] = &[
        ("jp martin", &["a"]),
        ("jean pierre", &["a"]),
        ("jeanpierre", &["a"]),
        ("delatour", &["b"]),
        ("latour luc", &["b"]),
        ("de la tour", &["b"]),
        ("tour", &["b"]),
        ("almeida", &["d", "c"]),
        ("dalmeida", &["c", "d"]),
        ("d'almeida", &["d", "c"]),
        ("saint pierre marie", &["e"]),
        ("saintpierre", &["e"]),
    ];
    for (text, logins) in table {
        assert_eq!(people.find(text), *logins, "{text}");
    }
}

#[test]
fn pages_are_cut_from_one_order() {
    let names: Vec<(String, String)> = (0..57)
        .map(|n| {
            (format!("login{n}"), ["Léa Petit", "Zoé Petit", "Léa Petitjean"][n % 3].to_owned())
        })
        .collect();
    let people: Vec<_> = names.iter().map(|(l, n)| (l.as_str(), n.as_str(), "x@e.test")).collect();
    let people = People::of(&people);
    let page = |offset, limit| {
        people.ask(&Query { text: "petit".to_owned(), limit, offset, ..Query::default() })
    };
    let all = page(0, 200);
    assert_eq!(all.len(), 57);
    for limit in [1, 7, 50] {
        let pages: Vec<_> = (0..57).step_by(limit).flat_map(|offset| page(offset, limit)).collect();
        assert_eq!(pages, all, "{limit}");
    }
    assert!(page(57, 10).is_empty() && page(100_000, 10).is_empty());
    assert!(page(0, 0).is_empty());
}

#[test]
fn the_home_of_the_asker_comes_first_within_each_step() {
    let people = People::of(&[
        ("a0", "Anne Martin", "a@ac-x.example.test"),
        ("b1", "Brice Martin", "b@ac-y.example.test"),
        ("c0", "Cléo Martinez", "c@ac-x.example.test"),
        ("d1", "David Martinez", "d@ac-y.example.test"),
    ]);
    let ask = |home: &str| {
        let prefer = vec![home.to_owned()];
        people.ask(&Query { text: "martin".to_owned(), limit: 9, prefer, ..Query::default() })
    };
    assert_eq!(ask("i:nuage-b.example.test"), ["b1", "a0", "d1", "c0"]);
    assert_eq!(ask("d:ac-y.example.test"), ["b1", "a0", "d1", "c0"]);
    assert_eq!(ask("d:elsewhere.test"), ["a0", "b1", "c0", "d1"]);
}

#[test]
fn exact_look_ups_take_logins_and_mails_in_any_case_and_cloud_ids_as_they_are() {
    let people = table();
    let exact = |wanted: Exact| -> Vec<String> {
        people.index.exact(&[wanted]).unwrap().iter().map(login).collect()
    };
    assert_eq!(exact(Exact::Userid("AMARTIN".to_owned())), ["amartin"]);
    assert_eq!(exact(Exact::Email("Agnes.Martin@AC-B.example.test".to_owned())), ["amartin"]);
    assert_eq!(exact(Exact::CloudKey("amartin@nuage-b.example.test".to_owned())), ["amartin"]);
    assert!(exact(Exact::CloudKey("AMARTIN@nuage-b.example.test".to_owned())).is_empty());
    assert!(exact(Exact::Userid("Agnès Martin".to_owned())).is_empty());
    let both = [Exact::Userid("jmartin".to_owned()), Exact::Email("a+b@x.example.test".to_owned())];
    assert_eq!(people.index.exact(&both).unwrap().len(), 2);
}

#[test]
fn policy_mail_finds_whole_addresses_and_cloud_ids_only() {
    let people = table();
    let ask = |text: &str| {
        let text = text.to_owned();
        people.ask(&Query { text, limit: 50, only_mail: true, ..Query::default() })
    };
    assert_eq!(ask("J.M@ac-a.example.test"), ["jmartin"]);
    assert_eq!(ask("amartin@nuage-b.example.test"), ["amartin"]);
    assert!(ask("martin").is_empty() && ask("amartin").is_empty() && ask("ac-a.").is_empty());
}

#[test]
fn whoever_is_denied_is_found_by_no_way() {
    let people = table();
    people.index.deny(&[id(1)], 5);
    assert_eq!(people.find("martin"), ["jmartin"]);
    assert!(people.find("agnes.martin@ac-b.example.test").is_empty());
    let exact = Exact::Userid("amartin".to_owned());
    assert!(people.index.exact(std::slice::from_ref(&exact)).unwrap().is_empty());
    people.index.0.denied.reach(5);
    assert_eq!(people.index.exact(&[exact]).unwrap().len(), 1);
}

#[test]
fn an_index_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = IndexPlace { path: folder.path().join("new"), memory: 16 };
    let index = Index::open(&place, IndexRules { with_pupils: false }).unwrap();
    let query = Query { text: "martin".to_owned(), limit: 5, ..Query::default() };
    assert_eq!(index.search(&query), Err(SearchError::NotReady));
    assert_eq!(index.exact(&[Exact::Userid("x".to_owned())]), Err(SearchError::NotReady));
    assert!(!index.state().ready);
    let second = Index::open(&place, IndexRules { with_pupils: false });
    assert!(matches!(second, Err(IndexError::InUse { .. })));
}
