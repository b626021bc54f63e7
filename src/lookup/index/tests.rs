//! The tables of the search rules, with the people who are named in them.
mod doors;
mod joining;
mod order;

use super::copy::{Copy, Means};
use super::*;
use crate::identity::cloud::{CloudId, Field, ListedRecord, Reach};
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
        reach: Reach::default(),
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
