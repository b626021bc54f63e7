//! What an expression is worth for one entry: a list of texts, perhaps empty.
use crate::identity::Attributes;
use regex::Regex;

/// Values that one expression yields at most: as many as a person may have schools.
const MOST_VALUES: usize = 2_000;
/// Longest text that one value may become, in bytes.
const LONGEST_VALUE: usize = 8 * 1024;

/// Something that yields values.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    /// All values of an attribute or column.
    Name(String),
    /// This text, for everybody.
    Text(String),
    /// A function of other expressions.
    Call(Function, Vec<Expression>),
}

/// What can be made of values.
#[derive(Debug, Clone)]
pub(super) enum Function {
    /// Those of every argument, each once.
    All,
    /// The first value there is.
    First,
    /// Those of the first argument that has any.
    Default,
    /// One text of all, with this between.
    Join(String),
    /// Each cut at this.
    Split(String),
    /// The first group of each that matches, or all of the match.
    Extract(Regex),
    /// In small letters.
    Lower,
    /// In capitals.
    Upper,
}

impl Expression {
    /// The values for an entry; no empty ones, and no more than anybody needs.
    pub(super) fn values(&self, attributes: &Attributes) -> Vec<String> {
        let mut values = self.all_values(attributes);
        values.retain(|value| value.len() <= LONGEST_VALUE);
        values.truncate(MOST_VALUES);
        values
    }

    /// The same, however long: what is split may be.
    fn all_values(&self, attributes: &Attributes) -> Vec<String> {
        let mut values = match self {
            Self::Name(name) => attributes.all(name).iter().map(|it| it.trim().into()).collect(),
            Self::Text(text) => vec![text.clone()],
            Self::Call(function, arguments) => {
                function.call(arguments.iter().map(|it| it.all_values(attributes)))
            }
        };
        values.retain(|value: &String| !value.is_empty());
        values
    }

    /// Names of attributes or columns that it reads.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Name(name) => vec![name],
            Self::Text(_) => Vec::new(),
            Self::Call(_, arguments) => arguments.iter().flat_map(Self::names).collect(),
        }
    }
}

impl Function {
    fn call(&self, mut arguments: impl Iterator<Item = Vec<String>>) -> Vec<String> {
        match self {
            Self::All => without_repeats(arguments.flatten()),
            Self::First => arguments.flatten().next().into_iter().collect(),
            Self::Default => arguments.find(|values| !values.is_empty()).unwrap_or_default(),
            Self::Join(between) => vec![arguments.flatten().collect::<Vec<_>>().join(between)],
            Self::Split(at) => {
                let cut = |value: String| -> Vec<String> {
                    value.split(at.as_str()).map(|part| part.trim().to_owned()).collect()
                };
                arguments.flatten().flat_map(cut).collect()
            }
            Self::Extract(pattern) => {
                arguments.flatten().filter_map(|value| extract(pattern, &value)).collect()
            }
            Self::Lower => arguments.flatten().map(|value| value.to_lowercase()).collect(),
            Self::Upper => arguments.flatten().map(|value| value.to_uppercase()).collect(),
        }
    }
}

fn extract(pattern: &Regex, value: &str) -> Option<String> {
    let found = pattern.captures(value)?;
    let part = found.get(1).or_else(|| found.get(0))?;
    Some(part.as_str().trim().to_owned())
}

fn without_repeats(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}
