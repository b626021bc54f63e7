//! Cells of files for access control: what breaks a line is taken out, and what a charset lacks is written
//! otherwise.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// Letters that are no other letter with a mark, and how they are written without them.
const WRITTEN: [(char, &str); 25] = [
    ('œ', "oe"),
    ('Œ', "OE"),
    ('€', "EUR"),
    ('ł', "l"),
    ('Ł', "L"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ħ', "h"),
    ('Ħ', "H"),
    ('ı', "i"),
    ('ŧ', "t"),
    ('Ŧ', "T"),
    ('ŋ', "ng"),
    ('Ŋ', "NG"),
    ('ẞ', "SS"),
    ('ə', "e"),
    ('Ə', "E"),
    ('‘', "'"),
    ('’', "'"),
    ('ʼ', "'"),
    ('‐', "-"),
    ('\u{2011}', "-"),
    ('–', "-"),
    ('—', "-"),
    ('−', "-"),
];

/// A cell: without the separator, quotes, line breaks and other signs that are no letters, in the letters of
/// the file.
pub(super) fn clean(text: &str, separator: char, is_latin: bool) -> String {
    let text = text.replace('\u{200b}', "");
    let text: String = if is_latin { latin(&text) } else { text.nfc().collect() };
    let is_blank = |c: char| c == separator || is_quote(c) || c.is_control() || c.is_whitespace();
    let words = text.split(is_blank).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The same text with the letters of ISO-8859-1 alone.
fn latin(text: &str) -> String {
    text.nfc().fold(String::new(), |mut latin, letter| {
        match WRITTEN.iter().find(|(lacking, _)| *lacking == letter) {
            Some((_, written)) => latin.push_str(written),
            None if is_latin(letter) => latin.push(letter),
            None => latin.push_str(&bare(letter)),
        }
        latin
    })
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '‟')
}

fn is_latin(letter: char) -> bool {
    u32::from(letter) < 256
}

/// A letter without the marks that make it none of ISO-8859-1; a question mark where that does not help.
fn bare(letter: char) -> String {
    if letter.is_whitespace() || is_quote(letter) {
        return " ".to_owned();
    }
    [letter].into_iter().nfkd().fold(String::new(), |mut bare, part| {
        if !is_combining_mark(part) {
            bare.push(if is_latin(part) { part } else { '?' });
        } else if let Some(both) = bare.pop() {
            bare.push(compose(both, part).filter(|it| is_latin(*it)).unwrap_or(both));
        }
        bare
    })
}

/// Bytes of a text that was made of clean cells.
pub(super) fn bytes(text: &str, is_latin: bool) -> Vec<u8> {
    if !is_latin {
        return text.as_bytes().to_vec();
    }
    text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_charset_lacks_are_written_otherwise() {
        for (text, latin) in [
            ("Léa", "Léa"),
            ("Le\u{301}a", "Léa"),
            ("Œuvré-Lœb", "OEuvré-Loeb"),
            ("Škoda Žižka", "Skoda Zizka"),
            ("Łukasz Đặng", "Lukasz Dang"),
            ("D’Alembert – père", "D'Alembert - père"),
            ("Ÿvonne ½…", "Yvonne ½..."),
            ("Straße 5 €", "Straße 5 EUR"),
            ("Νίκος", "?????"),
            ("李", "?"),
            ("a\u{323}\u{302}", "â"),
            ("Anne\u{2011}Lise", "Anne-Lise"),
            ("Mar\u{200b}tin", "Martin"),
            ("„Léa‟", "Léa"),
        ] {
            assert_eq!(clean(text, ';', true), latin, "{text}");
            assert!(bytes(latin, true).len() == latin.chars().count(), "a byte for a letter");
        }
        assert_eq!(bytes("é", true), [0xE9]);
        assert_eq!(bytes("é", false), [0xC3, 0xA9]);
        assert_eq!(clean("Łukasz Νίκος", ';', false), "Łukasz Νίκος");
    }

    #[test]
    fn nothing_in_a_cell_ends_it_or_its_line() {
        for text in [
            "a;b",
            "a;;b",
            "a\r\nb",
            "a\nb",
            "a\"b",
            "a “b",
            "a\tb",
            "a\0b",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{a0}b",
            " a  b ",
            "a\u{37e}b",
        ] {
            assert_eq!(clean(text, ';', true), "a b", "{text:?}");
            let clean = clean(text, ';', false);
            assert!(!clean.contains([';', '"', '\n', '\r']), "{text:?}");
        }
        assert_eq!(clean("a,b;c", ',', true), "a b;c");
        assert_eq!(clean("<b>D'Arc</b>", ';', true), "<b>D'Arc</b>");
    }
}
