//! What templates ask for that is neither a text nor a field of the page.

/// The first letters of the first and last word of a name: « Marie-Line Dupont » → `MD`.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_last_word() {
        let table =
            [("Marie-Line Dupont", "MD"), ("élodie", "É"), ("Jean de la Tour", "JT"), ("", "")];
        for (name, expected) in table {
            assert_eq!(initials(name), expected);
        }
    }
}
