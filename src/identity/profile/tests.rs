//! The table of profiles, row by row, and what `profiles.ini` may change in it.
use super::*;

#[test]
fn names_go_both_ways() {
    for profile in Profile::ALL {
        assert_eq!(Profile::parse(profile.as_str()), Some(profile));
        assert_eq!(serde_json::to_value(profile).unwrap(), profile.as_str());
    }
    assert_eq!(Profile::parse(" School_Life "), Some(Profile::SchoolLife));
    assert_eq!(Profile::parse("pirate"), None);
}

#[test]
fn national_names_mean_the_profile_that_bears_them() {
    let map = ProfileMap::default();
    for profile in Profile::ALL {
        let Some(name) = profile.national_name() else { continue };
        assert_eq!(map.profile(Column::National, name), profile, "{name}");
    }
}

#[test]
fn every_row_of_the_default_table_holds() {
    let rows: [(Column, &[(&str, Profile)]); 7] = [
        (
            Column::Vector,
            &[
                ("1", Profile::Parent),
                ("2", Profile::Parent),
                ("3", Profile::Pupil),
                ("4", Profile::Pupil),
                ("5", Profile::Other),
                ("12", Profile::Other),
            ],
        ),
        (
            Column::EduConnect,
            &[
                ("eleve1d", Profile::Pupil),
                ("eleve2d", Profile::Pupil),
                ("resp1d", Profile::Parent),
                ("RESP2D", Profile::Parent),
                ("prof", Profile::Other),
            ],
        ),
        (
            Column::National,
            &[
                ("National_ELV", Profile::Pupil),
                ("national_tut", Profile::Parent),
                ("National_ENS", Profile::Teacher),
                ("National_DIR", Profile::Head),
                ("National_EVS", Profile::SchoolLife),
                ("National_ETA", Profile::Staff),
                ("National_ACA", Profile::Staff),
                ("National_DOC", Profile::Staff),
                ("National_COL", Profile::Staff),
                ("National_1", Profile::Pupil),
                ("National_2", Profile::Parent),
                ("National_3", Profile::Teacher),
                ("National_4", Profile::Staff),
                ("National_9", Profile::Other),
            ],
        ),
        (
            Column::Post,
            &[
                ("ENS", Profile::Teacher),
                ("DIR", Profile::Head),
                ("EDU", Profile::SchoolLife),
                ("ADM", Profile::Staff),
                ("ADF", Profile::Staff),
                ("ZZZ", Profile::Staff),
            ],
        ),
        (
            Column::Function,
            &[
                ("ENS", Profile::Teacher),
                ("DOC", Profile::Teacher),
                ("CFC", Profile::Teacher),
                ("DIR", Profile::Head),
                ("ADF", Profile::Head),
                ("EDU", Profile::SchoolLife),
                ("AED", Profile::SchoolLife),
                ("ORI", Profile::Staff),
                ("FIJ", Profile::Staff),
                ("CTR", Profile::Staff),
                ("-", Profile::Staff),
                ("ZZZ", Profile::Staff),
            ],
        ),
        (
            Column::EduPerson,
            &[
                ("student", Profile::Pupil),
                ("teacher", Profile::Teacher),
                ("faculty", Profile::Teacher),
                ("staff", Profile::Staff),
                ("employee", Profile::Staff),
                ("member", Profile::Other),
                ("affiliate", Profile::Other),
                ("alum", Profile::Other),
            ],
        ),
        (Column::Title, &[("ENS", Profile::Teacher), ("Secretaire", Profile::Staff)]),
    ];
    let map = ProfileMap::default();
    for (column, words) in rows {
        for (word, profile) in words {
            assert_eq!(map.profile(column, word), *profile, "{column:?} {word}");
        }
    }
}

#[test]
fn the_file_overrides_single_words_and_the_rest_of_a_column() {
    let entries = [
        ("entpersonprofils", "National_DOC", "teacher"),
        ("FrEduVecteur", "*", "staff"),
        ("FrEduRne", "adf", "HEAD"),
    ];

    let (map, findings) = ProfileMap::from_entries(entries.into_iter());

    assert_eq!(findings, []);
    assert_eq!(map.profile(Column::National, "national_doc"), Profile::Teacher);
    assert_eq!(map.profile(Column::Vector, "12"), Profile::Staff);
    assert_eq!(map.profile(Column::Vector, "1"), Profile::Parent);
    assert_eq!(map.profile(Column::Post, "ADF"), Profile::Head);
}

#[test]
fn entries_that_name_nothing_are_dropped_and_reported() {
    let entries = [("FrEduRne", "ADF", "boss"), ("FrEduTypo", "ENS", "teacher")];

    let (map, findings) = ProfileMap::from_entries(entries.into_iter());

    assert_eq!(map, ProfileMap::default());
    assert_eq!(findings[0], Finding::about("W-PROFILE-NAME", "FrEduRne.ADF").detail("boss"));
    assert_eq!(findings[1], Finding::about("W-PROFILE-SECTION", "FrEduTypo"));
}
