//! An attribute set: `attribute_sets/<name>.ini`, lines `name = source`.
use super::Entry;
use crate::finding::Finding;
use crate::sso::Source;
use crate::sso::saml::vocabulary::{NAME_FORMAT_BASIC, NAME_FORMAT_URI};

/// How the name of an attribute is to be read (SAML Core 8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFormat {
    /// A plain name.
    Basic,
    /// An address such as `urn:oid:2.5.4.42`.
    Uri,
}

impl NameFormat {
    /// Its name in messages.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Basic => NAME_FORMAT_BASIC,
            Self::Uri => NAME_FORMAT_URI,
        }
    }

    /// The format of a name, none when it is no name.
    fn of(name: &str) -> Option<Self> {
        let is_uri = ["urn:", "http://", "https://"].iter().any(|start| name.starts_with(start));
        let visible = name.bytes().all(|c| c.is_ascii_graphic());
        if is_uri {
            return visible.then_some(Self::Uri);
        }
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        (starts && name.chars().all(plain)).then_some(Self::Basic)
    }
}

/// One line of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) format: NameFormat,
    pub(super) source: Source,
}

impl Line {
    /// The source's name, for names that people cannot read.
    pub(super) fn friendly_name(&self) -> Option<String> {
        let name = self.source.name().filter(|_| self.format == NameFormat::Uri);
        name.map(str::to_owned)
    }
}

/// What one kind of partner is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeSet {
    lines: Vec<Line>,
}

impl Default for AttributeSet {
    /// What school portals get when no file says otherwise.
    fn default() -> Self {
        let names = [
            "uid",
            "displayName",
            "mail",
            "rne",
            "rnes",
            "profils",
            "source",
            "FederationKey",
            "auth",
            "arena",
        ];
        let line = |name: &str| Line {
            name: name.to_owned(),
            format: NameFormat::Basic,
            source: Source::attribute(name),
        };
        Self { lines: names.into_iter().map(line).collect() }
    }
}

impl AttributeSet {
    /// Nothing.
    pub fn empty() -> Self {
        Self { lines: Vec::new() }
    }

    /// Read a set. Lines that cannot be used are left out and reported.
    pub fn read<'e>(
        file: &str,
        entries: impl IntoIterator<Item = Entry<'e>>,
    ) -> (Self, Vec<Finding>) {
        let mut lines = Vec::new();
        let mut findings = Vec::new();
        for entry in entries {
            match line(&entry) {
                Ok(line) => lines.push(line),
                Err((code, detail)) => {
                    findings.push(Finding::at(code, file, entry.line, entry.key).detail(detail));
                }
            }
        }
        (Self { lines }, findings)
    }

    /// The attributes that it asks for.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| line.source.name())
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }
}

fn line(entry: &Entry<'_>) -> Result<Line, (&'static str, &'static str)> {
    let format = NameFormat::of(entry.key)
        .ok_or(("W-SET-NAME", "neither a plain name nor urn:… or http…"))?;
    let source = Source::parse(entry.value).ok_or((
        "W-SET-SOURCE",
        "neither an attribute, attribute|lower, |upper, |first nor =text",
    ))?;
    if source.is_secret() {
        return Err(("W-SET-SECRET", "secrets are never passed on"));
    }
    Ok(Line { name: entry.key.to_owned(), format, source })
}
