//! In which order people are found.
use super::{People, Query, Step};

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
