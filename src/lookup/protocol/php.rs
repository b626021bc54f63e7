//! What PHP does to texts: its `urldecode`, and JSON in the form in which it signs.
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::fmt::{self, Write as _};
use url::form_urlencoded;

/// `+` is a space, `%` and two hexadecimal digits a byte; everything else stays.
pub(super) fn urldecode(text: &str) -> String {
    let whole = format!("={}", text.replace('&', "%26"));
    let mut pairs = form_urlencoded::parse(whole.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A JSON value whose members stay in their order: signatures depend on it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The text of a member.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As PHP's `json_encode` writes it: compact, slashes escaped, ASCII only.
    pub(super) fn encode(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => text.push_str(&number.to_string()),
            Self::Text(value) => write_text(text, value),
            Self::List(items) => {
                write_all(text, ('[', ']'), items, |text, item| item.write(text));
            }
            Self::Object(members) => {
                write_all(text, ('{', '}'), members, |text, (name, value)| {
                    write_text(text, name);
                    text.push(':');
                    value.write(text);
                });
            }
        }
    }
}

fn write_all<T>(
    text: &mut String,
    (open, close): (char, char),
    items: &[T],
    write: impl Fn(&mut String, &T),
) {
    text.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(text, item);
    }
    text.push(close);
}

fn write_text(text: &mut String, value: &str) {
    text.push('"');
    for unit in value.encode_utf16() {
        match char::from_u32(u32::from(unit)) {
            Some('"') => text.push_str("\\\""),
            Some('\\') => text.push_str("\\\\"),
            Some('/') => text.push_str("\\/"),
            Some('\u{8}') => text.push_str("\\b"),
            Some('\u{c}') => text.push_str("\\f"),
            Some('\n') => text.push_str("\\n"),
            Some('\r') => text.push_str("\\r"),
            Some('\t') => text.push_str("\\t"),
            Some(plain @ ' '..='\u{7f}') => text.push(plain),
            _ => {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text.push('"');
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = members.next_entry()? {
            // Two members of one name would mean one thing to us and another to the signer.
            if object.iter().any(|(known, _)| *known == name) {
                return Err(serde::de::Error::custom("a member that stands twice"));
            }
            object.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_decoded_as_php_does() {
        for (text, decoded) in [
            ("a+b", "a b"),
            ("a%40b%2B", "a@b+"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("a&b=c", "a&b=c"),
            ("%c3%89", "É"),
            ("é", "é"),
            ("", ""),
        ] {
            assert_eq!(urldecode(text), decoded, "{text}");
        }
    }

    #[test]
    fn json_is_written_as_php_writes_it() {
        let text = r#"{"b":"é/\ud83c\udf93\u0001","a":[1,-2,true,null,"\"\\\n"],"c":{}}"#;
        let read: Json = serde_json::from_str(text).unwrap();
        let php = r#"{"b":"\u00e9\/\ud83c\udf93\u0001","a":[1,-2,true,null,"\"\\\n"],"c":{}}"#;
        assert_eq!(read.encode(), php);
        assert_eq!(read.text("b"), Some("é/🎓\u{1}"));
        assert!(serde_json::from_str::<Json>(r#"{"a":1,"a":2}"#).is_err());
    }

    proptest! {
        #[test]
        fn what_php_writes_is_read_again(text in ".*", name in ".*") {
            let value = Json::Object(vec![(name, Json::List(vec![Json::Text(text)]))]);
            prop_assert_eq!(&serde_json::from_str::<Json>(&value.encode()).unwrap(), &value);
            prop_assert!(value.encode().is_ascii());
        }
    }
}
