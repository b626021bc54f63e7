//! The table of rights, written a second time by hand: a change of it has to be meant.
use super::*;
use crate::identity::Rne;

/// Role, on what it was given, and every permission that opens anything then.
const EXPECTED: &[(&str, &str, &str)] = &[
    ("local_admin", "school:9740091F", "SeePeople SeeAudit"),
    ("auditor", "installation", "SeeAudit CheckAudit"),
    ("auditor", "school:9740091F", "SeeAudit"),
    ("dpo", "installation", "SeePeople ExportPerson SeeRoles SeeJobs SeeAudit CheckAudit"),
    ("card_manager", "installation", "ListCards SeeCard ManageCards"),
    ("card_manager", "card_type:P", "ListCards SeeCard ManageCards"),
    ("card_reader", "card_type:E", "ListCards SeeCard"),
    ("card_lister", "installation", "ListCards"),
    ("card_printer", "installation", "PrintCards"),
    ("card_deliverer", "installation", "DeliverCards"),
    ("card_updater", "installation", "EncodeCards"),
    ("card_verso", "installation", "ReadVerso"),
    ("card_live", "installation", "WatchCards"),
    ("card_locked", "installation", ""),
    ("card_renewal_paid", "installation", ""),
    ("card_first_paid", "installation", ""),
    ("student", "school:9740091F", "AttendOwn"),
    ("guardian", "installation", "SeeChildren"),
    ("teacher", "school:9740091F", "PlanRoll SeeRoll CallRoll"),
    ("invigilator", "school:9740091F", "SeeRoll CallRoll"),
    (
        "secretariat",
        "programme:9740091F/M1 MIAGE",
        "PlanRoll SeeRoll CallRoll SeeAttendance DecideAbsences ReadHealthPapers SeeRates",
    ),
    (
        "secretariat",
        "school:9740091F",
        "PlanRoll SeeRoll CallRoll SeeAttendance DecideAbsences ReadHealthPapers SeeRates",
    ),
    ("head", "school:9740091F", "SeeRoll SeeAttendance SeeRates LockPeriods"),
    ("controller", "installation", "CheckCertificates"),
    ("employer_tutor", "installation", "SeeApprentices"),
    (
        "attendance_admin",
        "school:9740091F",
        "SeeRoll SeeAttendance SeeRates LockPeriods SetAttendanceUp",
    ),
];

fn grants(given: &[(&str, &str)]) -> Grants {
    let grant = |(role, scope): &(&str, &str)| {
        let scope = Scope::parse(scope).unwrap_or_else(|| panic!("{scope}"));
        Grant::new(Role::parse(role).unwrap(), scope).unwrap_or_else(|| panic!("{role}"))
    };
    given.iter().map(grant).collect()
}

fn opened(grants: &Grants) -> String {
    let open = Permission::ALL.iter().filter(|it| grants.may(**it)).map(|it| it.as_str());
    open.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_role_may_what_the_table_says_and_nothing_else() {
    for (role, scope, expected) in EXPECTED {
        assert_eq!(opened(&grants(&[(role, scope)])), *expected, "{role} on {scope}");
    }
    assert_eq!(opened(&Grants::default()), "", "nobody may do anything");
    let told = |role: &&Role| EXPECTED.iter().any(|(name, ..)| *name == role.as_str());
    let untold: Vec<_> = Role::ALL.iter().filter(|role| !told(role)).collect();
    assert_eq!(untold, [&Role::Admin]);
}

#[test]
fn administrators_may_all_that_is_not_the_work_of_others() {
    use Permission::*;
    let admin = grants(&[("admin", "installation")]);
    let not: Vec<_> = Permission::ALL.iter().filter(|it| !admin.may(**it)).collect();
    let others = [
        PrintCards,
        DeliverCards,
        EncodeCards,
        ReadVerso,
        WatchCards,
        AttendOwn,
        SeeChildren,
        PlanRoll,
        SeeRoll,
        CallRoll,
        SeeAttendance,
        DecideAbsences,
        ReadHealthPapers,
        LockPeriods,
        CheckCertificates,
        SeeApprentices,
    ];
    assert_eq!(not, others.iter().collect::<Vec<_>>());
    assert_eq!(admin.reach(SeePeople), Some(Reach::All));
}

#[test]
fn a_role_on_a_school_reaches_no_other_school() {
    let two = grants(&[("local_admin", "school:9740091F"), ("local_admin", "school:0750654D")]);
    let reach = two.reach(Permission::SeePeople).expect("some reach");
    let schools = reach.schools().expect("not every one");
    assert_eq!(schools.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["0750654D", "9740091F"]);
    let school = |code: &str| Scope::School(Rne::parse(code).unwrap());
    assert!(reach.covers(&school("9740091F")) && !reach.covers(&school("9749801K")));

    let more = grants(&[("local_admin", "school:9740091F"), ("dpo", "installation")]);
    assert_eq!(more.reach(Permission::SeePeople), Some(Reach::All), "the widest counts");
}

#[test]
fn what_is_checked_everywhere_is_not_opened_by_less() {
    let auditor = grants(&[("auditor", "school:9740091F")]);
    assert!(!auditor.may(Permission::CheckAudit));
    let manager = grants(&[("card_manager", "card_type:P")]);
    let reach = manager.reach(Permission::ManageCards).expect("some reach");
    assert!(!reach.covers(&Scope::CardType("E".to_owned())));
}

#[test]
fn roles_are_given_only_where_they_mean_something() {
    for (role, scope) in [
        ("admin", "school:9740091F"),
        ("local_admin", "installation"),
        ("card_manager", "school:9740091F"),
        ("dpo", "card_type:E"),
    ] {
        let scope = Scope::parse(scope).expect("a scope");
        assert_eq!(Grant::new(Role::parse(role).unwrap(), scope), None, "{role}");
    }
    assert_eq!(Grant::parse("admin", "installation", "9740091F"), None);
    assert_eq!(Grant::parse("superadmin", "installation", ""), None);
    assert_eq!(Role::parse("Admin"), None, "names are exact");
    for text in ["installation", "school:9740091F", "programme:9740091F/M1/b", "card_type:E"] {
        assert_eq!(Scope::parse(text).expect("a scope").to_string(), text);
    }
    let nothing = ["", "school", "school:", "school:X", "planet:mars", "card_type:<b>"];
    let half = ["programme:M1", "programme:9740091F", "programme:9740091F/", "programme:X/M1"];
    for text in nothing.into_iter().chain(half) {
        assert_eq!(Scope::parse(text), None, "{text}");
    }
}

#[test]
fn each_role_has_a_name_in_both_languages() {
    use crate::web::lang::Lang;
    for role in Role::ALL {
        for lang in [Lang::Fr, Lang::En] {
            assert!(lang.try_t(role.label()).is_some(), "{}", role.label());
        }
        assert_eq!(Role::parse(role.as_str()), Some(*role));
    }
}
