use super::*;
use proptest::prelude::*;

const ETABS: &[u8] = include_bytes!("../dispatch/testdata/etabs.ini");
const PORTAILS: &[u8] = include_bytes!("../dispatch/testdata/portails.ini");

/// The value that `line` gives its key in a section, and the codes it brings.
fn value_of(line: &str) -> (Option<String>, Vec<&'static str>) {
    let text = format!("[X]\nbefore=1\n{line}\n[Y]\nafter=2\n");
    let (document, findings) = read("t.ini", text.as_bytes());
    let section = document.section("X").expect("the section is always there");
    assert_eq!(section.get("before"), Some("1"), "{line} cost the line before it");
    let after = document.section("Y").and_then(|section| section.get("after"));
    assert_eq!(after, Some("2"), "{line} cost what follows it");
    let key = line.split('=').next().unwrap_or_default().trim();
    (section.get(key).map(str::to_owned), findings.iter().map(|finding| finding.code).collect())
}

#[test]
fn a_document_read_in_pieces_is_one_document() {
    let sections = 20_000_u32;
    let mut text = "before=0\n".to_owned();
    for number in 0..sections {
        std::fmt::Write::write_fmt(&mut text, format_args!("[S{number}]\n; note\na = {number}\n"))
            .expect("text grows");
    }
    text.push_str("[S0]\nb = again\n");

    let (document, findings) = read("t.ini", text.as_bytes());

    assert_eq!(document.sections().len(), 1 + sections as usize);
    assert_eq!(document.section("").and_then(|section| section.get("before")), Some("0"));
    for number in 0..sections {
        let section = document.section(&format!("S{number}")).expect("it was written");
        assert_eq!(section.line, 2 + 3 * number);
        let entry = section.entry("a").expect("it was written");
        assert_eq!(
            (entry.value.as_str(), entry.line),
            (number.to_string().as_str(), section.line + 2)
        );
    }
    assert_eq!(document.section("S0").and_then(|section| section.get("b")), Some("again"));
    let codes: Vec<_> = findings.iter().map(|found| (found.code, found.line)).collect();
    assert_eq!(codes, [("W-INI-DUPSECTION", Some(2 + 3 * sections))]);
}

#[test]
fn values_are_read_as_they_were_meant() {
    let whole = [
        ("a=\"a.b\"", "a.b"),
        ("a='a.b'", "a.b"),
        ("a = COLLEGE X", "COLLEGE X"),
        ("a=COLLEGE L'ETANG", "COLLEGE L'ETANG"),
        ("a=COLLEGE L'ETANG D'OR", "COLLEGE L'ETANG D'OR"),
        ("a = X (Y)", "X (Y)"),
        ("a = A ! B", "A ! B"),
        ("a = ^x", "^x"),
        ("a = b=c", "b=c"),
        ("a = \"b=c\"", "b=c"),
        ("a = A & B", "A & B"),
        ("a = https://a/x ; note", "https://a/x"),
        ("a = https://a/x;y", "https://a/x;y"),
        ("a = https://a/x;y\t; note ; more", "https://a/x;y"),
        ("a=\"b\" ; note", "b"),
        ("a=\"b\"; note", "b"),
        ("a=\"b ; c\" # note", "b ; c"),
        ("a = \"^.*\\.ac-x\\.fr$\"", "^.*\\.ac-x\\.fr$"),
        ("a = ^.*\\.ac-x\\.fr$", "^.*\\.ac-x\\.fr$"),
        ("a = C:\\temp\\", "C:\\temp\\"),
        ("a = \"C:\\temp\\\"", "C:\\temp\\"),
        ("a = yes", "yes"),
        ("a = null", "null"),
        ("a = none", "none"),
        ("a = ${HOME}", "${HOME}"),
        ("a = \"  b  \"", "  b  "),
        ("a =", ""),
        ("a = \"\"", ""),
        ("a = ; note", ""),
        ("a=;b", ";b"),
        ("a = #5", "#5"),
        ("a = say \"hi\" to L'ETANG", "say \"hi\" to L'ETANG"),
        ("a[] = b", "b"),
        ("urn:oid:2.5.4.42 = b", "b"),
        ("a: = b:c", "b:c"),
    ];
    for (line, expected) in whole {
        let key = line.replacen("a[]", "a", 1);
        let (_, codes) = value_of(line);
        let (value, _) = value_of(&key);
        assert_eq!(value.as_deref(), Some(expected), "{line}");
        assert_eq!(codes, Vec::<&str>::new(), "{line}");
    }
}

#[test]
fn a_bad_line_costs_that_line_only() {
    let bad = [
        ("a='abc' def", Some("abc def"), "W-INI-QUOTE"),
        ("a=\"abc\" def ; note", Some("abc def"), "W-INI-QUOTE"),
        ("a=\"never closed", None, "W-INI-QUOTE"),
        ("a='never closed", None, "W-INI-QUOTE"),
        ("no equals sign", None, "W-INI-LINE"),
        ("a:1", None, "W-INI-LINE"),
        ("= 1", None, "W-INI-LINE"),
        ("[] = 1", None, "W-INI-LINE"),
        ("a\\ = 1", None, "W-INI-LINE"),
        ("a = 1\u{0}", None, "W-INI-LINE"),
    ];
    for (line, value, code) in bad {
        assert_eq!(value_of(line), (value.map(str::to_owned), vec![code]), "{line}");
    }
}

#[test]
fn a_line_that_is_too_long_is_dropped() {
    let long = format!("a = {}", "x".repeat(MAX_LINE));

    assert_eq!(value_of(&long), (None, vec!["W-INI-LINE"]));
    assert_eq!(value_of(&long[..MAX_LINE]).1, Vec::<&str>::new());
}

#[test]
fn section_headers_may_have_comments_and_blanks() {
    for header in ["[X] ; note", "[X]# note", "[ X ]", "  [X]", "[X];", "\u{feff}[X]"] {
        let text = format!("[W]\na=0\n{header}\na=1\n");
        let (document, findings) = read("t.ini", text.as_bytes());
        let section = document.section("X").expect(header);
        assert_eq!((section.line, section.get("a")), (3, Some("1")), "{header}");
        assert_eq!(findings, [], "{header}");
    }
}

#[test]
fn networks_are_section_names() {
    let (document, findings) = read("t.ini", b"[2001:db8::/32]\na=1\n[10.0.0.0/8]\na=2\n");
    assert_eq!(document.section("2001:db8::/32").and_then(|section| section.get("a")), Some("1"));
    assert_eq!(document.section("10.0.0.0/8").and_then(|section| section.get("a")), Some("2"));
    assert_eq!(findings, []);
}

#[test]
fn entries_behind_a_broken_header_go_to_nobody() {
    let (document, findings) = read("t.ini", b"[X]\na=1\n[Y\na=2\n[Z]\na=3\n");

    assert_eq!(document.section("X").and_then(|section| section.get("a")), Some("1"));
    assert_eq!(document.sections().len(), 2);
    let places: Vec<_> = findings.iter().map(|found| (found.code, found.line)).collect();
    assert_eq!(places, [("W-INI-LINE", Some(3)), ("W-INI-LINE", Some(4))]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_header() {
    let (document, findings) = read("t.ini", b"\xEF\xBB\xBF[X]\na=1\n");

    assert_eq!(document.sections()[0].name, "X");
    assert_eq!(findings, []);
}

#[test]
fn old_charsets_are_understood_and_reported_once() {
    let (document, findings) =
        read("t.ini", b"[X]\r\na=\xC9COLE \x80\r\nb=\xC3\x89COLE\r\nc=\xE9\r\n");

    let section = document.section("X").expect("there");
    assert_eq!(section.get("a"), Some("ÉCOLE €"));
    assert_eq!(section.get("b"), Some("ÉCOLE"));
    assert_eq!(section.get("c"), Some("é"));
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code, findings[0].line), ("W-INI-CHARSET", Some(2)));
}

#[test]
fn what_a_windows_editor_calls_unicode_is_read() {
    let utf16: Vec<u8> =
        "\u{feff}[X]\r\na=É\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();

    let (document, findings) = read("t.ini", &utf16);

    assert_eq!(document.section("X").and_then(|section| section.get("a")), Some("É"));
    assert_eq!(findings[0].code, "W-INI-CHARSET");
}

#[test]
fn line_numbers_are_those_of_the_file_whatever_its_line_ends() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["; note", "", "[X] ; x", "stray", "a=1", "a=2", "[X]", "B = 3"].join(end);
        let (document, findings) = read("t.ini", text.as_bytes());
        let section = document.section("X").expect("there");
        assert_eq!(section.line, 3);
        assert_eq!(
            section.entry("A").map(|entry| (entry.value.as_str(), entry.line)),
            Some(("2", 6))
        );
        assert_eq!(section.entry("b").map(|entry| entry.line), Some(8));
        let mut places: Vec<_> = findings.iter().map(|found| (found.line, found.code)).collect();
        places.sort_unstable();
        let expected =
            [(Some(4), "W-INI-LINE"), (Some(6), "W-INI-DUPKEY"), (Some(7), "W-INI-DUPSECTION")];
        assert_eq!(places, expected);
    }
}

#[test]
fn repeated_sections_are_one_and_later_values_win() {
    let (document, findings) = read("t.ini", b"[X]\na=1\nb=1\n[Y]\n[X]\na=2\n");

    let section = document.section("X").expect("there");
    assert_eq!((section.get("a"), section.get("b"), section.line), (Some("2"), Some("1"), 1));
    assert_eq!(document.sections().len(), 2);
    let codes: Vec<_> = findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["W-INI-DUPSECTION", "W-INI-DUPKEY"]);
}

#[test]
fn lists_keep_all_their_values() {
    let (document, findings) = read("t.ini", b"[X]\nrne[]=a\nRne[] = b\n");

    let section = document.section("X").expect("there");
    assert_eq!(section.all("rne").collect::<Vec<_>>(), ["a", "b"]);
    assert!(section.entries().iter().all(|entry| entry.list));
    assert_eq!(findings, []);
}

#[test]
fn entries_before_the_first_header_have_a_nameless_section() {
    let (document, _) = read("t.ini", b"\n\na=1\n[X]\n");

    assert_eq!(document.sections()[0].name, "");
    assert_eq!((document.sections()[0].line, document.sections()[0].get("a")), (3, Some("1")));
    assert_eq!(document.section("X").map(|section| section.line), Some(4));
}

#[test]
fn unknown_keys_are_reported_once() {
    let (document, _) = read("t.ini", b"[X]\nA=1\nodd=1\n[Y]\nOdd=2\n");

    let findings = document.unknown_keys(|key| key == "a");

    assert_eq!(findings, [Finding::at("W-INI-UNKNOWNKEY", "t.ini", 3, "odd")]);
}

#[test]
fn a_file_beyond_the_limits_is_refused_as_a_whole() {
    let (document, findings) = read("t.ini", &vec![b'\n'; MAX_FILE + 1]);
    assert!(document.is_refused());
    assert_eq!(findings[0].code, "E-INI-SIZE");

    let (document, findings) = read("t.ini", "[a]\n".repeat(MAX_SECTIONS + 1).as_bytes());
    assert!(document.is_refused());
    assert_eq!(findings[0].code, "E-INI-SECTIONS");
    assert_eq!(document.sections(), []);
}

#[test]
fn endless_complaints_are_counted() {
    let (_, findings) = read("t.ini", "stray\n".repeat(7_000).as_bytes());

    assert_eq!(findings.len(), 5_001);
    assert_eq!(findings[5_000].to_string(), "t.ini: W-INI-MORE t.ini: 2000 more");
}

#[test]
fn repeated_keys_are_found_in_long_sections_too() {
    let mut text = String::from("[X]\n");
    text.extend((0..100).map(|number| format!("k{number}=1\n")));
    text.push_str("K7=2\nnew=1\n");

    let (_, findings) = read("t.ini", text.as_bytes());

    assert_eq!(findings, [Finding::at("W-INI-DUPKEY", "t.ini", 102, "K7")]);
}

#[test]
fn secrets_do_not_get_into_findings() {
    let (_, findings) = read("t.ini", b"[X]\npassword = \"s3cret\n");

    assert_eq!(findings[0].to_string(), "t.ini:2: W-INI-QUOTE password: the quote is never closed");
}

#[test]
fn booleans_are_read_in_two_languages() {
    for text in ["true", "YES", "On", "1", "Oui", " oui "] {
        assert_eq!(boolean(text), Some(true), "{text}");
    }
    for text in ["false", "No", "OFF", "0", "non"] {
        assert_eq!(boolean(text), Some(false), "{text}");
    }
    for text in ["", "vrai", "2", "null"] {
        assert_eq!(boolean(text), None, "{text}");
    }
}

#[test]
fn the_samples_are_read_without_a_word() {
    for (bytes, sections) in [(ETABS, 15), (PORTAILS, 10)] {
        let (document, findings) = read("sample.ini", bytes);
        assert_eq!(document.sections().len(), sections);
        assert_eq!(findings, []);
    }
    let (document, _) = read("etabs.ini", ETABS);
    let closed = document.section("0599801H").expect("there");
    assert_eq!(closed.get("message"), Some("Portail fermé pour travaux jusqu'au 1er septembre"));
    assert_eq!(closed.entry("actif").map(|entry| entry.line), Some(83));
}

#[test]
fn cutting_a_file_anywhere_loses_no_earlier_section() {
    for bytes in [ETABS, PORTAILS] {
        let (whole, _) = read("sample.ini", bytes);
        let starts = starts_of_lines(bytes);
        for cut in 0..bytes.len() {
            let (document, _) = read("sample.ini", &bytes[..cut]);
            let complete = whole.sections().iter().zip(whole.sections().iter().skip(1));
            for (section, next) in complete {
                if starts[next.line as usize - 1] <= cut {
                    assert_eq!(document.section(&section.name), Some(section), "cut at {cut}");
                }
            }
        }
    }
}

fn starts_of_lines(bytes: &[u8]) -> Vec<usize> {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

fn written(value: &str) -> String {
    let mut text = String::from("[X]\nkey=");
    quote::push(&mut text, value);
    text.push_str("\nnext=1\n");
    text
}

proptest! {
    #[test]
    fn any_value_comes_back_from_the_parser(value in "[^\r\n]{0,12}|[\"'\\\\ a]{0,10}") {
        let options = ini::ParseOption { enabled_escape: false, ..ini::ParseOption::default() };
        let parsed = ini::Ini::load_from_str_opt(&written(&value), options).expect("readable");
        prop_assert_eq!(parsed.get_from(Some("X"), "key"), Some(value.as_str()));
        prop_assert_eq!(parsed.get_from(Some("X"), "next"), Some("1"));
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzz(&bytes);
    }

    #[test]
    fn any_text_of_ini_characters_is_read(text in "[\\[\\]a=:;#\"'\\\\ \t\r\né]{0,80}") {
        fuzz(text.as_bytes());
    }

    #[test]
    fn any_damage_to_a_sample_is_survived(at in 0..ETABS.len(), byte in any::<u8>()) {
        let mut bytes = ETABS.to_vec();
        bytes[at] = byte;
        fuzz(&bytes);
        let (document, _) = read("sample.ini", &bytes);
        prop_assert!(document.sections().len() >= 14);
    }
}
