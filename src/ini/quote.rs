//! Writes a value so that the `ini` crate reads back exactly this value.

/// Append `value` in quotes; it holds no line break.
///
/// Even without escapes that reader steps over whatever follows a backslash, the closing quote
/// included, and at the end of a line it joins the next one. So a backslash always keeps company
/// inside its quotes, and those at the very end stand bare, before a blank that gets trimmed.
pub(super) fn push(out: &mut String, value: &str) {
    let body = value.trim_end_matches('\\');
    let tail = &value[body.len()..];
    if body.contains('"') {
        push_alternating(out, body);
    } else {
        out.push('"');
        out.push_str(body);
        out.push('"');
    }
    if !tail.is_empty() {
        out.push_str(tail);
        out.push(' ');
    }
}

/// Quoted pieces one behind the other, each in quotes that it does not hold.
fn push_alternating(out: &mut String, body: &str) {
    let mut quote = '"';
    out.push(quote);
    let mut rest = body;
    while let Some(at) = rest.find(|character| character != '\\') {
        let (backslashes, after) = rest.split_at(at);
        let mut characters = after.chars();
        let Some(character) = characters.next() else { break };
        if character == quote {
            out.push(quote);
            quote = if quote == '"' { '\'' } else { '"' };
            out.push(quote);
        }
        out.push_str(backslashes);
        out.push(character);
        rest = characters.as_str();
    }
    out.push(quote);
}
