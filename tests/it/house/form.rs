//! Reads the little of HTML that the tests need: tags and their attributes.
use std::collections::HashMap;

/// The attributes of every `<name …>` of a page, in order.
pub(super) fn tags(html: &str, name: &str) -> Vec<HashMap<String, String>> {
    let start = format!("<{name} ");
    html.split(&start).skip(1).map(attributes).collect()
}

/// Attributes up to the end of the tag.
fn attributes(mut rest: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ', '>', '\n']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if name.is_empty() {
            return found;
        }
        let Some(value) = behind.strip_prefix("=\"") else {
            found.insert(name.to_owned(), String::new());
            rest = behind;
            continue;
        };
        let end = value.find('"').expect("a quote is closed");
        found.insert(name.to_owned(), unescape(&value[..end]));
        rest = &value[end + 1..];
    }
}

/// Text as it was before it was written into a page.
pub(super) fn unescape(text: &str) -> String {
    let pairs = [
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&lt;", "<"),
        ("&#62;", ">"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    pairs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn tags_are_read_with_their_values() {
    let html = r#"<form method="post"><input type="hidden" name="a" value="&#34;1&#38;"><input required name="b"></form>"#;

    let inputs = tags(html, "input");

    assert_eq!(inputs[0]["value"], "\"1&");
    assert_eq!((inputs[1]["name"].as_str(), inputs[1]["required"].as_str()), ("b", ""));
    assert_eq!(tags(html, "form")[0]["method"], "post");
}
