//! How French readers expect names to be sorted and found: accents and case do not matter, numbers
//! count as numbers.
use std::cmp::Ordering;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Sorts names; equal for names that differ in case, accents or punctuation only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CollationKey(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(Number),
    Text(String),
}

/// Digits without leading zeros: the longer one is the greater one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number(String);

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The text in lower case, without accents, ligatures and punctuation, words one blank apart.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            _ if character.is_alphanumeric() => folded.extend(character.to_lowercase()),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The key by which `text` is sorted.
pub fn key(text: &str) -> CollationKey {
    let folded = fold(text);
    let mut parts = Vec::new();
    let mut rest = folded.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|next: char| next.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        parts.push(if digits {
            Part::Number(Number(run.trim_start_matches('0').to_owned()))
        } else {
            Part::Text(run.to_owned())
        });
        rest = behind;
    }
    CollationKey(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_where_readers_look_for_them() {
        let sorted = [
            "",
            "2 rue du Port",
            "10 rue du Port",
            "Cœur de Ville",
            "Collège de l'Étang",
            "COLLEGE DE LA MER",
            "École 2",
            "Ecole 9",
            "ÉCOLE 010",
            "Ecole du Bois",
            "École élémentaire",
            "Ecole Zola",
            "Lycée",
        ];
        let mut shuffled: Vec<_> = sorted.iter().rev().copied().collect();
        shuffled.sort_by_key(|name| key(name));
        assert_eq!(shuffled, sorted);
    }

    #[test]
    fn accents_case_and_punctuation_make_no_difference() {
        assert_eq!(key("L'ÉTANG-SALÉ"), key("l’etang salé"));
        assert_eq!(fold("  Œuvre – n° 1 bis "), "oeuvre n 1 bis");
    }
}
