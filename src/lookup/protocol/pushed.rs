//! The body of a push: `{"authKey": …, "users": {id: {field: text, …}, …}}`.
//!
//! It is read twice: first for the key, wherever it stands, and whether the rest is JSON at all;
//! then user by user, so that memory holds a few hundred of them and not all.
use crate::identity::cloud::{Field, Fields};
use crate::lookup::intake::Incoming;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// Users handed on at once.
const PORTION: usize = 500;

/// The key of a body, when it has one and users beside it.
pub(super) fn key(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "authKey")]
        key: String,
        #[serde(rename = "users")]
        _users: IgnoredAny,
    }
    serde_json::from_slice::<Head>(body).ok().map(|head| head.key)
}

/// A body with a key and nothing else that matters.
pub(super) fn key_alone(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "authKey")]
        key: String,
    }
    serde_json::from_slice::<Head>(body).ok().map(|head| head.key)
}

/// The users of a body that names them in a list.
pub(super) fn listed(body: &[u8]) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct List {
        users: Vec<Value>,
    }
    let list = serde_json::from_slice::<List>(body).ok()?;
    let text = |value: Value| value.as_str().map(str::to_owned);
    Some(list.users.into_iter().filter_map(text).collect())
}

/// Hand every user of a body to `take`, some at a time, until it says `false`. `None` when the
/// body turns out to be none.
pub(super) fn users(body: &[u8], take: &mut dyn FnMut(Vec<Incoming>) -> bool) -> Option<()> {
    let mut body = serde_json::Deserializer::from_slice(body);
    body.deserialize_map(Body(take)).ok()
}

type Take<'t> = &'t mut dyn FnMut(Vec<Incoming>) -> bool;

struct Body<'t>(Take<'t>);

impl<'de> Visitor<'de> for Body<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name == "users" {
                members.next_value_seed(Users(self.0))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Users<'t>(Take<'t>);

impl<'de> DeserializeSeed<'de> for Users<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Users<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("users by cloud id, or an empty list")
    }

    /// PHP writes an object without members as a list. Users without an id are none.
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {
            (self.0)(vec![Incoming { cloud_id: String::new(), fields: None, person: None }]);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut portion = Vec::new();
        while let Some((cloud_id, value)) = members.next_entry::<String, Value>()? {
            portion.push(Incoming { cloud_id, fields: fields(value), person: None });
            if portion.len() == PORTION && !(self.0)(std::mem::take(&mut portion)) {
                return Err(serde::de::Error::custom("nobody takes them"));
            }
        }
        (self.0)(portion);
        Ok(())
    }
}

/// The fields of the protocol; whatever else a server ships is dropped here.
fn fields(value: Value) -> Option<Fields> {
    let members: Map<String, Value> = match value {
        Value::Object(members) => members,
        Value::Array(items) if items.is_empty() => Map::new(),
        _ => return None,
    };
    let mut fields = Fields::default();
    for (name, value) in members {
        let Some(field) = Field::parse(&name) else { continue };
        match value {
            Value::String(text) => fields.set(field, &text),
            Value::Number(number) => fields.set(field, &number.to_string()),
            Value::Null => {}
            _ => return None,
        }
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Vec<Incoming>> {
        let mut all = Vec::new();
        users(body.as_bytes(), &mut |portion| {
            all.extend(portion);
            true
        })?;
        Some(all)
    }

    #[test]
    fn the_key_stands_before_or_behind_the_users() {
        assert_eq!(key(br#"{"authKey":"k","users":[]}"#).as_deref(), Some("k"));
        assert_eq!(key(br#"{"users":{"a@b":{}},"authKey":"k"}"#).as_deref(), Some("k"));
        for bad in [
            "",
            "[]",
            "null",
            "{}",
            r#"{"authKey":"k"}"#,
            r#"{"users":[]}"#,
            r#"{"authKey":1,"users":[]}"#,
            r#"{"authKey":"k","users":["#,
        ] {
            assert_eq!(key(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(key_alone(br#"{"authKey":"k"}"#).as_deref(), Some("k"));
    }

    #[test]
    fn a_push_of_a_real_server_is_read() {
        let body = r#"{"authKey":"k","users":{"zdurand2@http:\/\/127.0.0.1:18931":
            {"userid":"zdurand2","name":"Zo\u00e9 Durand","address":"","birthdate":"2001",
            "twitter":null,"phone":33,"avatar":"","profile_enabled":"1"}}}"#;
        let fields =
            [(Field::Name, "Zoé Durand"), (Field::Phone, "33"), (Field::Userid, "zdurand2")];
        let expected = Incoming {
            cloud_id: "zdurand2@http://127.0.0.1:18931".to_owned(),
            fields: Some(fields.into_iter().collect()),
            person: None,
        };
        assert_eq!(read(body), Some(vec![expected]));
    }

    #[test]
    fn users_that_are_none_stand_for_themselves() {
        let found = read(r#"{"users":{"a@b":"x","c@d":[],"e@f":{"name":["x"]},"g@h":null}}"#);
        let good: Vec<bool> = found.unwrap().iter().map(|user| user.fields.is_some()).collect();
        assert_eq!(good, [false, true, false, false]);
        assert_eq!(read(r#"{"users":[]}"#), Some(Vec::new()));
        assert_eq!(read(r#"{"users":["x",{}]}"#).unwrap().len(), 2);
        assert_eq!(read(r#"{"users":{"a@b":{}"#), None);
    }

    #[test]
    fn many_users_come_in_portions() {
        let members: Vec<String> = (0..1_201).map(|n| format!(r#""u{n}@b":{{}}"#)).collect();
        let body = format!(r#"{{"users":{{{}}}}}"#, members.join(","));
        let mut sizes = Vec::new();
        users(body.as_bytes(), &mut |portion| {
            sizes.push(portion.len());
            true
        });
        assert_eq!(sizes, [500, 500, 201]);
        assert_eq!(users(body.as_bytes(), &mut |_| false), None);
    }

    #[test]
    fn lists_name_their_users() {
        let body = br#"{"authKey":"k","users":["a@b",1,"c@d"]}"#;
        assert_eq!(listed(body).unwrap(), ["a@b", "c@d"]);
        assert_eq!(listed(br#"{"users":{"a@b":{}}}"#), None);
    }
}
