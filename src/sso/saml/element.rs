//! An XML element as the gate hands it on: namespaces resolved, entities replaced, comments gone.
use std::sync::Arc;

/// An element with everything inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Namespace name, empty for none.
    pub space: Arc<str>,
    /// Local name.
    pub name: String,
    /// Attributes in document order; namespace declarations are not among them.
    pub attributes: Vec<Attribute>,
    /// Elements and texts in document order.
    pub content: Vec<Content>,
}

/// One attribute, its value normalised as XML 1.0 §3.3.3 has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Namespace name, empty for an attribute without prefix.
    pub space: Arc<str>,
    /// Local name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What stands inside an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// An element.
    Element(Element),
    /// A run of characters, never split by a comment or an entity.
    Text(String),
}

impl Element {
    /// Whether this is the element `name` of the namespace `space`.
    pub fn is(&self, space: &str, name: &str) -> bool {
        self.name == name && &*self.space == space
    }

    /// The value of an attribute without prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.space.is_empty() && attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// The value of an attribute with a prefix.
    pub fn attribute_in(&self, space: &str, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| &*attribute.space == space && attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// The elements directly inside.
    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The elements `name` of `space` directly inside.
    pub fn all<'a>(&'a self, space: &'a str, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children().filter(move |child| child.is(space, name))
    }

    /// The first element `name` of `space` directly inside.
    pub fn child(&self, space: &str, name: &str) -> Option<&Element> {
        self.children().find(|child| child.is(space, name))
    }

    /// The text directly inside, without that of elements inside.
    pub fn text(&self) -> String {
        self.content
            .iter()
            .filter_map(|content| match content {
                Content::Text(text) => Some(text.as_str()),
                Content::Element(_) => None,
            })
            .collect()
    }

    /// The text of an element that holds nothing else, without blanks around it.
    pub fn only_text(&self) -> Option<String> {
        self.children().next().is_none().then(|| self.text().trim().to_owned())
    }

    /// This element and all elements below it, in document order. The gate has bounded the depth.
    pub fn all_elements(&self) -> Vec<&Element> {
        let mut found = vec![self];
        for child in self.children() {
            found.extend(child.all_elements());
        }
        found
    }
}
