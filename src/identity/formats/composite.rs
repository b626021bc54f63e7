//! Composite and labelled values of supann (`dispatch.md` 4.7): `[key=value][key=value]`, `{UAI}…`.

/// Keys and values in order; keys may repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Composite(Vec<(String, String)>);

impl Composite {
    /// None when brackets or keys are not as they must be: such a value is opaque.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
        let pairs = inner.split("][").map(pair);
        pairs.collect::<Option<Vec<_>>>().map(Self)
    }

    /// The values of a key.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let same = self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(key));
        same.map(|(_, value)| value.as_str())
    }

    /// The first value of a key.
    pub(super) fn first<'a>(&'a self, key: &'a str) -> Option<&'a str> {
        self.all(key).next()
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    if text.contains(['[', ']']) {
        return None;
    }
    let (key, value) = text.split_once('=')?;
    (!key.is_empty()).then_some(())?;
    Some((key.to_owned(), plain(value)?))
}

/// Undo `#3B`. Bytes that make no UTF-8 make the value opaque.
fn plain(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let byte = escaped(behind).filter(|_| first == b'#');
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8(bytes).ok()
}

fn escaped(rest: &[u8]) -> Option<u8> {
    let digits = rest.get(..2).filter(|two| two.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// `{UAI}0141408E` → (`UAI`, `0141408E`); a value without label has none.
pub(super) fn labelled(value: &str) -> (Option<&str>, &str) {
    let value = value.trim();
    let parts = value.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    parts.map_or((None, value), |(label, text)| (Some(label), text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_and_values_are_read_in_order() {
        let role = "[role={SUPANN}D30][type={SUPANN}S231][code=HS_C68][code=B][libelle=Directeur]";

        let composite = Composite::parse(role).unwrap();

        assert_eq!(composite.all("code").collect::<Vec<_>>(), ["HS_C68", "B"]);
        assert_eq!(composite.first("libelle"), Some("Directeur"));
        assert_eq!(composite.first("unknown"), None);
    }

    #[test]
    fn reserved_signs_are_written_in_hexadecimal() {
        let composite = Composite::parse("[a=x#3By#5D][b=#C3#A9][c=5 #1 #z][d==]").unwrap();

        let values: Vec<_> = ["a", "b", "c", "d"].map(|key| composite.first(key).unwrap()).into();
        assert_eq!(values, ["x;y]", "é", "5 #1 #z", "="]);
    }

    #[test]
    fn unbalanced_values_are_opaque() {
        let values =
            ["", "[", "]", "[]", "[a]", "[=b]", "[a=b", "a=b]", "[a=b]]", "[[a=b]", "[a=b] [c=d]"];
        for value in values {
            assert_eq!(Composite::parse(value), None, "{value}");
        }
        assert_eq!(Composite::parse("[a=#FF]"), None, "no UTF-8");
    }

    #[test]
    fn labels_are_told_from_the_text() {
        assert_eq!(labelled("{UAI}0141408E"), (Some("UAI"), "0141408E"));
        let id = "{UAI:0751717J:HARPEGE.FCSTR}530";
        assert_eq!(labelled(id), (Some("UAI:0751717J:HARPEGE.FCSTR"), "530"));
        assert_eq!(labelled("HS_C68"), (None, "HS_C68"));
        assert_eq!(labelled("{broken"), (None, "{broken"));
    }

    fn written(composite: &Composite) -> String {
        let sign = |sign: char| match sign {
            '[' | ']' | '#' | ';' | '$' | '=' => format!("#{:02X}", u32::from(sign)),
            _ => sign.to_string(),
        };
        let pair = |(key, value): &(String, String)| {
            format!("[{key}={}]", value.chars().map(sign).collect::<String>())
        };
        composite.0.iter().map(pair).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(
            pairs in proptest::collection::vec(("[A-Za-z]{1,8}", "\\PC{0,12}"), 1..6)
        ) {
            let composite = Composite(pairs);
            prop_assert_eq!(Composite::parse(&written(&composite)), Some(composite));
        }

        #[test]
        fn no_text_panics(value in any::<String>()) {
            let _ = Composite::parse(&value);
            let _ = Composite::parse(&format!("[a={value}]"));
        }
    }
}
