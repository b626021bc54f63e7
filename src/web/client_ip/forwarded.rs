//! The header `Forwarded` (RFC 7239): who each proxy says it serves.

/// The `for` of each element, left to right, without its quotes; empty where there is none, so
/// that whoever reads from the right stops there.
pub(super) fn nodes(line: &str) -> Vec<String> {
    let elements = split_outside_quotes(line, ',');
    elements.into_iter().filter(|element| !element.trim().is_empty()).map(node).collect()
}

fn node(element: &str) -> String {
    let pairs = split_outside_quotes(element, ';');
    let mut values = pairs.into_iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| unquoted(value.trim()))
    });
    match (values.next(), values.next()) {
        (Some(value), None) => value,
        _ => String::new(),
    }
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |character| {
        let splits = character == separator && !quoted;
        if !escaped && character == '"' {
            quoted = !quoted;
        }
        escaped = quoted && !escaped && character == '\\';
        splits
    })
    .collect()
}

/// The text of a quoted string; a token as it is.
fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else { return value.to_owned() };
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            _ => text.push(character),
        }
    }
    text
}
