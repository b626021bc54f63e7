//! JSON in one form only, whichever database kept it.
use serde::{Serialize, Serializer};
use serde_json::{Number, Value};
use std::collections::BTreeMap;

/// Writes a value with sorted names and without a choice in numbers: PostgreSQL sorts names in its
/// own way, and writes `1e16` as an integer.
pub(super) struct Canonical<'a>(pub(super) &'a Value);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(entries) => {
                let sorted: BTreeMap<&String, Canonical<'_>> =
                    entries.iter().map(|(name, value)| (name, Canonical(value))).collect();
                sorted.serialize(serializer)
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(Canonical)),
            Value::Number(number) => match whole(number) {
                Some(whole) => whole.serialize(serializer),
                None => number.serialize(serializer),
            },
            simple => simple.serialize(serializer),
        }
    }
}

/// A number without a fraction, however it was written.
fn whole(number: &Number) -> Option<i128> {
    if let Some(whole) = number.as_i128() {
        return Some(whole);
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    format!("{float:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_form() {
        for (written, form) in [
            (r#"{"b": 1, "a": {"d": [], "c": null}}"#, r#"{"a":{"c":null,"d":[]},"b":1}"#),
            (r#"{"é":1,"z":2,"a b":3,"B":4}"#, r#"{"B":4,"a b":3,"z":2,"é":1}"#),
            (
                "[1.0, 1e3, -0.0, 1e16, 10000000000000000]",
                "[1,1000,0,10000000000000000,10000000000000000]",
            ),
            ("[1.50, 15e-1, -0.25]", "[1.5,1.5,-0.25]"),
            (
                "[18446744073709551615, -9223372036854775808]",
                "[18446744073709551615,-9223372036854775808]",
            ),
            (r#""\u00e9 \" \\ \n \u2028""#, "\"é \\\" \\\\ \\n \u{2028}\""),
        ] {
            let value: Value = serde_json::from_str(written).unwrap();
            assert_eq!(serde_json::to_string(&Canonical(&value)).unwrap(), form, "{written}");
        }
    }
}
