//! An entry of an answer, read without trust.
use super::wanted::is_secret;
use crate::identity::Attributes;
use crate::identity::sources::SourceError;
use ldap3::asn1::StructureTag;

/// Values kept of one attribute: as many as a person may have schools.
const MOST_VALUES: usize = 2_000;
/// Longest value that is kept, in bytes.
const LONGEST_VALUE: usize = 8 * 1024;
/// What one entry may weigh, in bytes of values.
const HEAVIEST_ENTRY: usize = 512 * 1024;

/// Where it stands and what it says (`dn` among it). No secrets, no binary values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) dn: String,
    pub(super) attributes: Attributes,
}

impl Entry {
    /// Read a `SearchResultEntry` (RFC 4511 4.5.2).
    pub(super) fn parse(tag: StructureTag) -> Result<Self, SourceError> {
        Self::read(tag).ok_or(SourceError::Garbled)
    }

    fn read(tag: StructureTag) -> Option<Self> {
        let mut parts = tag.expect_constructed()?.into_iter();
        let dn = text(parts.next()?)?;
        let mut attributes = Attributes::default();
        attributes.add("dn", dn.clone());
        let mut weight = 0;
        for attribute in parts.next()?.expect_constructed()? {
            let mut halves = attribute.expect_constructed()?.into_iter();
            let name = text(halves.next()?)?;
            let values = halves.next()?.expect_constructed()?;
            if is_secret(&name) || name.eq_ignore_ascii_case("dn") {
                continue;
            }
            keep(&mut attributes, &name, values, &mut weight);
        }
        Some(Self { dn, attributes })
    }
}

fn keep(attributes: &mut Attributes, name: &str, values: Vec<StructureTag>, weight: &mut usize) {
    let total = values.len();
    let kept = values.into_iter().filter_map(text).filter(|value| {
        // Neither PostgreSQL nor XML can hold a NUL.
        !value.is_empty() && value.len() <= LONGEST_VALUE && !value.contains('\0')
    });
    for value in kept.take(MOST_VALUES) {
        *weight += value.len();
        if *weight > HEAVIEST_ENTRY {
            break;
        }
        attributes.add(name, value);
    }
    let dropped = total - attributes.all(name).len().min(total);
    if dropped > 0 {
        tracing::debug!(attribute = name, dropped, "values of {name} were dropped");
    }
}

/// The text of an octet string; none when it is binary.
fn text(tag: StructureTag) -> Option<String> {
    String::from_utf8(tag.expect_primitive()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::asn1::{PL, TagClass};

    fn octets(value: &[u8]) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(value.to_vec()) }
    }

    fn sequence(parts: Vec<StructureTag>) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 16, payload: PL::C(parts) }
    }

    fn entry(attributes: &[(&str, Vec<Vec<u8>>)]) -> StructureTag {
        let attributes = attributes.iter().map(|(name, values)| {
            let values = values.iter().map(|value| octets(value)).collect();
            sequence(vec![octets(name.as_bytes()), sequence(values)])
        });
        sequence(vec![octets(b"uid=a,o=x"), sequence(attributes.collect())])
    }

    #[test]
    fn names_have_no_case_and_secrets_are_dropped() {
        let tag = entry(&[
            ("UID", vec![b"a".to_vec()]),
            ("userPassword", vec![b"tulipe".to_vec()]),
            ("employeeNumber", vec![b"12E3456789ABC".to_vec()]),
        ]);

        let entry = Entry::parse(tag).expect("an entry");

        assert_eq!(entry.attributes.first("uid"), Some("a"));
        assert_eq!(entry.attributes.first("dn"), Some("uid=a,o=x"));
        assert_eq!(entry.attributes.iter().count(), 2);
    }

    #[test]
    fn an_attribute_called_dn_cannot_replace_the_real_one() {
        let tag = entry(&[("dn", vec![b"ou=9740091F,o=x".to_vec()])]);

        let entry = Entry::parse(tag).expect("an entry");

        assert_eq!(entry.attributes.all("dn"), ["uid=a,o=x"]);
    }

    #[test]
    fn binary_empty_long_and_nul_values_are_skipped() {
        let values = vec![
            vec![0xff, 0xd8, 0xff],
            b"".to_vec(),
            vec![b'x'; LONGEST_VALUE + 1],
            b"a\0b".to_vec(),
            vec![b'x'; LONGEST_VALUE],
        ];

        let entry = Entry::parse(entry(&[("cn", values)])).expect("an entry");

        assert_eq!(entry.attributes.all("cn").len(), 1);
    }

    #[test]
    fn a_flood_of_values_is_cut() {
        let many = vec![b"x".to_vec(); 10_000];
        let heavy = vec![vec![b'y'; LONGEST_VALUE]; 100];

        let entry = Entry::parse(entry(&[("a", many), ("b", heavy)])).expect("an entry");

        assert_eq!(entry.attributes.all("a").len(), MOST_VALUES);
        assert!(entry.attributes.all("b").len() < 64);
    }

    #[test]
    fn what_is_no_entry_is_an_error_not_a_panic() {
        for tag in [
            octets(b"x"),
            sequence(vec![]),
            sequence(vec![octets(b"uid=a")]),
            sequence(vec![octets(&[0xff]), sequence(vec![])]),
            sequence(vec![octets(b"uid=a"), sequence(vec![octets(b"cn")])]),
            sequence(vec![octets(b"uid=a"), sequence(vec![sequence(vec![octets(b"cn")])])]),
        ] {
            assert_eq!(Entry::parse(tag), Err(SourceError::Garbled));
        }
    }
}
