//! Finds words in names as people type them; `assets/choice.js` does the same in the browser.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, everything but letters and digits as one blank.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether every word of a folded query stands somewhere in the text.
pub(super) fn matches(text: &str, folded_query: &str) -> bool {
    let text = fold(text);
    folded_query.split(' ').all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_order_of_words_do_not_matter() {
        let name = "COLLÈGE L'ÉTANG-SALÉ Saint-Leu 9749802L";
        for query in ["etang sale", "ÉTANG", "leu college", "l'étang", "9749802l", "", "  "] {
            assert!(matches(name, &fold(query)), "{query}");
        }
        assert!(!matches(name, &fold("lycée")));
    }
}
