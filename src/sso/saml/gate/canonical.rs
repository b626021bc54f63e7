//! Exclusive canonical form (W3C xml-exc-c14n, without comments), written token by token from a
//! text that passed the gate.
use super::characters::is_blank;
use super::tag::Tag;
use crate::sso::saml::vocabulary::XML;
use std::collections::BTreeMap;

/// Namespace declarations in scope, the innermost last.
#[derive(Default)]
pub(super) struct Scope {
    bindings: Vec<(String, String)>,
    marks: Vec<usize>,
}

impl Scope {
    /// Go into an element.
    pub(super) fn enter(&mut self, tag: &Tag<'_>) {
        self.marks.push(self.bindings.len());
        for (name, value) in &tag.attributes {
            if let Some(prefix) = declared(name) {
                self.bindings.push((prefix.to_owned(), value.clone()));
            }
        }
    }

    /// Go out of it.
    pub(super) fn leave(&mut self) {
        self.bindings.truncate(self.marks.pop().unwrap_or_default());
    }

    /// What a prefix stands for; the empty one for the default namespace.
    pub(super) fn space(&self, prefix: &str) -> Option<&str> {
        innermost(&self.bindings, prefix)
    }
}

/// The prefix that an attribute declares, if it is a declaration.
fn declared(name: &str) -> Option<&str> {
    match name.split_once(':') {
        Some(("xmlns", prefix)) => Some(prefix),
        None if name == "xmlns" => Some(""),
        _ => None,
    }
}

fn innermost<'a>(bindings: &'a [(String, String)], prefix: &str) -> Option<&'a str> {
    let bound = bindings.iter().rev().find(|(known, _)| known == prefix);
    bound.map(|(_, space)| space.as_str())
}

/// Prefix (empty for none) and local name.
pub(super) fn halves(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// Writes one element and what is in it.
pub(super) struct Writer {
    /// What was written and not taken away yet.
    pub(super) out: Vec<u8>,
    /// Prefixes that are treated as inclusive canonical form would (`PrefixList`).
    inclusive: Vec<String>,
    /// Declarations that were written, the innermost last.
    written: Vec<(String, String)>,
    marks: Vec<usize>,
}

impl Writer {
    /// `prefixes`: the `PrefixList`, `#default` for the default namespace.
    pub(super) fn new(prefixes: &str) -> Self {
        let prefixes = prefixes.split(is_blank).filter(|prefix| !prefix.is_empty());
        let inclusive = prefixes.map(|prefix| if prefix == "#default" { "" } else { prefix });
        Self {
            out: Vec::new(),
            inclusive: inclusive.map(str::to_owned).collect(),
            written: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// A start tag; the scope has entered the element already.
    pub(super) fn start(&mut self, tag: &Tag<'_>, scope: &Scope) {
        self.marks.push(self.written.len());
        self.put("<");
        self.put(tag.name);
        for (prefix, space) in self.visible(tag, scope) {
            self.declare(prefix, space);
        }
        for (name, value) in sorted(tag, scope) {
            self.attribute(name, value);
        }
        self.put(">");
    }

    /// An end tag.
    pub(super) fn end(&mut self, name: &str) {
        self.put("</");
        self.put(name);
        self.put(">");
        self.written.truncate(self.marks.pop().unwrap_or_default());
    }

    /// Text with its references resolved and its line ends made `\n`.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.put("&amp;"),
                '<' => self.put("&lt;"),
                '>' => self.put("&gt;"),
                '\r' => self.put("&#xD;"),
                c => self.put(c.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// The namespaces that a start tag has to show, by prefix: those of its names and, where they
    /// are in scope, those of the list.
    fn visible<'a>(&self, tag: &Tag<'a>, scope: &'a Scope) -> BTreeMap<String, &'a str> {
        let attributes = tag.attributes.iter().map(|(name, _)| *name);
        let prefixed = attributes.filter(|name| declared(name).is_none() && name.contains(':'));
        let names = std::iter::once(tag.name).chain(prefixed);
        let used = names.map(|name| (halves(name).0, scope.space(halves(name).0).unwrap_or("")));
        let listed = self.inclusive.iter().map(String::as_str);
        let listed = listed.filter_map(|prefix| Some((prefix, scope.space(prefix)?)));
        let all = used.chain(listed).filter(|(prefix, _)| *prefix != "xml");
        all.map(|(prefix, space)| (prefix.to_owned(), space)).collect()
    }

    /// Write a declaration, unless it is in force already.
    fn declare(&mut self, prefix: String, space: &str) {
        let nothing = prefix.is_empty().then_some("");
        if innermost(&self.written, &prefix).or(nothing) == Some(space) {
            return;
        }
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        self.attribute(&name, space);
        self.written.push((prefix, space.to_owned()));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.put(" ");
        self.put(name);
        self.put("=\"");
        for c in value.chars() {
            match c {
                '&' => self.put("&amp;"),
                '<' => self.put("&lt;"),
                '"' => self.put("&quot;"),
                '\t' => self.put("&#x9;"),
                '\n' => self.put("&#xA;"),
                '\r' => self.put("&#xD;"),
                c => self.put(c.encode_utf8(&mut [0; 4])),
            }
        }
        self.put("\"");
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

/// Attributes by namespace name and local name; declarations are not among them.
fn sorted<'t>(tag: &'t Tag<'_>, scope: &'t Scope) -> Vec<(&'t str, &'t str)> {
    let attributes = tag.attributes.iter().filter(|(name, _)| declared(name).is_none());
    let mut attributes: Vec<_> = attributes
        .map(|(name, value)| {
            let (prefix, local) = halves(name);
            let space = match prefix {
                "" => "",
                "xml" => XML,
                prefix => scope.space(prefix).unwrap_or(""),
            };
            ((space, local), (*name, value.as_str()))
        })
        .collect();
    attributes.sort_unstable();
    attributes.into_iter().map(|(_, attribute)| attribute).collect()
}
