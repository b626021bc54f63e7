//! Families come by EduConnect: pupils with their school, parents by the join key under which the
//! schools' directory knows their children (`dispatch.md` 4.5, B'1 and B'2).
use super::{FAMILIES, belongs, sections};
use crate::ministry::{Ministry, Says};
use crate::peers::slapd::{Directory, Slapd};

async fn families(slapd: &Slapd) -> Ministry {
    let sources = sections(slapd, &[("local", Directory::Local)], FAMILIES);
    let settings = vec![
        ("READER", "lecteur".to_owned()),
        ("AIGUILLAGE_LINK_MAIL_SOURCES", "local, families".to_owned()),
    ];
    let more = "role = teleservices\nid = FrEduCtId\nlook_up = local";
    Ministry::open_beside(&sources, more, settings).await
}

#[actix_web::test]
async fn parents_belong_where_their_children_do() {
    let slapd = Slapd::start().await;
    let ministry = families(&slapd).await;
    let oid = "urn:oid:1.3.6.1.4.1.20326.10.999.1.";
    let (affiliation, id) = (format!("{oid}7"), format!("{oid}57"));
    let parent: &[(&str, &[&str])] = &[
        (&affiliation, &["resp2d"]),
        (&id, &["ect-1"]),
        ("FrEduCtRefId", &["{AAF}28|1|4455667"]),
        ("urn:oid:2.5.4.4", &["HOARAU"]),
        ("urn:oid:2.5.4.42", &["Jean"]),
    ];
    let uai = format!("{oid}72");
    let pupil: &[(&str, &[&str])] =
        &[(&affiliation, &["eleve2d"]), (&id, &["ect-2"]), (&uai, &["9749802L"])];
    let stranger: &[(&str, &[&str])] =
        &[(&affiliation, &["resp2d"]), (&id, &["ect-3"]), ("FrEduCtRefId", &["{AAF}28|1|*"])];
    for (attributes, schools) in
        [(parent, vec!["9740091F parent"]), (pupil, vec!["9749802L pupil"]), (stranger, vec![])]
    {
        let person = ministry.house.visitor();
        let entered = ministry
            .come(&person, |answers| ministry.write(&Says { attributes, ..Says::anne(answers) }))
            .await;
        assert_eq!(entered.status, 303, "{}", entered.text);
        assert_eq!(belongs(&person).await, schools, "{attributes:?}");
    }
}

#[actix_web::test]
async fn what_was_known_stands_while_the_directory_is_away() {
    let mut slapd = Slapd::start().await;
    let ministry = families(&slapd).await;
    let parent: &[(&str, &[&str])] = &[
        ("FrEduCtPersonAffiliation", &["resp2d"]),
        ("FrEduCtId", &["ect-1"]),
        ("FrEduCtRefId", &["{AAF}28|1|4455667"]),
    ];
    let says = |answers: Option<&str>| {
        let answers = answers.map(str::to_owned);
        ministry.write(&Says { attributes: parent, ..Says::anne(answers.as_deref()) })
    };
    let person = ministry.house.visitor();
    ministry.come(&person, says).await;
    assert_eq!(belongs(&person).await, ["9740091F parent"]);

    slapd.stop();
    let person = ministry.house.visitor();
    assert_eq!(ministry.come(&person, says).await.status, 303);
    assert_eq!(belongs(&person).await, ["9740091F parent"]);
    let row = ministry.house.last("auth.login").await;
    assert_eq!(row.fields["partial_sources"], serde_json::json!(["local"]));
}
