//! Exact look-ups, policies, whoever must not be found, and searches made to hurt.
use super::{id, login, table};
use crate::config::IndexPlace;
use crate::demo::colleagues::Colleague;
use crate::lookup::index::{Exact, Index, IndexError, IndexRules, Query, Scope, SearchError, fill};

#[test]
fn exact_look_ups_take_logins_and_mails_in_any_case_and_cloud_ids_as_they_are() {
    let people = table();
    let exact = |wanted: Exact| -> Vec<String> {
        people.index.exact(&[wanted], &Scope::All).unwrap().iter().map(login).collect()
    };
    assert_eq!(exact(Exact::Userid("AMARTIN".to_owned())), ["amartin"]);
    assert_eq!(exact(Exact::Email("Agnes.Martin@AC-B.example.test".to_owned())), ["amartin"]);
    assert_eq!(exact(Exact::CloudKey("amartin@nuage-b.example.test".to_owned())), ["amartin"]);
    assert!(exact(Exact::CloudKey("AMARTIN@nuage-b.example.test".to_owned())).is_empty());
    assert!(exact(Exact::Userid("Agnès Martin".to_owned())).is_empty());
    let both = [Exact::Userid("jmartin".to_owned()), Exact::Email("a+b@x.example.test".to_owned())];
    assert_eq!(people.index.exact(&both, &Scope::All).unwrap().len(), 2);
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
    assert!(people.index.exact(std::slice::from_ref(&exact), &Scope::All).unwrap().is_empty());
    people.index.0.denied.reach(5);
    assert_eq!(people.index.exact(&[exact], &Scope::All).unwrap().len(), 1);
}

#[test]
fn an_index_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let place = IndexPlace { path: folder.path().join("new"), memory: 16 };
    let index = Index::open(&place, IndexRules { with_pupils: false }).unwrap();
    let query = Query { text: "martin".to_owned(), limit: 5, ..Query::default() };
    assert_eq!(index.search(&query), Err(SearchError::NotReady));
    assert_eq!(
        index.exact(&[Exact::Userid("x".to_owned())], &Scope::All),
        Err(SearchError::NotReady)
    );
    assert!(!index.state().ready);
    let second = Index::open(&place, IndexRules { with_pupils: false });
    assert!(matches!(second, Err(IndexError::InUse { .. })));
}

#[test]
fn searches_made_to_hurt_end_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let place = IndexPlace { path: folder.path().to_owned(), memory: 16 };
    let index = Index::open(&place, IndexRules { with_pupils: false }).unwrap();
    fill(&index, (0..2_000).map(|number| Colleague::of(number).record())).unwrap();
    let letters = || ('a'..='z').map(|letter| letter.to_string());
    let mut texts: Vec<String> = letters().collect();
    texts.extend(letters().map(|letter| letter.repeat(200)));
    texts.extend(letters().map(|letter| format!("{letter} ").repeat(16)));
    texts.extend(
        letters().map(|letter| format!("mar{letter}ni dupno{letter} lefe{letter}re jaen perie")),
    );
    texts.extend(letters().map(|letter| format!("{letter}\u{301}\u{302}\u{303}\u{20dd}")));
    texts.extend(
        [
            "\u{202e}nitram",
            "🎓🎓 🎓",
            "مارتن",
            "马丁 martin",
            "\0\u{1}\n\t",
            "((((",
            "a* OR b:*",
            "../../etc/passwd",
            "n:martin",
            "'; DROP TABLE",
            "\"martin\"~3",
            "e e e e",
            "@",
            ".",
            "a@",
            "@fr",
        ]
        .map(str::to_owned),
    );
    for text in texts {
        for offset in [0, 9_999] {
            let query = Query { text: text.clone(), limit: 200, offset, ..Query::default() };
            let found = index.search(&query);
            assert!(found.is_ok(), "{text}: {found:?}");
        }
    }
}

#[test]
fn a_copy_that_somebody_still_writes_to_is_not_damaged() {
    let super::People { index, _folder: folder } = table();
    let path = folder.path().to_owned();
    let copy = index.0.copy.try_lock().unwrap().take().unwrap();
    index.0.folder.switch_to(&copy.path).unwrap();
    drop(index);

    let place = IndexPlace { path, memory: 16 };
    let rules = IndexRules { with_pupils: false };
    let next = Index::open(&place, rules).unwrap();
    assert!(!next.state().ready);
    assert!(next.open_current(chrono::DateTime::UNIX_EPOCH).is_err_and(|error| error.is_busy()));
    drop(copy);
    assert!(next.open_current(chrono::DateTime::UNIX_EPOCH).unwrap().is_some());
    assert!(next.state().ready);
}
