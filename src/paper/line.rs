//! Words of others on one line.

/// Longest value that is shown or signed, characters.
const LONGEST: usize = 300;

/// A text without what cannot be seen: control characters, marks that turn the direction, private ones.
pub fn clean(text: &str) -> String {
    let seen = text.chars().map(|it| if it.is_whitespace() { ' ' } else { it });
    let seen: String = seen.filter(|it| !is_hidden(*it)).take(LONGEST).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        let table = [
            ("LEGRAND Maëlle", "LEGRAND Maëlle"),
            ("  a \t b\n", "a b"),
            ("a\u{202e}b\u{200b}c\0", "abc"),
            ("n° 12 345", "n° 12 345"),
            ("\u{e000}", ""),
            (") /JS (", ") /JS ("),
            ("王小明 😀", "王小明 😀"),
        ];
        for (text, expected) in table {
            assert_eq!(clean(text), expected, "{text:?}");
        }
        assert_eq!(clean(&"x".repeat(5000)).len(), LONGEST);
    }
}
