//! Writes XML that is its own exclusive canonical form (Exclusive XML Canonicalization 1.0).
//!
//! What is written here can be hashed and signed at once, without parsing it again: attributes
//! sorted, no empty-element tags, no blanks of its own, namespaces declared by the outermost
//! element that uses them, and values escaped as Canonical XML 1.0 §2.3 has it. Values with
//! characters that XML forbids are refused, never repaired.
use super::gate::characters::is_xml;
use std::borrow::Cow;

/// A value cannot stand in XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value holds a character that XML forbids")]
pub struct ForbiddenCharacter;

/// Name of an element or attribute, with its prefix.
type Name = Cow<'static, str>;

/// XML in the making.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    text: String,
    open: Vec<Name>,
    forbidden: bool,
}

impl Xml {
    /// Open an element. Prefixes that it brings (the empty one is the default namespace) are written
    /// before its attributes, sorted by the caller; attributes without prefix are sorted here, those with the prefix `xml` last.
    pub(crate) fn open(
        mut self,
        name: impl Into<Name>,
        spaces: &[(&'static str, &'static str)],
        attributes: &[(&'static str, &str)],
    ) -> Self {
        let name = name.into();
        self.text.push('<');
        self.text.push_str(&name);
        for (prefix, space) in spaces {
            self.text.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.text.push_str(prefix);
            self.text.push_str("=\"");
            self.text.push_str(space);
            self.text.push('"');
        }
        let mut attributes = attributes.to_vec();
        attributes.sort_unstable_by_key(|(name, _)| (name.contains(':'), *name));
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.text.push('>');
        self.open.push(name);
        self
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        for character in value.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '"' => self.text.push_str("&quot;"),
                '\t' => self.text.push_str("&#x9;"),
                '\n' => self.text.push_str("&#xA;"),
                '\r' => self.text.push_str("&#xD;"),
                _ => self.character(character),
            }
        }
        self.text.push('"');
    }

    /// Text inside the innermost element.
    pub(crate) fn text(mut self, value: &str) -> Self {
        for character in value.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '\r' => self.text.push_str("&#xD;"),
                _ => self.character(character),
            }
        }
        self
    }

    fn character(&mut self, character: char) {
        self.forbidden |= !is_xml(character);
        self.text.push(character);
    }

    /// Close the innermost element.
    pub(crate) fn close(mut self) -> Self {
        let name = self.open.pop().unwrap_or_default();
        self.text.push_str("</");
        self.text.push_str(&name);
        self.text.push('>');
        self
    }

    /// An element that holds nothing but text.
    pub(crate) fn leaf(
        self,
        name: impl Into<Name>,
        attributes: &[(&'static str, &str)],
        text: &str,
    ) -> Self {
        self.open(name, &[], attributes).text(text).close()
    }

    /// Canonical XML from elsewhere in this module, as it is.
    pub(crate) fn raw(mut self, canonical: &str) -> Self {
        self.text.push_str(canonical);
        self
    }

    /// Everything written so far; elements may still be open.
    pub(crate) fn finish(self) -> Result<String, ForbiddenCharacter> {
        if self.forbidden { Err(ForbiddenCharacter) } else { Ok(self.text) }
    }

    /// Apply a step to an optional value.
    pub(crate) fn maybe<T>(self, value: Option<T>, step: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => step(self, value),
            None => self,
        }
    }

    /// Apply a step to every value.
    pub(crate) fn each<T>(
        self,
        values: impl IntoIterator<Item = T>,
        step: impl Fn(Self, T) -> Self,
    ) -> Self {
        values.into_iter().fold(self, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::saml::gate::{Profile, admit};
    use proptest::prelude::*;

    #[test]
    fn attributes_are_sorted_and_escaped() {
        let xml = Xml::default()
            .open("p:a", &[("p", "urn:x")], &[("xml:lang", "fr"), ("b", "<&\"\t\n\r>'"), ("B", "")])
            .text("<&>\"\r\n\t'")
            .close()
            .finish()
            .unwrap();

        assert_eq!(
            xml,
            "<p:a xmlns:p=\"urn:x\" B=\"\" b=\"&lt;&amp;&quot;&#x9;&#xA;&#xD;>'\" xml:lang=\"fr\">\
             &lt;&amp;&gt;\"&#xD;\n\t'</p:a>"
        );
    }

    #[test]
    fn what_xml_forbids_is_refused() {
        for value in ["\0", "\u{1}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"] {
            let text = Xml::default().open("a", &[], &[]).text(value).close().finish();
            let attribute = Xml::default().open("a", &[], &[("b", value)]).close().finish();

            assert_eq!((text, attribute), (Err(ForbiddenCharacter), Err(ForbiddenCharacter)));
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back_as_it_was(value in any::<String>()) {
            prop_assume!(value.chars().all(|c| !c.is_control() || "\t\n\r".contains(c)));
            prop_assume!(value.chars().all(is_xml));
            let xml = Xml::default().open("a", &[], &[("b", &value)]).text(&value).close();
            let root = admit(xml.finish().unwrap().as_bytes(), Profile::Message).unwrap();

            prop_assert_eq!(root.attribute("b"), Some(value.as_str()));
            prop_assert_eq!(root.text(), value);
        }
    }
}
