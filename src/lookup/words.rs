//! How names are folded and cut into words, for the index and for what is typed.
//!
//! Case, accents, ligatures, apostrophes, hyphens and Unicode's ways to write one letter make no
//! difference. What French names do besides (`L'Hénaff` is typed lhenaff, `Jean-Pierre` is jp,
//! `de La Tour` is delatour) becomes further words of the name.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words are cut to this many letters: nobody types more to tell two names apart.
pub const LONGEST_WORD: usize = 20;

/// Small words that belong to the one behind them.
const PARTICLES: [&str; 27] = [
    "d", "da", "de", "dei", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el",
    "l", "la", "las", "le", "les", "lo", "mac", "mc", "saint", "sainte", "van", "vom", "von",
];

/// The form in which texts compare equal: small letters without accents, plain apostrophes and
/// hyphens, nothing invisible.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let plain = text.chars().filter_map(plain).flat_map(char::to_lowercase);
    // What comes out of one sign may be capital or curly again: U+2033 is two primes.
    let plain = plain.nfkd().filter_map(self::plain).flat_map(char::to_lowercase);
    for letter in plain {
        push_folded(&mut folded, letter);
    }
    folded
}

/// One spelling of apostrophes and hyphens; nothing for what cannot be seen.
fn plain(letter: char) -> Option<char> {
    match letter {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2b9}' | '\u{2032}' | '\u{b4}'
        | '\u{ff07}' => Some('\''),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        _ => Some(letter),
    }
}

fn push_folded(folded: &mut String, letter: char) {
    match letter {
        'œ' => folded.push_str("oe"),
        'æ' => folded.push_str("ae"),
        'ß' => folded.push_str("ss"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        letter if is_combining_mark(letter) => {}
        letter => folded.push(letter),
    }
}

/// The words of a text, folded, in their order; whatever is no letter and no digit parts them.
pub fn words(text: &str) -> Vec<String> {
    cut(&fold(text))
}

fn cut(folded: &str) -> Vec<String> {
    let pieces = folded.split(|c: char| !c.is_alphanumeric());
    pieces.filter(|piece| !piece.is_empty()).map(shorten).collect()
}

fn shorten(word: &str) -> String {
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => word[..end].to_owned(),
        None => word.to_owned(),
    }
}

/// All words by which a name is found: its own, and those that people make of it by joining what
/// apostrophes, hyphens and particles part, and by the initials of a double given name.
pub fn name_words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let chunks = chunks(&folded);
    let mut found = cut(&folded);
    let last = chunks.len().saturating_sub(1);
    for (place, chunk) in chunks.iter().enumerate() {
        found.push(joined(chunk));
        found.extend(chunk.split('-').map(joined));
        if place < last {
            found.extend(initials(chunk));
        }
    }
    found.extend((0..chunks.len()).filter_map(|place| with_particles(&chunks[place..])));
    sorted(found)
}

/// What was typed, read with everything joined that can be: `l'henaff` as lhenaff, `de la tour`
/// as delatour. `None` when nothing can be.
pub fn joined_words(text: &str) -> Option<Vec<String>> {
    let folded = fold(text);
    let chunks = chunks(&folded);
    let mut found = Vec::new();
    let mut place = 0;
    while place < chunks.len() {
        let particles = particles_before(&chunks[place..]);
        found.push(with_particles(&chunks[place..]).unwrap_or_else(|| joined(chunks[place])));
        place += particles + 1;
    }
    Some(found).filter(|found| *found != cut(&folded))
}

/// In order, each once, none empty.
pub fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words.dedup();
    words
}

/// What stands between spaces, with its apostrophes and hyphens.
fn chunks(folded: &str) -> Vec<&str> {
    let parts = |c: char| !c.is_alphanumeric() && c != '\'' && c != '-';
    let has_letters = |chunk: &&str| chunk.chars().any(char::is_alphanumeric);
    folded.split(parts).filter(has_letters).collect()
}

fn joined(chunk: &str) -> String {
    shorten(&chunk.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
}

/// `jean-pierre` is jp.
fn initials(chunk: &str) -> Option<String> {
    let parts: Vec<&str> = chunk.split('-').filter(|part| part.len() > 1).collect();
    let firsts = || parts.iter().filter_map(|part| part.chars().next());
    (2..=3).contains(&parts.len()).then(|| firsts().collect())
}

/// How many particles stand in front of a word that is none.
fn particles_before(chunks: &[&str]) -> usize {
    let count = chunks.iter().take_while(|chunk| PARTICLES.contains(chunk)).count();
    if count < chunks.len() { count } else { 0 }
}

/// The particles at the beginning and the word behind them as one word.
fn with_particles(chunks: &[&str]) -> Option<String> {
    match particles_before(chunks) {
        0 => None,
        count => {
            Some(shorten(&chunks[..=count].iter().map(|chunk| joined(chunk)).collect::<String>()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_fold_to_one_text() {
        let table = [
            ("Élodie ŒUVRARD-L'Hénaff", "elodie oeuvrard-l'henaff"),
            ("L\u{2019}HÉNAFF", "l'henaff"),
            ("agne\u{300}s", "agnes"),
            ("Agn\u{e8}s", "agnes"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("Ægir Łukasz Đorđe", "aegir lukasz dorde"),
            ("ﬁlle Ⅳ", "fille iv"),
            ("Jean\u{2011}Pierre", "jean-pierre"),
            ("Dup\u{ad}ont\u{200b}", "dupont"),
            ("İstanbul", "istanbul"),
        ];
        for (text, folded) in table {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn words_are_parted_by_everything_that_is_no_letter() {
        assert_eq!(words("  Œuvrard-L’Hénaff, (Élodie)!"), ["oeuvrard", "l", "henaff", "elodie"]);
        assert_eq!(words("a+b@x.example.test"), ["a", "b", "x", "example", "test"]);
        assert_eq!(words("%_*"), [""; 0]);
        assert_eq!(words("abcdefghijklmnopqrstuvwxyz"), ["abcdefghijklmnopqrst"]);
    }

    #[test]
    fn names_have_the_words_that_people_make_of_them() {
        let table = [
            ("Élodie Œuvrard-L'Hénaff", vec!["elodie", "henaff", "lhenaff", "oeuvrardlhenaff"]),
            ("Jean-Pierre Martin", vec!["jean", "jeanpierre", "jp", "martin", "pierre"]),
            ("Luc de La Tour", vec!["delatour", "latour", "tour"]),
            ("Inès d'Almeida", vec!["almeida", "dalmeida"]),
            ("Léo de l'Isle", vec!["delisle", "lisle", "isle"]),
        ];
        for (name, wanted) in table {
            let found = name_words(name);
            for word in wanted {
                assert!(found.iter().any(|w| w == word), "{name}: {word} in {found:?}");
            }
        }
        assert!(!name_words("Anne Dupont-Martin").contains(&"dm".to_owned()));
    }

    #[test]
    fn what_was_typed_is_also_read_joined() {
        let table = [
            ("l'henaff", Some(vec!["lhenaff"])),
            ("luc de la tour", Some(vec!["luc", "delatour"])),
            ("jean-pierre martin", Some(vec!["jeanpierre", "martin"])),
            ("martin agnes", None),
            ("de la", None),
            ("", None),
        ];
        for (text, words) in table {
            let words = words.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(joined_words(text), words, "{text}");
        }
    }

    #[test]
    fn every_letter_is_folded_at_once() {
        for letter in ('\0'..=char::MAX).map(String::from) {
            let once = fold(&letter);
            assert_eq!(fold(&once), once, "{}", letter.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }

        #[test]
        fn a_name_has_its_own_words(text in "[A-Za-zÀ-ÿœŒ' -]{0,40}") {
            let found = name_words(&text);
            for word in words(&text) {
                prop_assert!(found.contains(&word), "{word} of {text}");
            }
        }
    }
}
