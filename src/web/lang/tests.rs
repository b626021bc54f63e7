//! The choice of the language, and the message files held against each other and the code.
use super::Lang;
use fluent_templates::fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn the_cookie_wins_over_the_browser_and_french_over_nothing() {
    let table = [
        (None, None, Lang::Fr),
        (Some("en"), None, Lang::En),
        (Some("fr"), Some("en"), Lang::Fr),
        (Some("xx"), Some("en-GB,en;q=0.9"), Lang::En),
        (None, Some("de,en;q=0.7,fr;q=0.6"), Lang::En),
        (None, Some("en;q=0.5, fr-FR;q=0.8"), Lang::Fr),
        (None, Some("en;q=0, de"), Lang::Fr),
        (None, Some("fr, en"), Lang::Fr),
        (None, Some("EN-us"), Lang::En),
        (None, Some("en;q=nonsense"), Lang::Fr),
        (None, Some("english"), Lang::Fr),
        (Some(""), Some(";;;,,,"), Lang::Fr),
    ];
    for (cookie, header, expected) in table {
        assert_eq!(Lang::choose(cookie, header), expected, "{cookie:?} {header:?}");
    }
}

#[test]
fn no_invisible_marks_surround_what_is_put_into_a_text() {
    let text = Lang::En.t_with("choice-result", &[("count", &70_000_usize)]);

    assert_eq!(text, "70\u{202f}000 schools found");
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_arguments() {
    let (french, english) = (texts(Lang::Fr), texts(Lang::En));

    let missing: Vec<_> = french.keys().filter(|key| !english.contains_key(*key)).collect();
    let surplus: Vec<_> = english.keys().filter(|key| !french.contains_key(*key)).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "only fr: {missing:?}, only en: {surplus:?}");
    for (key, arguments) in &french {
        assert_eq!(arguments, &english[key], "arguments of {key}");
    }
}

#[test]
fn every_text_can_be_looked_up_in_both_languages() {
    for lang in [Lang::Fr, Lang::En] {
        for (key, arguments) in texts(lang) {
            let given: Vec<(&'static str, &dyn super::Argument)> =
                arguments.iter().map(|name| (&*name.clone().leak(), &2_u32 as _)).collect();
            let text = lang.t_with(&key, &given);
            assert!(!text.contains("Unknown localization"), "{key}");
            assert!(!text.contains('!'), "{key} shouts: {text}");
        }
    }
}

#[test]
fn french_is_set_and_not_typewritten() {
    let joins = |text: &str| {
        let letters: Vec<char> = text.chars().collect();
        let goes_on = |letter: char| letter.is_alphabetic() || letter == '{';
        letters.windows(3).any(|it| it[0].is_alphabetic() && it[1] == '\'' && goes_on(it[2]))
    };
    for (key, _) in texts(Lang::Fr) {
        let text = Lang::Fr.t(&key);
        assert!(!joins(&text), "{key} has a straight apostrophe: {text}");
    }
}

#[test]
fn every_key_in_the_code_exists() {
    let known = texts(Lang::Fr);
    for (file, text) in sources() {
        for call in [".t(\"", ".t_with(\"", "::t_with(\"", "text_key(\""] {
            for (_, rest) in text.match_indices(call).map(|(at, _)| text.split_at(at + call.len()))
            {
                let key = rest.split('"').next().unwrap_or_default();
                assert!(known.contains_key(key), "{file} asks for {key}");
            }
        }
    }
}

#[test]
fn every_code_in_the_code_has_a_text() {
    let known = texts(Lang::Fr);
    for (file, text) in sources() {
        for code in text.split('"').filter(|word| is_code(word)) {
            assert!(known.contains_key(&code.to_ascii_lowercase()), "{file}: {code} has no text");
        }
    }
}

#[test]
fn no_text_is_left_over() {
    let quoted: BTreeSet<String> = sources()
        .values()
        .flat_map(|text| text.split(['"', '`']).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let unused: Vec<String> = texts(Lang::Fr)
        .into_keys()
        .filter(|key| {
            // Codes are a contract with administrators; parts of an error come with its code.
            let message = key.split('.').next().unwrap_or_default();
            !is_code(&message.to_ascii_uppercase()) && !quoted.contains(key)
        })
        .collect();

    assert!(unused.is_empty(), "nobody asks for {unused:?}");
}

#[test]
fn french_double_punctuation_never_starts_a_line() {
    for (file, text) in message_files(Lang::Fr) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            for pair in [" :", " ;", " ?", "« ", " »"] {
                assert!(!line.contains(pair), "{file}: plain space in {line:?}");
            }
        }
    }
}

fn is_code(word: &str) -> bool {
    let mut parts = word.split('-');
    let severity = matches!(parts.next(), Some("E" | "W" | "I"));
    let rest: Vec<&str> = parts.collect();
    severity
        && !rest.is_empty()
        && rest.iter().all(|part| {
            part.len() >= 2 && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

/// Key (`message` or `message.attribute`) and names of its arguments.
fn texts(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for (file, text) in message_files(lang) {
        FluentResource::try_new(text.clone()).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        let mut message = String::new();
        let mut key = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = defined(line, "") {
                (message, key) = (name.clone(), name);
            } else if let Some(name) = defined(line.trim_start(), ".") {
                key = format!("{message}.{name}");
            }
            if key.is_empty() {
                continue;
            }
            let entry: &mut BTreeSet<String> = texts.entry(key.clone()).or_default();
            entry.extend(line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
            }));
        }
    }
    texts
}

/// `name = …` at the very start of a line, behind `prefix`.
fn defined(line: &str, prefix: &str) -> Option<String> {
    let (name, _) = line.strip_prefix(prefix)?.split_once(" =")?;
    let named = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    named.then(|| name.to_owned())
}

fn message_files(lang: Lang) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/messages").join(lang.code());
    files_under(&folder, &["ftl"])
}

fn sources() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = files_under(&folder, &["rs", "html"]);
    files.retain(|name, _| !name.ends_with("lang/tests.rs"));
    files
}

fn files_under(folder: &Path, extensions: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_under(&path, extensions));
        } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
            found.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
        }
    }
    found
}
