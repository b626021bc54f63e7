//! Lists as people send them.
use super::*;
use crate::identity::cloud::Field;
use std::io::Cursor;

fn read(text: &[u8], format: Format) -> Result<Vec<(u64, String)>, ListError> {
    let list = List::open(Box::new(Cursor::new(text.to_vec())), format)?;
    list.map(|numbered| numbered.map(|n| (n.line, said(n.entry)))).collect()
}

fn said(entry: Result<Entry, Reject>) -> String {
    match entry {
        Ok(Entry::Listed(Listed { cloud_id, fields })) => {
            let field = |field| fields.get(field).unwrap_or("-").to_owned();
            format!("{cloud_id} {} <{}>", field(Field::Name), field(Field::Email))
        }
        Ok(Entry::Inactive) => "inactive".to_owned(),
        Err(reject) => reject.to_string(),
    }
}

fn csv(text: &str) -> Vec<(u64, String)> {
    read(text.as_bytes(), Format::Csv).unwrap()
}

const HEAD: &str = "username,firstName,lastName,email,nclocator\n";

#[test]
fn a_line_becomes_a_person() {
    let rows = csv(&format!(
        "{HEAD}amartin,Agnès,Martin,agnes.martin@ac-b.example,https://nuage-b.example/\n"
    ));
    let text = "amartin@nuage-b.example Agnès Martin <agnes.martin@ac-b.example>";
    assert_eq!(rows, [(2, text.to_owned())]);
}

#[test]
fn given_name_and_surname_are_kept_apart() {
    let text = format!("{HEAD}jd,Jean  Pierre,de la Tour,,nuage.example\n");
    let mut list = List::open(Box::new(Cursor::new(text.into_bytes())), Format::Csv).unwrap();
    let Ok(Entry::Listed(listed)) = list.next().unwrap().unwrap().entry else { panic!("nobody") };

    assert_eq!(listed.fields.get(Field::Given), Some("Jean Pierre"));
    assert_eq!(listed.fields.get(Field::Surname), Some("de la Tour"));
    assert_eq!(listed.fields.get(Field::Name), Some("Jean Pierre de la Tour"));
    assert_eq!(listed.fields.get(Field::Userid), Some("jd"));
    assert_eq!(listed.fields.get(Field::Email), None);
}

#[test]
fn lists_come_with_semicolons_commas_or_tabs_and_their_columns_in_any_order() {
    for text in [
        "nclocator;Courriel;Nom;Prénom;identifiant;structure\nn.example;z@x.example;Durand;Zoé;zdurand;12\n",
        "nclocator,email,last_name,first name,USERNAME,structure\r\nn.example,z@x.example,Durand,Zoé,zdurand,12\r\n",
        "username\tfirstName\tlastName\temail\tncLocator\tisActive\nzdurand\tZoé\tDurand\tz@x.example\tn.example\ttrue\n",
        "\u{feff}\"username\";firstName;lastName;email;nclocator\n\"zdurand\";Zoé;\"Durand\";z@x.example;n.example",
    ] {
        assert_eq!(csv(text), [(2, "zdurand@n.example Zoé Durand <z@x.example>".to_owned())]);
    }
}

#[test]
fn a_list_may_be_written_in_latin_1() {
    let mut bytes = HEAD.as_bytes().to_vec();
    bytes.extend_from_slice(b"zd,Zo\xe9,\x8cuvrard,,n.example\n");
    bytes.extend_from_slice("ad,Élodie,Hénaff,,n.example\n".as_bytes());

    let rows = read(&bytes, Format::Csv).unwrap();

    assert_eq!(rows[0].1, "zd@n.example Zoé Œuvrard <->");
    assert_eq!(rows[1].1, "ad@n.example Élodie Hénaff <->", "line by line, as lists are merged");
}

#[test]
fn a_line_that_cannot_be_used_says_why_and_costs_no_other() {
    let long = "x".repeat(256);
    let table = [
        (",A,B,,n.example", "username is empty"),
        ("a,A,B,,", "nclocator is empty"),
        ("a,A,B,,https://", "nclocator is empty"),
        (
            "élodie,A,B,,n.example",
            "username and nclocator make no cloud id: Nextcloud accepts no such user name",
        ),
        (
            "a,A,B,,n example",
            "username and nclocator make no cloud id: what stands behind the @ is no server",
        ),
        ("a,A,B,no mail,n.example", "email is no mail address"),
        ("a,A,B,@x.example,n.example", "email is no mail address"),
        ("a,A,B,n.example", "4 columns instead of 5"),
        (&format!("a,{long},B,,n.example"), "firstName is longer than 255 letters"),
    ];
    for (line, reason) in table {
        let rows = csv(&format!("{HEAD}{line}\n\nok,A,B,,n.example\n"));
        assert_eq!(rows[0], (2, reason.to_owned()), "{line}");
        assert_eq!(rows[1], (4, "ok@n.example A B <->".to_owned()), "{line}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n"] {
        let lines = [HEAD.trim(), "a,A,B,,n.example", "", ",,,,", "b,\"B\nB\",B,,n.example", "c,C"];
        let numbers: Vec<_> = csv(&lines.join(end)).into_iter().map(|(line, _)| line).collect();
        assert_eq!(numbers, [2, 5, 7], "{end:?}");
    }
}

#[test]
fn accounts_that_are_switched_off_are_not_listed() {
    let head = "username,nclocator,isActive\n";
    for (word, said) in [
        ("", "a@n.example - <->"),
        ("true", "a@n.example - <->"),
        ("Oui", "a@n.example - <->"),
        ("FALSE", "inactive"),
        ("non", "inactive"),
        ("0", "inactive"),
        ("perhaps", "isActive is neither true nor false"),
    ] {
        assert_eq!(csv(&format!("{head}a,n.example,{word}\n"))[0].1, said, "{word}");
    }
}

#[test]
fn the_portal_s_addresses_are_written_as_nextcloud_writes_them() {
    for (locator, id) in [
        ("https://nuage.example", "a@nuage.example"),
        ("nuage.example/", "a@nuage.example"),
        ("https://nuage.example/index.php", "a@nuage.example"),
        ("https://x.example/nc/", "a@x.example/nc"),
        ("http://127.0.0.1:18931", "a@http://127.0.0.1:18931"),
    ] {
        assert_eq!(csv(&format!("username,nclocator\na,{locator}\n"))[0].1, format!("{id} - <->"));
    }
    let twice = csv("username,nclocator\na.b@ac-b.example,nuage.example\n");
    assert_eq!(twice[0].1, "a.b@ac-b.example@nuage.example - <->");
}

#[test]
fn json_lines_are_read_like_the_portal_s_collection() {
    let text = concat!(
        r#"{"username":"zd","firstName":"Zoé","lastName":"Durand","emails":[{"address":"z@x.example","verified":true},{"address":"b@x.example"}],"nclocator":"https://n.example","isActive":true}"#,
        "\n\n",
        r#"{"username":"ad","email":"a@x.example","nclocator":"n.example","isActive":false}"#,
        "\n[1]\nnothing\n",
        r#"{"username":7,"nclocator":"n.example","emails":[],"isActive":null,"structure":{"a":1}}"#,
    );
    let rows = read(text.as_bytes(), Format::Jsonl).unwrap();
    let expected = [
        (1, "zd@n.example Zoé Durand <z@x.example>"),
        (3, "inactive"),
        (4, "no JSON object"),
        (5, "no JSON object"),
        (6, "7@n.example - <->"),
    ];
    assert_eq!(rows, expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn a_line_without_end_costs_that_line_only() {
    let text =
        format!("{}\n{{\"username\":\"a\",\"nclocator\":\"n.example\"}}", "x".repeat(200_000));

    let rows = read(text.as_bytes(), Format::Jsonl).unwrap();

    assert_eq!(rows[0], (1, "no JSON object".to_owned()));
    assert_eq!(rows[1], (2, "a@n.example - <->".to_owned()));
}

#[test]
fn what_is_no_list_is_refused_as_a_whole() {
    let wrong = |bytes: &[u8]| read(bytes, Format::Csv).unwrap_err().to_string();
    assert!(wrong(b"").contains("names no column username"));
    assert!(wrong(b"username,firstName\na,b\n").contains("names no column nclocator"));
    assert!(wrong(b"username;login;nclocator\n").contains("username twice"));
    assert!(wrong(b"\xff\xfeu\0s\0").contains("UTF-16"));
    let open = format!("{HEAD}\"a,A,B,,n.example\n{}", "b,A,B,,n.example\n".repeat(10_000));
    assert!(wrong(open.as_bytes()).contains("opened in line 2"));
}

#[test]
fn the_name_of_a_file_says_how_it_is_written() {
    for (name, format) in [
        ("people.csv", Format::Csv),
        ("people.JSONL", Format::Jsonl),
        ("a.ndjson", Format::Jsonl),
        ("export", Format::Csv),
    ] {
        assert_eq!(Format::of(std::path::Path::new(name)), format, "{name}");
    }
}
