//! What rules give to whom: a table.
use super::*;
use crate::identity::Attributes;

fn account(source: &str, belongs: &[(&str, Profile)], groups: &[&str]) -> Facts {
    Facts {
        source: source.to_owned(),
        attributes: groups.iter().map(|group| ("memberOf", *group)).collect::<Attributes>(),
        belongs: belongs.iter().map(|(rne, it)| (Rne::parse(rne).unwrap(), *it)).collect(),
    }
}

fn rule(role: Role) -> RoleRule {
    RoleRule {
        name: "r".to_owned(),
        role,
        on: On::EachSchool,
        sources: Vec::new(),
        profiles: Vec::new(),
        schools: Vec::new(),
        attribute: None,
        values: Vec::new(),
    }
}

fn given(rule: RoleRule, accounts: &[Facts]) -> Vec<String> {
    let given = RoleMap::new(vec![rule]).gives(accounts);
    given.iter().map(|(grant, _)| grant.scope.to_string()).collect()
}

#[test]
fn a_rule_gives_on_each_school_where_its_words_are_true() {
    let two =
        account("agents", &[("9740091F", Profile::Teacher), ("9749801K", Profile::Staff)], &[]);
    let other = account("families", &[("9749802L", Profile::Parent)], &[]);
    let both = [two, other];
    let teacher = RoleRule { profiles: vec![Profile::Teacher], ..rule(Role::Teacher) };
    assert_eq!(given(teacher, &both), ["school:9740091F"]);
    assert_eq!(given(rule(Role::Teacher), &both).len(), 3, "every school");
    let local = RoleRule { sources: vec!["families".into()], ..rule(Role::Guardian) };
    assert_eq!(given(local, &both), ["school:9749802L"]);
    let island = RoleRule { schools: vec!["97498".into()], ..rule(Role::Teacher) };
    assert_eq!(given(island, &both), ["school:9749801K", "school:9749802L"]);
    let none = RoleRule { profiles: vec![Profile::Head], ..rule(Role::Head) };
    assert!(given(none, &both).is_empty());
}

#[test]
fn groups_give_what_the_rule_says_and_only_those_that_it_names() {
    let member = account("agents", &[], &["cn=Cartes,ou=groupes,dc=ac", "cn=tous"]);
    let by = |values: &[&str]| RoleRule {
        on: On::Fixed(Scope::CardType("P".to_owned())),
        attribute: Some("memberof".to_owned()),
        values: values.iter().map(|it| (*it).to_owned()).collect(),
        ..rule(Role::CardManager)
    };
    for good in ["cn=cartes,ou=groupes,dc=ac", "CN=CARTES,*", "*ou=groupes*", "*dc=ac"] {
        let rule = by(&["cn=nobody", good]);
        assert_eq!(given(rule, std::slice::from_ref(&member)), ["card_type:P"], "{good}");
    }
    for wrong in ["cn=cartes", "artes,*", "cn=carte", "*groupes", "cn=tou"] {
        assert!(given(by(&[wrong]), std::slice::from_ref(&member)).is_empty(), "{wrong}");
    }
    let elsewhere = RoleRule { sources: vec!["university".into()], ..by(&["*"]) };
    assert!(given(elsewhere, &[member]).is_empty());
}

#[test]
fn all_words_of_a_rule_must_be_true_of_one_account() {
    let teacher = account("agents", &[("9740091F", Profile::Teacher)], &[]);
    let member = account("families", &[], &["cn=heads"]);
    let rule = RoleRule {
        profiles: vec![Profile::Teacher],
        attribute: Some("memberOf".to_owned()),
        values: vec!["cn=heads".to_owned()],
        ..rule(Role::Head)
    };
    assert!(given(rule.clone(), &[teacher, member]).is_empty());
    let both = account("agents", &[("9740091F", Profile::Teacher)], &["cn=heads"]);
    assert_eq!(given(rule, &[both]), ["school:9740091F"]);
}
