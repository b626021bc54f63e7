//! What a line `name = source` of a file takes its values from (`dispatch.md` 5.3).
use super::facts::{Facts, is_secret};

/// Where the values of a line come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `=text`: always this.
    Constant(String),
    /// An attribute, with or without a step behind `|`.
    Attribute {
        /// Its name; case does not matter.
        name: String,
        /// What happens to its values.
        step: Option<Step>,
    },
}

/// What happens to the values of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All in small letters.
    Lower,
    /// All in capitals.
    Upper,
    /// Only the first one.
    First,
}

impl Source {
    /// The attribute of this name as it is.
    pub fn attribute(name: &str) -> Self {
        Self::Attribute { name: name.to_owned(), step: None }
    }

    /// Read what stands behind `name =`; `None`: it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(constant) = text.strip_prefix('=') {
            return (!constant.is_empty()).then(|| Self::Constant(constant.to_owned()));
        }
        let (name, step) = match text.split_once('|') {
            Some((name, step)) => (name.trim(), Some(Step::parse(step.trim())?)),
            None => (text.trim(), None),
        };
        (!name.is_empty()).then(|| Self::Attribute { name: name.to_owned(), step })
    }

    /// Its values of somebody, those only that may leave the house.
    pub fn values(&self, facts: &Facts) -> Vec<String> {
        match self {
            Self::Constant(text) => vec![text.clone()],
            Self::Attribute { name, step } => {
                let values = facts.values(name).into_iter();
                match step {
                    None => values.collect(),
                    Some(Step::Lower) => values.map(|value| value.to_lowercase()).collect(),
                    Some(Step::Upper) => values.map(|value| value.to_uppercase()).collect(),
                    Some(Step::First) => values.take(1).collect(),
                }
            }
        }
    }

    /// The attribute, unless it is a constant.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Constant(_) => None,
            Self::Attribute { name, .. } => Some(name),
        }
    }

    /// Whether it names what is never passed on.
    pub fn is_secret(&self) -> bool {
        self.name().is_some_and(is_secret)
    }
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "lower" => Some(Self::Lower),
            "upper" => Some(Self::Upper),
            "first" => Some(Self::First),
            _ => None,
        }
    }
}
