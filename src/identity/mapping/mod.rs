//! How the names and values of a source become ours: `attr.OURS = EXPRESSION` of `[source:NAME]`.
//!
//! One language for every kind of source. The simplest expression is a name of theirs; functions
//! put several together: `join(' ', givenName, sn)`. `docs/people.md` has the table.
mod expression;
mod parse;
#[cfg(test)]
mod tests;

use super::Attributes;
use expression::Expression;

/// Every `attr.OURS` of a source.
#[derive(Debug, Clone, Default)]
pub struct Mapping(Vec<(String, Expression)>);

/// An expression that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Our name, as it stands behind `attr.`.
    pub ours: String,
    /// What is wrong, and what to write instead.
    pub why: String,
}

impl Mapping {
    /// Read pairs of our name and an expression; those that cannot be read are told.
    pub fn parse<O: AsRef<str>, E: AsRef<str>>(
        pairs: impl IntoIterator<Item = (O, E)>,
    ) -> (Self, Vec<Fault>) {
        let (mut mapping, mut faults) = (Self::default(), Vec::new());
        for (ours, text) in pairs {
            let ours = ours.as_ref().to_ascii_lowercase();
            match parse::parse(text.as_ref()) {
                Ok(expression) => mapping.0.push((ours, expression)),
                Err(why) => faults.push(Fault { ours, why }),
            }
        }
        (mapping, faults)
    }

    /// Their names, under ours. What an expression has no value for stays as it is.
    #[must_use]
    pub fn apply(&self, mut attributes: Attributes) -> Attributes {
        let told = self.0.iter().map(|(ours, expression)| (ours, expression.values(&attributes)));
        let told: Vec<_> = told.filter(|(_, values)| !values.is_empty()).collect();
        for (ours, values) in told {
            attributes.remove(ours);
            for value in values {
                attributes.add(ours, value);
            }
        }
        attributes
    }

    /// Names of theirs that some expression reads.
    pub fn theirs(&self) -> Vec<&str> {
        self.0.iter().flat_map(|(_, expression)| expression.names()).collect()
    }

    /// Names of ours that the source has an expression for, in lower case.
    pub fn ours(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(ours, _)| ours.as_str())
    }

    /// What the source calls an attribute of ours; `None` when it is computed and so cannot be
    /// searched.
    pub fn their_name<'a>(&'a self, ours: &'a str) -> Option<&'a str> {
        let expression = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(ours));
        match expression {
            None => Some(ours),
            Some((_, Expression::Name(theirs))) => Some(theirs),
            Some(_) => None,
        }
    }
}
