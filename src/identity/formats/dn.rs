//! Distinguished names (RFC 4514): only as much as is needed to find a school code in them.
use crate::identity::Rne;

/// The school whose code stands in a DN: the first value from the left that is seven digits and a
/// letter, in a part of one of `types` (any part when there are none).
pub(super) fn school(dn: &str, types: &[String]) -> Option<Rne> {
    let may_hold = |kind: &str| {
        types.is_empty() || types.iter().any(|allowed| allowed.eq_ignore_ascii_case(kind))
    };
    let parts = parts(dn).into_iter().filter(|(kind, _)| may_hold(kind));
    let mut codes = parts.filter(|(_, value)| Rne::is_national(value));
    codes.find_map(|(_, value)| Rne::parse(&value).ok())
}

/// Whether a text is a DN rather than a bare number or name.
pub(super) fn is_dn(text: &str) -> bool {
    text.contains('=')
}

/// Types and values from the left, escapes undone. A part with several types gives one each.
fn parts(dn: &str) -> Vec<(String, String)> {
    let pieces = split(dn);
    let pairs = pieces.iter().filter_map(|piece| piece.split_once('='));
    pairs.map(|(kind, value)| (kind.trim().to_owned(), plain(value.trim()))).collect()
}

/// Cut at `,`, `;` and `+` that no backslash protects.
fn split(dn: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut is_protected = false;
    for (place, letter) in dn.char_indices() {
        match letter {
            _ if is_protected => is_protected = false,
            '\\' => is_protected = true,
            ',' | ';' | '+' => {
                pieces.push(&dn[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    pieces.push(&dn[start..]);
    pieces
}

/// Undo `\,` and `\2C`.
fn plain(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let (byte, behind) = if first == b'\\' { unescape(behind) } else { (first, behind) };
        bytes.push(byte);
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte that stands behind a backslash, and what follows it.
fn unescape(rest: &[u8]) -> (u8, &[u8]) {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match *rest {
        [high, low, ..] => match (hex(high), hex(low)) {
            (Some(high), Some(low)) => (high * 16 + low, &rest[2..]),
            _ => (rest[0], &rest[1..]),
        },
        [only] => (only, &[]),
        [] => (b'\\', &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn school_in(dn: &str, types: &[&str]) -> Option<String> {
        let types: Vec<_> = types.iter().map(|&kind| kind.to_owned()).collect();
        school(dn, &types).map(|rne| rne.to_string())
    }

    #[test]
    fn the_first_code_from_the_left_in_an_allowed_part_is_the_school() {
        let cases = [
            (
                "uid=jules,ou=local,ou=eleves,ou=utilisateurs,ou=9749802L,ou=ac-reunion,o=gouv,c=fr",
                Some("9749802L"),
            ),
            ("uid=a,OU=9749802l,ou=9740091F,o=gouv", Some("9749802L")),
            ("uid=9740091F,ou=9749802L,o=gouv", Some("9749802L")),
            ("uid=a, ou = 9749802L , o=gouv", Some("9749802L")),
            ("uid=a+ou=9749802L,o=gouv", Some("9749802L")),
            (r"uid=a\,ou=9740091F,ou=9749802L", Some("9749802L")),
            (r"uid=a,ou=\39749802L", Some("9749802L")),
            ("uid=a,ou=0000000A,ou=9749802L", Some("9749802L")),
            ("uid=a,ou=9749802L-annexe,o=gouv", None),
            ("uid=a,dc=9749802L", None),
            ("9749802L", None),
            ("", None),
        ];
        for (dn, expected) in cases {
            assert_eq!(school_in(dn, &["ou"]).as_deref(), expected, "{dn}");
        }
    }

    #[test]
    fn the_types_of_the_parts_are_a_setting() {
        let dn = "uid=a,ou=9740091F,dc=9749802L";

        assert_eq!(school_in(dn, &["DC"]).as_deref(), Some("9749802L"));
        assert_eq!(school_in(dn, &["dc", "ou"]).as_deref(), Some("9740091F"));
        assert_eq!(school_in(dn, &[]).as_deref(), Some("9740091F"));
    }

    fn escaped(value: &str) -> String {
        let protect = |letter: char| {
            if ",;+\\=".contains(letter) { format!("\\{letter}") } else { letter.to_string() }
        };
        value.chars().map(protect).collect()
    }

    proptest! {
        #[test]
        fn escaped_values_come_back(values in proptest::collection::vec("[^ ]([a-zà-ü,;+=\\\\]*[^ ])?", 1..6)) {
            let written: Vec<_> = values.iter().map(|value| format!("ou={}", escaped(value))).collect();
            let read: Vec<_> = parts(&written.join(",")).into_iter().map(|(_, value)| value).collect();
            let trimmed: Vec<_> = values.iter().map(|value| value.trim().to_owned()).collect();
            prop_assert_eq!(read, trimmed);
        }

        #[test]
        fn no_text_panics(dn in any::<String>()) {
            let _ = school(&dn, &[]);
        }
    }
}
