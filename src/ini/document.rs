//! Sections and entries of a document that was read, each with its line.
use super::clean::{COLON, Cleaned};
use super::findings::Findings;
use crate::finding::Finding;
use crate::parallel::in_shares;
use std::collections::{HashMap, HashSet};

/// One `key = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as it was written, without `[]`.
    pub key: String,
    /// The value without its quotes.
    pub value: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Written as `key[] = …`: one of several values.
    pub list: bool,
}

impl Entry {
    fn new(key: String, value: String, line: u32) -> Self {
        let mut key = if key.contains(COLON) { key.replace(COLON, ":") } else { key };
        let name = key.strip_suffix("[]").map(|name| name.trim_end().len());
        key.truncate(name.unwrap_or(key.len()));
        Self { key, value, line, list: name.is_some() }
    }
}

/// One section; those of the same name are one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The name as it was written, trimmed; empty for what stands before the first header.
    pub name: String,
    /// Line of its first header, counted from 1.
    pub line: u32,
    entries: Vec<Entry>,
}

impl Section {
    /// The value of `key`, the last one when it stands there repeatedly. Case does not matter.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(|entry| entry.value.as_str())
    }

    /// The entry that [`get`](Self::get) takes the value of.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// All values of `key`, `key[]` or not, in the order of the file.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.entries.iter().filter(|entry| entry.key.eq_ignore_ascii_case(key));
        named.map(|entry| entry.value.as_str())
    }

    /// Entries whose key stood there before, lists excepted.
    fn repeated(&self) -> Vec<&Entry> {
        const FEW: usize = 32;
        let same = |one: &Entry, other: &Entry| one.key.eq_ignore_ascii_case(&other.key);
        let repeats = self.entries.iter().enumerate().filter(|(_, entry)| !entry.list);
        if self.entries.len() <= FEW {
            let before = |at: usize, entry| self.entries[..at].iter().any(|old| same(old, entry));
            return repeats.filter(|(at, new)| before(*at, new)).map(|(_, new)| new).collect();
        }
        let mut keys = HashMap::with_capacity(self.entries.len());
        for (at, entry) in self.entries.iter().enumerate() {
            keys.entry(entry.key.to_ascii_lowercase()).or_insert(at);
        }
        let before = |at: usize, entry: &Entry| keys[&entry.key.to_ascii_lowercase()] < at;
        repeats.filter(|(at, new)| before(*at, new)).map(|(_, new)| new).collect()
    }

    /// Everything that stands there, in the order of the file, overridden entries included.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// A whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    file: String,
    sections: Vec<Section>,
    by_name: HashMap<String, usize>,
    refused: bool,
}

impl Document {
    /// What findings call the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether the file could not be read at all.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// Sections in the order of the file. Entries before the first header, if there are any, make
    /// up a section without a name.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The section of exactly this name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.by_name.get(name).map(|index| &self.sections[*index])
    }

    /// `W-INI-UNKNOWNKEY` for each key that `is_known` denies, once a key, at its first line.
    ///
    /// Keys are asked in lower case.
    pub fn unknown_keys(&self, is_known: impl Fn(&str) -> bool) -> Vec<Finding> {
        let mut reported = HashSet::new();
        let mut findings = Vec::new();
        // A big file has few spellings of keys: each is looked at once.
        let mut seen = HashSet::new();
        let entries = self.sections.iter().flat_map(Section::entries);
        for entry in entries.filter(|entry| seen.insert(entry.key.as_str())) {
            let key = entry.key.to_ascii_lowercase();
            if !is_known(&key) && reported.insert(key) {
                findings.push(self.finding("W-INI-UNKNOWNKEY", entry.line, &entry.key));
            }
        }
        findings
    }

    pub(super) fn refused(file: &str) -> Self {
        Self { file: file.to_owned(), refused: true, ..Self::default() }
    }

    /// Read the cleaned text and merge sections of the same name.
    pub(super) fn build(
        file: &str,
        cleaned: &Cleaned,
        findings: &mut Findings,
    ) -> Result<Self, ini::ParseError> {
        let mut document = Self { file: file.to_owned(), ..Self::default() };
        document.sections.reserve(cleaned.headers);
        document.by_name.reserve(cleaned.headers);
        for section in parse(cleaned)? {
            document.take(section, findings);
        }
        for section in &document.sections {
            for entry in section.repeated() {
                findings.push(document.finding("W-INI-DUPKEY", entry.line, &entry.key));
            }
        }
        Ok(document)
    }

    /// Add a section, or its entries to the one of the same name.
    fn take(&mut self, section: Section, findings: &mut Findings) {
        if let Some(index) = self.by_name.get(&section.name) {
            findings.push(self.finding("W-INI-DUPSECTION", section.line, &section.name));
            return self.sections[*index].entries.extend(section.entries);
        }
        self.by_name.insert(section.name.clone(), self.sections.len());
        self.sections.push(section);
    }

    fn finding(&self, code: &'static str, line: u32, subject: &str) -> Finding {
        Finding::at(code, &self.file, line, subject)
    }
}

/// The sections of all pieces in order: a national file has 70 000 schools.
fn parse(cleaned: &Cleaned) -> Result<Vec<Section>, ini::ParseError> {
    let pieces: Vec<_> = cleaned.pieces().collect();
    let shares = in_shares(&pieces, |pieces| {
        let mut sections = Vec::new();
        for (text, lines) in pieces {
            parse_piece(text, lines, &mut sections)?;
        }
        Ok(sections)
    });
    let mut sections = Vec::with_capacity(cleaned.headers);
    for share in shares {
        sections.append(&mut share?);
    }
    Ok(sections)
}

/// Join what the `ini` crate reads with the lines of the cleaned text, which are in the same order.
fn parse_piece(
    text: &str,
    lines: &[u32],
    sections: &mut Vec<Section>,
) -> Result<(), ini::ParseError> {
    let options = ini::ParseOption { enabled_escape: false, ..Default::default() };
    let mut lines = lines.iter().copied().peekable();
    for (name, properties) in ini::Ini::load_from_str_opt(text, options)? {
        if name.is_none() && properties.is_empty() {
            continue;
        }
        let line = if name.is_some() { lines.next() } else { lines.peek().copied() };
        let mut entries = Vec::with_capacity(properties.len());
        for (key, value) in properties {
            entries.push(Entry::new(key, value, lines.next().unwrap_or(1)));
        }
        let (name, line) = (name.unwrap_or_default(), line.unwrap_or(1));
        sections.push(Section { name, line, entries });
    }
    Ok(())
}
