//! User objects of the protocol, as the index keeps them: compact, `federationId` first.
use crate::identity::cloud::Field;
use serde::Deserialize;
use std::borrow::Cow;

/// Append a user object with only some of its fields; `false` when it is none of ours.
pub(super) fn push_narrowed(answer: &mut Vec<u8>, object: &[u8], fields: &[Field]) -> bool {
    let start = answer.len();
    if narrow(answer, object, fields).is_some() {
        return true;
    }
    answer.truncate(start);
    false
}

fn narrow(answer: &mut Vec<u8>, object: &[u8], fields: &[Field]) -> Option<()> {
    let id = object.strip_prefix(b"{\"federationId\":")?;
    let mut rest = id.get(string_length(id)?..)?;
    answer.extend_from_slice(object.strip_suffix(rest)?);
    while let Some(member) = rest.strip_prefix(b",") {
        let name_length = string_length(member)?;
        let name = std::str::from_utf8(member.get(1..name_length - 1)?).ok()?;
        let value = member.get(name_length..)?.strip_prefix(b":{\"value\":")?;
        let value = value.get(string_length(value)?..)?;
        let verified = value.strip_prefix(b",\"verified\":\"")?;
        let behind = verified.strip_prefix(b"1\"}").or_else(|| verified.strip_prefix(b"0\"}"))?;
        if fields.iter().any(|field| field.name() == name) {
            answer.extend_from_slice(rest.strip_suffix(behind)?);
        }
        rest = behind;
    }
    answer.push(b'}');
    (rest == b"}").then_some(())
}

/// Bytes of the JSON string at the beginning, quotes included.
fn string_length(json: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    let mut inside = json.strip_prefix(b"\"")?.iter().enumerate();
    let end = inside.find(|(_, byte)| {
        let ends = **byte == b'"' && !is_escaped;
        is_escaped = **byte == b'\\' && !is_escaped;
        ends
    })?;
    Some(end.0 + 2)
}

/// The same, read: for dialects that write it in another way.
#[derive(Debug, Deserialize)]
pub(super) struct UserObject<'a> {
    #[serde(rename = "federationId", borrow)]
    pub(super) federation_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Option<Value<'a>>,
    #[serde(borrow)]
    pub(super) email: Option<Value<'a>>,
    #[serde(borrow)]
    pub(super) address: Option<Value<'a>>,
    #[serde(borrow)]
    pub(super) website: Option<Value<'a>>,
    #[serde(borrow)]
    pub(super) twitter: Option<Value<'a>>,
    #[serde(borrow)]
    pub(super) phone: Option<Value<'a>>,
}

/// The value of one field.
#[derive(Debug, Deserialize)]
pub(super) struct Value<'a> {
    #[serde(borrow)]
    pub(super) value: Cow<'a, str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, json};

    const OBJECT: &str = concat!(
        r#"{"federationId":"z\"d@http://a.test","#,
        r#""name":{"value":"Zoé \\\"D\\","verified":"1"},"#,
        r#""email":{"value":",\"phone\":{\"value\":","verified":"1"},"#,
        r#""userid":{"value":"zd","verified":"1"}}"#
    );

    fn narrowed(object: &str, fields: &[Field]) -> Option<String> {
        let mut answer = b"[".to_vec();
        let done = push_narrowed(&mut answer, object.as_bytes(), fields);
        let text = String::from_utf8(answer).unwrap();
        assert!(done || text == "[");
        done.then(|| text[1..].to_owned())
    }

    #[test]
    fn fields_that_are_not_allowed_are_cut_out() {
        assert_eq!(narrowed(OBJECT, &Field::SENT).unwrap(), OBJECT);
        assert_eq!(
            narrowed(OBJECT, &[Field::Userid, Field::Phone]).unwrap(),
            r#"{"federationId":"z\"d@http://a.test","userid":{"value":"zd","verified":"1"}}"#
        );
        assert_eq!(narrowed(OBJECT, &[]).unwrap(), r#"{"federationId":"z\"d@http://a.test"}"#);
    }

    #[test]
    fn whatever_is_no_user_object_is_left_out() {
        for odd in [
            "",
            "{}",
            r#"{"name":{"value":"x","verified":"1"}}"#,
            r#"{"federationId":"x"#,
            r#"{"federationId":"x","name":"y"}"#,
            r#"{"federationId":"x"}}"#,
            r#"{"federationId":"x","name":{"value":"y","verified":0}}"#,
        ] {
            assert_eq!(narrowed(odd, &Field::SENT), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_is_what_a_json_reader_would_leave_out(
            id in ".*", name in ".*", email in ".*", keep in 0..3_usize,
        ) {
            let quoted = |text: &str| serde_json::to_string(text).unwrap();
            let object = format!(
                r#"{{"federationId":{},"name":{{"value":{},"verified":"1"}},"email":{{"value":{},"verified":"1"}}}}"#,
                quoted(&id), quoted(&name), quoted(&email)
            );
            let fields = &[Field::Name, Field::Email][..keep];
            let read: Map<_, _> = serde_json::from_str(&narrowed(&object, fields).unwrap()).unwrap();
            let mut expected = json!({ "federationId": id });
            for (field, value) in [(Field::Name, &name), (Field::Email, &email)] {
                if fields.contains(&field) {
                    expected[field.name()] = json!({ "value": value, "verified": "1" });
                }
            }
            prop_assert_eq!(serde_json::Value::Object(read), expected);
        }
    }
}
