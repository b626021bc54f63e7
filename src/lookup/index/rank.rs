//! The order of hits: by surname, then given name, as numbers that compare like the names.
use crate::identity::cloud::{Field, Fields};
use crate::lookup::words::fold;

/// Letters that one number holds: 28 signs to the power of 13 stay below 2^64.
const LETTERS: usize = 13;
const SIGNS: u64 = 28;

/// Surname, given name and whatever follows, in two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(pub(super) u64, pub(super) u64);

impl Rank {
    /// The rank of what is known about somebody.
    pub(super) fn of(fields: &Fields) -> Self {
        let (surname, given) = match (fields.get(Field::Surname), fields.get(Field::Given)) {
            (Some(surname), Some(given)) => (surname.to_owned(), given.to_owned()),
            _ => split(fields.get(Field::Name).or(fields.get(Field::Userid)).unwrap_or_default()),
        };
        let letters: Vec<u64> = signs(&surname).chain([0]).chain(signs(&given)).collect();
        Self(packed(&letters, 0), packed(&letters, LETTERS))
    }
}

/// Surname and given name of a full name: words in capitals are the surname, else the last word
/// with the particles before it.
fn split(name: &str) -> (String, String) {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_surname: Vec<bool> = words.iter().map(|word| is_in_capitals(word)).collect();
    if is_surname.contains(&true) && is_surname.contains(&false) {
        let those = |wanted: bool| {
            let chosen = words.iter().zip(&is_surname).filter(|(_, is)| **is == wanted);
            chosen.map(|(word, _)| *word).collect::<Vec<_>>().join(" ")
        };
        return (those(true), those(false));
    }
    let mut begin = words.len().saturating_sub(1);
    while begin > 1 && words[begin - 1].chars().next().is_some_and(char::is_lowercase) {
        begin -= 1;
    }
    (words[begin..].join(" "), words[..begin].join(" "))
}

fn is_in_capitals(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() > 1 && !letters.clone().any(char::is_lowercase)
}

/// Letters as numbers; other signs part nothing, as people sort names.
fn signs(name: &str) -> impl Iterator<Item = u64> {
    let letters: Vec<char> = fold(name).chars().filter(|c| c.is_alphanumeric()).collect();
    letters.into_iter().map(|letter| match letter {
        'a'..='z' => u64::from(letter) - u64::from('a') + 2,
        '0'..='9' => 1,
        _ => SIGNS - 1,
    })
}

fn packed(signs: &[u64], from: usize) -> u64 {
    let at = |place: usize| signs.get(place).copied().unwrap_or(0);
    (from..from + LETTERS).fold(0, |sum, place| sum * SIGNS + at(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(name: &str) -> Rank {
        Rank::of(&[(Field::Name, name)].into_iter().collect())
    }

    #[test]
    fn names_are_parted_as_they_are_written() {
        let table = [
            ("Agnès Martin", "Martin", "Agnès"),
            ("Jérôme MARTIN", "MARTIN", "Jérôme"),
            ("MARTIN Jérôme", "MARTIN", "Jérôme"),
            ("DE LA TOUR Luc Marie", "DE LA TOUR", "Luc Marie"),
            ("Luc de la Tour", "de la Tour", "Luc"),
            ("Marie Claire Dupont", "Dupont", "Marie Claire"),
            ("Cher", "Cher", ""),
            ("", "", ""),
        ];
        for (name, surname, given) in table {
            assert_eq!(split(name), (surname.to_owned(), given.to_owned()), "{name}");
        }
    }

    #[test]
    fn ranks_are_in_the_order_of_names() {
        let names = [
            "Zoé Abad",
            "Agnès Martin",
            "Jérôme MARTIN",
            "Élodie Martin-Dupont",
            "Paul Martinet",
            "Anne Œuvrard",
            "Luc Zola",
        ];
        let ranks: Vec<_> = names.iter().map(|name| rank(name)).collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
    }

    #[test]
    fn a_known_surname_is_not_guessed() {
        let pairs = [(Field::Name, "Ana Garcia Lopez"), (Field::Surname, "Garcia Lopez")];
        let mut fields: Fields = pairs.into_iter().collect();
        fields.set(Field::Given, "Ana");
        assert_eq!(Rank::of(&fields), rank("Ana GARCIA LOPEZ"));
    }

    #[test]
    fn the_second_number_goes_on_where_the_first_one_ends() {
        let (one, two) = (rank("Alexandra Beaumarchais-Dupont"), rank("Alice Beaumarchais-Dupont"));
        assert_eq!(one.0, two.0);
        assert!(one < two);
    }
}
