//! The worked examples of `dispatch.md` 4 and the traps of its section 12.
use super::*;
use crate::identity::{Detail, Profile};
use chrono::NaiveDate;
use proptest::prelude::*;

/// An entry out of `name: value` lines.
fn told(lines: &str) -> Attributes {
    let pairs = lines.lines().filter_map(|line| line.trim().split_once(": "));
    pairs.collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn options() -> Options {
    Options::new("agents", day(2025, 10, 15))
}

fn rne(code: &str) -> Rne {
    Rne::parse(code).unwrap()
}

fn known(structures: &[(&str, &str)]) -> Known {
    let pair = |(reference, code): &(&str, &str)| ((*reference).to_owned(), rne(code));
    let pairs: BTreeMap<_, _> = structures.iter().map(pair).collect();
    Known { structures: pairs.clone(), units: pairs, children: Vec::new() }
}

fn read_with(lines: &str, known: &Known, options: &Options) -> Reading {
    read(&told(lines), known, options, &ProfileMap::default())
}

fn read_lines(lines: &str) -> Reading {
    read_with(lines, &Known::default(), &options())
}

fn needs_of(lines: &str) -> Needs {
    needs(&told(lines), &ProfileMap::default())
}

/// `9740091F teacher`, in order.
fn pairs(reading: &Reading) -> Vec<String> {
    let pair = |it: &Affiliation| format!("{} {}", it.rne, it.profile);
    reading.affiliations.iter().map(pair).collect()
}

fn codes(reading: &Reading) -> Vec<&'static str> {
    reading.findings.iter().map(|finding| finding.code).collect()
}

fn children_of(reading: &Reading, code: &str) -> Vec<String> {
    let school = reading.affiliations.iter().filter(|it| it.rne.as_str() == code);
    let details = school.flat_map(|it| it.details.iter());
    details
        .filter_map(|detail| match detail {
            Detail::Child(number) => Some(number.clone()),
            _ => None,
        })
        .collect()
}

mod academic {
    use super::*;

    #[test]
    fn a1_a_teacher_on_two_posts_has_two_schools() {
        let reading = read_lines(
            "uid: mdupont
             ctfn: Marie
             ctln: Dupont
             FrEduRne: 9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340
             FrEduRne: 9749801K$UAJ$PU$ENS$9749801K$T3$LYC$300
             FrEduRneResp: X",
        );

        assert_eq!(pairs(&reading), ["9740091F teacher", "9749801K teacher"]);
        assert_eq!(reading.affiliations[0].sources, ["agents"]);
        assert_eq!(reading.affiliations[0].details, [Detail::Function("ENS".to_owned())]);
        assert_eq!(reading.findings, []);
    }

    #[test]
    fn a2_a_head_whose_values_are_joined_leads_both_schools_once() {
        for joint in [";", ",", "; "] {
            let lines = "FrEduRne: 0699801D$UAJ$PU$DIR$0699801D$T3$CLG$340;0699802E$UAJ$PU$DIR$0699801D$T3$LYC$300
                 FrEduRneResp: 0699801D$UAJ$PU$N$T3$CLG$340;0699802E$UAJ$PU$N$T3$LYC$300
                 FrEduFonctAdm: DIR";
            let reading = read_lines(&lines.replace(';', joint));

            assert_eq!(pairs(&reading), ["0699801D head", "0699802E head"], "{joint}");
        }
    }

    const A3: &str = "FrEduRne: X
        FrEduResDel: aplypro|/redirectionhub/redirect.jsp?applicationname=aplypro|01/09/2022|31/08/2023|mdupont|FrEduRneResp=0219801P$UAJ$PU$N$T3$CLG$340|rev-proxy-dmz-portail|";

    #[test]
    fn a3_a_former_delegate_has_nothing() {
        let reading = read_lines(A3);

        assert_eq!(pairs(&reading), [] as [&str; 0]);
        assert_eq!(reading.findings, []);
    }

    #[test]
    fn a_delegation_counts_from_its_first_to_its_last_day_where_that_is_wanted() {
        for (today, counts) in [
            (day(2022, 8, 31), false),
            (day(2022, 9, 1), true),
            (day(2023, 8, 31), true),
            (day(2023, 9, 1), false),
        ] {
            let all = Options { delegations: Delegations::All, ..Options::new("agents", today) };
            let reading = read_with(A3, &Known::default(), &all);
            assert_eq!(pairs(&reading) == ["0219801P staff"], counts, "{today}");
        }
    }

    #[test]
    fn delegations_of_listed_applications_only() {
        let listed = |setting: &str, app: &str| Options {
            delegations: Delegations::parse(setting, &[app]).unwrap(),
            ..Options::new("agents", day(2023, 1, 1))
        };
        for (setting, app, count) in [
            ("listed_apps", "APLyPro", 1),
            ("listed_apps", "sconet", 0),
            ("off", "aplypro", 0),
            ("all", "", 1),
        ] {
            let reading = read_with(A3, &Known::default(), &listed(setting, app));
            assert_eq!(reading.affiliations.len(), count, "{setting} {app}");
        }
        assert_eq!(Delegations::parse("some", &[]), None);
    }

    #[test]
    fn a_delegation_names_several_schools_and_may_have_no_end() {
        let all = Options { delegations: Delegations::All, ..options() };
        let value = "FrEduResDel: aplypro|/x|01/09/2024|31/12/9999|m|FrEduRneResp=0219801P$UAJ;0219802R$UAJ|srv";

        let reading = read_with(value, &Known::default(), &all);

        assert_eq!(pairs(&reading), ["0219801P staff", "0219802R staff"]);
    }

    #[test]
    fn a_broken_delegation_is_reported_where_delegations_are_read() {
        let all = Options { delegations: Delegations::All, ..options() };
        for value in
            ["aplypro|/x|2024-09-01|31/12/9999|m|FrEduRneResp=0219801P", "aplypro", "a|b|c"]
        {
            let reading = read_with(&format!("FrEduResDel: {value}"), &Known::default(), &all);
            assert_eq!(codes(&reading), ["W-DELEGATION"], "{value}");
        }
    }

    #[test]
    fn a4_a_secretary_with_a_single_lower_case_code_is_staff() {
        assert_eq!(pairs(&read_lines("rne: 0219801p")), ["0219801P staff"]);
        assert_eq!(pairs(&read_lines("FrEduRne: X\nrne: 0219801p")), ["0219801P staff"]);
        assert_eq!(pairs(&read_lines("rne: 0219801p\ntitle: DIR")), ["0219801P head"]);
        assert_eq!(
            pairs(&read_lines("rne: 9749802L\ntitle: Mme\nENTPersonProfils: National_ELV")),
            ["9749802L pupil"]
        );
    }

    #[test]
    fn the_single_code_is_not_read_beside_posts() {
        let reading = read_lines("FrEduRne: 9740091F$UAJ$PU$ENS\nrne: 0219801p");

        assert_eq!(pairs(&reading), ["9740091F teacher"]);
    }

    #[test]
    fn functions_give_the_profile() {
        for (function, profile) in [
            ("ENS", "teacher"),
            ("DIR", "head"),
            ("EDU", "school_life"),
            ("ADF", "staff"),
            ("", "staff"),
        ] {
            let reading =
                read_lines(&format!("FrEduRne: 9740091F$UAJ$PU${function}$111$T3$LYC$340"));
            assert_eq!(pairs(&reading), [format!("9740091F {profile}")], "{function}");
        }
    }

    #[test]
    fn responsibility_without_the_function_of_a_head_is_staff() {
        for function in ["", "FrEduFonctAdm: IEN1D\n"] {
            for value in ["0219801P$UAJ$PU$N$T3$CLG$340", "0219801P"] {
                let reading = read_lines(&format!("{function}FrEduRneResp: {value}"));
                assert_eq!(pairs(&reading), ["0219801P staff"], "{function}{value}");
            }
        }
    }

    #[test]
    fn missing_and_extra_fields_do_not_matter() {
        for value in
            ["9740091F", "9740091F$", "9740091f$a$b$$d$e$f$g$h$i$805$ORION", " 9740091F $UAJ"]
        {
            assert_eq!(
                pairs(&read_lines(&format!("FrEduRne: {value}"))),
                ["9740091F staff"],
                "{value}"
            );
        }
    }
}

mod teleservices {
    use super::*;

    #[test]
    fn b1_a_parent_of_three_children_in_two_schools() {
        let reading = read_lines(
            "FrEduVecteur: 2|HOARAU|Jean|812345|9740091F
             FrEduVecteur: 2|HOARAU|Jean|812346|9740091F
             FrEduVecteur: 2|HOARAU|Jean|798001|9749801K",
        );

        assert_eq!(pairs(&reading), ["9740091F parent", "9749801K parent"]);
        assert_eq!(children_of(&reading, "9740091F"), ["812345", "812346"]);
        assert_eq!(children_of(&reading, "9749801K"), ["798001"]);
        assert_eq!(reading.findings, []);
    }

    #[test]
    fn b2_a_pupil() {
        for (value, pair) in [
            ("4|||812345|9740091F", "9740091F pupil"),
            ("4|||701294|0790031E", "0790031E pupil"),
            ("3|||1037745|0290009C", "0290009C pupil"),
        ] {
            let reading = read_lines(&format!("FrEduVecteur: {value}"));
            assert_eq!(pairs(&reading), [pair]);
            assert_eq!(reading.affiliations[0].details, []);
        }
    }

    #[test]
    fn b3_one_child_in_primary_and_one_in_secondary_school() {
        let reading = read_lines(
            "FrEduVecteur: 1|LE GOFF|Anne|55231|0359801N
             FrEduVecteur: 2|LE GOFF|Anne|61877|0219802R",
        );

        assert_eq!(pairs(&reading), ["0359801N parent", "0219802R parent"]);
        assert_eq!(reading.findings.iter().filter(|it| it.code == "W-VECTOR-MIXED").count(), 0);
    }

    #[test]
    fn b4_a_broken_vector_is_dropped() {
        for value in
            ["2|HOARAU|Jean||9740091F", "2|HOARAU|Jean|812345|", "2|HOARAU|812345|9740091F"]
        {
            let reading = read_lines(&format!("FrEduVecteur: {value}"));
            assert_eq!(pairs(&reading), [] as [&str; 0]);
            assert_eq!(codes(&reading), ["W-VECTOR"], "{value}");
        }
    }

    #[test]
    fn a_pupil_of_two_schools_is_no_mixture() {
        let reading = read_lines(
            "FrEduVecteur: 4|||812345|9749802L
             FrEduVecteur: 4|||812345|9749801K",
        );

        assert_eq!(pairs(&reading), ["9749802L pupil", "9749801K pupil"]);
        assert_eq!(reading.findings, []);
    }

    #[test]
    fn a_mixture_of_parent_and_pupil_is_reported_and_kept() {
        let reading = read_lines(
            "FrEduVecteur: 2|HOARAU|Jean|812345|9740091F
             FrEduVecteur: 4|||701294|9749801K",
        );

        assert_eq!(pairs(&reading), ["9740091F parent", "9749801K pupil"]);
        assert_eq!(codes(&reading), ["W-VECTOR-MIXED"]);
    }

    #[test]
    fn joined_vectors_are_taken_apart_even_with_commas_in_names() {
        let reading = read_lines(
            "FrEduVecteur: 2|HOARAU, K|Jean|812345|9740091F;2|HOARAU|Jean;P|798001|9749801K",
        );

        assert_eq!(pairs(&reading), ["9740091F parent", "9749801K parent"]);
    }

    #[test]
    fn profiles_of_unknown_meaning_are_other() {
        assert_eq!(pairs(&read_lines("FrEduVecteur: 12|A|B|1|9740091F")), ["9740091F other"]);
    }
}

mod educonnect_answers {
    use super::*;

    const PARENT: &str =
        "FrEduCtPersonAffiliation: resp2d\nFrEduCtRefId: {AAF}28|1|4455667\nsn: HOARAU";

    #[test]
    fn b1_a_parent_is_looked_up_by_join_key_and_belongs_where_the_children_go() {
        assert_eq!(needs_of(PARENT).children_of[0], "LA_REUNION-4455667");
        assert!(!needs_of(PARENT).children_of.contains(&"4455667".to_owned()));

        let children = vec![
            told("dn: uid=a,ou=eleves,ou=9749802L,o=gouv\nENTEleveStructRattachId: 1"),
            told("dn: uid=b,ou=eleves,ou=9740091F,o=gouv\nENTEleveStructRattachId: 2"),
        ];
        let reading = read_with(PARENT, &Known { children, ..Known::default() }, &options());

        assert_eq!(pairs(&reading), ["9749802L parent", "9740091F parent"]);
        assert_eq!(children_of(&reading, "9749802L"), ["1"]);
    }

    #[test]
    fn b1_without_children_there_is_no_school() {
        assert_eq!(read_lines(PARENT), Reading::default());
    }

    #[test]
    fn b2_a_pupil_comes_with_the_school() {
        let named = "FrEduCtPersonAffiliation: eleve2d\nFrEduCtEleveUAI: 9749802L";
        let numbered = "urn:oid:1.3.6.1.4.1.20326.10.999.1.7: eleve2d
             urn:oid:1.3.6.1.4.1.20326.10.999.1.72: 9749802L";
        for lines in [named, numbered] {
            assert_eq!(pairs(&read_lines(lines)), ["9749802L pupil"]);
            assert_eq!(needs_of(lines), Needs::default());
        }
    }

    #[test]
    fn a_pupil_asks_for_no_children() {
        let lines = "FrEduCtPersonAffiliation: eleve2d\nFrEduCtRefId: {AAF}28|1|4455667";

        assert_eq!(needs_of(lines).children_of, [] as [&str; 0]);
    }
}

mod local {
    use super::*;

    #[test]
    fn c1_a_pupil_of_the_school_in_the_dn() {
        let reading = read_lines(
            "dn: uid=jules.payet,ou=local,ou=eleves,ou=utilisateurs,ou=9749802L,ou=ac-reunion,ou=education,o=gouv,c=fr
             uid: jules.payet
             ENTPersonProfils: National_ELV
             ENTEleveClasses: 9749802L$4EME B",
        );

        assert_eq!(pairs(&reading), ["9749802L pupil"]);
        assert_eq!(reading.affiliations[0].details, [Detail::Class("4EME B".to_owned())]);
        assert_eq!(reading.findings, []);
    }

    const PARENT: &str = "dn: uid=marie,ou=responsables,o=gouv,c=fr
        ENTPersonJointure: AC-REUNION$987
        ENTPersonProfils: National_TUT";

    #[test]
    fn c2_a_parent_belongs_where_the_children_go() {
        let names = ["uid=marie,ou=responsables,o=gouv,c=fr", "AC-REUNION$987"];
        assert_eq!(needs_of(PARENT).children_of, names);

        let by_dn = told("dn: uid=jules,ou=9749802L,o=gouv\nENTEleveStructRattachId: 812345");
        let by_structure = told("dn: uid=zoe,o=gouv\nENTPersonStructRattach: 1234");
        let known = Known { children: vec![by_dn, by_structure], ..known(&[("1234", "9740091F")]) };
        let reading = read_with(PARENT, &known, &options());

        assert_eq!(pairs(&reading), ["9749802L parent", "9740091F parent"]);
        assert_eq!(children_of(&reading, "9749802L"), ["812345"]);
    }

    #[test]
    fn c3_functions_name_structures_that_are_looked_up() {
        let lines = "ENTPersonFonctions: 1234$ENS$ENSEIGNANT$L0202$LETTRES MODERNES
             ENTPersonFonctions: 5678$ENS$ENSEIGNANT$L1300$MATHEMATIQUES
             ENTPersonFonctions: 9012$ENS$ENSEIGNANT$L1300$MATHEMATIQUES";
        assert_eq!(needs_of(lines).structures, ["1234", "5678", "9012"]);

        let known = known(&[("1234", "0219801P"), ("5678", "0219802R")]);
        let reading = read_with(lines, &known, &options());

        assert_eq!(pairs(&reading), ["0219801P teacher", "0219802R teacher"]);
        assert_eq!(reading.findings[0], Finding::about("W-STRUCT-UNRESOLVED", "9012"));
    }

    #[test]
    fn c4_a_guardian_whose_child_left_has_no_school() {
        assert_eq!(read_lines(PARENT), Reading::default());
    }

    #[test]
    fn children_count_for_parents_only() {
        let children = vec![told("dn: uid=jules,ou=9749802L,o=gouv")];
        let known = Known { children, ..Known::default() };

        let reading = read_with("ENTPersonProfils: National_ENS", &known, &options());

        assert_eq!(pairs(&reading), [] as [&str; 0]);
    }

    #[test]
    fn a_teacher_who_is_a_parent_teaches_at_the_own_school_and_is_a_parent_at_the_childs() {
        let children = vec![told("dn: uid=jules,ou=9749802L,o=gouv")];
        let known = Known { children, ..Known::default() };

        let reading = read_with(
            "dn: uid=paul,ou=9740091F,o=gouv
             ENTPersonProfils: National_ENS
             ENTPersonProfils: National_TUT",
            &known,
            &options(),
        );

        assert_eq!(pairs(&reading), ["9740091F teacher", "9749802L parent"]);
    }

    #[test]
    fn the_main_structure_is_looked_up_and_comes_first() {
        let siren = "ENTStructureSIREN=19974000100011,ou=structures,dc=ent";
        let lines = format!("ENTPersonStructRattach: {siren}\nENTPersonProfils: National_EVS");
        assert_eq!(needs_of(&lines).structures, [siren]);

        let reading = read_with(&lines, &known(&[(siren, "9740091F")]), &options());

        assert_eq!(pairs(&reading), ["9740091F school_life"]);
        assert_eq!(reading.main, Some(rne("9740091F")));
    }

    #[test]
    fn general_staff_yields_to_the_function_named_at_the_same_school() {
        let lines = "dn: uid=ines,ou=9740091F,o=gouv
             ENTPersonProfils: National_DOC
             ENTPersonFonctions: 9740091F$DOC$DOCUMENTATION$$";

        assert_eq!(pairs(&read_lines(lines)), ["9740091F teacher"]);
    }

    #[test]
    fn librarians_are_staff_unless_the_setting_says_teachers() {
        let lines = "dn: uid=ines,ou=9740091F,o=gouv\nENTPersonProfils: National_DOC";
        assert_eq!(pairs(&read_lines(lines)), ["9740091F staff"]);

        let teach = Options { librarians_teach: true, ..options() };

        assert_eq!(pairs(&read_with(lines, &Known::default(), &teach)), ["9740091F teacher"]);
    }

    #[test]
    fn no_function_is_no_function() {
        let reading = read_lines("ENTPersonFonctions: -");

        assert_eq!(reading, Reading::default());
    }

    #[test]
    fn a_class_name_may_hold_a_dollar() {
        let reading = read_lines("ENTEleveGroupes: 9749802L$4$LATIN$");

        assert_eq!(reading.affiliations[0].details, [Detail::Class("4$LATIN$".to_owned())]);
    }

    #[test]
    fn the_current_and_main_school_order_but_never_add() {
        let reading = read_lines(
            "ENTPersonProfils: National_ENS
             ESCOUAI: 0410017W
             ESCOUAI: 0410030K
             ESCOUAICourant: 0410030K
             ESCOUAIRattachement: 9740091F",
        );

        assert_eq!(pairs(&reading), ["0410017W teacher", "0410030K teacher"]);
        assert_eq!(reading.current, Some(rne("0410030K")));
        assert_eq!(reading.main, Some(rne("9740091F")));
    }

    #[test]
    fn sirens_replace_missing_codes() {
        let lines = "ENTPersonProfils: National_ELV\nESCOSIREN: 19410017000012\nESCOSIRENCourant: 19410017000012";
        assert_eq!(needs_of(lines).structures, ["19410017000012"]);

        let reading = read_with(lines, &known(&[("19410017000012", "0410017W")]), &options());

        assert_eq!(pairs(&reading), ["0410017W pupil"]);
        assert_eq!(reading.current, Some(rne("0410017W")));
    }

    #[test]
    fn the_vector_of_the_recia_deployment_is_read_alike() {
        let reading = read_lines("ESCOEleveVecteurIdentite: 4|||701294|0790031E");

        assert_eq!(pairs(&reading), ["0790031E pupil"]);
    }
}

mod universities {
    use super::*;

    #[test]
    fn d1_who_teaches_is_not_a_mere_member() {
        for values in ["member, faculty", "faculty;member", "employee,member,teacher,faculty"] {
            let reading = read_lines(&format!(
                "supannEtablissement: {{UAI}}0141408E\neduPersonAffiliation: {values}"
            ));
            assert_eq!(pairs(&reading), ["0141408E teacher"], "{values}");
        }
    }

    #[test]
    fn d2_a_student_enrolled_twice_belongs_twice_this_year() {
        let reading = read_lines(
            "supannEtuInscription: [etab={UAI}0751717J][anneeinsc=2025][regimeinsc={SISE}10]
             supannEtuInscription: [etab={UAI}0752744A][anneeinsc=2025]
             supannEtuInscription: [etab={UAI}0141408E][anneeinsc=2024]",
        );

        assert_eq!(pairs(&reading), ["0751717J pupil", "0752744A pupil"]);
    }

    #[test]
    fn an_enrolment_lasts_until_the_end_of_august() {
        let lines = "supannEtuInscription: [etab={UAI}0751717J][anneeinsc=2025]";
        for (today, count) in [
            (day(2025, 7, 10), 1),
            (day(2025, 9, 1), 1),
            (day(2026, 8, 31), 1),
            (day(2026, 9, 1), 0),
        ] {
            let reading = read_with(lines, &Known::default(), &Options::new("university", today));
            assert_eq!(reading.affiliations.len(), count, "{today}");
        }
    }

    #[test]
    fn member_employee_and_student_are_what_they_say_when_alone() {
        for (value, profile) in
            [("member", "other"), ("employee", "staff"), ("student", "pupil"), ("alum", "other")]
        {
            let reading = read_lines(&format!(
                "supannEtablissement: {{UAI}}0141408E\neduPersonPrimaryAffiliation: {value}"
            ));
            assert_eq!(pairs(&reading), [format!("0141408E {profile}")]);
        }
    }

    #[test]
    fn units_are_looked_up_and_the_principal_one_orders() {
        let lines = "supannEntiteAffectation: HS_C68
             supannEntiteAffectation: HS_C69
             supannEntiteAffectationPrincipale: HS_C69
             supannRoleEntite: [role={SUPANN}D30][type={SUPANN}S231][code=HS_C68][libelle=Directeur]
             eduPersonAffiliation: staff";
        assert_eq!(needs_of(lines).units, ["HS_C68", "HS_C69"]);

        let known = known(&[("HS_C68", "0141408E"), ("HS_C69", "0751717J")]);
        let reading = read_with(lines, &known, &options());

        assert_eq!(pairs(&reading), ["0141408E staff", "0751717J staff"]);
        assert_eq!(reading.main, Some(rne("0751717J")));
        assert_eq!(reading.affiliations[0].details, [Detail::Function("Directeur".to_owned())]);
    }

    #[test]
    fn units_that_lead_nowhere_are_reported_only_without_any_school() {
        let alone = "supannEntiteAffectation: HS_C68";
        assert_eq!(codes(&read_lines(alone)), ["W-STRUCT-UNRESOLVED"]);

        let with_school = format!("{alone}\nsupannEtablissement: {{UAI}}0141408E");

        assert_eq!(codes(&read_lines(&with_school)), [] as [&str; 0]);
    }

    #[test]
    fn other_labels_are_no_school_codes() {
        for value in ["{SIRET}19141408500016", "{SIREN}191414085", "{CNRS}UMR1234"] {
            let reading = read_lines(&format!("supannEtablissement: {value}"));
            assert_eq!(reading, Reading::default(), "{value}");
        }
    }

    #[test]
    fn a_composite_with_unbalanced_brackets_is_opaque() {
        let reading = read_lines("supannEtuInscription: [etab={UAI}0751717J][anneeinsc=2025");

        assert_eq!(pairs(&reading), [] as [&str; 0]);
        assert_eq!(codes(&reading), ["W-COMPOSITE"]);
    }
}

mod codes_and_limits {
    use super::*;

    #[test]
    fn a_wrong_check_letter_is_reported_with_the_right_code_and_kept() {
        let reading = read_lines("rne: 9740091G");

        assert_eq!(pairs(&reading), ["9740091G staff"]);
        assert_eq!(
            reading.findings,
            [Finding::about("W-UAI-CHECK", "9740091G").detail("9740091F")]
        );
    }

    #[test]
    fn a_code_from_abroad_is_reported_and_kept() {
        let reading = read_lines("rne: lfe004");

        assert_eq!(pairs(&reading), ["LFE004 staff"]);
        assert_eq!(codes(&reading), ["W-UAI-FORM"]);
    }

    #[test]
    fn what_is_no_code_is_reported_and_dropped() {
        let reading = read_lines("FrEduRne: N/A$UAJ$PU$ENS");

        assert_eq!(pairs(&reading), [] as [&str; 0]);
        assert_eq!(codes(&reading), ["W-UAI-FORM"]);
    }

    #[test]
    fn placeholders_are_dropped_silently() {
        for value in ["X", "0000000A", "0000000x", "X;X", ";"] {
            let lines = format!("FrEduRne: {value}\nFrEduRneResp: {value}\nrne: {value}");
            assert_eq!(read_lines(&lines), Reading::default(), "{value}");
        }
    }

    #[test]
    fn one_school_in_every_spelling_is_one_school() {
        let reading = read_lines("rne: 9740091f \nrne: {UAI}9740091F\nrne: 9740091F-ET6");

        assert_eq!(pairs(&reading), ["9740091F staff"]);
    }

    #[test]
    fn two_thousand_schools_are_read_and_no_more() {
        let posts = (1..=3_000).map(|n| ("FrEduRne", format!("{n:07}A$UAJ$PU$ENS")));
        let reading = read(&posts.collect(), &Known::default(), &options(), &ProfileMap::default());

        assert_eq!(reading.affiliations.len(), MAX_SCHOOLS);
        assert!(codes(&reading).contains(&"W-ATTR-LIMIT"));
    }

    #[test]
    fn schools_of_all_formats_together_stay_within_the_limit() {
        let posts = (1..=1_500).map(|n| ("FrEduRne", format!("{n:07}A")));
        let more = (1_501..=3_000).map(|n| ("FrEduRneResp", format!("{n:07}A")));
        let told = posts.chain(more).collect();

        let reading = read(&told, &Known::default(), &options(), &ProfileMap::default());

        assert_eq!(reading.affiliations.len(), MAX_SCHOOLS);
    }

    #[test]
    fn a_flood_of_schools_in_one_value_is_cut_short() {
        let vector = "2|A|B|1|9740091G".to_owned();
        let value = vec![vector; MAX_VALUE_BYTES / 17].join(";");
        let told = (0..200).map(|_| ("FrEduVecteur", value.clone())).collect();

        let reading = read(&told, &Known::default(), &options(), &ProfileMap::default());

        assert_eq!(pairs(&reading), ["9740091G parent"]);
        assert_eq!(codes(&reading), ["W-ATTR-LIMIT", "W-UAI-CHECK"]);
    }

    #[test]
    fn a_code_of_an_administrator_decides_the_profile() {
        let entries = [("FrEduRne", "ADF", "head")];
        let (map, _) = ProfileMap::from_entries(entries.into_iter());

        let reading =
            read(&told("FrEduRne: 9740091F$UAJ$PU$ADF"), &Known::default(), &options(), &map);

        assert_eq!(reading.affiliations[0].profile, Profile::Head);
    }
}

/// Names that some format reads, and one that none does.
const READ_NAMES: [&str; 22] = [
    "dn",
    "FrEduRne",
    "FrEduRneResp",
    "FrEduFonctAdm",
    "FrEduResDel",
    "rne",
    "title",
    "FrEduVecteur",
    "FrEduCtPersonAffiliation",
    "FrEduCtRefId",
    "FrEduCtEleveUAI",
    "ENTPersonProfils",
    "ENTPersonStructRattach",
    "ENTPersonFonctions",
    "ENTEleveClasses",
    "ESCOUAI",
    "ESCOSIREN",
    "supannEtablissement",
    "supannEtuInscription",
    "supannRoleEntite",
    "eduPersonAffiliation",
    "mail",
];

proptest! {
    #[test]
    fn no_entry_panics(
        lines in proptest::collection::vec(
            (
                proptest::sample::select(READ_NAMES.to_vec()),
                "(National_TUT|resp1d|[12]\\|a\\|b\\|1\\||\\[etab=)?[0-9A-Z$|;,=\\[\\]{}#\\\\é -]{0,40}",
            ),
            0..12,
        )
    ) {
        let text: Vec<_> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        fuzzing::formats(text.join("\n").as_bytes());
        fuzzing::formats(text.join("\n\n").as_bytes());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzzing::formats(&bytes);
        fuzzing::rne(&bytes);
    }
}
