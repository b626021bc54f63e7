//! Puts the tokens together: nesting, namespaces, limits.
use super::Limits;
use super::characters::{is_blank, split_name};
use super::tag::Tag;
use crate::sso::saml::element::{Attribute, Content, Element};
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::vocabulary::{METADATA, XML, XMLNS};
use std::sync::Arc;

/// A namespace declaration in scope.
struct Binding {
    prefix: String,
    space: Arc<str>,
}

/// An element whose end tag has not come yet.
struct Open {
    written_name: String,
    element: Element,
    bindings_outside: usize,
}

/// Takes tokens, gives the root element.
pub(super) struct Builder {
    limits: Limits,
    bindings: Vec<Binding>,
    open: Vec<Open>,
    elements: usize,
    root: Option<Element>,
    nothing: Arc<str>,
}

impl Builder {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            bindings: vec![Binding { prefix: "xml".into(), space: XML.into() }],
            open: Vec::new(),
            elements: 0,
            root: None,
            nothing: "".into(),
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the innermost open element describes an entity.
    pub(super) fn is_at_entity(&self) -> bool {
        self.open.last().is_some_and(|open| open.element.is(METADATA, "EntityDescriptor"))
    }

    /// The attribute of each element that is open, outermost first.
    pub(super) fn open_attributes(&self, name: &str) -> Vec<String> {
        let attribute = |open: &Open| open.element.attribute(name).map(str::to_owned);
        self.open.iter().filter_map(attribute).collect()
    }

    pub(super) fn start(&mut self, inside: &str) -> Result<(), Refusal> {
        demand(self.root.is_none(), Reason::Markup, "something behind the root element")?;
        self.elements += 1;
        demand(self.elements <= self.limits.elements, Reason::Size, "too many elements")?;
        demand(self.open.len() < self.limits.depth, Reason::Size, "nested too deeply")?;

        let tag = Tag::parse(inside, self.limits.attributes)?;
        let bindings_outside = self.bindings.len();
        self.declare(&tag)?;
        let element = self.element(&tag)?;

        let written_name = tag.name.to_owned();
        self.open.push(Open { written_name, element, bindings_outside });
        Ok(())
    }

    /// Close the innermost element and hand it back; it is not in its parent yet.
    pub(super) fn end(&mut self, name: &str) -> Result<Element, Refusal> {
        let open = self.open.pop().filter(|open| open.written_name == name);
        let open = open.ok_or_else(|| Refusal::new(Reason::Markup, "an end tag too many"))?;
        self.bindings.truncate(open.bindings_outside);
        Ok(open.element)
    }

    /// Put a closed element where it belongs.
    pub(super) fn keep(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.element.content.push(Content::Element(element)),
            None => self.root = Some(element),
        }
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), Refusal> {
        let Some(parent) = self.open.last_mut() else {
            let blank = text.chars().all(is_blank);
            return demand(blank, Reason::Markup, "text outside the root element");
        };
        match parent.element.content.last_mut() {
            Some(Content::Text(before)) => before.push_str(text),
            _ => parent.element.content.push(Content::Text(text.to_owned())),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Element, Refusal> {
        demand(self.open.is_empty(), Reason::Markup, "an element is not closed")?;
        self.root.ok_or_else(|| Refusal::new(Reason::Markup, "no root element"))
    }

    /// Bring the namespace declarations of a tag into scope.
    fn declare(&mut self, tag: &Tag<'_>) -> Result<(), Refusal> {
        for (name, value) in &tag.attributes {
            let prefix = match name.split_once(':') {
                Some(("xmlns", prefix)) => prefix,
                None if *name == "xmlns" => "",
                _ => continue,
            };
            let named = *name == "xmlns" || !prefix.is_empty();
            let valid = named && may_declare(prefix, value);
            demand(valid, Reason::Markup, "a bad namespace declaration")?;
            let space = value.as_str().into();
            self.bindings.push(Binding { prefix: prefix.to_owned(), space });
        }
        let bounded = self.bindings.len() <= self.limits.namespaces;
        demand(bounded, Reason::Size, "too many namespaces")
    }

    fn element(&self, tag: &Tag<'_>) -> Result<Element, Refusal> {
        let (space, name) = self.resolve(tag.name, true)?;
        let mut attributes: Vec<Attribute> = Vec::with_capacity(tag.attributes.len());
        for (written, value) in &tag.attributes {
            if *written == "xmlns" || written.starts_with("xmlns:") {
                continue;
            }
            let (space, name) = self.resolve(written, false)?;
            let same = |other: &Attribute| other.name == name && other.space == space;
            demand(!attributes.iter().any(same), Reason::Markup, "an attribute stands twice")?;
            attributes.push(Attribute { space, name: name.to_owned(), value: value.clone() });
        }
        Ok(Element { space, name: name.to_owned(), attributes, content: Vec::new() })
    }

    /// Namespace and local name of a written name.
    fn resolve<'a>(&self, written: &'a str, element: bool) -> Result<(Arc<str>, &'a str), Refusal> {
        let (prefix, local) = split_name(written)
            .ok_or_else(|| Refusal::new(Reason::Markup, "a name that is none"))?;
        if prefix.is_empty() && !element {
            return Ok((Arc::clone(&self.nothing), local));
        }
        let bound = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        match bound {
            Some(binding) => Ok((Arc::clone(&binding.space), local)),
            None if prefix.is_empty() => Ok((Arc::clone(&self.nothing), local)),
            None => Err(Refusal::new(Reason::Markup, "a prefix that nobody declared")),
        }
    }
}

/// Whether a declaration is one of Namespaces in XML 1.0 with an absolute name.
fn may_declare(prefix: &str, space: &str) -> bool {
    if prefix.is_empty() && space.is_empty() {
        return true;
    }
    if prefix == "xml" || space == XML {
        return prefix == "xml" && space == XML;
    }
    let named = prefix.is_empty() || super::characters::is_simple_name(prefix);
    named && prefix != "xmlns" && space != XMLNS && is_absolute(space)
}

/// Whether a namespace name begins with a scheme and holds no blank.
fn is_absolute(space: &str) -> bool {
    let Some((scheme, rest)) = space.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !rest.is_empty()
        && !space.contains(|c: char| c.is_whitespace() || c.is_control())
}
